"""A safe stand-in for an exercise: same pattern, then same muscle, then the equipment ladder, then the level."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.catalogue import LEVELS, Exercise, Load, catalogue
from shared.domain.constraints import Constraints, legal, refusal
from shared.domain.words import Pattern

LADDERS: Mapping[Pattern, tuple[str, ...]] = {
    "horizontal_push": (
        "barbell-bench-press", "dumbbell-bench-press", "dumbbell-floor-press", "machine-chest-press", "push-up",
        "incline-push-up", "kneeling-push-up",
    ),
    "vertical_push": (
        "barbell-overhead-press", "dumbbell-shoulder-press", "landmine-press", "band-overhead-press", "pike-push-up",
        "bent-knee-pike-push-up",
    ),
    "horizontal_pull": (
        "barbell-row", "dumbbell-row", "three-point-dumbbell-row", "bent-over-dumbbell-row", "seated-cable-row",
        "band-row", "inverted-row", "ring-row", "suspension-row", "table-row", "towel-isometric-row",
    ),
    "vertical_pull": (
        "pull-up", "lat-pulldown", "band-assisted-pull-up", "machine-assisted-pull-up", "band-pulldown",
        "dumbbell-pullover", "floor-dumbbell-pullover",
    ),
    "lunge": (
        "barbell-lunge", "dumbbell-lunge", "kettlebell-lunge", "reverse-lunge", "split-squat",
        "short-range-split-squat",
    ),
    "calf": ("machine-standing-calf-raise", "dumbbell-calf-raise", "bodyweight-calf-raise"),
    "core": ("plank", "dead-bug", "side-plank", "kneeling-plank"),
    "aerobic": ("running", "stationary-cycling", "elliptical-training", "rowing", "treadmill-walk", "walking"),
    "squat": ("barbell-back-squat", "goblet-squat", "kettlebell-goblet-squat", "bodyweight-squat"),
    "hinge": (
        "conventional-deadlift", "dumbbell-romanian-deadlift", "kettlebell-deadlift", "barbell-hip-thrust",
        "dumbbell-hip-thrust", "bodyweight-hip-thrust", "single-leg-glute-bridge",
    ),
}  # fmt: skip
"""Per pattern, what to reach for first among what is legal; exercises not named follow in the order of `_LOADS`."""

_EASY = frozenset({"mobility", "conditioning"})
_LOADS: tuple[Load, ...] = ("barbell", "dumbbells", "kettlebell", "machine", "cable", "band", "bodyweight", "other")


@dataclass(frozen=True, slots=True)
class Substitution:
    """What to do instead, and the sentence that explains it to the person."""

    exercise: Exercise
    why: str


def substitute(exercise: Exercise, constraints: Constraints, *, taken: frozenset[str]) -> Substitution | None:
    """The best of `substitutes`; None only where there is none."""
    candidates = _candidates(exercise, constraints, taken)
    best = min(candidates, key=lambda other: _rank(other, exercise), default=None)
    return None if best is None else Substitution(best, _why(exercise, best, constraints))


def substitutes(exercise: Exercise, constraints: Constraints, *, taken: frozenset[str]) -> list[Substitution]:
    """Every legal stand-in that is not in `taken`, the closest first, always the same for the same question: of the same
    pattern, or with a primary muscle of this exercise. Mobility and aerobic work train no muscle hard, so they stand in
    for their like only: a walk is no substitute for a squat."""
    ranked = sorted(_candidates(exercise, constraints, taken), key=lambda other: _rank(other, exercise))
    return [Substitution(other, _why(exercise, other, constraints)) for other in ranked]


def _candidates(exercise: Exercise, constraints: Constraints, taken: frozenset[str]) -> list[Exercise]:
    return [
        other
        for other in legal(catalogue(), constraints)
        if other.id != exercise.id
        and other.id not in taken
        and (other.pattern == exercise.pattern or _trains_the_same(other, exercise))
    ]


def _trains_the_same(other: Exercise, wanted: Exercise) -> bool:
    easy = (other.kind in _EASY) + (wanted.kind in _EASY)
    alike = other.kind == wanted.kind != "mobility" if easy else True
    return alike and bool(set(other.primary) & set(wanted.primary))


def _rank(other: Exercise, wanted: Exercise) -> tuple[bool, bool, bool, bool, int, int, int, str]:
    """Smaller is closer."""
    return (
        other.pattern != wanted.pattern,
        other.primary[0] != wanted.primary[0],
        not set(other.primary) & set(wanted.primary),
        other.kind != wanted.kind,
        _rung(other, wanted),
        -len(set(other.primary) & set(wanted.primary)),
        -LEVELS.index(other.level),
        other.id,
    )


def _rung(other: Exercise, wanted: Exercise) -> int:
    ladder = LADDERS.get(other.pattern, ())
    if other.id in ladder:
        return ladder.index(other.id)
    too_easy = len(_LOADS) if other.gentle and not wanted.gentle else 0
    return len(ladder) + _LOADS.index(other.load) + too_easy


def _why(wanted: Exercise, chosen: Exercise, constraints: Constraints) -> str:
    refused = refusal(wanted, constraints)
    cause = f"{refused.why} " if refused else ""
    pattern, muscle = _words(wanted.pattern), _words(wanted.primary[0])
    if chosen.pattern != wanted.pattern:
        shared = next(muscle for muscle in wanted.primary if muscle in chosen.primary)
        return f"{cause}No other {pattern} is open to you, so {chosen.name} trains the {_words(shared)} instead."
    if chosen.primary[0] != wanted.primary[0]:
        return f"{cause}{chosen.name} keeps the pattern {pattern}, with more work for the {_words(chosen.primary[0])}."
    return f"{cause}{chosen.name} keeps the pattern {pattern} and trains the {muscle} with what you have."


def _words(name: str) -> str:
    return name.replace("_", " ")

"""Which days train what: the split by number of days, level and goal, and the weekdays it falls on."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.rules import rules
from shared.domain.validation.limits import Limits
from shared.domain.words import Pattern

_WEEK = 7


@dataclass(frozen=True, slots=True)
class DayTemplate:
    """A kind of training day: movements that must be there, and those that are added while time allows."""

    title: str
    must: tuple[Pattern, ...]
    extra: tuple[Pattern, ...]


_FULL = (
    DayTemplate(
        "Full body A",
        ("squat", "horizontal_push", "horizontal_pull", "core"),
        ("hinge", "vertical_push", "elbow_flexion", "calf"),
    ),
    DayTemplate(
        "Full body B",
        ("hinge", "vertical_push", "vertical_pull", "core"),
        ("lunge", "horizontal_push", "elbow_extension", "shoulder_isolation"),
    ),
    DayTemplate(
        "Full body C",
        ("squat", "horizontal_push", "vertical_pull", "hinge"),
        ("horizontal_pull", "shoulder_isolation", "core", "knee_flexion"),
    ),
)
_WHOLE = DayTemplate(
    "Full body",
    ("squat", "horizontal_push", "horizontal_pull", "hinge", "vertical_pull", "core", "vertical_push"),
    ("elbow_flexion", "elbow_extension", "knee_flexion"),
)
_UPPER_A = DayTemplate(
    "Upper body A",
    ("horizontal_push", "horizontal_pull", "vertical_push", "vertical_pull"),
    ("elbow_flexion", "elbow_extension", "shoulder_isolation"),
)
_UPPER_B = DayTemplate(
    "Upper body B",
    ("vertical_pull", "horizontal_push", "horizontal_pull", "vertical_push"),
    ("shoulder_isolation", "elbow_extension", "elbow_flexion"),
)
_LOWER_A = DayTemplate("Lower body A", ("squat", "hinge", "core"), ("lunge", "knee_flexion", "calf"))
_LOWER_B = DayTemplate("Lower body B", ("hinge", "squat", "core"), ("hip_isolation", "knee_extension", "calf"))
_PUSH = DayTemplate(
    "Push", ("horizontal_push", "vertical_push"), ("chest_isolation", "shoulder_isolation", "elbow_extension", "core")
)
_PULL = DayTemplate(
    "Pull", ("vertical_pull", "horizontal_pull"), ("elbow_flexion", "shoulder_isolation", "core", "grip")
)
_LEGS = DayTemplate("Legs", ("squat", "hinge", "core"), ("lunge", "knee_flexion", "calf"))
_LEGS_B = DayTemplate("Legs B", ("hinge", "squat", "core"), ("hip_isolation", "knee_extension", "calf"))


def split_for(limits: Limits, lifting_days: int, *, rng: random.Random) -> tuple[DayTemplate, ...]:
    """The templates of a week with this many lifting days, in the order they are trained."""
    if lifting_days == 1:
        return (_WHOLE,)
    if lifting_days == 2:
        return _FULL[:2]
    if lifting_days == 3:
        return rng.choice(_three_days(limits))
    if lifting_days == 4:
        return (_UPPER_A, _LOWER_A, _UPPER_B, _LOWER_B)
    if lifting_days == 5:
        return (_UPPER_A, _LOWER_A, _PUSH, _PULL, _LEGS_B)
    return (_PUSH, _PULL, _LEGS, _PUSH, _PULL, _LEGS_B)


def _three_days(limits: Limits) -> list[tuple[DayTemplate, ...]]:
    """Full body for beginners, for strength (frequency matters there) and in gentle starts; else also others."""
    options: list[tuple[DayTemplate, ...]] = [_FULL]
    gentle = limits.older or limits.pregnant or limits.minor
    if limits.level != "beginner" and limits.goal != "strength" and not gentle:
        options.append((_UPPER_A, _LOWER_A, _WHOLE))
        if limits.level == "advanced" and limits.goal == "hypertrophy":
            options.append((_PUSH, _PULL, _LEGS))
    return options


def weekdays_for(limits: Limits, *, lifting: int, easy: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """ISO weekdays of the lifting days and of the easy days, both ascending, lifting days as far apart as can be."""
    free = tuple(sorted(limits.weekdays)) if limits.weekdays is not None else tuple(range(1, _WEEK + 1))
    usual = tuple(rules().table("engine.weekdays")[str(lifting)]) if lifting else ()
    chosen = usual if set(usual) <= set(free) else max(itertools.combinations(free, lifting), key=_spread)
    left = [day for day in free if day not in chosen]
    other = max(itertools.combinations(left, easy), key=lambda days: _spread((*chosen, *days)))
    return chosen, other


def _spread(days: Sequence[int]) -> tuple[float, ...]:
    """How well days are spread over a week that repeats: the more even the gaps, the higher."""
    ordered = sorted(days)
    gaps = [
        (later - earlier) % _WEEK or _WEEK for earlier, later in zip(ordered, [*ordered[1:], *ordered[:1]], strict=True)
    ]
    return (-sum(1 / gap**2 for gap in gaps), *(-day for day in ordered))

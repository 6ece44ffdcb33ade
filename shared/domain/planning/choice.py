"""Which exercise fills a place: the equipment ladder, the person's level and goal, variety, and the seed."""

import random
from collections import Counter
from collections.abc import Callable, Iterable

from shared.domain.catalogue import LEVELS, Exercise
from shared.domain.rules import rules
from shared.domain.validation.case import EASY_PATTERNS, is_main_lift
from shared.domain.validation.limits import Limits
from shared.domain.words import Muscle, Pattern

_FILLS: tuple[Pattern, ...] = (
    "elbow_flexion", "elbow_extension", "shoulder_isolation", "chest_isolation", "knee_flexion", "knee_extension", "hip_isolation",
    "calf", "horizontal_pull", "vertical_pull", "horizontal_push", "vertical_push", "hinge", "lunge", "squat", "core", "grip", "neck",
    "carry",
)  # fmt: skip
"""Patterns that may be added to fill a muscle's volume; explosive work is not added for that."""


class Chooser:
    """Chooses among the legal exercises; the same seed chooses the same."""

    def __init__(self, legal: Iterable[Exercise], limits: Limits, *, rng: random.Random) -> None:
        self._limits = limits
        self._legal = tuple(legal)
        self.used: Counter[str] = Counter()
        self._weights: dict[str, float] = rules().table("engine.points")
        self._load_rank: dict[str, float] = rules().table("engine.load_rank")[limits.level]
        self._staples = frozenset(rules().words("engine.staples"))
        self._special = frozenset(rules().words("engine.specialist"))
        variety = rules().number("engine.variety")
        self._points = {exercise.id: self._standing(exercise) + rng.random() * variety for exercise in self._legal}
        self._by_pattern: dict[Pattern, list[Exercise]] = {}
        for exercise in self._legal:
            self._by_pattern.setdefault(exercise.pattern, []).append(exercise)
        self._by_muscle: dict[Muscle, list[Exercise]] = {}
        for exercise in (one for pattern in _FILLS for one in self._by_pattern.get(pattern, ())):
            for muscle in exercise.primary:
                self._by_muscle.setdefault(muscle, []).append(exercise)

    def for_pattern(
        self, pattern: Pattern, *, taken: frozenset[str], fits: Callable[[Exercise], bool]
    ) -> Exercise | None:
        """The best legal exercise of a pattern that is not yet in the day and fits; None where there is none."""
        return self._best(self._by_pattern.get(pattern, ()), taken, fits)

    def for_muscle(self, muscle: Muscle, *, taken: frozenset[str], fits: Callable[[Exercise], bool]) -> Exercise | None:
        """The best legal exercise that trains a muscle directly."""
        return self._best(self._by_muscle.get(muscle, ()), taken, fits)

    def easy(self, pattern: Pattern, *, taken: frozenset[str], count: int) -> list[Exercise]:
        """Up to `count` legal exercises of an easy pattern, in the order of the seed."""
        if pattern not in EASY_PATTERNS:
            return []
        found = [one for one in self._by_pattern.get(pattern, ()) if one.id not in taken]
        return sorted(found, key=lambda one: -self._points[one.id])[:count]

    def gentle(self, *, taken: frozenset[str], count: int) -> list[Exercise]:
        """Up to `count` legal gentle strength movements, one a pattern first."""
        found = [one for one in self._legal if one.gentle and one.pattern not in EASY_PATTERNS and one.id not in taken]
        ranked = sorted(
            found, key=lambda one: -self._points[one.id] + self._weights["repeated_gentle"] * self.used[one.id]
        )
        seen: set[Pattern] = set()
        first = [one for one in ranked if not (one.pattern in seen or seen.add(one.pattern))]  # type: ignore[func-returns-value]  # add returns None
        return [*first, *(one for one in ranked if one not in first)][:count]

    def _best(
        self, found: Iterable[Exercise], taken: frozenset[str], fits: Callable[[Exercise], bool]
    ) -> Exercise | None:
        ranked = sorted((one for one in found if one.id not in taken), key=self._cost)
        return next((one for one in ranked if fits(one)), None)

    def _cost(self, exercise: Exercise) -> float:
        kept = self._limits.goal == "strength" and is_main_lift(exercise)
        return (
            self._weights["repeated_main_lift" if kept else "repeated"] * self.used[exercise.id]
            - self._points[exercise.id]
        )

    def _standing(self, exercise: Exercise) -> float:
        """Points before variety: what can be loaded, suits the level, is a staple, counts in repetitions, trains the focus."""
        limits, weights = self._limits, self._weights
        points = float(self._load_rank[exercise.load])
        points -= weights["level"] * (LEVELS.index(limits.level) - LEVELS.index(exercise.level))
        points += weights["main_lift"] if is_main_lift(exercise) and limits.goal in ("strength", "hypertrophy") else 0.0
        points -= weights["timed"] if exercise.timed and exercise.pattern != "core" else 0.0
        points -= weights["gentle"] if exercise.gentle and not limits.light and not limits.older else 0.0
        points -= weights["one_sided"] if exercise.unilateral else 0.0
        points += weights["staple"] if exercise.id in self._staples else 0.0
        points -= weights["specialist"] if exercise.id in self._special else 0.0
        points += weights["focus"] if set(limits.focus) & set(exercise.primary) else 0.0
        return points

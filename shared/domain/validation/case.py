"""The readable part of a plan and the person it is for, as the rules see them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import Constraints, legal
from shared.domain.plan import PlanDay, PlannedExercise
from shared.domain.planning.wish import PlanWish
from shared.domain.profile import Profile
from shared.domain.progression_rules import number
from shared.domain.rules import rules
from shared.domain.session_time import session_seconds
from shared.domain.validation.findings import History
from shared.domain.validation.limits import Limits
from shared.domain.volume import plan_sets
from shared.domain.words import Muscle, Pattern

RESISTANCE_KINDS = frozenset({"power", "compound", "isolation"})
EASY_PATTERNS = frozenset({"aerobic", "mobility"})


@dataclass(frozen=True)
class SeenExercise:
    """A planned exercise the catalogue knows. `planned` holds what could be read, brought into the shape's ranges."""

    path: str
    planned: PlannedExercise
    exercise: Exercise

    @cached_property
    def resistance(self) -> bool:
        """Whether its sets train muscles against a resistance, as opposed to aerobic work and mobility."""
        return self.exercise.kind in RESISTANCE_KINDS

    @cached_property
    def hard_sets(self) -> int:
        """Sets that count towards volume: resistance work of RPE 6 or more, or of unknown effort."""
        rpe = self.planned.rpe
        return self.planned.sets if self.resistance and (rpe is None or rpe >= number("S2.hard_rpe_from")) else 0


@dataclass(frozen=True)
class SeenDay:
    """A training day with the exercises that could be read; `weekday` is None where it could not."""

    path: str
    weekday: int | None
    planned: PlanDay
    exercises: tuple[SeenExercise, ...]

    @cached_property
    def seconds(self) -> float:
        """How long the session takes."""
        return session_seconds(self.planned, catalogue())

    @cached_property
    def hard_sets(self) -> int:
        """Hard sets of the whole session."""
        return sum(seen.hard_sets for seen in self.exercises)

    @property
    def lifting(self) -> bool:
        """Whether this is a day of resistance work, as opposed to one of aerobic work or mobility alone."""
        return self.hard_sets > 0

    @cached_property
    def main_lifts(self) -> tuple[SeenExercise, ...]:
        """The day's main lifts: hard compounds of the major movements among its first exercises."""
        first = self.exercises[: rules().whole("V27.main_lifts")]
        return tuple(seen for seen in first if seen.hard_sets and is_main_lift(seen.exercise))


@dataclass(frozen=True)
class Case:
    """Everything the rules may look at."""

    raw: Mapping[str, Any]
    days: tuple[SeenDay, ...]
    profile: Profile
    constraints: Constraints
    limits: Limits
    wish: PlanWish | None
    history: History | None
    week: int | None

    @cached_property
    def reach(self) -> "Reach":
        """What the person's legal exercises can train."""
        return reach_of(self.constraints)

    @cached_property
    def exercises(self) -> tuple[SeenExercise, ...]:
        """Every readable exercise of the week, in order."""
        return tuple(seen for day in self.days for seen in day.exercises)

    @cached_property
    def weekly_sets(self) -> Mapping[Muscle, float]:
        """Fractional hard sets a week by muscle."""
        return plan_sets([day.planned for day in self.days], catalogue())

    @cached_property
    def pattern_sets(self) -> Counter[Pattern]:
        """Hard sets a week by movement pattern."""
        counted: Counter[Pattern] = Counter()
        for seen in self.exercises:
            counted[seen.exercise.pattern] += seen.hard_sets
        return counted


@dataclass(frozen=True, slots=True)
class Reach:
    """What legal exercises can train: movement patterns, muscles as a primary, and how many exercises there are."""

    patterns: frozenset[Pattern]
    muscles: frozenset[Muscle]
    count: int


@lru_cache(maxsize=256)
def reach_of(constraints: Constraints) -> Reach:
    """The reach of the legal exercises under these constraints."""
    trained = [exercise for exercise in legal(catalogue(), constraints) if exercise.kind in RESISTANCE_KINDS]
    return Reach(
        patterns=frozenset(exercise.pattern for exercise in trained),
        muscles=frozenset(muscle for exercise in trained for muscle in exercise.primary),
        count=len(trained),
    )


def is_main_lift(exercise: Exercise) -> bool:
    """Whether an exercise is the kind a session is built around: a compound of a major movement, counted."""
    return exercise.kind == "compound" and not exercise.timed and exercise.pattern in lifted_patterns()


@cache
def lifted_patterns() -> frozenset[str]:
    """The major movements that a load is lifted in: all but the core's."""
    return frozenset(rules().words("V40.patterns")) - {"core"}


def is_light_by_nature(exercise: Exercise) -> bool:
    """Whether an exercise moves only part of the body weight, so that few repetitions cannot make it hard."""
    return exercise.load == "bodyweight" and (exercise.body_weight_factor or 0.0) < rules().number("V27.body_factor")

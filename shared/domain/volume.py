"""How much was trained: fractional hard sets per muscle, for plans and for logs alike, and volume load.

Fractional counting (a set counts whole for primary and half for secondary muscles) fits outcomes best: Pelland 2025,
https://doi.org/10.1007/s40279-025-02344-w.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.catalogue import Catalogue, Exercise
from shared.domain.log import Entry, LoggedSet
from shared.domain.plan import PlanDay
from shared.domain.progression_rules import number, value
from shared.domain.words import Goal, Level, Muscle

_COUNTED_KINDS = frozenset({"power", "compound", "isolation"})


@dataclass(frozen=True, slots=True)
class WeeklyRange:
    """Fractional hard sets a week for one muscle: where to start, the useful range, and the hard cap."""

    start: float
    low: float
    high: float
    cap: float


def weekly_range(level: Level, goal: Goal) -> WeeklyRange:
    """The range of section 2 for a level and goal; strength counts its sets per main lift pattern."""
    table = value("S2.weekly_sets")
    start, low, high, cap = table.get(goal, table["other"])[level]
    return WeeklyRange(start=start, low=low, high=high, cap=cap)


def plan_sets(days: Iterable[PlanDay], catalogue: Catalogue) -> dict[Muscle, float]:
    """Fractional hard sets per muscle these planned days ask for; exercises outside the catalogue count nothing."""
    counts: list[tuple[Exercise, float]] = []
    for day in days:
        for planned in day.exercises:
            exercise = catalogue.exercises.get(planned.exercise_id)
            if exercise is not None and _hard(planned.rpe):
                counts.append((exercise, planned.sets))
    return _spread(counts)


def logged_sets(entries: Iterable[Entry], catalogue: Catalogue) -> dict[Muscle, float]:
    """Fractional hard sets per muscle that were done; custom exercises train muscles nobody knows and count nothing."""
    counts: list[tuple[Exercise, float]] = []
    for entry in entries:
        exercise = catalogue.exercises.get(entry.exercise_id or "")
        if exercise is not None:
            counts.append((exercise, sum(1 for lifted in entry.sets if is_hard_set(lifted))))
    return _spread(counts)


def is_work_set(lifted: LoggedSet) -> bool:
    """Whether a set was done at all and is no warm-up; a row without reps, time or distance is only planned."""
    return lifted.kind != "warm_up" and bool(lifted.reps or lifted.seconds or lifted.distance_m)


def is_hard_set(lifted: LoggedSet) -> bool:
    """Whether a set counts towards weekly volume: a work set of RPE 6 or more, or of unknown effort."""
    return is_work_set(lifted) and _hard(lifted.rpe)


def volume_load_kg(entries: Iterable[Entry]) -> float:
    """Sum of weight times reps over work sets, in kilograms; assisted and unloaded sets add nothing."""
    return sum(
        max(lifted.weight_kg or 0.0, 0.0) * (lifted.reps or 0)
        for entry in entries
        for lifted in entry.sets
        if is_work_set(lifted)
    )


def _hard(rpe: float | None) -> bool:
    return rpe is None or rpe >= number("S2.hard_rpe_from")


def _spread(counts: Iterable[tuple[Exercise, float]]) -> dict[Muscle, float]:
    primary, secondary = number("S2.primary_share"), number("S2.secondary_share")
    shares: defaultdict[Muscle, float] = defaultdict(float)
    for exercise, sets in counts:
        if exercise.kind not in _COUNTED_KINDS or sets <= 0:
            continue
        for muscle, share in (
            dict.fromkeys(exercise.secondary, secondary) | dict.fromkeys(exercise.primary, primary)
        ).items():
            shares[muscle] += sets * share
    return dict(shares)

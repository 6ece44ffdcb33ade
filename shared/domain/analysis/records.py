"""Strength over time: best estimate of each day, records by repetition count, and lifts that have stopped rising."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.analysis.performances import Performance, best_estimate
from shared.domain.catalogue import Exercise
from shared.domain.progression_rules import number
from shared.domain.words import Level

BodyWeight = Callable[[date], float | None]
"""The body weight known on a day, in kilograms."""


@dataclass(frozen=True, slots=True)
class DayBest:
    """The best e1RM of a day, in kilograms; what the body adds to a body-weight lift is included."""

    day: date
    kg: float
    low_confidence: bool


@dataclass(frozen=True, slots=True)
class Record:
    """The heaviest weight lifted for exactly `reps` repetitions, and the day it was first done."""

    reps: int
    weight_kg: float
    day: date


def e1rm_series(
    history: Sequence[Performance], exercise: Exercise | None, *, level: Level, body_weight: BodyWeight
) -> list[DayBest]:
    """The best estimate of each day with one, oldest first."""
    best: dict[date, DayBest] = {}
    for performance in history:
        found = best_estimate(performance, exercise, level=level, body_weight_kg=body_weight(performance.day))
        day = performance.day
        if found is not None and (day not in best or found.kg > best[day].kg):
            best[day] = DayBest(day, found.kg, found.confidence == "low")
    return [best[day] for day in sorted(best)]


def records_of(history: Sequence[Performance]) -> list[Record]:
    """The record of every repetition count, fewest reps first. Warm-ups, assisted and unweighted sets set none."""
    best: dict[int, Record] = {}
    for performance in history:
        for lifted in performance.sets:
            if not lifted.reps or not lifted.weight_kg or lifted.weight_kg < 0:
                continue
            if lifted.reps not in best or lifted.weight_kg > best[lifted.reps].weight_kg:
                best[lifted.reps] = Record(lifted.reps, lifted.weight_kg, performance.day)
    return [best[reps] for reps in sorted(best)]


def new_records(history: Sequence[Performance], *, since: date) -> list[Record]:
    """Records set since a day against a history before it; a first time is a beginning, not a record."""
    before = {record.reps: record.weight_kg for record in records_of([p for p in history if p.day < since])}
    return [r for r in records_of(history) if r.day >= since and r.reps in before and r.weight_kg > before[r.reps]]


def is_plateau(series: Sequence[DayBest], *, today: date) -> bool:
    """Whether a lift that is still trained has had no new best for three weeks and four sessions."""
    if not series or series[-1].day < today - timedelta(days=int(number("P5.stale_days"))):
        return False
    best = max(series, key=lambda point: point.kg)
    since = [point for point in series if point.day > best.day]
    return len(since) >= number("A.plateau_sessions") and (series[-1].day - best.day).days >= number("A.plateau_days")

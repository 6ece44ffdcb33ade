"""How long a session takes: the one estimator that the engine plans with and the validator judges by."""

from collections.abc import Iterable
from typing import NamedTuple

from shared.domain.catalogue import Catalogue
from shared.domain.plan import PlanDay, PlannedExercise
from shared.domain.rules import rules


class TimedWork(NamedTuple):
    """What one exercise costs in time: its sets, seconds of work a set (both sides), rest, and its superset if any."""

    sets: int
    work_s: float
    rest_s: float
    superset: str | None


def session_seconds(day: PlanDay, catalogue: Catalogue) -> float:
    """Seconds from the first warm-up drill to the last cool-down drill.

    Aerobic minutes are asked for beside the session and are not part of it. A repetition range counts as its middle,
    and a timed set as its seconds. An exercise outside the catalogue counts as two-sided work.
    """
    drills = sum(drill.seconds for drill in (*day.warm_up, *day.cool_down))
    return drills + work_seconds(_timed_work(planned, catalogue) for planned in day.exercises)


def session_minutes(day: PlanDay, catalogue: Catalogue) -> int:
    """The same in whole minutes, as a plan states it."""
    return max(1, round(session_seconds(day, catalogue) / 60))


def work_seconds(items: Iterable[TimedWork]) -> float:
    """Seconds of exercises done in this order. A superset rests once a round, as long as its longest rest."""
    setup = rules().number("V26.setup_s")
    rounds: dict[str, tuple[int, float]] = {}
    total = 0.0
    for item in items:
        total += setup + item.sets * item.work_s
        if item.superset is None:
            total += max(item.sets - 1, 0) * item.rest_s
        else:
            sets, rest = rounds.get(item.superset, (0, 0.0))
            rounds[item.superset] = (max(sets, item.sets), max(rest, item.rest_s))
    return total + sum(max(sets - 1, 0) * rest for sets, rest in rounds.values())


def reps_seconds(low: float, high: float, *, sides: int) -> float:
    """Seconds of one set between `low` and `high` repetitions a side."""
    return (low + high) / 2 * rules().number("V26.rep_s") * sides


def sides_of(*, unilateral: bool) -> int:
    """How many times a set is done: one-sided work is done for each side."""
    return rules().whole("V26.sides") if unilateral else 1


def _timed_work(planned: PlannedExercise, catalogue: Catalogue) -> TimedWork:
    exercise = catalogue.exercises.get(planned.exercise_id)
    work = float(planned.seconds or 0)
    if planned.reps is not None:
        sides = sides_of(unilateral=exercise is not None and exercise.unilateral)
        work = reps_seconds(planned.reps.min, planned.reps.max, sides=sides)
    return TimedWork(planned.sets, work, planned.rest_s, planned.superset)

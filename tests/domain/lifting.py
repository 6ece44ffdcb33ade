"""Plans, logs and lifters that tests of the progression are made of."""

from datetime import UTC, date, datetime, timedelta

from shared.domain.catalogue import catalogue
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.plan import Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Profile
from shared.domain.progression.session import next_session
from shared.domain.progression.shapes import NextExercise

TODAY = date(2026, 5, 20)  # a Wednesday
GYM = sorted(catalogue().equipment)
BENCH, SQUAT, CURL = "barbell-bench-press", "barbell-back-squat", "dumbbell-curl"
LIFTER = Profile(fitness_level="intermediate", equipment=GYM, goals=["hypertrophy"])


def planned(exercise_id, *, sets=3, low=6, high=8, rpe=8.0, seconds=None, superset=None):
    reps = None if seconds else RepRange(min=low, max=high)
    name = catalogue().get(exercise_id).name
    return PlannedExercise(
        exercise_id=exercise_id,
        name=name,
        sets=sets,
        reps=reps,
        seconds=seconds,
        rpe=rpe,
        rest_s=120,
        superset=superset,
    )


def plan_of(*exercises, days=(1, 3, 5), deload_weeks=(), created=date(2026, 5, 1), weeks=8):
    return Plan(
        id="plan-1",
        name="Test",
        goal="hypertrophy",
        level="intermediate",
        weeks=weeks,
        deload_weeks=list(deload_weeks),
        source=Source(kind="offline", provider="offline", model="engine"),
        days=[PlanDay(day=d, title=f"Day {d}", estimated_minutes=45, exercises=list(exercises)) for d in days],
        created_at=datetime(created.year, created.month, created.day, tzinfo=UTC),
    )


def log_of(day, *entries, plan_id="plan-1", weekday=None, notes=None, log_id=None):
    moment = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    return Log(
        id=log_id or f"log-{day.isoformat()}",
        plan_id=plan_id,
        day=weekday or day.isoweekday(),
        started_at=moment,
        notes=notes,
        entries=list(entries),
    )


def entry(exercise_id, reps, weight_kg=None, *, rpe=None, notes=None, kind="working"):
    sets = [LoggedSet(kind=kind, reps=r, weight_kg=weight_kg, rpe=rpe) for r in reps]
    return Entry(exercise_id=exercise_id, sets=sets, notes=notes)


def ago(days):
    return TODAY - timedelta(days=days)


def next_of(logs, *exercises, profile=LIFTER, today=TODAY, plan=None, **more) -> NextExercise:
    found = next_session(plan or plan_of(*exercises), logs, profile, today=today, **more)
    return found.exercises[0]

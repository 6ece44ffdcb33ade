"""Where a person stands today: the last week, what came before it, and the session that comes next."""

from collections.abc import Iterable, Sequence
from datetime import date

from shared.domain.analysis.facts import FactList, Facts
from shared.domain.analysis.findings import add_body, add_habit, add_strength, add_work
from shared.domain.analysis.span import span_of
from shared.domain.log import Log
from shared.domain.metrics import Metric
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.progression.session import next_session
from shared.domain.progression.shapes import NextExercise


def standing_facts(
    logs: Iterable[Log],
    profile: Profile,
    *,
    today: date,
    plans: Sequence[Plan] = (),
    metrics: Sequence[Metric] = (),
) -> Facts:
    """What every answer and every encouragement is grounded in. The first of `plans` is the one trained by."""
    every = list(logs)
    span = span_of(every, profile, period="week", today=today, plans=plans, metrics=metrics, catalogue=None)
    facts = FactList(profile.units)
    last = max(span.trained, default=None)
    if last is not None:
        facts.add_day("last_session", "Last session", day=last)
        facts.add("days_since", "Days since the last session", value=(today - last).days, unit="days")
        facts.add("sessions_ever", "Sessions in the log", value=len(span.trained))
    add_habit(facts, span)
    add_work(facts, span)
    add_strength(facts, span)
    add_body(facts, span)
    if plans:
        _add_next(facts, plans[0], every, profile, today=today, metrics=metrics)
    return facts.facts("standing", "Where you stand")


def _add_next(
    facts: FactList, plan: Plan, logs: Sequence[Log], profile: Profile, *, today: date, metrics: Sequence[Metric]
) -> None:
    """The next session, each exercise with its dose and load."""
    following = next_session(plan, logs, profile, today=today, metrics=metrics)
    facts.add("next_title", "Next session", value=following.title)
    facts.add("next_minutes", "Its length", value=following.estimated_minutes, unit="minutes")
    if following.deload:
        facts.add("deload", "This week", value="deload", explanation="Lighter on purpose.")
    for exercise in following.exercises:
        facts.add(
            f"next:{exercise.exercise_id}",
            exercise.name,
            value=_dose(exercise),
            explanation=exercise.why,
        )
        facts.add_weight(f"next_load:{exercise.exercise_id}", exercise.name, kg=exercise.load_kg)


def _dose(exercise: NextExercise) -> str:
    sets = "1 set" if exercise.sets == 1 else f"{exercise.sets} sets"
    if exercise.reps is None:
        return f"{sets} of {exercise.seconds} seconds"
    low, high = exercise.reps.min, exercise.reps.max
    return f"{sets} of {low} reps" if low == high else f"{sets} of {low} to {high} reps"

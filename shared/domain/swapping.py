"""Swapping an exercise of a plan for a safe substitute, with the reason written into the plan's changes."""

from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of
from shared.domain.plan import Change, Plan, PlannedExercise
from shared.domain.profile import Profile
from shared.domain.progression_rules import number, value
from shared.domain.session_time import session_minutes
from shared.domain.substitute import substitute


class NotInPlan(ValueError):
    """That day has no such exercise."""


class NoSubstitute(ValueError):
    """Nothing safe is left that trains the same; the text says so to the person."""


def swapped(plan: Plan, *, day: int, exercise_id: str, reason: str | None, profile: Profile, year: int) -> Plan:
    """The plan with a substitute in place of that exercise on every day it stands, `day` among them.

    Raises `NotInPlan` where that day has no such exercise, and `NoSubstitute`.
    """
    known = catalogue()
    if not any(one.day == day and any(e.exercise_id == exercise_id for e in one.exercises) for one in plan.days):
        raise NotInPlan(f"{exercise_id} is not planned on day {day}")
    out = known.get(exercise_id)
    constraints = constraints_of(profile, year=year)
    taken = frozenset(e.exercise_id for one in plan.days for e in one.exercises)
    found = substitute(out, constraints, taken=taken)
    if found is None:
        raise NoSubstitute("has no safe substitute with your equipment; remove it or change your profile")
    days = []
    for one in plan.days:
        exercises = [_replaced(e, found.exercise.id) if e.exercise_id == exercise_id else e for e in one.exercises]
        changed = one.model_copy(update={"exercises": exercises})
        days.append(changed.model_copy(update={"estimated_minutes": session_minutes(changed, known)}))
    why = f"{found.why} You asked for it{f': {reason.strip()}' if reason and reason.strip() else ''}."
    change = Change(rule="swap", what=f"{out.name} → {found.exercise.name}", why=why[:500])
    return plan.model_copy(update={"days": days, "changes": [*plan.changes, change]})


def _replaced(planned: PlannedExercise, exercise_id: str) -> PlannedExercise:
    """The same dose of another exercise; a hold keeps its seconds only where the other is a hold too."""
    new = catalogue().get(exercise_id)
    update: dict[str, object] = {
        "exercise_id": new.id,
        "name": new.name,
        "load_kg": None,
        "notes": new.cues[0] if new.cues else "",
    }
    if new.timed and planned.seconds is None:
        update |= {"reps": None, "seconds": int(number("P6.swap_seconds"))}
    if not new.timed and planned.reps is None:
        update |= {"seconds": None, "reps": dict(zip(("min", "max"), value("P6.swap_reps"), strict=True))}
    return PlannedExercise.model_validate(planned.model_dump() | update)

"""From a finished draft to the days of a plan."""

from shared.domain.plan import PlanDay, PlannedExercise, RepRange
from shared.domain.planning.draft import DayDraft, Pick, WeekDraft
from shared.domain.planning.words import focus_of, note


def render_day(week: WeekDraft, draft: DayDraft) -> PlanDay:
    """The day as it is kept and answered."""
    return PlanDay(
        day=draft.weekday,
        title=draft.title,
        focus=focus_of(draft.picks),
        estimated_minutes=max(round(week.seconds(draft) / 60), 1),
        warm_up=draft.warm_up,
        exercises=[_exercise(pick) for pick in draft.picks],
        cool_down=draft.cool_down,
        aerobic_minutes=draft.aerobic_minutes,
    )


def _exercise(pick: Pick) -> PlannedExercise:
    dose = pick.dose
    if dose is None:
        raise ValueError("a pick is settled before it is written")
    return PlannedExercise(
        exercise_id=pick.exercise.id,
        name=pick.exercise.name,
        sets=pick.sets,
        reps=None if dose.reps is None else RepRange(min=dose.reps[0], max=dose.reps[1]),
        seconds=dose.seconds,
        rpe=dose.rpe,
        rest_s=dose.rest_s,
        load_kg=pick.load_kg,
        superset=pick.superset,
        notes=note(pick.exercise, pick) if pick.notes is None else pick.notes,
    )

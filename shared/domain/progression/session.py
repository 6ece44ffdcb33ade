"""The next session put together: which day, which exercises still fit the person, and what to load for each."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shared.domain.analysis.performances import Performance, muscle_days, performances
from shared.domain.analysis.readiness import readiness_on
from shared.domain.analysis.wording import plain
from shared.domain.catalogue import Catalogue, Exercise
from shared.domain.catalogue import catalogue as shipped_catalogue
from shared.domain.constraints import Constraints, constraints_of
from shared.domain.local_time import local_day, zone
from shared.domain.log import Log
from shared.domain.metrics import Metric, body_weight_on
from shared.domain.plan import Plan, PlanDay, PlannedExercise
from shared.domain.plates import plates_for, rack_for, rack_of, warm_up_ramp
from shared.domain.profile import Profile
from shared.domain.progression.decision import Decision
from shared.domain.progression.deload import DeloadWeek, Evidence, deload_weeks, light_logs
from shared.domain.progression.fitting import Fitted, fit_day
from shared.domain.progression.loads import next_load
from shared.domain.progression.schedule import next_day, plan_start
from shared.domain.progression.shapes import NextExercise, NextSession, PreviousSet, WarmUpStep
from shared.domain.progression.situation import Layoff, Situation, layoff_of
from shared.domain.progression.unloaded import harder_variant, next_reps, next_seconds
from shared.domain.progression_rules import number, value
from shared.domain.session_time import session_seconds
from shared.domain.volume import weekly_range
from shared.domain.words import Muscle


@dataclass(frozen=True, slots=True)
class _Past:
    """Everything the log says that a decision needs."""

    histories: Mapping[str, Sequence[Performance]]
    muscles: Mapping[Muscle, Sequence[date]]
    weeks: Sequence[DeloadWeek]
    catalogue: Catalogue
    constraints: Constraints

    def layoff(self, exercise: Exercise, *, today: date) -> Layoff:
        return layoff_of((self.muscles.get(muscle, ()) for muscle in exercise.primary), today=today)


def next_session(
    plan: Plan,
    logs: Iterable[Log],
    profile: Profile,
    *,
    today: date,
    body_weight_kg: float | None = None,
    readiness: float | None = None,
    metrics: Sequence[Metric] = (),
    catalogue: Catalogue | None = None,
) -> NextSession:
    """The plan's next session with loads, warm-ups, plates and reasons, from the log alone.

    `today` is the date where the person lives. `body_weight_kg` and `readiness` (0 to 100) are taken from `metrics`
    where they are not given. The same log gives the same answer; no load is more than a tenth over the last one.
    """
    known = catalogue or shipped_catalogue()
    timezone = zone(profile.timezone)
    logs = list(logs)
    day = next_day(plan, logs, today=today)
    histories = performances(logs, timezone)
    evidence = Evidence(histories, metrics, known, profile.fitness_level)
    done_today = any(local_day(log.moment, timezone) == today for log in logs)
    session_day = today + timedelta(days=1) if done_today else today
    weeks = deload_weeks(plan, evidence, start=plan_start(plan, timezone), until=session_day)
    past = _Past(histories, muscle_days(histories, known), weeks, known, constraints_of(profile, year=today.year))
    measured = readiness_on(today, metrics) if readiness is None else None
    deload = next((week for week in weeks if session_day in week), None)
    situation = Situation(
        today=today,
        rack=rack_of(profile),
        units=profile.units,
        level=profile.fitness_level,
        plan_id=plan.id,
        deload=deload is not None,
        readiness=measured.score if measured else readiness,
        body_weight_kg=body_weight_kg if body_weight_kg is not None else body_weight_on(today, metrics),
    )
    return _assembled(plan, day, past, situation, deload)


def _assembled(plan: Plan, day: PlanDay, past: _Past, situation: Situation, deload: DeloadWeek | None) -> NextSession:
    cap = weekly_range(situation.level, plan.goal).cap
    fitted = fit_day(day, plan.days, past.catalogue, past.constraints, cap=cap)
    items = [_next_exercise(item, past, situation) for item in fitted.items]
    seen: set[str] = set()
    ramped: list[NextExercise] = []
    for item, fit in zip(items, fitted.items, strict=True):
        first = fit.exercise.kind in ("compound", "power") and fit.exercise.pattern not in seen
        seen |= {fit.exercise.pattern} if first else set()
        ramped.append(_with_ramp(item, fit.exercise, situation) if first else item)
    return NextSession(
        plan_id=plan.id,
        day=day.day,
        title=day.title,
        estimated_minutes=_minutes(day, ramped, past.catalogue),
        deload=situation.deload,
        exercises=ramped,
        notes=_session_notes(situation, deload),
        changes=fitted.changes,
    )


def _next_exercise(item: Fitted, past: _Past, situation: Situation) -> NextExercise:
    planned, exercise = item.planned, item.exercise
    situation = replace(situation, rack=rack_for(exercise, situation.rack))
    history = [p for p in past.histories.get(exercise.id, ()) if p.day <= situation.today + timedelta(days=1)]
    layoff = past.layoff(exercise, today=situation.today)
    decision = _decision(item, history, past=past, layoff=layoff, situation=situation)
    sets, rpe, tempered = _tempered(planned, exercise, layoff, situation)
    previous = history[-1].sets if history else ()
    why = " ".join(part for part in (item.why, decision.why, tempered) if part)
    load_kg = decision.load_kg
    barbell = exercise.load == "barbell" and load_kg is not None
    return NextExercise(
        exercise_id=exercise.id,
        name=exercise.name,
        sets=sets,
        reps=decision.reps,
        seconds=decision.seconds,
        rpe=rpe,
        rest_s=planned.rest_s,
        load_kg=load_kg,
        why=why,
        plates_kg=plates_for(load_kg, situation.rack) if barbell and load_kg is not None else [],
        previous=[PreviousSet(reps=s.reps, weight_kg=s.weight_kg, rpe=s.rpe, seconds=s.seconds) for s in previous],
        superset=planned.superset,
    )


def _decision(
    item: Fitted, history: Sequence[Performance], *, past: _Past, layoff: Layoff, situation: Situation
) -> Decision:
    planned, exercise = item.planned, item.exercise
    if exercise.kind == "mobility" and history:
        return Decision(None, planned.reps, planned.seconds, "Mobility stays as planned: easy and without strain.")
    harder = harder_variant(exercise, past.catalogue, past.constraints)
    if planned.reps is None:
        timed = [p for p in history if p.seconds]
        if timed:
            return next_seconds(planned, timed, harder=harder, layoff=layoff, situation=situation)
        return Decision(None, None, planned.seconds, _first_time(planned, exercise))
    loaded = [p for p in history if p.working_kg is not None]
    if loaded and (exercise.load != "bodyweight" or loaded[-1] is history[-1]):
        light = light_logs(loaded, past.weeks)
        return next_load(planned, loaded, light=light, exercise=exercise, layoff=layoff, situation=situation)
    counted = [p for p in history if p.reps]
    if counted and exercise.load in ("bodyweight", "band", "other"):
        return next_reps(planned, counted, harder=harder, layoff=layoff, situation=situation)
    return Decision(None, planned.reps, None, _first_time(planned, exercise))


def _first_time(planned: PlannedExercise, exercise: Exercise) -> str:
    effort = f"RPE {plain(planned.rpe)}" if planned.rpe is not None else "a few repetitions in reserve"
    goal = f"{planned.reps.min} to {planned.reps.max} reps" if planned.reps else f"{planned.seconds} seconds"
    if exercise.load == "bodyweight":
        return f"Nothing logged yet: no need to find your weight, your body is the load. Aim for {goal} at {effort}."
    if exercise.load == "band":
        return f"Nothing logged yet: find your weight by choosing a band that allows {goal} at {effort}."
    return f"No history yet: find your weight. Start light and add until {goal} feel like {effort}."


def _tempered(
    planned: PlannedExercise, exercise: Exercise, layoff: Layoff, situation: Situation
) -> tuple[int, float | None, str]:
    """Sets and effort after layoff, deload and readiness; the strictest of them holds, and each gives its reason."""
    sets, rpe, reasons = planned.sets, planned.rpe, []
    if layoff.sets < 1:
        sets = min(sets, _share(planned.sets, layoff.sets))
        rpe = _capped(rpe, number("P6.reonboard_rpe")) if layoff.first_week else rpe
        reasons.append(f"{sets} of {planned.sets} sets while you come back")
    if situation.deload:
        sets = min(sets, math.ceil(planned.sets * number("D3.sets")))
        rpe = _capped(rpe, number("D3.rpe"))
        reasons.append(f"{sets} of {planned.sets} sets and RPE {plain(rpe or 0)} at most in a deload")
    if situation.low_readiness:
        sets = min(sets, _share(planned.sets, value("H.low")["sets"]))
        rpe = _capped(rpe, value("H.low")["rpe"])
        reasons.append(f"{sets} of {planned.sets} sets and RPE {plain(rpe or 0)} at most on a day of low readiness")
    elif situation.middling_readiness:
        rpe = None if rpe is None else min(rpe, (planned.rpe or 0) + value("H.middle")["rpe"])
        accessory = exercise.kind == "isolation"
        sets = min(sets, max(planned.sets + value("H.middle")["accessory_sets"], 1)) if accessory else sets
        reasons.append(
            "one RPE point in reserve" + (" and a set less" if accessory else "") + ", as readiness is middling"
        )
    text = "; ".join(reasons)
    return sets, rpe, f"{text[:1].upper()}{text[1:]}." if text else ""


def _share(sets: int, share: float) -> int:
    return max(int(sets * share + 0.5), 1)


def _capped(rpe: float | None, cap: float) -> float:
    return cap if rpe is None else min(rpe, cap)


def _with_ramp(item: NextExercise, exercise: Exercise, situation: Situation) -> NextExercise:
    if item.load_kg is None or item.load_kg <= 0 or exercise.load in ("bodyweight", "band"):
        return item
    rack = rack_for(exercise, situation.rack)
    bar = exercise.load == "barbell"
    steps = [
        WarmUpStep(weight_kg=s.weight_kg, reps=s.reps, plates_kg=plates_for(s.weight_kg, rack) if bar else [])
        for s in warm_up_ramp(item.load_kg, load=exercise.load, rack=rack)
    ]
    return item.model_copy(update={"warm_up": steps})


def _minutes(day: PlanDay, items: Sequence[NextExercise], catalogue: Catalogue) -> int:
    if not items:
        return 0
    planned = [
        PlannedExercise(
            exercise_id=item.exercise_id,
            name=item.name,
            sets=item.sets,
            reps=item.reps,
            seconds=item.seconds,
            rest_s=item.rest_s,
            superset=item.superset,
        )
        for item in items
    ]
    return math.ceil(session_seconds(day.model_copy(update={"exercises": planned}), catalogue) / 60)


def _session_notes(situation: Situation, deload: DeloadWeek | None) -> list[str]:
    notes = []
    if deload is not None and deload.kind == "planned":
        notes.append("Deload week, as the plan foresees: fewer sets, lighter loads, the same exercises.")
    elif deload is not None:
        notes.append(
            f"Deload week, because {' and '.join(deload.signs)}: fewer sets, lighter loads, the same exercises."
        )
    if situation.low_readiness:
        notes.append("Readiness is low today: a short, easy session or mobility work are both fine. It is your choice.")
    return notes

"""Deload weeks: those the plan foresees, and those that the log calls for (rules D1 to D4).

There is no hidden state: the weeks are worked out from the plan's first day on, each time from the same log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Literal

from shared.domain.analysis.performances import Performance, best_estimate
from shared.domain.analysis.readiness import hrv_z_on, readiness_on
from shared.domain.catalogue import Catalogue
from shared.domain.metrics import Metric, body_weight_on
from shared.domain.plan import Plan
from shared.domain.progression.schedule import plan_week
from shared.domain.progression_rules import number, value
from shared.domain.words import Level


@dataclass(frozen=True, slots=True)
class DeloadWeek:
    """Seven easier days from `start`; `signs` say what called for one that the plan did not foresee."""

    start: date
    kind: Literal["planned", "triggered"]
    signs: tuple[str, ...] = ()

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.start + timedelta(days=int(number("D.days")))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What may call for a deload: every exercise's sessions and the daily metrics."""

    histories: Mapping[str, Sequence[Performance]]
    metrics: Sequence[Metric]
    catalogue: Catalogue
    level: Level


def deload_weeks(plan: Plan, evidence: Evidence, *, start: date, until: date) -> list[DeloadWeek]:
    """Every deload from the plan's first day `start` to `until`, oldest first, none within 21 days of another."""
    weeks: list[DeloadWeek] = []
    for day in sorted({*_planned_starts(plan, start=start, until=until), *_days_with_news(evidence, start, until)}):
        if any(day in week for week in weeks):
            continue
        found = _deload_from(day, plan, evidence, weeks, start=start)
        if found is not None:
            weeks.append(found)
    return weeks


def light_logs(history: Sequence[Performance], weeks: Sequence[DeloadWeek]) -> frozenset[str]:
    """Ids of the logs in which this exercise was done lighter because of a deload; a full load ignores the deload."""
    light: set[str] = set()
    full_kg: float | None = None
    for performance in history:
        in_deload = any(performance.day in week for week in weeks)
        if in_deload and (full_kg is None or (performance.working_kg or 0.0) < full_kg):
            light.add(performance.log_id)
        else:
            full_kg = performance.working_kg
    return frozenset(light)


def signs_of_fatigue(day: date, evidence: Evidence, *, easy: Sequence[DeloadWeek] = ()) -> list[str]:
    """What on the morning of `day` speaks for a deload, each as part of a sentence (rule D2)."""
    signs = [
        _strength_down(day, evidence, easy),
        _effort_up(day, evidence, easy),
        _hooper_up(day, evidence.metrics),
        _hrv_down(day, evidence.metrics),
        _readiness_low(day, evidence.metrics),
        _sleep_short(day, evidence.metrics),
    ]
    return [sign for sign in signs if sign is not None]


def _deload_from(
    day: date, plan: Plan, evidence: Evidence, weeks: Sequence[DeloadWeek], *, start: date
) -> DeloadWeek | None:
    if weeks and (day - weeks[-1].start).days < number("D4.apart_days"):
        return None
    if (day - start).days % 7 == 0 and plan_week(plan, day, start=start) in plan.deload_weeks:
        return DeloadWeek(day, "planned")
    signs = signs_of_fatigue(day, evidence, easy=weeks)
    return DeloadWeek(day, "triggered", tuple(signs)) if len(signs) >= number("D2.signs") else None


def _planned_starts(plan: Plan, *, start: date, until: date) -> list[date]:
    if not plan.deload_weeks:
        return []
    mondays = (start + timedelta(weeks=week) for week in range(max((until - start).days, 0) // 7 + 1))
    return [day for day in mondays if plan_week(plan, day, start=start) in plan.deload_weeks]


def _days_with_news(evidence: Evidence, start: date, until: date) -> set[date]:
    """The mornings on which something new is known: the day after a session, and the day of a measurement."""
    trained = {p.day + timedelta(days=1) for history in evidence.histories.values() for p in history}
    return {day for day in trained | {m.date for m in evidence.metrics} if start <= day <= until}


def _main_lifts(day: date, evidence: Evidence, easy: Sequence[DeloadWeek]) -> Iterable[tuple[str, list[Performance]]]:
    """Each main lift's sessions of the four weeks before `day`, outside deloads; only lifts done in the last two."""
    first = day - timedelta(days=int(number("D2.best_days")))
    for key, history in evidence.histories.items():
        exercise = evidence.catalogue.exercises.get(key)
        if exercise is None or exercise.kind != "compound" or exercise.load == "bodyweight":
            continue
        recent = [p for p in history if first <= p.day < day and not any(p.day in week for week in easy)]
        if recent and (day - recent[-1].day).days <= number("P5.stale_days"):
            yield key, recent


def _strength_down(day: date, evidence: Evidence, easy: Sequence[DeloadWeek]) -> str | None:
    fallen = 0
    for key, recent in _main_lifts(day, evidence, easy):
        if len(recent) < 3 or _had_a_break(recent):
            continue
        exercise = evidence.catalogue.exercises.get(key)
        weight_kg = body_weight_on(day, evidence.metrics)
        found = [best_estimate(p, exercise, level=evidence.level, body_weight_kg=weight_kg) for p in recent]
        kgs = [estimate.kg for estimate in found if estimate is not None]
        limit = (1 - number("D2.e1rm_drop")) * max(kgs, default=0.0)
        fallen += len(kgs) >= 3 and kgs[-1] <= limit and kgs[-2] <= limit
    return f"estimated strength is down on {fallen} main lifts" if fallen >= number("D2.lifts") else None


def _had_a_break(recent: Sequence[Performance]) -> bool:
    """After a layoff the loads are lower on purpose, which is no sign of fatigue."""
    return any((after.day - before.day).days > number("P5.stale_days") for before, after in pairwise(recent))


def _effort_up(day: date, evidence: Evidence, easy: Sequence[DeloadWeek]) -> str | None:
    rises = []
    for _, recent in _main_lifts(day, evidence, easy):
        last = recent[-1]
        same = [p for p in recent[:-1] if p.working_kg == last.working_kg and p.reps and p.efforts]
        same = [p for p in same if last.reps and fmean(last.reps) <= fmean(p.reps)]
        if last.efforts and same and last.working_kg is not None:
            rises.append(fmean(last.efforts) - fmean(fmean(p.efforts) for p in same))
    up = bool(rises) and fmean(rises) >= number("D2.rpe_rise")
    return "the same loads felt at least a full RPE point harder" if up else None


def _hooper_up(day: date, metrics: Sequence[Metric]) -> str | None:
    rule = value("D2.hooper")
    known = [(m.date, m.hooper) for m in metrics if m.hooper is not None and m.date <= day]
    if len(known) < rule["of"] * 2:
        return None
    scores = [score for _, score in known]
    limit, first = fmean(scores) + rule["sd"] * pstdev(scores), day - timedelta(days=rule["of"] - 1)
    high = sum(1 for when, score in known if when >= first and score >= limit > min(scores))
    return f"you felt worse than usual on {high} of {rule['of']} days" if high >= rule["days"] else None


def _hrv_down(day: date, metrics: Sequence[Metric]) -> str | None:
    needed = int(number("D2.hrv_days"))
    values = [hrv_z_on(day - timedelta(days=back), metrics) for back in range(needed)]
    low = all(z is not None and z < -value("H.hrv")["swc_sd"] for z in values)
    return f"heart rate variability has been under your baseline for {needed} days" if low else None


def _readiness_low(day: date, metrics: Sequence[Metric]) -> str | None:
    rule = value("D2.readiness")
    scores = [readiness_on(day - timedelta(days=back), metrics) for back in range(rule["of"])]
    low = sum(1 for found in scores if found is not None and found.score < rule["below"])
    return f"readiness was low on {low} of {rule['of']} days" if low >= rule["days"] else None


def _sleep_short(day: date, metrics: Sequence[Metric]) -> str | None:
    rule = value("D2.sleep")
    first = day - timedelta(days=rule["of"] - 1)
    short = sum(1 for m in metrics if first <= m.date <= day and m.sleep_h is not None and m.sleep_h < rule["below_h"])
    return (
        f"you slept under {rule['below_h']} hours on {short} of {rule['of']} nights" if short >= rule["days"] else None
    )

"""Deload weeks: those the plan foresees, and those that the log calls for (rules D1 to D4).

There is no hidden state: the weeks are worked out from the plan's first day on, each time from the same log.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Literal

from shared.domain.analysis.performances import Performance, best_estimate
from shared.domain.analysis.readiness import hrv_z_on, readiness_on
from shared.domain.catalogue import Catalogue
from shared.domain.metrics import Metric
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
class _MainLift:
    """One lift's sessions, their days and best estimates, all of one length and oldest first."""

    history: Sequence[Performance]
    days: Sequence[date]
    kgs: Sequence[float | None]

    def before(self, day: date, easy: Sequence[DeloadWeek]) -> "_MainLift | None":
        """The four weeks before `day` without deloads; None where the lift was not done in the last two."""
        first = bisect_left(self.days, day - timedelta(days=int(number("D2.best_days"))))
        last = bisect_left(self.days, day)
        kept = [i for i in range(first, last) if not any(self.days[i] in week for week in easy)]
        if not kept or (day - self.days[kept[-1]]).days > number("P5.stale_days"):
            return None
        return _MainLift([self.history[i] for i in kept], [self.days[i] for i in kept], [self.kgs[i] for i in kept])

    @property
    def was_interrupted(self) -> bool:
        """After a layoff the loads are lower on purpose, which is no sign of fatigue."""
        return any((after - before).days > number("P5.stale_days") for before, after in pairwise(self.days))


@dataclass(frozen=True)
class Evidence:
    """What may call for a deload: every exercise's sessions and the daily metrics.

    What is derived is kept, because every morning since the plan began asks for it; hence no slots.
    """

    histories: Mapping[str, Sequence[Performance]]
    metrics: Sequence[Metric]
    catalogue: Catalogue
    level: Level

    @cached_property
    def main_lifts(self) -> list[_MainLift]:
        """Compound lifts with an outside load."""
        found = []
        for key, history in self.histories.items():
            exercise = self.catalogue.exercises.get(key)
            if exercise is not None and exercise.kind == "compound" and exercise.load != "bodyweight":
                estimates = [best_estimate(p, exercise, level=self.level, body_weight_kg=None) for p in history]
                kgs = [None if estimate is None else estimate.kg for estimate in estimates]
                found.append(_MainLift(history, [p.day for p in history], kgs))
        return found

    @cached_property
    def _mornings(self) -> tuple[list[date], list[Metric]]:
        ordered = sorted(self.metrics, key=lambda metric: metric.date)
        return [metric.date for metric in ordered], ordered

    def metrics_until(self, day: date) -> list[Metric]:
        """The metrics that a baseline on `day` rests on: of the ten weeks that end with it."""
        days, ordered = self._mornings
        return ordered[bisect_left(days, day - timedelta(days=number("D2.baseline_days"))) : bisect_right(days, day)]


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
    lifts = [recent for lift in evidence.main_lifts if (recent := lift.before(day, easy)) is not None]
    metrics = evidence.metrics_until(day)
    signs = [
        _strength_down(lifts),
        _effort_up(lifts),
        _hooper_up(day, metrics),
        _hrv_down(day, metrics),
        _readiness_low(day, metrics),
        _sleep_short(day, metrics),
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


def _strength_down(lifts: Sequence[_MainLift]) -> str | None:
    fallen = 0
    for lift in lifts:
        kgs = [kg for kg in lift.kgs if kg is not None]
        if len(kgs) < number("D2.fewest_sessions") or lift.was_interrupted:
            continue
        limit = (1 - number("D2.e1rm_drop")) * max(kgs)
        fallen += kgs[-1] <= limit and kgs[-2] <= limit
    return f"estimated strength is down on {fallen} main lifts" if fallen >= number("D2.lifts") else None


def _effort_up(lifts: Sequence[_MainLift]) -> str | None:
    rises = []
    for lift in lifts:
        last = lift.history[-1]
        if not last.efforts or not last.reps or last.working_kg is None:
            continue
        same = [p for p in lift.history[:-1] if p.working_kg == last.working_kg and p.reps and p.efforts]
        same = [p for p in same if fmean(last.reps) <= fmean(p.reps)]
        if same:
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
    if sum(1 for metric in metrics if (day - metric.date).days < rule["of"]) < rule["days"]:
        return None
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

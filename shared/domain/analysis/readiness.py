"""How ready a person is today, from what they measured: heart rate variability, pulse, sleep, how they feel.

Weights of our own; zones as WHOOP draws them. It tempers a session and never blocks it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, pstdev
from typing import Literal

from shared.domain.metrics import Metric
from shared.domain.progression_rules import number, value

Zone = Literal["high", "middle", "low"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A score of 0 to 100, and the summed weight of the inputs it rests on (1 when all were present)."""

    score: float
    confidence: float

    @property
    def zone(self) -> Zone:
        """High from 67, low under 34."""
        high, middle = value("H.zones")
        return "high" if self.score >= high else "middle" if self.score >= middle else "low"


def readiness_score(
    *,
    hrv_z: float | None = None,
    resting_hr_z: float | None = None,
    sleep: float | None = None,
    hooper: float | None = None,
) -> Readiness | None:
    """The weighted mean of what is present; None where that is too little.

    `hrv_z` and `resting_hr_z` are standard deviations from the person's baseline, `sleep` a score of 0 to 100, `hooper`
    the index from 5 (best) to 35.
    """
    weights, scale = value("H.weights"), value("H.score")
    middle, per_sd, (best, worst) = scale["middle"], scale["per_sd"], scale["hooper"]
    inputs = {
        "hrv": None if hrv_z is None else middle + per_sd * hrv_z,
        "resting_hr": None if resting_hr_z is None else middle - per_sd * resting_hr_z,
        "sleep": sleep,
        "subjective": None if hooper is None else 100 - (hooper - best) / (worst - best) * 100,
    }
    present = {name: min(max(score, 0.0), 100.0) for name, score in inputs.items() if score is not None}
    confidence = sum(weights[name] for name in present)
    if not present or confidence < number("H.confidence_min"):
        return None
    return Readiness(sum(weights[name] * score for name, score in present.items()) / confidence, confidence)


def readiness_on(day: date, metrics: Iterable[Metric]) -> Readiness | None:
    """Readiness on `day` from that day's values against the weeks before; None where too little is known."""
    by_day = {metric.date: metric for metric in metrics if metric.date <= day}
    today = by_day.get(day)
    sleep = None if today is None or today.sleep_h is None else today.sleep_h / number("H.sleep_full_h") * 100
    return readiness_score(
        hrv_z=hrv_z_on(day, by_day.values()),
        resting_hr_z=_resting_hr_z(day, by_day.values()),
        sleep=sleep,
        hooper=None if today is None else today.hooper,
    )


def hrv_z_on(day: date, metrics: Iterable[Metric]) -> float | None:
    """Seven-day mean of ln(HRV) against the baseline that ended the day before, in standard deviations (Plews 2014).

    Only values of the newest value's kind are used: SDNN and rMSSD never share a baseline.
    """
    known = sorted(((m.date, m.hrv_kind, math.log(m.hrv_ms)) for m in metrics if m.hrv_ms), key=lambda item: item[0])
    known = [item for item in known if item[0] <= day]
    if not known:
        return None
    kind = known[-1][1]
    return _z(day, [(when, logged) for when, found, logged in known if found == kind])


def _resting_hr_z(day: date, metrics: Iterable[Metric]) -> float | None:
    return _z(day, [(m.date, m.resting_hr) for m in metrics if m.resting_hr is not None])


def _z(day: date, values: Sequence[tuple[date, float]]) -> float | None:
    spans = value("H.hrv")
    week_from = day - timedelta(days=spans["days"] - 1)
    baseline_from = week_from - timedelta(days=spans["baseline"])
    week = [x for when, x in values if week_from <= when <= day]
    baseline = [x for when, x in values if baseline_from <= when < week_from]
    if len(week) < spans["valid"] or len(baseline) < spans["baseline_valid"]:
        return None
    spread = pstdev(baseline)
    return (fmean(week) - fmean(baseline)) / spread if spread > 0 else None

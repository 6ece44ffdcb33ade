"""What a person measures about themselves on a day: body weight, resting heart rate, sleep and the like."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.domain.words import Day, KeptId, Shape

MeasurementName = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
MeasurementCm = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]


class Metric(Shape):
    """The values of one day; at least one of them is given.

    `hrv_kind` keeps Apple's SDNN and the rMSSD of other devices apart, never mixed in one baseline. `hooper` is the sum
    of sleep, soreness, fatigue, mood and stress, each from 1 (best) to 7.
    """

    date: Day
    weight_kg: Annotated[float, Field(ge=20, le=400, allow_inf_nan=False)] | None = None
    body_fat_pct: Annotated[float, Field(ge=1, le=75, allow_inf_nan=False)] | None = None
    resting_hr: Annotated[float, Field(ge=20, le=220, allow_inf_nan=False, description="beats a minute")] | None = None
    hrv_ms: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = None
    hrv_kind: Literal["rmssd", "sdnn"] | None = None
    sleep_h: Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)] | None = None
    hooper: Annotated[int, Field(ge=5, le=35)] | None = None
    measurements_cm: Annotated[dict[MeasurementName, MeasurementCm], Field(max_length=30)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        values = (self.weight_kg, self.body_fat_pct, self.resting_hr, self.hrv_ms, self.sleep_h, self.hooper)
        if all(value is None for value in values) and not self.measurements_cm:
            raise ValueError("a metric needs at least one value")
        return self


class KeptMetric(Metric):
    """A metric as it is stored and answered."""

    id: KeptId


def body_weights(metrics: Iterable[Metric]) -> Callable[[dt.date], float | None]:
    """The last body weight measured on or before a day, in kilograms; None before the first."""
    known = sorted(((m.date, m.weight_kg) for m in metrics if m.weight_kg is not None), key=lambda pair: pair[0])
    days = [day for day, _ in known]

    def on(day: dt.date) -> float | None:
        before = bisect_right(days, day)
        return known[before - 1][1] if before else None

    return on


def body_weight_on(day: dt.date, metrics: Iterable[Metric]) -> float | None:
    """The last body weight measured on or before `day`, in kilograms; None where there is none."""
    return body_weights(metrics)(day)

"""Estimated one-repetition maximum: the published formulas, the RPE table, and which of them may be trusted when.

Formulas as collected at http://startingstrength.com/resources/forum/showthread.php?t=33294; the RPE table is
Tuchscherer's, a function of effective reps n = reps + (10 - RPE) alone.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from shared.domain.log import LoggedSet
from shared.domain.progression_rules import number, value
from shared.domain.words import Level

Confidence = Literal["normal", "low"]
Method = Literal["rpe_table", "epley"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """An e1RM in kilograms (body weight included where the lift moves it), how it was made and how far to trust it."""

    kg: float
    method: Method
    confidence: Confidence


def epley(weight_kg: float, reps: float) -> float:
    """w(1 + r/30); a single is its own maximum."""
    return weight_kg if reps == 1 else weight_kg * (1 + reps / 30)


def brzycki(weight_kg: float, reps: float) -> float:
    """36w/(37 - r); defined below 37 reps, raises ValueError from there on."""
    if reps >= 37:
        raise ValueError("Brzycki's formula ends below 37 reps")
    return 36 * weight_kg / (37 - reps)


def lombardi(weight_kg: float, reps: float) -> float:
    """w * r^0.10."""
    return float(weight_kg * reps**0.10)


def mayhew(weight_kg: float, reps: float) -> float:
    """100w / (52.2 + 41.9 e^(-0.055r))."""
    return 100 * weight_kg / (52.2 + 41.9 * math.exp(-0.055 * reps))


def wathan(weight_kg: float, reps: float) -> float:
    """100w / (48.8 + 53.8 e^(-0.075r))."""
    return 100 * weight_kg / (48.8 + 53.8 * math.exp(-0.075 * reps))


def oconner(weight_kg: float, reps: float) -> float:
    """w(1 + 0.025r)."""
    return weight_kg * (1 + 0.025 * reps)


def lander(weight_kg: float, reps: float) -> float:
    """100w / (101.3 - 2.67123r); defined below 37 reps, raises ValueError from there on."""
    if reps >= 37:
        raise ValueError("Lander's formula ends below 37 reps")
    return 100 * weight_kg / (101.3 - 2.67123 * reps)


FORMULAS: Mapping[str, Callable[[float, float], float]] = MappingProxyType(
    {
        "epley": epley,
        "brzycki": brzycki,
        "lombardi": lombardi,
        "mayhew": mayhew,
        "wathan": wathan,
        "oconner": oconner,
        "lander": lander,
    }
)


@functools.cache
def _rpe_table() -> Mapping[float, float]:
    return MappingProxyType({float(reps): float(percent) for reps, percent in value("E1.rpe_table").items()})


def percent_of_1rm(effective_reps: float) -> float | None:
    """Percent of the 1RM that allows `effective_reps` to failure; None outside the table (1 to 16).

    Between two half steps of the table it is interpolated.
    """
    table = _rpe_table()
    if effective_reps in table:
        return table[effective_reps]
    for low, high in pairwise(table):
        if low < effective_reps < high:
            share = (effective_reps - low) / (high - low)
            return table[low] + share * (table[high] - table[low])
    return None


def load_for(e1rm_kg: float, reps: float, *, rpe: float) -> float | None:
    """Unrounded kilograms for `reps` at `rpe`; None where the table says nothing (more than 16 effective reps)."""
    percent = percent_of_1rm(reps + 10 - rpe)
    return None if percent is None else e1rm_kg * percent / 100


def moved_kg(lifted: LoggedSet, *, body_weight_kg: float | None = None, factor: float | None = None) -> float | None:
    """What a set moved: the weight, plus `factor` of the body weight for lifts that move it (rule E5).

    None where that is unknown: no weight, or a body-weight lift of a person whose weight is unknown.
    """
    if factor is None:
        return lifted.weight_kg if lifted.weight_kg is not None and lifted.weight_kg > 0 else None
    if body_weight_kg is None:
        return None
    return body_weight_kg * factor + (lifted.weight_kg or 0.0)


def e1rm_kg(
    lifted: LoggedSet, *, level: Level, body_weight_kg: float | None = None, factor: float | None = None
) -> Estimate | None:
    """Estimated one-repetition maximum, or None where it would mislead.

    Reps in reserve (10 - RPE) count as if done; without a usable RPE Epley's formula stands in. Warm-ups, timed and
    assisted sets, sets without a known load, and more than twelve reps give None. `factor` is the share of body weight
    a body-weight lift moves; pass None for lifts with an outside load.
    """
    reps = lifted.reps
    assisted = lifted.weight_kg is not None and lifted.weight_kg < 0
    if lifted.kind == "warm_up" or lifted.seconds or assisted or not reps or reps > number("E1.reps_max"):
        return None
    load = moved_kg(lifted, body_weight_kg=body_weight_kg, factor=factor)
    if load is None:
        return None
    confidence: Confidence = "normal" if reps <= number("E1.sure_reps_max") else "low"
    trusted_from = number("E3.beginner_rpe_from" if level == "beginner" else "E1.rpe_from")
    if lifted.rpe is not None and lifted.rpe >= trusted_from:
        percent = percent_of_1rm(reps + 10 - lifted.rpe)
        if percent is not None:
            return Estimate(kg=load / (percent / 100), method="rpe_table", confidence=confidence)
    return Estimate(kg=epley(load, reps), method="epley", confidence=confidence)

"""Cells to numbers in Vigor's units and within its limits: kilograms, whole reps, seconds, metres, RPE in halves."""

import re
from dataclasses import dataclass
from typing import Any

from shared.domain.history.report import Report, RowRefused, quoted
from shared.domain.words import Units

KG_PER_LB = 0.45359237
METRES = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metres": 1.0, "km": 1000.0, "kms": 1000.0, "kilometers": 1000.0,
    "mi": 1609.344, "mile": 1609.344, "miles": 1609.344, "ft": 0.3048, "feet": 0.3048, "yd": 0.9144, "yards": 0.9144,
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?", re.IGNORECASE | re.ASCII)
_DURATION = re.compile(
    r"(?:(\d+)\s*h(?:r|rs|ours?)?)?\s*(?:(\d+)\s*m(?:in|ins|inutes?)?)?\s*(?:(\d+)\s*s(?:ec|ecs|econds?)?)?", re.ASCII
)
_LEAST_KG, _MOST_KG = -300.0, 1000.0
_MOST_REPS = 1000
_MOST_SECONDS = 86_400.0
_MOST_METRES = 1_000_000.0


def unit_named(text: str) -> Units | None:
    """The unit of weight that a header or a cell names ("weight kgs", "lbs"), or None."""
    words = set(re.findall(r"[a-z]+", text.casefold()))
    if words & {"kg", "kgs", "kilogram", "kilograms"}:
        return "kg"
    return "lb" if words & {"lb", "lbs", "pound", "pounds"} else None


def number(text: str, what: str) -> float | None:
    """The number a cell holds, None where it is blank; a comma is a decimal comma unless a point stands there too.

    Raises `RowRefused` for anything else, infinity and not-a-number included.
    """
    bare = re.sub(r"(?<=\d)[\s'’](?=\d{3})", "", text.strip().replace("−", "-"))
    if not bare:
        return None
    if not bare.isascii():
        bare = "".join(str(int(char)) if char.isdecimal() else char for char in bare)
    if "," in bare:
        if "." in bare or bare.count(",") > 1:
            decimal = "," if "." in bare and bare.rfind(",") > bare.rfind(".") else "."
            bare = bare.replace("." if decimal == "," else ",", "")
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise RowRefused(f"The {what} {quoted(text)} is not a number.")
    return float(bare)


def seconds_of(text: str, what: str) -> float | None:
    """A duration written as seconds, as h:mm:ss or mm:ss, or as "1h 43m"; None where blank; raises `RowRefused`."""
    bare = text.strip().casefold()
    if not bare:
        return None
    if ":" in bare:
        parts = bare.split(":")
        if len(parts) > 3 or not all(re.fullmatch(r"\d+(?:[.,]\d+)?", part, re.ASCII) for part in parts):
            raise RowRefused(f"The {what} {quoted(text)} is not a duration.")
        total = 0.0
        for part in parts:
            total = total * 60 + float(part.replace(",", "."))
        return total
    spelled = _DURATION.fullmatch(bare)
    if spelled is not None and any(spelled.groups()):
        hours, minutes, seconds = (int((part or "0")[:9]) for part in spelled.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    return number(bare, what)


@dataclass(slots=True)
class Reading:
    """The cells of one row, read; what had to be changed is noted in the report, what cannot be raises `RowRefused`."""

    report: Report
    line: int

    def weight_kg(self, text: str, unit: Units | None) -> float | None:
        """Kilograms, negative for assistance; None where blank or zero, which apps write for "no weight"."""
        value = number(text, "weight")
        if not value:
            return None
        kg = value * KG_PER_LB if unit == "lb" else value
        if not _LEAST_KG <= kg <= _MOST_KG:
            raise RowRefused(f"The weight {quoted(text)} is outside {_LEAST_KG:g} to {_MOST_KG:g} kg.")
        return round(kg, 3)

    def reps(self, text: str) -> int | None:
        """Whole repetitions, a fraction rounded down; None where blank or zero."""
        value = number(text, "number of reps")
        if not value:
            return None
        if not 0 <= value <= _MOST_REPS:
            raise RowRefused(f"The number of reps {quoted(text)} is outside 0 to {_MOST_REPS}.")
        if value != int(value):
            self.report.note(self.line, f"Reps {quoted(text)} were rounded down to {int(value)}.")
        return int(value) or None

    def seconds(self, text: str) -> float | None:
        """Seconds; None where blank or zero."""
        value = seconds_of(text, "time")
        if not value:
            return None
        if not 0 <= value <= _MOST_SECONDS:
            raise RowRefused(f"The time {quoted(text)} is outside 0 to {_MOST_SECONDS:g} seconds.")
        return value

    def metres(self, text: str, factor: float) -> float | None:
        """Metres, `factor` of them in a unit of the file; None where blank or zero."""
        value = number(text, "distance")
        if not value:
            return None
        metres = value * factor
        if not 0 <= metres <= _MOST_METRES:
            raise RowRefused(f"The distance {quoted(text)} is outside 0 to {_MOST_METRES / 1000:g} km.")
        return round(metres, 3)

    def rpe(self, text: str, *, reserve: str = "") -> float | None:
        """RPE in halves, or 10 less the reps in `reserve`. An unreadable one is noted and left out: the set still
        counts."""
        try:
            value = number(text, "RPE") or None
            spare = number(reserve, "reps in reserve")
        except RowRefused as refused:
            self.report.note(self.line, f"{refused} The set was kept without it.")
            return None
        if value is None and spare is not None:
            value = 10 - spare
        if value is None:
            return None
        if not 0 <= value <= 10:
            self.report.note(
                self.line, f"RPE {quoted(text or reserve)} is outside 0 to 10. The set was kept without it."
            )
            return None
        return round(value * 2) / 2


def measured(
    *, kind: str, reps: int | None, weight_kg: float | None, seconds: float | None, distance_m: float | None
) -> dict[str, Any]:
    """The fields of a set that was done. Raises `RowRefused` where nothing says that it was: a planned row has no
    values, or a weight alone."""
    if reps is None and seconds is None and distance_m is None:
        lacking = "no values" if weight_kg is None else "a weight but no reps, time or distance"
        raise RowRefused(f"The row has {lacking}: planned, not done.")
    return {"kind": kind, "reps": reps, "weight_kg": weight_kg, "seconds": seconds, "distance_m": distance_m}

"""How numbers of the log are put into a sentence: weights in the person's units, sets, dates."""

from collections.abc import Sequence
from datetime import date

from shared.domain.analysis.performances import Performance
from shared.domain.words import KG_PER_LB, Units


def plain(number: float, places: int = 2) -> str:
    """A number without needless zeros: 60, 62.5, 61.25."""
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight(kg: float, units: Units) -> str:
    """A weight in the person's own unit."""
    return f"{plain(kg)} kg" if units == "kg" else f"{plain(kg / KG_PER_LB, 1)} lb"


def load_words(kg: float, units: Units) -> str:
    """A load, or for a negative one how much the machine helps."""
    return weight(kg, units) if kg >= 0 else f"{weight(-kg, units)} of assistance"


def day_words(day: date) -> str:
    """12 May."""
    return f"{day.day} {day:%B}"


def listed(values: Sequence[float]) -> str:
    """3 × 8 where all are alike, otherwise 8, 8, 7."""
    if len(values) > 1 and len(set(values)) == 1:
        return f"{len(values)} × {plain(values[0])}"
    return ", ".join(plain(value) for value in values)


def done_words(performance: Performance, units: Units) -> str:
    """3 × 8 reps at 60 kg, RPE 8, on 12 May."""
    return f"{sets_words(performance, units)}, on {day_words(performance.day)}"


def sets_words(performance: Performance, units: Units) -> str:
    """3 × 8 reps at 60 kg, RPE 8."""
    counted = performance.reps
    text = f"{listed(counted)} reps" if counted else f"{listed(performance.seconds)} seconds"
    if performance.working_kg is not None:
        text += f" at {load_words(performance.working_kg, units)}"
    if performance.efforts:
        low, high = min(performance.efforts), max(performance.efforts)
        text += f", RPE {plain(low)}" if low == high else f", RPE {plain(low)} to {plain(high)}"
    return text

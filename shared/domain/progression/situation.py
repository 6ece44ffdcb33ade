"""What surrounds a decision about one exercise: the day, equipment, deload, readiness, and how long muscles rested."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from shared.domain.plates import Rack
from shared.domain.progression_rules import number, value
from shared.domain.words import Level, Units


@dataclass(frozen=True, slots=True)
class Layoff:
    """A break of `days` since the muscle last worked, and its cost; `first_week` marks the week after a long one."""

    days: int | None
    cut: float
    sets: float
    first_week: bool

    @property
    def repeats(self) -> bool:
        """Whether the break is long enough to repeat the last session and short enough to keep its load."""
        return self.days is not None and self.cut == 0 and self.days >= number("P6.repeat_from_days")


@dataclass(frozen=True, slots=True)
class Situation:
    """The session's circumstances, the same for all its exercises. `readiness` is 0 to 100, None where not measured."""

    today: date
    rack: Rack
    units: Units
    level: Level
    plan_id: str
    deload: bool
    readiness: float | None
    body_weight_kg: float | None

    @property
    def low_readiness(self) -> bool:
        """Whether readiness is so low that nothing rises and sets are cut."""
        return self.readiness is not None and self.readiness < value("H.zones")[1]

    @property
    def middling_readiness(self) -> bool:
        """Whether readiness asks for a little in reserve."""
        return self.readiness is not None and not self.low_readiness and self.readiness < value("H.zones")[0]


def layoff_of(trained: Iterable[Sequence[date]], *, today: date) -> Layoff:
    """The longest break among the muscles of an exercise, whose training days are given one list a muscle (rule P6)."""
    days: int | None = None
    first_week = False
    long_from = max(step["from"] for step in value("P6.layoff"))
    for dates in trained:
        before = [day for day in dates if day <= today]
        if not before:
            continue
        rested = (today - before[-1]).days
        days = rested if days is None else max(days, rested)
        first_week = first_week or _returned_lately(before, today=today, long_from=long_from)
    step = next((s for s in reversed(value("P6.layoff")) if days is not None and days >= s["from"]), None)
    longest = value("P6.layoff")[-1]
    is_long = step is longest
    if first_week and step is None:
        return Layoff(days=days, cut=0.0, sets=longest["sets"], first_week=True)
    if step is None:
        return Layoff(days=days, cut=0.0, sets=1.0, first_week=False)
    return Layoff(days=days, cut=step["cut"], sets=step["sets"], first_week=is_long)


def _returned_lately(days: Sequence[date], *, today: date, long_from: int) -> bool:
    first_day = today - timedelta(days=int(number("P6.reonboard_days")) - 1)
    return any(after >= first_day and (after - before).days >= long_from for before, after in pairwise(days))

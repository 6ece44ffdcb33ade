"""Calendar periods in UTC: a count is kept under its period's key, so a new period starts at zero by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Window = Literal["day", "week", "month"]
WINDOWS: tuple[Window, ...] = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Periods:
    """The keys of the day, ISO week and month that a moment lies in."""

    day: str
    week: str
    month: str

    def key(self, window: Window) -> str:
        return {"day": self.day, "week": self.week, "month": self.month}[window]


def periods_at(moment: datetime) -> Periods:
    """The keys at `moment`, such as 2026-11-23, 2026-W48 and 2026-11."""
    utc = moment.astimezone(UTC)
    year, week, _ = utc.isocalendar()
    return Periods(f"{utc:%Y-%m-%d}", f"{year}-W{week:02d}", f"{utc:%Y-%m}")


def resets_at(window: Window, moment: datetime) -> datetime:
    """When the next day, ISO week or month after `moment` begins."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match window:
        case "day":
            return midnight + timedelta(days=1)
        case "week":
            return midnight + timedelta(days=7 - midnight.weekday())
        case "month":
            return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)

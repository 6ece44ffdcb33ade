"""Training load from effort and duration: weekly load, monotony, strain, and load change.

Session RPE times minutes (Foster). Load change compares exponentially weighted means (Williams 2017,
https://bjsm.bmj.com/content/51/3/209); it says how training changed and nothing about injury.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import fmean, pstdev

from shared.domain.analysis.calendar import days_between, is_session
from shared.domain.local_time import local_day
from shared.domain.log import Log
from shared.domain.progression_rules import number
from shared.domain.volume import is_work_set


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """One week: `monotony` is mean over spread of the daily loads, `strain` their product with the week's load."""

    load: float
    monotony: float | None
    strain: float | None


@dataclass(frozen=True, slots=True)
class LoadChange:
    """Weighted means of about a week and about a month, and their ratio."""

    acute: float
    chronic: float

    @property
    def change(self) -> float | None:
        return self.acute / self.chronic if self.chronic > 0 else None


def session_load(log: Log) -> float | None:
    """Effort (0 to 10) times minutes; None where duration or effort is unknown. Set RPEs stand in for a session RPE."""
    if log.ended_at is None:
        return None
    minutes = (log.ended_at - log.started_at).total_seconds() / 60
    efforts = [s.rpe for entry in log.entries for s in entry.sets if is_work_set(s) and s.rpe is not None]
    effort = log.session_rpe if log.session_rpe is not None else fmean(efforts) if efforts else None
    return effort * minutes if effort is not None and 0 < minutes <= number("L.longest_minutes") else None


def week_load(daily: Sequence[float]) -> WeekLoad:
    """Load, monotony and strain of seven daily loads; the last two are None where every day was the same."""
    total, spread = sum(daily), pstdev(daily)
    if spread == 0:
        return WeekLoad(total, None, None)
    monotony = fmean(daily) / spread
    return WeekLoad(total, monotony, total * monotony)


def weighted_mean(daily: Sequence[float], days: float) -> float:
    """Exponentially weighted mean with the weight 2/(days + 1), begun with the first value; `daily` is not empty."""
    share = 2 / (days + 1)
    mean = daily[0]
    for load in daily[1:]:
        mean += share * (load - mean)
    return mean


def load_change(daily: Sequence[float]) -> LoadChange | None:
    """How the last week's load compares with the last month's; None before 28 days."""
    if len(daily) < number("L.days_chronic"):
        return None
    return LoadChange(
        acute=weighted_mean(daily, number("L.days_acute")), chronic=weighted_mean(daily, number("L.days_chronic"))
    )


def daily_loads(logs: Iterable[Log], timezone: tzinfo, *, last: date) -> list[float]:
    """Load of every day from the first known one to `last`; empty where too few sessions have effort and duration."""
    sessions = [log for log in logs if is_session(log) and local_day(log.moment, timezone) <= last]
    known = [(local_day(log.moment, timezone), session_load(log)) for log in sessions]
    loads: defaultdict[date, float] = defaultdict(float)
    for day, load in known:
        if load is not None:
            loads[day] += load
    measured = sum(1 for _, load in known if load is not None)
    if not loads or measured < number("L.known_share") * len(sessions):
        return []
    return [loads.get(day, 0.0) for day in days_between(min(loads), last)]

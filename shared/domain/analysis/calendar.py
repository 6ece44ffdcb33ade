"""Days and weeks as a person lives them: ISO weeks, days trained, and which plan asked for training on which day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta, tzinfo

from shared.domain.local_time import local_day
from shared.domain.log import Log
from shared.domain.plan import Plan
from shared.domain.volume import is_work_set


def iso_week(day: date) -> str:
    """2026-W07; weeks begin on Monday and belong to the year of their Thursday."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def is_session(log: Log) -> bool:
    """Whether anything was done: at least one work set, or a duration."""
    return log.ended_at is not None or any(is_work_set(lifted) for entry in log.entries for lifted in entry.sets)


def trained_days(logs: Iterable[Log], timezone: tzinfo) -> set[date]:
    """The days with a session, where the person lives."""
    return {local_day(log.moment, timezone) for log in logs if is_session(log)}


def by_week(days: Iterable[date]) -> Mapping[str, list[date]]:
    """Days grouped by ISO week."""
    weeks: defaultdict[str, list[date]] = defaultdict(list)
    for day in days:
        weeks[iso_week(day)].append(day)
    return weeks


class PlanCalendar:
    """Which days were planned. A plan holds from its creation until the next one's; since the newest was made, the
    active one does."""

    def __init__(self, plans: Iterable[Plan], timezone: tzinfo) -> None:
        ordered = sorted(plans, key=lambda plan: (plan.created_at, plan.id))
        self._spans = [(local_day(plan.created_at, timezone), plan) for plan in ordered]
        active = next((plan for plan in ordered if plan.active), None)
        if active is not None:
            self._spans[-1] = (self._spans[-1][0], active)

    @property
    def first_day(self) -> date | None:
        """The day of the first plan; None without any."""
        return self._spans[0][0] if self._spans else None

    def plan_on(self, day: date) -> Plan | None:
        """The plan that held on a day."""
        return next((plan for start, plan in reversed(self._spans) if start <= day), None)

    def asks_for(self, day: date) -> bool:
        """Whether training was planned on a day."""
        plan = self.plan_on(day)
        return plan is not None and any(planned.day == day.isoweekday() for planned in plan.days)

"""Which day of the plan comes next, and which week of it a date falls into."""

from collections.abc import Iterable
from datetime import date, tzinfo

from shared.domain.analysis.performances import in_order
from shared.domain.local_time import local_day
from shared.domain.log import Log
from shared.domain.plan import Plan, PlanDay


def next_day(plan: Plan, logs: Iterable[Log], *, today: date) -> PlanDay:
    """The day after the last one trained, in weekday order; with nothing logged, the first on or after today's weekday.

    Only sessions that name this plan and a day move it on: ad-hoc sessions do not, and one entered late counts for when
    it was done.
    """
    days = sorted(plan.days, key=lambda day: day.day)
    trained = [log.day for log in in_order(logs) if log.plan_id == plan.id and log.day is not None]
    if trained:
        return next((day for day in days if day.day > trained[-1]), days[0])
    return next((day for day in days if day.day >= today.isoweekday()), days[0])


def plan_start(plan: Plan, timezone: tzinfo) -> date:
    """The first day of the plan's first week, where the person lives."""
    return local_day(plan.created_at, timezone)


def plan_week(plan: Plan, day: date, *, start: date) -> int:
    """The week of the plan, from 1; after the last one it begins again."""
    return max((day - start).days, 0) // 7 % plan.weeks + 1

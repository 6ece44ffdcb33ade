"""Keeping at it: adherence to the plan and streaks, neither of which punishes a planned day of rest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.analysis.calendar import PlanCalendar, by_week, days_between


@dataclass(frozen=True, slots=True)
class Adherence:
    """Sessions planned and done; `ratio` is 0 to 1, None where nothing was planned."""

    planned: int
    done: int

    @property
    def ratio(self) -> float | None:
        return self.done / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row without a missed session, now and at best."""

    days: int
    longest_days: int


def adherence(calendar: PlanCalendar, trained: Collection[date], *, first: date, last: date, today: date) -> Adherence:
    """Planned and done sessions of a span of days.

    A session counts for its ISO week, whichever day it was moved to; more than planned does not make up for another
    week. Today counts as planned only once it was trained.
    """
    planned = done = 0
    last = min(last, today)
    for days in by_week(days_between(first, last)).values():
        asked = sum(1 for day in days if calendar.asks_for(day) and (day != today or day in trained))
        planned += asked
        done += min(asked, sum(1 for day in days if day in trained))
    return Adherence(planned=planned, done=done)


def streak(calendar: PlanCalendar, trained: Collection[date], *, today: date) -> Streak:
    """Consecutive days that were trained or were planned rest, in the person's own calendar.

    A run begins with a day trained. A planned day without a session ends it, unless the same ISO week holds as many
    sessions as were planned up to that day: a session moved is not a session missed. Without a plan no rest is
    planned, and only days trained count. Today ends nothing before it is over.
    """
    if not trained:
        return Streak(0, 0)
    run = longest = 0
    for day in days_between(min(trained), max(today, *trained)):
        if day in trained:
            run += 1
        elif not _keeps_the_run(day, calendar, trained):
            run = 0 if day < today else run
        elif run:
            run += 1
        longest = max(longest, run)
    return Streak(run, longest)


def _keeps_the_run(day: date, calendar: PlanCalendar, trained: Collection[date]) -> bool:
    if calendar.plan_on(day) is None:
        return False
    if not calendar.asks_for(day):
        return True
    monday = day - timedelta(days=day.isoweekday() - 1)
    week = list(days_between(monday, monday + timedelta(days=6)))
    planned = sum(1 for other in week if other <= day and calendar.asks_for(other))
    return sum(1 for other in week if other in trained) >= planned

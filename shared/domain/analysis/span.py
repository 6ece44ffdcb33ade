"""A span of days to find facts about, with everything known up to its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.domain.analysis.calendar import PlanCalendar, trained_days
from shared.domain.analysis.performances import Performance, performances
from shared.domain.analysis.progress import names_of
from shared.domain.analysis.records import DayBest, e1rm_series
from shared.domain.catalogue import Catalogue
from shared.domain.catalogue import catalogue as shipped_catalogue
from shared.domain.local_time import local_day, zone
from shared.domain.log import Log
from shared.domain.metrics import Metric, body_weights
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.progression_rules import number

Period = Literal["week", "month"]


@dataclass(frozen=True, slots=True)
class Span:
    """Everything known, and the days asked about; `before` holds the logs of as many days before them."""

    first: date
    last: date
    logs: Sequence[Log]
    before: Sequence[Log]
    every: Sequence[Log]
    histories: Mapping[str, Sequence[Performance]]
    names: Mapping[str, str]
    series: Mapping[str, Sequence[DayBest]]
    metrics: Sequence[Metric]
    calendar: PlanCalendar
    trained: frozenset[date]
    profile: Profile
    catalogue: Catalogue

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def span_of(
    logs: Iterable[Log],
    profile: Profile,
    *,
    period: Period,
    today: date,
    plans: Iterable[Plan],
    metrics: Sequence[Metric],
    catalogue: Catalogue | None,
) -> Span:
    """The last 7 or 28 days, `today` included; logs of later days are left out."""
    known, timezone = catalogue or shipped_catalogue(), zone(profile.timezone)
    days = int(number("A.week_days" if period == "week" else "A.month_days"))
    first = today - timedelta(days=days - 1)
    every = [log for log in logs if local_day(log.moment, timezone) <= today]
    histories, weight = performances(every, timezone), body_weights(metrics)
    return Span(
        first=first,
        last=today,
        logs=[log for log in every if local_day(log.moment, timezone) >= first],
        before=[log for log in every if 0 < (first - local_day(log.moment, timezone)).days <= days],
        every=every,
        histories=histories,
        names=names_of(every, known),
        series={
            key: e1rm_series(history, known.exercises.get(key), level=profile.fitness_level, body_weight=weight)
            for key, history in histories.items()
        },
        metrics=metrics,
        calendar=PlanCalendar(plans, timezone),
        trained=frozenset(trained_days(every, timezone)),
        profile=profile,
        catalogue=known,
    )

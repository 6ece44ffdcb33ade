"""The facts of a week or a month that ends today, beside the days before it."""

from collections.abc import Iterable, Sequence
from datetime import date

from shared.domain.analysis.facts import FactList, Facts
from shared.domain.analysis.findings import add_body, add_habit, add_load, add_muscles, add_strength, add_work
from shared.domain.analysis.span import Period, span_of
from shared.domain.catalogue import Catalogue
from shared.domain.log import Log
from shared.domain.metrics import Metric
from shared.domain.plan import Plan
from shared.domain.profile import Profile


def period_facts(
    logs: Iterable[Log],
    profile: Profile,
    *,
    period: Period,
    today: date,
    plans: Iterable[Plan] = (),
    metrics: Sequence[Metric] = (),
    catalogue: Catalogue | None = None,
) -> Facts:
    """What the last 7 or 28 days hold, today included, against as many days before them."""
    span = span_of(logs, profile, period=period, today=today, plans=plans, metrics=metrics, catalogue=catalogue)
    facts = FactList(profile.units)
    facts.add_day("from", "From", day=span.first)
    facts.add_day("to", "To", day=span.last)
    add_habit(facts, span)
    add_work(facts, span)
    add_muscles(facts, span)
    add_strength(facts, span)
    add_load(facts, span)
    add_body(facts, span)
    return facts.facts(period, f"The last {span.days} days")

"""Progress: strength, records, weekly sets, volume, adherence, streak and load change; body weight and measurements."""

import asyncio
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.analysis.shapes import ProgressReport
from shared.domain.local_time import local_date, zone
from shared.domain.metrics import KeptMetric, Metric
from shared.domain.words import Day, Shape
from shared.errors import FieldError, InvalidFields, KeyReused, NotFound, RequestInFlight
from shared.http import blueprint, endpoint
from shared.operations import Call, ListQuery, Query

bp = blueprint()
DEFAULT_DAYS = 182
MOST_DAYS = 3700


class ProgressQuery(Query):
    """Which days, both included, in the person's own calendar; the last half-year by default."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class MetricList(Shape):
    """A page of measurements, newest first."""

    items: list[KeptMetric]
    next_cursor: str | None


@endpoint(bp, "GET", "progress", query=ProgressQuery, gives=ProgressReport)
async def progress(asked: ProgressQuery, caller: Arriving, app: App) -> ProgressReport:
    """How training goes, computed from the logs."""
    from shared.domain.analysis.progress import progress as progress_of  # noqa: PLC0415 - not at the cold start

    profile = (await app.profiles.get(caller.id)).value
    today = local_date(app.clock(), profile.timezone)
    until = asked.to or today
    since = asked.from_ or until - timedelta(days=DEFAULT_DAYS)
    if since > until or (until - since).days > MOST_DAYS:
        message = f"must not be after to, nor more than {MOST_DAYS} days before it"
        raise InvalidFields(f"from: {message}", errors=[FieldError("from", message)])
    home = zone(profile.timezone)
    logs, plan, (metrics, _) = await asyncio.gather(
        app.logs.between(caller.id, since=_midnight(since, home), until=_midnight(until + timedelta(days=1), home)),
        app.plans.active(caller.id),
        app.metrics.page(caller.id, limit=100),
    )
    return await asyncio.to_thread(
        progress_of,
        logs,
        metrics,
        profile,
        [plan.value] if plan else [],
        today=today,
        from_=since,
        to=until,
    )


@endpoint(
    bp,
    "POST",
    "progress/metrics",
    name="ProgressMetricsAdd",
    takes=Metric,
    gives=KeptMetric,
    status=201,
    keyed=True,
    raises=[KeyReused, RequestInFlight],
)
async def add_metric(asked: Metric, caller: Member, call: Call, app: App) -> KeptMetric:
    """Keep a measurement."""
    from shared.storage.repositories.documents import newest_first_id  # noqa: PLC0415 - not at the cold start

    if asked.date > app.clock().date() + timedelta(days=1):
        message = "is more than a day ahead; check the date"
        raise InvalidFields(f"date: {message}", errors=[FieldError("date", message)])
    metric_id = newest_first_id(datetime.combine(asked.date, app.clock().timetz()))
    kept = KeptMetric(id=metric_id, **asked.model_dump())
    await app.metrics.insert(caller.id, metric_id, kept, with_=call.answering(201, kept))
    return kept


@endpoint(bp, "GET", "progress/metrics", name="ProgressMetrics", query=ListQuery, gives=MetricList)
async def metrics(asked: ListQuery, caller: Arriving, app: App) -> MetricList:
    """One's measurements."""
    items, cursor = await app.metrics.page(caller.id, limit=asked.limit, cursor=asked.cursor)
    return MetricList(items=items, next_cursor=cursor)


@endpoint(bp, "DELETE", "progress/metrics/{id}", name="ProgressMetricsDelete", status=204, raises=[NotFound])
async def delete_metric(id: str, caller: Member, app: App) -> None:
    """Remove a measurement."""
    await app.metrics.delete(caller.id, id)


def _midnight(day: date, home: tzinfo) -> datetime:
    return datetime.combine(day, time(), home)

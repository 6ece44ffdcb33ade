"""AdminUsage: what the coach was used for and cost."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from shared.app import App
from shared.auth.account import Tier
from shared.auth.callers import Admin
from shared.domain.words import Day, Shape
from shared.errors import FieldError, InvalidFields
from shared.http import blueprint, endpoint
from shared.metering.limits import MICRO
from shared.operations import Query

if TYPE_CHECKING:
    from shared.metering.rollup import UsageTotals

bp = blueprint()
MOST_DAYS = 92


class UsageQuery(Query):
    """Which days, both included; the last seven by default. `verify=true` also computes today's counters anew."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    verify: bool = False


class DailyUsage(Shape):
    """One day's use of one model in one tier."""

    day: str
    provider: str
    model: str
    tier: Tier
    requests: int
    fallbacks: int
    repairs: int
    tokens_in: int
    tokens_out: int
    cost_usd: float
    p50_ms: int
    p95_ms: int


class ProviderDriftView(Shape):
    """A provider's pool this ISO week: leased by workers, told as spent, charged by the usage rows; and what the rows
    hold beyond the leases, which must be nothing."""

    provider: str
    leased_usd: float
    spent_usd: float
    rows_usd: float
    missing_usd: float


class DriftView(Shape):
    """Counters beside what the immutable rows add up to. Off are counter less rows: this month's requests and dollars of
    the `people` who were active on `day`, summed over the `people_off` whose counters differ; of `people_unreadable` a
    document is damaged."""

    day: str
    people: int
    people_off: int
    people_unreadable: int
    requests_off: int
    usd_off: float
    providers: list[ProviderDriftView]


class ParkedView(Shape):
    """A document that the night could not handle, by the id of its entry in the register and without anybody's name. It is
    `waiting` to be tried again until, after `tries`, it is `parked`; a change of the document brings it back."""

    id: str
    kind: str
    part: str
    error: str
    state: Literal["waiting", "parked"]
    tries: int
    first_at: datetime
    last_at: datetime


class UsageList(Shape):
    """Days, the newest first; `drift` is there when it was asked for. `partial` names days that a document is damaged of:
    what can be read of them is told. `parked` are the documents that the night could not handle, at most a thousand."""

    items: list[DailyUsage]
    next_cursor: str | None = None
    drift: DriftView | None = None
    partial: list[str] = []
    parked: list[ParkedView] = []


@endpoint(bp, "GET", "manage/usage", query=UsageQuery, gives=UsageList)
async def admin_usage(asked: UsageQuery, caller: Admin, app: App) -> UsageList:
    """Requests, tokens, cost and latency by day, provider, model and tier."""
    until = asked.to or app.clock().date()
    since = asked.from_ or until - timedelta(days=6)
    if since > until or (until - since).days >= MOST_DAYS:
        message = f"must be at most {MOST_DAYS} days before to, and not after it"
        raise InvalidFields(f"from: {message}", errors=[FieldError("from", message)])
    read = await app.rollup.read(since=since.isoformat(), until=until.isoformat())
    drift = await _drift(app) if asked.verify else None
    return UsageList(
        items=[_view(one) for one in read.totals], drift=drift, partial=read.partial, parked=await _parked(app)
    )


async def _drift(app: App) -> DriftView:
    from shared.metering.drift import DriftCheck  # noqa: PLC0415 - not at the cold start

    found = await DriftCheck(app.store, app.rollup, app.pool, clock=app.clock).today()
    providers = [
        ProviderDriftView(
            provider=one.provider,
            leased_usd=one.leased_micro_usd / MICRO,
            spent_usd=one.spent_micro_usd / MICRO,
            rows_usd=one.rows_micro_usd / MICRO,
            missing_usd=one.missing_micro_usd / MICRO,
        )
        for one in found.providers
    ]
    return DriftView(
        day=found.day,
        people=found.people,
        people_off=found.people_off,
        people_unreadable=found.unreadable,
        requests_off=found.requests_off,
        usd_off=found.micro_usd_off / MICRO,
        providers=providers,
    )


async def _parked(app: App) -> list[ParkedView]:
    from shared.parking import read_entries  # noqa: PLC0415 - not at the cold start

    return [
        ParkedView(
            id=name,
            kind=one.kind,
            part=one.part,
            error=one.error,
            state="parked" if one.is_parked else "waiting",
            tries=one.tries,
            first_at=one.first_at,
            last_at=one.last_at,
        )
        for name, one in (await read_entries(app.store)).items()
    ]


def _view(totals: "UsageTotals") -> DailyUsage:
    shared = totals.model_dump(exclude={"cost_micro_usd", "buckets"})
    return DailyUsage(
        **shared,
        cost_usd=totals.cost_micro_usd / MICRO,
        p50_ms=totals.percentile_ms(0.5),
        p95_ms=totals.percentile_ms(0.95),
    )

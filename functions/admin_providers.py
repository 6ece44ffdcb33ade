"""AdminProviders: which models may be asked, at what price and budget, how they fare, and a try before a change."""

import asyncio
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from shared.again import over_others
from shared.app import App
from shared.auth.account import Tier
from shared.auth.callers import Admin, FreshAdmin
from shared.domain.words import AnyDay, Purpose, Shape
from shared.errors import InvalidFields, NotFound
from shared.http import blueprint, endpoint
from shared.metering.limits import MICRO
from shared.operations import Answer, Call

if TYPE_CHECKING:
    from shared.metering.pool_document import PoolDocument
    from shared.providers.models import ProviderModel

bp = blueprint()
Price = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Budget = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class Spent(Shape):
    """Dollars settled this ISO week and this month."""

    week_usd: float
    month_usd: float


class Health(Shape):
    """The breaker as this worker sees it and others told it; `since` and `last_error` are there while it is not closed."""

    state: Literal["closed", "open", "half_open"]
    since: datetime | None
    last_error: str | None


class ProviderView(Shape):
    """A provider's slot. Prices are dollars per million tokens, and per request; null means unknown, and then it is not
    asked. `effort` is how much its model thinks before it answers ("" = its own choice), `schema_by` how it learns a
    reply's shape. It answers only `tiers` and `purposes`, prompts up to `max_input_bytes`, and up to `max_output` tokens.
    `obstacle` says why it cannot be asked at present, `note` what was changed about it by itself, `warning` when
    its model will be switched off. A change that sends `etag` as `If-Match` overwrites nobody else's."""

    name: str
    title: str
    vendor: str
    enabled: bool
    dialect: str
    model: str
    priority: int
    price_in_usd: float | None
    price_out_usd: float | None
    price_request_usd: float
    weekly_budget_usd: float
    monthly_budget_usd: float
    timeout_s: float
    retires_on: date | None
    successor: str | None
    effort: str
    schema_by: str
    tiers: list[Tier]
    purposes: list[str]
    max_input_bytes: int
    max_output: int
    spent: Spent
    health: Health
    obstacle: str | None
    note: str | None
    warning: str | None
    etag: str


class ProviderList(Shape):
    """Every slot, in order of priority."""

    items: list[ProviderView]
    next_cursor: str | None = None


class ProviderChange(Shape):
    """What is to change; what is left out stays. A new model brings its known prices along unless others are given."""

    enabled: bool | None = None
    dialect: Literal["openai-chat", "openai-responses", "gemini"] | None = None
    model: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    priority: Annotated[int, Field(ge=1, le=100)] | None = None
    price_in_usd: Price | None = None
    price_out_usd: Price | None = None
    price_request_usd: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] | None = None
    weekly_budget_usd: Budget | None = None
    monthly_budget_usd: Budget | None = None
    timeout_s: Annotated[float, Field(ge=0.5, le=60, allow_inf_nan=False)] | None = None
    retires_on: AnyDay | None = None
    successor: Annotated[str, Field(max_length=100)] | None = None
    effort: Literal["", "none", "minimal", "low"] | None = None
    schema_by: Literal["constraint", "instructions"] | None = None
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=3)] | None = None
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=5)] | None = None
    max_input_bytes: Annotated[int, Field(ge=1_000, le=250_000)] | None = None
    max_output: Annotated[int, Field(ge=16, le=32_000)] | None = None


class ProviderTrial(Shape):
    """What came of asking it one short question: its answer's time and price, or what went wrong."""

    ok: bool
    model: str
    latency_ms: int
    cost_usd: float
    error: str | None


@endpoint(bp, "GET", "manage/providers", gives=ProviderList)
async def admin_providers(caller: Admin, app: App) -> ProviderList:
    """Every provider with its budget, what is spent of it, and its health."""
    slots, spent, _ = await asyncio.gather(app.registry.listed(), app.pool.spent(), app.breakers.refresh())
    slots.sort(key=lambda one: one[0].priority)
    return ProviderList(items=[_view(model, app, etag=etag, spent=spent) for model, etag in slots])


@endpoint(
    bp,
    "PUT",
    "manage/providers/{name}",
    name="AdminProvidersChange",
    takes=ProviderChange,
    gives=ProviderView,
    edits=True,
    raises=[NotFound],
)
async def change_provider(
    asked: ProviderChange, name: str, caller: FreshAdmin, call: Call, app: App
) -> Answer[ProviderView]:
    """Change a provider; it holds in every worker within ten seconds.

    Without `If-Match` a change is made over whatever others changed in the meantime, each try with an entry of its own.
    """
    after, etag = await over_others(lambda: _change_once(asked, name, caller, call, app), if_match=call.if_match)
    app.breakers.reset(name)
    return Answer(_view(after, app, etag=etag, spent=await app.pool.spent()), etag=etag)


@endpoint(
    bp,
    "POST",
    "manage/providers/{name}/test",
    name="AdminProvidersTest",
    takes=ProviderChange,
    body_required=False,
    gives=ProviderTrial,
    raises=[NotFound],
)
async def test_provider(asked: ProviderChange, name: str, caller: FreshAdmin, app: App) -> ProviderTrial:
    """Ask a provider one short question as it would be after this change, without keeping the change.

    What it costs is taken from the provider's budget and stands in a usage row of the administrator's, uncounted.
    """
    from shared.providers.trial import try_slot  # noqa: PLC0415 - not at the cold start

    before, _ = await _slot(name, app)
    trial = await try_slot(app.fleet.slot(_changed(before, asked)), pool=app.pool, user=caller.id)
    if trial.error is None:
        app.breakers.reset(name)
    if trial.was_asked:
        await app.meter.note(
            caller.id,
            tier=caller.tier,
            purpose="test",
            provider=name,
            model=trial.model,
            tokens_in=trial.tokens_in,
            tokens_out=trial.tokens_out,
            cost_micro_usd=trial.cost_micro_usd,
            ms=trial.latency_ms,
            attempts=1,
            charged={name: trial.cost_micro_usd},
        )
    return ProviderTrial(
        ok=trial.error is None,
        model=trial.model,
        latency_ms=trial.latency_ms,
        cost_usd=trial.cost_micro_usd / MICRO,
        error=trial.error,
    )


async def _change_once(
    asked: ProviderChange, name: str, caller: FreshAdmin, call: Call, app: App
) -> "tuple[ProviderModel, str]":
    """The slot as it is after the change, and its etag; raises `StaleDocument` where another change came between."""
    from shared.providers.models import to_json  # noqa: PLC0415 - not at the cold start

    before, present = await _slot(name, app)
    after = _changed(before, asked)
    async with app.audit.change(
        "provider.change",
        actor_id=caller.id,
        target=name,
        before=to_json(before),
        after=to_json(after),
        correlation_id=call.correlation_id,
    ):
        return after, await app.registry.write(after, etag=call.if_match or present)


async def _slot(name: str, app: App) -> "tuple[ProviderModel, str]":
    found = await app.registry.find(name)
    if found is None:
        raise NotFound("There is no such provider.")
    return found


def _changed(before: "ProviderModel", asked: ProviderChange) -> "ProviderModel":
    from shared.providers.models import InvalidModel, changed  # noqa: PLC0415 - not at the cold start

    wanted: dict[str, Any] = asked.model_dump(mode="json", exclude_unset=True)
    try:
        return changed(before, wanted)
    except InvalidModel as invalid:
        raise InvalidFields("The provider cannot be set so.", errors=invalid.errors) from invalid


def _view(model: "ProviderModel", app: App, *, etag: str, spent: "PoolDocument") -> ProviderView:
    from shared.providers.models import to_json  # noqa: PLC0415 - not at the cold start
    from shared.providers.retirement import warning_of  # noqa: PLC0415 - as above

    account = spent.account(model.name)
    slot, health = app.fleet.slot(model), app.breakers.health(model.name)
    full = app.pool.exhausted_until(spent, slot.model)
    at_the_cap = f"its budget is used up until {full:%Y-%m-%d %H:%M} UTC" if full else None
    shown = {name: value for name, value in to_json(model).items() if name in ProviderView.model_fields}
    return ProviderView(
        **shown,
        spent=Spent(week_usd=account.week_spent / MICRO, month_usd=account.month_spent / MICRO),
        health=Health(state=health.state, since=health.since, last_error=health.last_error),
        obstacle=slot.obstacle or at_the_cap,
        note=slot.note,
        warning=warning_of(model, today=app.clock().date()),
        etag=etag,
    )

"""Health: whether the process is up, and whether it can serve."""

import asyncio
from datetime import datetime, timedelta
from typing import Literal

from shared.app import App
from shared.auth.callers import Anyone
from shared.domain.words import Shape
from shared.errors import Unavailable
from shared.http import blueprint, endpoint

bp = blueprint()
MOST_SKEW = timedelta(seconds=60)
"""A worker whose clock is further from the store's would take good access tokens for stale ones, or stale for good."""


class Live(Shape):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Shape):
    """What serving needs, part by part."""

    status: Literal["ready"] = "ready"
    store: Literal["ok"] = "ok"
    secrets: Literal["ok"] = "ok"
    providers: dict[str, str]


@endpoint(bp, "GET", "health/live", gives=Live)
async def health_live(caller: Anyone) -> Live:
    """Up."""
    return Live()


@endpoint(bp, "GET", "health/ready", gives=Ready, raises=[Unavailable])
async def health_ready(caller: Anyone, app: App) -> Ready:
    """Able to serve: the store answers, the keys are there; providers may rest, the offline coach never does."""
    from shared.storage.store import StoreUnavailable  # noqa: PLC0415 - not at the cold start

    began = app.clock()
    try:
        told, _ = await asyncio.gather(app.store.ping(), app.breakers.refresh())
    except StoreUnavailable as away:
        raise Unavailable("The store cannot be reached.", retry_after_s=5) from away
    if told is not None:
        _insist_on_the_time(told, between=(began, app.clock()))
    slots = await app.fleet.slots()
    states = {one.model.name: one.obstacle or app.breakers.health(one.model.name).state for one in slots}
    return Ready(providers={**states, "offline": "closed"})


def _insist_on_the_time(told: datetime, *, between: tuple[datetime, datetime]) -> None:
    """Raise `Unavailable` where the store's time is not within `MOST_SKEW` of the worker's while it was asked."""
    began, ended = between
    ahead, behind = began - told, told - ended
    off, which = (ahead, "ahead of") if ahead > behind else (behind, "behind")
    if off > MOST_SKEW:
        raise Unavailable(
            f"This worker's clock is {off.total_seconds():.0f} seconds {which} the store's; set it right.",
            retry_after_s=60,
        )

"""Health: whether the process is up, and whether it can serve."""

import asyncio
from typing import Literal

from shared.app import App
from shared.auth.callers import Anyone
from shared.domain.words import Shape
from shared.errors import Unavailable
from shared.http import blueprint, endpoint

bp = blueprint()


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

    try:
        await asyncio.gather(app.store.ping(), app.breakers.refresh())
    except StoreUnavailable as away:
        raise Unavailable("The store cannot be reached.", retry_after_s=5) from away
    slots = await app.fleet.slots()
    states = {one.model.name: one.obstacle or app.breakers.health(one.model.name).state for one in slots}
    return Ready(providers={**states, "offline": "closed"})

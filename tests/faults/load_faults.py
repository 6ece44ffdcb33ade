"""The faults of a store, each as a context: what goes wrong between the workers and Azurite while the block runs."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random

from aiohttp import web

from tests.emulators.proxy import Fault, Plan, Reply
from tests.faults.load_house import House

Injected = Callable[[House], AbstractAsyncContextManager[None]]

NO_TABLE = '{"odata.error": {"code": "TableNotFound", "message": {"value": "The table does not exist."}}}'
REFUSED = Reply(403, {"x-ms-error-code": "AuthenticationFailed"}, "{}")
GONE = Reply(404, {"x-ms-error-code": "TableNotFound", "Content-Type": "application/json"}, NO_TABLE)
BUSY = Reply(503, {"x-ms-error-code": "ServerBusy"}, "{}")
BUSY_FOR_A_SECOND = Reply(503, {"x-ms-error-code": "ServerBusy", "Retry-After": "1"}, "{}")


def spoilt(plan: Plan) -> Injected:
    """Every request is treated as the plan says."""

    @asynccontextmanager
    async def injected(house: House) -> AsyncIterator[None]:
        house.proxy.plan = plan
        try:
            yield
        finally:
            house.proxy.plan = lambda _request: Fault.NONE

    return injected


def always(fault: Fault | Reply) -> Injected:
    return spoilt(lambda _request: fault)


def some(share: float, *faults: Fault | Reply, seed: int = 1) -> Injected:
    """That share of the requests meets one of the faults."""
    dice = Random(seed)
    return spoilt(lambda _request: dice.choice(faults) if dice.random() < share else Fault.NONE)


def slow(least_s: float, most_s: float) -> Injected:
    """Every request takes so much longer."""
    dice = Random(1)

    async def late(_request: web.BaseRequest) -> Fault:
        await asyncio.sleep(dice.uniform(least_s, most_s))
        return Fault.NONE

    return spoilt(late)


def writes_twice() -> Injected:
    """Every write is delivered twice."""
    return spoilt(lambda request: Fault.NONE if request.method == "GET" else Fault.TWICE)


@asynccontextmanager
async def stopped(house: House) -> AsyncIterator[None]:
    """Azurite is stopped with its sockets open; at the end it goes on with what waited in them."""
    with house.stopped_azurite():
        yield


@asynccontextmanager
async def gone(house: House) -> AsyncIterator[None]:
    """There is no Azurite: connections are refused. It comes back with the tables it had."""
    with house.without_azurite():
        yield


def replaced(*, by: signal.Signals, every_s: float) -> Injected:
    """One worker after the other is ended so, and another takes its place."""

    async def replace(house: House) -> None:
        number = 0
        while True:
            await asyncio.sleep(every_s)
            await house.replace(number % len(house.workers), by=by)
            number += 1

    @asynccontextmanager
    async def injected(house: House) -> AsyncIterator[None]:
        replacing = asyncio.create_task(replace(house))
        try:
            yield
        finally:
            replacing.cancel()
            await asyncio.gather(replacing, return_exceptions=True)

    return injected

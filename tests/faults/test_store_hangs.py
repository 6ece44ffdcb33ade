"""The whole app over a store that hangs, or is slower than anybody waits: others are served, nothing storms, all comes back."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

from shared.storage.remote import PER_TRY_S, TOTAL_S
from tests.emulators.proxy import Fault, Proxy
from tests.emulators.stores import tables_store
from tests.functions.conftest import Response, Someone, StartApi
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

CALLERS = 40
WAVES = 2
LATE_S = 3.0
"""Longer than a request to the store is waited for, and longer than all tries of a call together."""


async def test_while_the_store_hangs_what_needs_no_store_is_answered_first(start_api: StartApi, proxy: Proxy) -> None:
    api = await start_api(tables_store(proxy.port))
    anna = await api.member()
    asked, goes_on = asyncio.Event(), asyncio.Event()

    async def hang(_request: web.BaseRequest) -> Fault:
        asked.set()
        await goes_on.wait()
        return Fault.NONE

    answered: list[tuple[str, int]] = []

    async def call(someone: Someone, path: str) -> None:
        answered.append((path, (await someone("GET", path)).status))

    proxy.plan = hang
    stored = [asyncio.create_task(call(anna, path)) for path in ["me/usage", "workouts/logs"] * CALLERS]
    await asyncio.wait_for(asked.wait(), 60)
    for path in ("health/live", "openapi.json"):
        await call(api.nobody, path)
    assert answered == [("health/live", 200), ("openapi.json", 200)]
    goes_on.set()
    await asyncio.gather(*stored)
    assert {status for _, status in answered} == {200}
    assert len(answered) == 2 + len(stored)


@pytest.mark.parametrize("late", ["everything", "writes"])
async def test_a_store_later_than_anybody_waits_is_503_without_a_storm_and_comes_back(
    start_api: StartApi, proxy: Proxy, late: str
) -> None:
    table = f"t{uuid4().hex}"
    patient = await start_api(tables_store(proxy.port, name=table))
    anna = await patient.member()
    before = proxy.requests
    assert {one.status for one in await log_all(anna, "early")} == {201}
    undisturbed = proxy.requests - before

    hasty = await start_api(tables_store(proxy.port, name=table, per_try_s=PER_TRY_S, total_s=TOTAL_S))
    anna = Someone(hasty.client, anna.session)
    await until_served(anna, "GET", "me/usage")

    async def by_seconds(request: web.BaseRequest) -> Fault:
        if late == "everything" or request.method != "GET":
            await asyncio.sleep(LATE_S)
        return Fault.NONE

    proxy.plan, before = by_seconds, proxy.requests
    for _ in range(WAVES):
        refused = await log_all(anna, "later")
        assert {one.status for one in refused} == {503}
        told = [int(one.headers["Retry-After"]) for one in refused]
        assert min(told) >= 1
        assert (await hasty.nobody("GET", "health/live")).status == 200
        await asyncio.sleep(max(told))  # as they were told, so that the store is not asked only because it rests
    assert 0 < proxy.requests - before <= 1.5 * WAVES * undisturbed

    proxy.plan = lambda _request: Fault.NONE
    await asyncio.gather(*(until_served(anna, "POST", "workouts/logs", a_log(one)) for one in ids("later")))
    listed = (await until_served(anna, "GET", "workouts/logs?limit=100")).json["items"]
    assert sorted(one["id"] for one in listed) == [*ids("early"), *ids("later")]


def ids(which: str) -> list[str]:
    """The ids of the workouts that so many callers keep at once."""
    return [f"{which}-{n:08d}" for n in range(CALLERS)]


async def log_all(someone: Someone, which: str) -> list[Response]:
    """Keep all of them at once."""
    return await asyncio.gather(*(someone("POST", "workouts/logs", a_log(one)) for one in ids(which)))


async def until_served(someone: Someone, method: str, path: str, body: Any = None) -> Response:
    """The first answer that is no 503; a store that was away is let in one call at a time."""
    async with asyncio.timeout(60):
        while (answer := await someone(method, path, body)).status == 503:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
    assert answer.status in (200, 201), answer.json
    return answer

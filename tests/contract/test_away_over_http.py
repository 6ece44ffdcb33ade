"""A store that is away is 503 with a time to come back, over HTTP on a running host, and needs no restart."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers
from shared import wiring
from tests.emulators import servers
from tests.emulators.proxy import Fault, Proxy
from tests.emulators.stores import cosmos_store, tables_store
from tests.support import RINGS, FakeClock, app_index, settings_for

pytestmark = pytest.mark.emulator
PERSON = {
    "email": "anna@example.com",
    "username": "anna",
    "password": "a long enough sentence",
    "consent": {"terms": True, "health_data": True},
}


@pytest.mark.parametrize("engine", ["tables", "cosmos"])
@pytest.mark.parametrize("fault", [Fault.LOSE_REQUEST, Fault.HANG])
async def test_a_store_that_is_away_is_503_and_comes_back_without_a_restart(
    engine: str, fault: Fault, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    upstream: servers.Server = request.getfixturevalue("azurite" if engine == "tables" else "cosmos")
    async with Proxy(upstream.port) as proxy, AsyncExitStack() as closing:
        make = tables_store if engine == "tables" else cosmos_store
        clock = FakeClock()
        app = wiring.build(settings_for(tmp_path), RINGS, make(proxy.port, per_try_s=2, total_s=3), clock=clock)
        wiring.use(app)
        closing.push_async_callback(app.close)
        invocations = Invocations()
        timers = Timers(app_index().timers, invocations, folder=tmp_path / "timers", now=clock)
        host = LocalHost(app_index(), invocations=invocations, timers=timers, site=None, route_prefix="api")
        async with TestServer(host.application(), host="127.0.0.1") as server, aiohttp.ClientSession() as client:
            at = f"http://127.0.0.1:{server.port}/api"
            async with client.post(
                f"{at}/auth/register", json=PERSON, headers={"X-Vigor-Client": "native"}
            ) as registered:
                assert registered.status == 201
                access = (await registered.json())["access_token"]
            signed_in = {"X-Vigor-Authorization": f"Bearer {access}"}

            async def usage() -> tuple[int, str]:
                async with client.get(f"{at}/me/usage", headers=signed_in) as answer:
                    return answer.status, answer.headers.get("Retry-After", "")

            proxy.plan = lambda _request: fault
            for _ in range(2):
                status, retry_after = await usage()
                assert status == 503
                assert int(retry_after) >= 1
            proxy.plan = lambda _request: Fault.NONE
            async with asyncio.timeout(30):
                while True:
                    if (await usage())[0] == 200:
                        break
                    await asyncio.sleep(0.1)

"""Several worker processes over one store, as on a busy day: what must hold, holds."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.providers.fake_vendors import FakeVendor
from tests.providers.planning_vendor import PlanningVendor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

ROOT = Path(__file__).parents[2]
PERSON = {
    "email": "anna@example.com",
    "username": "anna",
    "password": "a long enough sentence",
    "consent": {"terms": True, "health_data": True},
}
CHIEF = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence"}


@asynccontextmanager
async def worker(folder: Path, **environ: str) -> AsyncIterator[str]:
    """A local host as a process of its own; gives its address once it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local_host",
        cwd=ROOT,
        env={**os.environ, "PORT": "0", "VIGOR_SQLITE_PATH": str(folder / "vigor.sqlite"), **CHIEF, **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while True:
                line = (await process.stdout.readline()).decode()
                assert line, "the host ended before it said where it is"
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
        yield found[0]
    finally:
        process.terminate()
        await process.communicate()


async def post(client: aiohttp.ClientSession, address: str, path: str, body: Any, **headers: str) -> tuple[int, Any]:
    async with client.post(f"{address}/api/{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_four_workers_let_ten_of_forty_through_and_one_of_twenty_names(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        vendor: FakeVendor = await stack.enter_async_context(PlanningVendor())
        models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        starting = [stack.enter_async_context(worker(tmp_path, **models)) for _ in range(4)]
        addresses = [await one for one in starting]
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0))
        )

        made = await asyncio.gather(
            *(
                post(client, addresses[n % 4], "auth/register", {**PERSON, "email": f"anna{n}@example.com"})
                for n in range(20)
            )
        )
        assert [status for status, _ in made].count(201) == 1
        assert {status for status, _ in made} <= {201, 409, 503}

        session = next(body for status, body in made if status == 201)
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        plans = await asyncio.gather(
            *(post(client, addresses[n % 4], "workouts/generate", {"fresh": True}, **signed_in) for n in range(40))
        )
        statuses = [status for status, _ in plans]
        assert (statuses.count(201), statuses.count(429)) == (10, 30), statuses
        assert {body["plan"]["source"]["kind"] for status, body in plans if status == 201} == {"model"}
        async with client.get(f"{addresses[3]}/api/me/usage", headers=signed_in) as answer:
            assert (await answer.json())["day"]["used"] == 10


async def test_the_first_administrator_is_made_once_by_whoever_starts_first(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        starting = [asyncio.create_task(stack.enter_async_context(worker(tmp_path))) for _ in range(3)]
        addresses = await asyncio.gather(*starting)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        credentials = {"identifier": "chief@example.com", "password": "a long enough sentence"}
        signed_in = [await post(client, address, "auth/login", credentials) for address in addresses]
        assert {(status, body["user"]["id"]) for status, body in signed_in} == {(200, signed_in[0][1]["user"]["id"])}
        assert signed_in[0][1]["user"]["role"] == "admin"

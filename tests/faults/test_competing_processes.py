"""Sessions and sign-in asked of several worker processes at once: one successor, five guesses."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.functions.test_processes import PERSON, post, worker

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


async def test_three_workers_give_one_token_one_successor_and_check_five_guesses(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        addresses = [await stack.enter_async_context(worker(tmp_path)) for _ in range(3)]
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0))
        )
        native = {"X-Vigor-Client": "native"}
        status, session = await post(client, addresses[0], "auth/register", PERSON, **native)
        assert status == 201
        spent = {"refresh_token": session["refresh_token"]}
        refreshed = await asyncio.gather(
            *(post(client, addresses[n % 3], "auth/refresh", spent, **native) for n in range(12))
        )
        assert Counter(one for one, _ in refreshed) == {200: 12}
        assert len({body["refresh_token"] for _, body in refreshed}) == 1

        guess = {"identifier": PERSON["username"], "password": "not the password"}
        guessed = await asyncio.gather(*(post(client, addresses[n % 3], "auth/login", guess) for n in range(30)))
        statuses = Counter(one for one, _ in guessed)
        assert statuses[401] <= 6, statuses  # a sixth may be due a second after the fifth
        assert set(statuses) <= {401, 429, 503}

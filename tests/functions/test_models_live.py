"""An administrator's change of a provider is live in another process within ten seconds, without a restart."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.functions.test_processes import post, worker
from tests.providers.fake_vendors import FakeVendor
from tests.providers.planning_vendor import PlanningVendor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

LIVE_WITHIN_S = 10.0


async def test_a_change_made_in_one_process_decides_in_another_who_is_asked(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        vendor: FakeVendor = await stack.enter_async_context(PlanningVendor())
        models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        first, second = [await stack.enter_async_context(worker(tmp_path, **models)) for _ in range(2)]
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        credentials = {"identifier": "chief@example.com", "password": "a long enough sentence"}
        status, session = await post(client, first, "auth/login", credentials)
        assert status == 200, session
        chief = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}

        async def model_of_a_chat() -> str:
            """Which model answers the other process's chat; the administrator has a tier of their own to ask in."""
            _, told = await post(client, second, "coach/chat", {"message": "Any advice?"}, **chief)
            return str(told["source"]["model"])

        vendor.reply = "Keep it simple."
        assert await model_of_a_chat() == "gpt-6-luna"
        _, tried = await post(client, first, "manage/providers/openai-mini/test", {"model": "gpt-6.1-sol"}, **chief)
        assert (tried["ok"], tried["model"]) == (True, "gpt-6.1-sol")
        async with client.put(
            f"{first}/api/manage/providers/openai-mini", json={"model": "gpt-6.1-sol"}, headers=chief
        ) as changed:
            assert changed.status == 200
        began = time.monotonic()
        seen = ""
        while seen != "gpt-6.1-sol" and time.monotonic() - began <= LIVE_WITHIN_S:
            await asyncio.sleep(1.5)  # each look is a request of the day's ten
            seen = await model_of_a_chat()
        assert seen == "gpt-6.1-sol", "ten seconds are promised"

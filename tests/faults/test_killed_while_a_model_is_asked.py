"""`kill -9` between the reservation and the model's answer, and after it: charged until freed, and never asked twice once done."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.functions.test_models_abandoned import WaitingVendor
from tests.functions.test_processes import PERSON, post
from tests.providers.planning_vendor import PlanningVendor
from tests.support import key_settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

NATIVE = {"X-Vigor-Client": "native"}
KEY = {"Idempotency-Key": "the-same-key-again"}


class SlowPlanner(WaitingVendor, PlanningVendor):
    """A vendor that writes a plan when it is told to."""


async def started_with(file: Path, vendor: WaitingVendor) -> tuple[asyncio.subprocess.Process, str]:
    """A host that frees reservations soon, and asks that vendor."""
    models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
    return await started(file, VIGOR_RESERVATION_TTL_S="3", **models, **key_settings())


async def usage(client: aiohttp.ClientSession, at: str, signed_in: dict[str, str]) -> dict[str, Any]:
    async with client.get(f"{at}/api/me/usage", headers=signed_in) as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def test_killed_before_the_answer_a_reservation_counts_until_it_is_freed(tmp_path: Path) -> None:
    vendor, file = SlowPlanner(), tmp_path / "vigor.sqlite"
    async with vendor, aiohttp.ClientSession() as client:
        process, at = await started_with(file, vendor)
        _, session = await post(client, at, "auth/register", PERSON, **NATIVE)
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        asking = asyncio.create_task(post(client, at, "workouts/generate", {}, **signed_in))
        await vendor.arrived.wait()
        process.kill()
        await process.communicate()
        await asyncio.gather(asking, return_exceptions=True)

        process, at = await started_with(file, vendor)
        try:
            async with asyncio.timeout(20):
                while (left := await usage(client, at, signed_in))["day"]["used"]:
                    assert left["day"]["used"] == 1, "reserved, and nothing else"
                    await asyncio.sleep(0.1)
            assert left["budget"]["spent_usd"] == 0
        finally:
            process.terminate()
            await process.communicate()


async def test_killed_after_the_answer_the_same_key_gets_it_and_no_model_is_asked_again(tmp_path: Path) -> None:
    vendor, file = SlowPlanner(), tmp_path / "vigor.sqlite"
    vendor.may_answer.set()
    async with vendor, aiohttp.ClientSession() as client:
        process, at = await started_with(file, vendor)
        _, session = await post(client, at, "auth/register", PERSON, **NATIVE)
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        status, made = await post(client, at, "workouts/generate", {}, **signed_in, **KEY)
        assert status == 201
        process.kill()
        await process.communicate()

        process, at = await started_with(file, vendor)
        try:
            assert await post(client, at, "workouts/generate", {}, **signed_in, **KEY) == (201, made)
            assert vendor.billed == 1
            assert (await usage(client, at, signed_in))["day"]["used"] == 1
        finally:
            process.terminate()
            await process.communicate()

"""Races let go at their last byte, over four worker processes on one file: what may happen once happens once."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.last_byte import Request, released_together
from tests.functions.test_processes import CHIEF, PERSON, post, worker
from tests.providers.planning_vendor import PlanningVendor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

NATIVE = {"X-Vigor-Client": "native"}
BUSY = {409, 503}


@pytest.fixture
async def addresses(tmp_path: Path) -> AsyncIterator[list[str]]:
    """Four workers over one file, with a vendor that writes plans."""
    async with AsyncExitStack() as stack:
        vendor = PlanningVendor()
        await stack.enter_async_context(vendor)
        models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        yield [await stack.enter_async_context(worker(tmp_path, **models)) for _ in range(4)]


async def race(addresses: list[str], path: str, bodies: list[Any], **headers: str) -> list[tuple[int, Any]]:
    places = cycle(addresses)
    return await released_together([Request(next(places), path, body, headers) for body in bodies])


async def test_what_may_happen_once_happens_once(addresses: list[str]) -> None:
    people = [{**PERSON, "email": f"anna{n}@example.com"} for n in range(20)]
    made = await race(addresses, "auth/register", people, **NATIVE)
    assert [status for status, _ in made].count(201) == 1, "one name, one person"
    assert {status for status, _ in made} <= {201, *BUSY}
    session = next(body for status, body in made if status == 201)

    spent = {"refresh_token": session["refresh_token"]}
    refreshed = await race(addresses, "auth/refresh", [spent] * 12, **NATIVE)
    assert {status for status, _ in refreshed} == {200}
    assert len({body["refresh_token"] for _, body in refreshed}) == 1, "one token, one successor"

    signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
    async with aiohttp.ClientSession() as client:
        for _ in range(9):
            assert (await post(client, addresses[0], "workouts/generate", {"fresh": True}, **signed_in))[0] == 201
    asked = await race(addresses, "workouts/generate", [{"fresh": True}] * 40, **signed_in)
    assert Counter(status for status, _ in asked) == {201: 1, 429: 39}, "the tenth of ten, and no more"


async def test_of_guesses_that_arrive_as_one_no_more_are_checked_than_a_person_may_mistype(
    addresses: list[str],
) -> None:
    async with aiohttp.ClientSession() as client:
        assert (await post(client, addresses[0], "auth/register", PERSON, **NATIVE))[0] == 201
    guesses = [{"identifier": "anna", "password": f"not the password {n}"} for n in range(40)]
    guessed = Counter(status for status, _ in await race(addresses, "auth/login", guesses))
    assert guessed[401] <= 6, guessed  # a sixth may be due a second after the fifth
    assert set(guessed) <= {401, 429, 503}


async def test_of_two_administrators_who_demote_each_other_at_one_moment_one_stays(addresses: list[str]) -> None:
    async with aiohttp.ClientSession() as client:
        _, anna = await post(client, addresses[0], "auth/register", PERSON, **NATIVE)
        chief_is = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
        _, chief = await post(client, addresses[0], "auth/login", chief_is, **NATIVE)
        people = [anna, chief]
        header = [{"X-Vigor-Authorization": f"Bearer {one['access_token']}"} for one in people]
        path = f"{addresses[0]}/api/manage/users/{anna['user']['id']}"
        async with client.patch(path, json={"role": "admin"}, headers=header[1]) as answer:
            assert answer.status == 200
        both = [
            Request(addresses[n], f"manage/users/{people[1 - n]['user']['id']}", {"role": "user"}, header[n], "PATCH")
            for n in range(2)
        ]
        answers = await released_together(both)
        assert sorted(status for status, _ in answers)[0] == 200
        left = [await client.get(f"{addresses[2]}/api/manage/tiers", headers=one) for one in header]
        assert sorted(one.status for one in left) == [200, 403]

"""Four worker processes race on one store, whichever engine it is: the whole app over HTTP, every race let go at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from tests.emulators import servers
from tests.functions.test_processes import PERSON, post, worker
from tests.functions.test_training import a_log
from tests.providers.fake_vendors import FakeVendor
from tests.providers.planning_vendor import PlanningVendor
from tests.support import key_settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

WORKERS = 4
KEYED = ("workouts/generate",)
"""What is asked under a key, so that asking again is no second request."""

PATIENCE = 60
ENGINES = [
    "sqlite",
    pytest.param("tables", marks=pytest.mark.emulator),
    pytest.param("cosmos", marks=pytest.mark.emulator),
]


@dataclass
class House:
    """The workers' addresses, and one client that asks them in turn.

    A store on a machine that does much else may not answer in time. Then a worker says 503, to what it may have done
    all the same, and the client asks again, as clients do; `away` counts how often.
    """

    addresses: list[str]
    client: aiohttp.ClientSession
    away: int = 0

    async def one(self, path: str, body: Any, *, worker: int = 0, **headers: str) -> tuple[int, Any]:
        """One request to one worker, asked again for as long as the store is away."""
        for _ in range(PATIENCE):
            status, answered = await post(self.client, self.addresses[worker], path, body, **headers)
            if status != 503:
                break
            self.away += 1
            await asyncio.sleep(1)
        return status, answered

    def is_exact(self, found: int, of: int) -> bool:
        """Whether so many were told of what happens that often. Who had to ask again may be told of it as done before."""
        return found == of if not self.away else found <= of

    async def race(self, path: str, bodies: list[Any], **headers: str) -> list[tuple[int, Any]]:
        """Every body as a request of its own, spread over the workers; each waits at one gate and all go together."""
        gate = asyncio.Event()

        async def runner(number: int, body: Any) -> tuple[int, Any]:
            await gate.wait()
            once = {"Idempotency-Key": f"{path.replace('/', '-')}-{number:04}"} if path in KEYED else {}
            return await self.one(path, body, worker=number % WORKERS, **headers, **once)

        runners = [asyncio.create_task(runner(number, body)) for number, body in enumerate(bodies)]
        await asyncio.sleep(0)
        gate.set()
        return list(await asyncio.gather(*runners))

    async def get(self, path: str, *, worker: int = 0, **headers: str) -> Any:
        async with self.client.get(f"{self.addresses[worker]}/api/{path}", headers=headers) as answer:
            assert answer.status == 200
            return await answer.json()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings that point workers at one empty store of each engine."""
    match request.param:
        case "tables":
            with servers.azurite(tmp_path) as azurite:
                yield {"VIGOR_STORE": "tables", "VIGOR_TABLES_CONNECTION": azurite.tables_connection}
        case "cosmos":
            with servers.cosmos(tmp_path) as cosmos:
                place = {"VIGOR_COSMOS_ENDPOINT": cosmos.cosmos_endpoint, "VIGOR_COSMOS_KEY": servers.COSMOS_KEY}
                yield {"VIGOR_STORE": "cosmos", "VIGOR_COSMOS_DATABASE": f"d{uuid4().hex}", **place}
        case _:
            yield {"VIGOR_STORE": "sqlite"}


@pytest.fixture
async def house(engine: dict[str, str], tmp_path: Path) -> AsyncIterator[House]:
    """Four workers over one store, a vendor that writes plans, and a client without a limit of its own."""
    async with AsyncExitStack() as stack:
        vendor: FakeVendor = await stack.enter_async_context(PlanningVendor())
        models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        addresses = [
            await stack.enter_async_context(worker(tmp_path, **models, **key_settings(), **engine))
            for _ in range(WORKERS)
        ]
        client = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=aiohttp.TCPConnector(limit=0))
        )
        yield House(addresses, client)


async def test_names_are_given_once_refreshes_have_one_successor_quotas_are_exact_and_logs_are_kept_once(
    house: House,
) -> None:
    session = await names_are_given_once(house)
    await a_refresh_token_has_one_successor(house, session)
    signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
    await a_log_is_kept_once(house, signed_in)
    await a_tier_of_ten_lets_ten_through(house, signed_in)


async def names_are_given_once(house: House) -> Any:
    """Twelve people want one e-mail address, twelve others one username; answers the session of who got the first."""
    same_address = [{**PERSON, "username": f"anna{n}"} for n in range(12)]
    same_name = [{**PERSON, "email": f"ben{n}@example.com", "username": "ben"} for n in range(12)]
    address, name = await asyncio.gather(
        house.race("auth/register", same_address, **{"X-Vigor-Client": "native"}),
        house.race("auth/register", same_name, **{"X-Vigor-Client": "native"}),
    )
    for outcome in (address, name):
        statuses = Counter(status for status, _ in outcome)
        assert house.is_exact(statuses[201], 1), statuses
        assert set(statuses) <= {201, 409}, statuses
    winner = next((number for number, (status, _) in enumerate(address) if status == 201), None)
    if winner is not None:
        return address[winner][1]
    # the winner was told of it in the second answer, as taken
    again = {"identifier": PERSON["email"], "password": PERSON["password"]}
    status, session = await house.one("auth/login", again, **{"X-Vigor-Client": "native"})
    assert status == 200
    return session


async def a_refresh_token_has_one_successor(house: House, session: Any) -> None:
    spent = {"refresh_token": session["refresh_token"]}
    refreshed = await house.race("auth/refresh", [spent] * 16, **{"X-Vigor-Client": "native"})
    assert Counter(status for status, _ in refreshed) == {200: 16}
    assert len({body["refresh_token"] for _, body in refreshed}) == 1


async def a_log_is_kept_once(house: House, signed_in: dict[str, str]) -> None:
    """Five workouts, each sent by four workers at once, two of them through the door for offline workouts."""
    logs = [a_log(f"log-{n:08d}") for n in range(5)]
    sent, synced = await asyncio.gather(
        house.race("workouts/logs", [log for log in logs for _ in range(WORKERS)], **signed_in),
        house.race("workouts/sync", [{"logs": logs}] * 2, **signed_in),
    )
    assert {status for status, _ in sent} <= {200, 201}
    verdicts = [one for _, report in synced for one in report["verdicts"]]
    assert {one["verdict"] for one in verdicts} <= {"created", "unchanged"}
    created = sum(status == 201 for status, _ in sent) + sum(one["verdict"] == "created" for one in verdicts)
    assert house.is_exact(created, len(logs))
    listed = await house.get("workouts/logs?limit=100", worker=3, **signed_in)
    assert sorted(one["id"] for one in listed["items"]) == [log["id"] for log in logs]


async def a_tier_of_ten_lets_ten_through(house: House, signed_in: dict[str, str]) -> None:
    plans = await house.race("workouts/generate", [{"fresh": True}] * 32, **signed_in)
    statuses = Counter(status for status, _ in plans)
    assert statuses[201] + statuses[429] == 32, statuses
    assert house.is_exact(statuses[201], 10), statuses
    usage = await house.get("me/usage", worker=2, **signed_in)
    assert usage["day"]["used"] == 10
    kept = await house.get("plans?limit=100", worker=1, **signed_in)
    assert house.is_exact(len(kept["items"]), 10)

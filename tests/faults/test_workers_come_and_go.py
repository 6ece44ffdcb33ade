"""Workers are killed, or asked to leave, one after another while people go on: nothing acknowledged is lost, nobody sees a bug."""

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.faults.test_killed_together import check
from tests.functions.test_processes import CHIEF, PERSON, post
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

CLIENTS = 8
NATIVE = {"X-Vigor-Client": "native"}
Worker = tuple[asyncio.subprocess.Process, str]


@dataclass
class Crowd:
    """People who write and read through whichever worker is there, and what they were answered."""

    workers: list[Worker]
    client: aiohttp.ClientSession
    signed_in: dict[str, str]
    chief: dict[str, str]
    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    broken_off: int = 0
    heard: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    numbers: Any = field(default_factory=count)

    async def go_on(self, number: int) -> None:
        while True:
            at = self.workers[number % len(self.workers)][1]
            this = next(self.numbers)
            try:
                if this % 10 == 0:
                    await self._change_a_tier(at, this)
                else:
                    await self._log(at, f"log-{this:08d}")
            except (aiohttp.ClientError, ConnectionError):
                self.broken_off += 1
                await asyncio.sleep(0.02)  # the worker is down; somebody else has to get the processor

    async def _log(self, at: str, log_id: str) -> None:
        status, _ = await post(self.client, at, "workouts/logs", a_log(log_id), **self.signed_in)
        self._hear(status)
        if status == 201:
            self.acknowledged.add(log_id)

    async def _change_a_tier(self, at: str, number: int) -> None:
        tier = {"day": number % 100, "week": 999, "month": 999, "budget_usd": 1}
        async with self.client.put(f"{at}/api/manage/tiers/free", json=tier, headers=self.chief) as answer:
            self._hear(answer.status)

    def _hear(self, status: int) -> None:
        self.answers[status] += 1
        self.heard.release()


@asynccontextmanager
async def crowd(file: Path) -> AsyncIterator[Crowd]:
    """Two workers and people at work; afterwards everybody has stopped."""
    workers = [await started(file) for _ in range(2)]
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=connector) as client:
        at = workers[0][1]
        _, session = await post(client, at, "auth/register", PERSON, **NATIVE)
        chief = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
        _, admin = await post(client, at, "auth/login", chief, **NATIVE)
        header = [{"X-Vigor-Authorization": f"Bearer {one['access_token']}"} for one in (session, admin)]
        people = Crowd(workers, client, *header)
        going_on = [asyncio.create_task(people.go_on(number)) for number in range(CLIENTS)]
        try:
            yield people
        finally:
            for one in going_on:
                one.cancel()
            await asyncio.gather(*going_on, return_exceptions=True)
            for process, _ in workers:
                process.terminate()
                await process.communicate()


async def replaced_in_turn(people: Crowd, file: Path, *, by: signal.Signals, times: int) -> None:
    """End one worker after the other, each while people are at work, and start another in its place."""
    for turn in range(times):
        async with asyncio.timeout(60):
            for _ in range(20):
                await people.heard.acquire()
        process, _ = people.workers[turn % 2]
        process.send_signal(by)
        await process.communicate()
        people.workers[turn % 2] = await started(file)


async def all_is_well(people: Crowd, file: Path) -> None:
    async with people.client.get(f"{people.workers[0][1]}/api/manage/audit", headers=people.chief) as answer:
        assert (await answer.json())["chain"]["whole"]
    assert set(people.answers) <= {200, 201, 412, 503}, people.answers  # 412: two changed the tier at one moment
    assert len(people.acknowledged) > 20
    check(file, people.acknowledged)


async def test_workers_that_are_killed_one_after_another_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "vigor.sqlite"
    async with crowd(file) as people:
        await replaced_in_turn(people, file, by=signal.SIGKILL, times=4)
        await all_is_well(people, file)


@pytest.mark.faults
async def test_workers_that_are_killed_for_a_minute_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "vigor.sqlite"
    async with crowd(file) as people:
        await replaced_in_turn(people, file, by=signal.SIGKILL, times=30)
        await all_is_well(people, file)


async def test_workers_that_are_asked_to_leave_finish_what_they_began(tmp_path: Path) -> None:
    file = tmp_path / "vigor.sqlite"
    async with crowd(file) as people:
        await replaced_in_turn(people, file, by=signal.SIGTERM, times=4)
        await all_is_well(people, file)
        written = len(people.acknowledged)
    with_those_under_way = kept_logs(file)
    assert len(with_those_under_way) - written <= CLIENTS, "only what was cancelled at the very end may differ"


def kept_logs(file: Path) -> list[str]:
    with sqlite3.connect(file) as store:
        rows = store.execute("SELECT id FROM documents WHERE partition LIKE 'user:%' AND id LIKE 'log:%'").fetchall()
    store.close()
    return [row[0] for row in rows]

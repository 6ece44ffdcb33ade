"""Ten minutes under tight limits: 64 descriptors and 512 MB a worker, people at work, and bursts of 500 connections."""

import asyncio
import logging
import resource
import statistics
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.faults.test_short_of_everything import MIB, NATIVE, resident
from tests.functions.test_processes import CHIEF, PERSON, post
from tests.functions.test_training import HOME, a_log

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.xdist_group("processes")]

DESCRIPTORS, MEMORY = 64, 512 * MIB
WORKERS, PEOPLE, CLIENTS, BURST = 2, 20, 40, 500
MINUTES, MINUTE_S = 10, 60
BURST_EVERY_S, THINKS_S, PATIENCE_S = 30, 0.3, 180
UNEVEN = 0.2
"""The share by which the mean of a later minute may differ from that of the second; the first one warms up."""

GENEROUS = {"day": 1_000_000, "week": 1_000_000, "month": 1_000_000, "budget_usd": 1}
SERVED, REFUSED = {200, 201}, {429, 503}
BROKEN_OFF = 0
_log = logging.getLogger(__name__)


@dataclass
class Load:
    """What people do at all workers, in turn, and how it was answered."""

    addresses: list[str]
    sessions: list[dict[str, Any]]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=count)

    async def go_on(self, client: aiohttp.ClientSession, number: int) -> None:
        """One step after the other, with a moment to think between them."""
        for step in count(number):
            await self.step(client, self.addresses[number % WORKERS], person=number % PEOPLE, step=step)
            await asyncio.sleep(THINKS_S)

    async def burst(self, client: aiohttp.ClientSession, turn: int) -> None:
        """So many connections to one worker, all at once."""
        at = self.addresses[turn % WORKERS]
        await asyncio.gather(*(self.step(client, at, person=n % PEOPLE, step=n % 8) for n in range(BURST)))

    async def step(self, client: aiohttp.ClientSession, at: str, *, person: int, step: int) -> None:
        """One of the things people do; which, `step` says."""
        session = self.sessions[person]
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        match step % 16:
            case 5 | 13:
                log = a_log(f"log-{next(self.numbers):08d}")
                await self._ask(client, "POST", f"{at}/api/workouts/logs", log, signed_in)
            case 6:
                await self._ask(client, "POST", f"{at}/api/workouts/generate", {"fresh": True}, signed_in)
            case 7:
                question = {"message": "How long should I rest?"}
                await self._ask(client, "POST", f"{at}/api/coach/chat", question, signed_in)
            case 8:
                spent = {"refresh_token": session["refresh_token"]}
                self._renew(person, await self._ask(client, "POST", f"{at}/api/auth/refresh", spent, NATIVE))
            case 15 if step % 64 == 15:  # seldom: the twenty-first session of a person ends their first
                name = {"identifier": session["user"]["username"], "password": PERSON["password"]}
                self._renew(person, await self._ask(client, "POST", f"{at}/api/auth/login", name, NATIVE))
            case other:
                paths = ("api/me", "api/me/usage", "api/workouts/logs", "api/health/ready", "")
                await self._ask(client, "GET", f"{at}/{paths[other % len(paths)]}", None, signed_in)

    def _renew(self, person: int, session: dict[str, Any] | None) -> None:
        if session is not None:
            self.sessions[person] = session

    async def _ask(
        self, client: aiohttp.ClientSession, method: str, address: str, body: Any, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """The JSON of a good answer, None for any other; every answer is counted."""
        what = f"{method} {address.split('/', 3)[3]}"
        try:
            async with client.request(method, address, json=body, headers=headers) as answer:
                content = await answer.read()
                self.answers[what, answer.status] += 1
                is_json = answer.content_type == "application/json"
                return await answer.json() if answer.status in SERVED and is_json and content else None
        except (aiohttp.ClientError, ConnectionError):
            self.answers[what, BROKEN_OFF] += 1
            return None


@pytest.mark.skipif(sys.platform != "linux", reason="limits and memory are set and read as Linux has them")
async def test_ten_minutes_of_load_and_bursts_end_nothing_and_leave_memory_as_it_was(tmp_path: Path) -> None:
    async with limited_workers(tmp_path / "vigor.sqlite") as workers:
        pids = [process.pid for process, _ in workers]
        load = await begun([address for _, address in workers])
        curves = await under(load, pids)
        assert [process.returncode for process, _ in workers] == [None] * WORKERS
        await still_serves(load)
    told = "\n".join(
        [*(" ".join(f"{mib:.1f}" for mib in curve) for curve in curves), str(sorted(load.answers.items()))]
    )
    _log.info("MiB of each worker in each minute, and the answers:\n%s", told)
    assert {status for _, status in load.answers} <= SERVED | REFUSED | {BROKEN_OFF}, told
    assert all(load.answers[one] for one in (("POST api/workouts/logs", 201), ("POST api/workouts/generate", 201))), (
        told
    )
    for _warm_up, second, *later in curves:
        assert all(abs(mib - second) <= UNEVEN * second for mib in later), told


@asynccontextmanager
async def limited_workers(file: Path) -> AsyncIterator[list[tuple[asyncio.subprocess.Process, str]]]:
    """Local hosts over one file, each under the limits."""
    workers = [await started(file) for _ in range(WORKERS)]
    try:
        for process, _ in workers:
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
        yield workers
    finally:
        for process, _ in workers:
            process.terminate()
            await process.communicate()


async def begun(addresses: list[str]) -> Load:
    """People with profiles, on a tier that lets them ask as often as they like."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        chief = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
        _, admin = await post(client, addresses[0], "auth/login", chief, **NATIVE)
        header = {"X-Vigor-Authorization": f"Bearer {admin['access_token']}"}
        async with client.put(f"{addresses[0]}/api/manage/tiers/free", json=GENEROUS, headers=header) as answer:
            assert answer.status == 200
        sessions = []
        for number in range(PEOPLE):
            person = {**PERSON, "email": f"anna{number}@example.com", "username": f"anna{number:02d}"}
            status, session = await post(client, addresses[0], "auth/register", person, **NATIVE)
            assert status == 201, session
            header = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
            async with client.patch(f"{addresses[0]}/api/me", json=HOME, headers=header) as answer:
                assert answer.status == 200
            sessions.append(session)
    return Load(addresses, sessions)


async def under(load: Load, pids: list[int]) -> list[list[float]]:
    """The mean memory of each worker in each minute, in MiB, while people are at work."""
    patient = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=patient) as steady,
        aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=patient,
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
        ) as sudden,
        asyncio.TaskGroup() as tasks,
    ):
        going_on = [tasks.create_task(load.go_on(steady, number)) for number in range(CLIENTS)]
        curves: list[list[float]] = [[] for _ in pids]
        for minute in range(MINUTES):
            seen: list[list[float]] = [[] for _ in pids]
            for second in range(MINUTE_S):
                if second % BURST_EVERY_S == 0:
                    going_on.append(tasks.create_task(load.burst(sudden, minute + second // BURST_EVERY_S)))
                await asyncio.sleep(1)
                for samples, pid in zip(seen, pids, strict=True):
                    samples.append(resident(pid) * resource.getpagesize() / MIB)
            for curve, samples in zip(curves, seen, strict=True):
                curve.append(statistics.mean(samples))
        for one in going_on:
            one.cancel()
    return curves


async def still_serves(load: Load) -> None:
    """Afterwards everything is as it was: ready, and a new log is kept."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        for at in load.addresses:
            async with client.get(f"{at}/api/health/ready") as answer:
                assert answer.status == 200
            name = {"identifier": load.sessions[0]["user"]["username"], "password": PERSON["password"]}
            status, session = await post(client, at, "auth/login", name, **NATIVE)
            assert status == 200
            header = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
            kept = a_log(f"last-{next(load.numbers):08d}")
            assert (await post(client, at, "workouts/logs", kept, **header))[0] == 201

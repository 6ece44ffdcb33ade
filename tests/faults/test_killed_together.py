"""`kill -9` of every process at once during many writes, again and again on one file: nothing acknowledged is lost or doubled."""

import asyncio
import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from tests.faults.test_killed import started
from tests.functions.test_processes import PERSON, post
from tests.functions.test_training import a_log

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

WORKERS, WRITES = 2, 200
READY_WITHIN_S = 10
"""Of all workers together, on a machine that does nothing else, as `make faults` is run."""

PATIENT_S = 120


async def test_three_times_over_every_acknowledged_write_is_there_once(tmp_path: Path) -> None:
    await killed_and_counted(tmp_path, times=3, ready_within_s=PATIENT_S)


@pytest.mark.faults
async def test_twenty_times_over_every_acknowledged_write_is_there_once(tmp_path: Path) -> None:
    await killed_and_counted(tmp_path, times=20, ready_within_s=READY_WITHIN_S)


async def killed_and_counted(folder: Path, *, times: int, ready_within_s: float) -> None:
    """Start workers, let them write, kill them all, look at the file; then once more over the same file."""
    file, random = folder / "vigor.sqlite", Random(3)
    acknowledged: set[str] = set()
    session: dict[str, Any] = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        for turn in range(times):
            async with asyncio.timeout(ready_within_s):
                workers = await asyncio.gather(*(started(file) for _ in range(WORKERS)))
            addresses = [address for _, address in workers]
            if not session:
                _, session = await post(client, addresses[0], "auth/register", PERSON, **{"X-Vigor-Client": "native"})
            _, session = await post(
                client, addresses[0], "auth/refresh", {"refresh_token": session["refresh_token"]},
                **{"X-Vigor-Client": "native"},
            )  # fmt: skip
            signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
            kept = await until_killed(client, workers, signed_in, turn=turn, enough=random.randint(20, 120))
            acknowledged |= kept
            check(file, acknowledged)
    assert len(acknowledged) >= 20 * times


async def until_killed(
    client: aiohttp.ClientSession,
    workers: list[tuple[asyncio.subprocess.Process, str]],
    signed_in: dict[str, str],
    *,
    turn: int,
    enough: int,
) -> set[str]:
    """Write from everywhere until `enough` were acknowledged, then kill all at once; what was acknowledged."""
    kept: set[str] = set()
    reached = asyncio.Event()

    async def write(number: int) -> None:
        log_id = f"log-{turn:03d}-{number:05d}"
        try:
            status, _ = await post(client, workers[number % WORKERS][1], "workouts/logs", a_log(log_id), **signed_in)
        except (aiohttp.ClientError, ConnectionError):
            return
        if status == 201:
            kept.add(log_id)
            if len(kept) >= enough:
                reached.set()

    writes = [asyncio.create_task(write(number)) for number in range(WRITES)]
    async with asyncio.timeout(60):
        await reached.wait()
    for process, _ in workers:
        process.kill()
    await asyncio.gather(*(process.communicate() for process, _ in workers))
    await asyncio.gather(*writes)
    return kept


def check(file: Path, acknowledged: set[str]) -> None:
    """The file is whole, and holds each acknowledged log exactly once, by its id and in the order of time."""
    with sqlite3.connect(file) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ids = [row[0] for row in store.execute("SELECT id FROM documents WHERE partition LIKE 'user:%'")]
    store.close()
    pointers = [one.removeprefix("log:") for one in ids if one.startswith("log:")]
    done = [one.split("-", 1)[1] for one in ids if one.startswith("done:")]
    assert len(pointers) == len(set(pointers))
    assert sorted(pointers) == sorted(done), "a log and its place in time are written together or not at all"
    assert acknowledged <= set(pointers)

"""Too little of something: a clock that is off, a write-ahead log that cannot shrink, few file descriptors, many sign-ins at once."""

import asyncio
import os
import resource
import sqlite3
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from shared.accounts.tries import ABANDONED_AFTER
from shared.auth.access_tokens import LEEWAY, AccessTokens
from shared.errors import NotSignedIn
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Insert
from tests.faults.test_killed import started
from tests.functions.conftest import PASSWORD, Api
from tests.functions.test_processes import PERSON, post
from tests.functions.test_training import a_log
from tests.support import RINGS, START

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

NATIVE = {"X-Vigor-Client": "native"}
MIB = 1024 * 1024


@pytest.mark.parametrize("off", [25, -25])
def test_a_clock_that_is_off_by_less_than_the_leeway_turns_nobody_away(off: int) -> None:
    here, there = START, START + timedelta(seconds=off)
    tokens = AccessTokens(RINGS.signing, ttl=timedelta(minutes=10))
    for made, read in ((here, there), (there, here)):
        token = tokens.mint(user_id="a", session_id="b", epoch=0, signed_in_at=made, now=made)
        assert tokens.verify(token, now=read).user_id == "a"
        assert tokens.verify(token, now=read + timedelta(minutes=9)).user_id == "a"


def test_a_clock_that_is_off_by_more_is_not_believed() -> None:
    tokens = AccessTokens(RINGS.signing, ttl=timedelta(minutes=10))
    ahead = START + timedelta(seconds=90)
    token = tokens.mint(user_id="a", session_id="b", epoch=0, signed_in_at=ahead, now=ahead)
    with pytest.raises(NotSignedIn):
        tokens.verify(token, now=ahead - LEEWAY - timedelta(seconds=1))


async def test_a_clock_that_steps_back_makes_no_wait_negative_and_locks_nobody_out(api: Api) -> None:
    await api.member()
    wrong = {"identifier": "anna", "password": "not the password"}
    for _ in range(6):
        await api.nobody("POST", "auth/login", wrong)
    api.clock.move(seconds=-90)
    waiting = await api.nobody("POST", "auth/login", wrong)
    assert waiting.status == 429
    assert 0 < int(waiting.headers["Retry-After"]) <= 900
    api.clock.move(seconds=90 + ABANDONED_AFTER.total_seconds())
    assert (await api.nobody("POST", "auth/login", {**wrong, "password": PASSWORD})).status == 200


async def test_a_log_that_a_reader_held_open_shrinks_once_the_reader_is_gone(tmp_path: Path) -> None:
    await grown_and_shrunk(tmp_path, mib=96)


@pytest.mark.faults
async def test_a_log_of_a_gigabyte_shrinks_once_the_reader_is_gone(tmp_path: Path) -> None:
    await grown_and_shrunk(tmp_path, mib=1024)


async def grown_and_shrunk(folder: Path, *, mib: int) -> None:
    """Write so much while a snapshot keeps the log from being folded away; then let the snapshot go."""
    file, log = folder / "vigor.sqlite", folder / "vigor.sqlite-wal"
    store = SqliteStore(file)
    await store.insert("p", "first", {})
    with sqlite3.connect(file, isolation_level=None) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM documents").fetchone()
        for number in range(mib):
            texts = [Insert(f"{number:05d}-{part}", {"text": os.urandom(64 * 1024).hex()}) for part in range(3)]
            await store.batch("p", texts[:3])
            if log.stat().st_size > mib * MIB:
                break
        assert log.stat().st_size > mib * MIB * 0.3
        assert (await store.get("p", "first")).body == {}
        reader.execute("COMMIT")
    reader.close()
    await store.insert("p", "last", {})
    async with asyncio.timeout(60):
        while log.exists() and log.stat().st_size >= 64 * MIB:  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.1)
    assert (await store.get("p", "last")).body == {}
    await store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="limits are set as Linux has them")
async def test_with_few_descriptors_and_little_memory_five_hundred_connections_end_nothing(tmp_path: Path) -> None:
    log = tmp_path / "host.log"
    with log.open("wb") as said:
        process, at = await started(tmp_path / "vigor.sqlite", log=said.fileno())
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (64, 64))
    resource.prlimit(process.pid, resource.RLIMIT_DATA, (512 * MIB, 512 * MIB))
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    try:
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as client:
            _, session = await post(client, at, "auth/register", PERSON, **NATIVE)
            signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}

            async def write(number: int) -> int:
                try:
                    status, _ = await post(client, at, "workouts/logs", a_log(f"log-{number:08d}"), **signed_in)
                except (aiohttp.ClientError, ConnectionError):
                    return 0
                return status

            before = resident(process.pid)
            for turn in range(3):
                numbers = range(turn * 500, turn * 500 + 500)
                answers = Counter(await asyncio.gather(*(write(number) for number in numbers)))
                assert set(answers) <= {0, 201, 503}, answers
                assert answers[201] > 0
            assert process.returncode is None
            assert await write(99_999_999) == 201
            assert resident(process.pid) < 2 * before
            async with client.get(f"{at}/api/health/ready") as answer:
                assert answer.status == 200
    finally:
        process.terminate()
        await process.communicate()
    assert "Too many open files" not in log.read_text(), "who found no room waited outside"


def resident(pid: int) -> int:
    """Pages that the process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])


async def test_of_a_hundred_sign_ins_at_once_no_more_hash_than_there_are_cores_and_readers_read_on(api: Api) -> None:
    people = [await api.member(f"person{n:02d}") for n in range(4)]
    anna = people[0]
    hashing: set[int] = set()
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            hashing.add(sum(one.name.startswith("argon2") for one in threading.enumerate()))
            await asyncio.sleep(0)

    async def sign_in(n: int) -> Any:
        body = {"identifier": f"person{n % 4:02d}", "password": PASSWORD}
        return await api.nobody("POST", "auth/login", body)

    looking = asyncio.create_task(look())
    signing_in = [asyncio.create_task(sign_in(n)) for n in range(100)]
    read = [(await anna("GET", "me")).status for _ in range(20)]
    answers = await asyncio.gather(*signing_in)
    done.set()
    await looking
    assert set(read) == {200}
    statuses = Counter(one.status for one in answers)
    assert set(statuses) <= {200, 429, 503}
    assert statuses[200] > 0
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers if one.status != 200)
    assert max(hashing) <= (os.cpu_count() or 1)

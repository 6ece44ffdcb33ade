"""T01, T02 and T25: workers that are killed, and a store that is destroyed, until somebody is served again.

What supervises workers on Azure is the platform. Here it is this benchmark, which starts the next one as soon as one has
ended, as any supervisor would; what is measured is how long Vigor takes from there until it answers.
"""

import asyncio
import os
import signal
import statistics
import sys
import time
from pathlib import Path

import aiohttp

from benchmarks.a_life import a_session
from benchmarks.faults_measured import Crowd, Figure, Unexpected, check, new_client
from shared.domain.log import Log
from shared.storage.repositories.logs import LogsRepository
from shared.storage.sqlite import SqliteStore
from tests.faults.test_killed import started
from tests.faults.test_killed_together import check as check_file
from tests.faults.test_killed_together import until_killed
from tests.faults.test_short_of_everything import NATIVE
from tests.faults.test_workers_come_and_go import crowd
from tests.functions.test_processes import PERSON, ROOT, post

KILLED, KILLED_TOGETHER, WORKERS, STARTS, ENOUGH = 10, 5, 2, 3, 60
ONE_ANEW_MS, ALL_ANEW_MS, RESTORED_MS = 2_000, 10_000, 15 * 60_000
WORKOUTS = 1_000
"""Of each of the twenty people: some 45,000 documents in all."""

Process = asyncio.subprocess.Process


async def ready(file: Path) -> tuple[Process, str]:
    """A new worker over the file that has said it is ready."""
    process, address = await started(file)
    async with aiohttp.ClientSession() as client, client.get(f"{address}/api/health/ready") as answer:
        if answer.status != 200:
            raise Unexpected(f"a new worker is not ready: {answer.status}")
    return process, address


async def usual_start_ms(file: Path, *, workers: int) -> float:
    """How long so many workers take to be ready where nobody was killed and nobody asks; the quickest of some times."""
    times = []
    for _ in range(STARTS):
        began = time.perf_counter()
        begun = await asyncio.gather(*(ready(file) for _ in range(workers)))
        times.append((time.perf_counter() - began) * 1000)
        await _ended([process for process, _ in begun], signal.SIGTERM)
    return min(times)


async def _ended(processes: list[Process], by: signal.Signals) -> None:
    for process in processes:
        process.send_signal(by)
    await asyncio.gather(*(process.communicate() for process in processes))


async def one_killed(folder: Path) -> list[Figure]:
    """T01: one of two workers is killed, again and again, while people write through both."""
    file = folder / "vigor.sqlite"
    usual, times = await usual_start_ms(file, workers=1), []
    async with crowd(file) as people:
        for turn in range(KILLED):
            async with asyncio.timeout(60):
                for _ in range(20):
                    await people.heard.acquire()
            began = time.perf_counter()
            await _ended([people.workers[turn % 2][0]], signal.SIGKILL)
            people.workers[turn % 2] = await ready(file)
            times.append((time.perf_counter() - began) * 1000)
        if set(people.answers) - {200, 201, 412, 503}:
            raise Unexpected(str(people.answers))
    check_file(file, people.acknowledged)
    middle = statistics.median(times)
    return [Figure(f"one of two killed, until the next is ready, median of {KILLED}", middle, ONE_ANEW_MS, usual)]


async def all_killed(folder: Path) -> list[Figure]:
    """T02: every worker is killed at once during two hundred writes."""
    file = folder / "vigor.sqlite"
    usual, times = await usual_start_ms(file, workers=WORKERS), []
    acknowledged: set[str] = set()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        workers = [await ready(file) for _ in range(WORKERS)]
        _, session = await post(client, workers[0][1], "auth/register", PERSON, **NATIVE)
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
        for turn in range(KILLED_TOGETHER):
            acknowledged |= await until_killed(client, workers, signed_in, turn=turn, enough=ENOUGH)
            began = time.perf_counter()
            workers = await asyncio.gather(*(ready(file) for _ in range(WORKERS)))
            times.append((time.perf_counter() - began) * 1000)
        await _ended([process for process, _ in workers], signal.SIGTERM)
    check_file(file, acknowledged)
    return [Figure(f"all killed, until both are ready, slowest of {KILLED_TOGETHER}", max(times), ALL_ANEW_MS, usual)]


async def store_destroyed(folder: Path) -> list[Figure]:
    """T25: the store is destroyed and the night's backup restored, by the commands that docs/operations.md names."""
    file, night, log = folder / "vigor.sqlite", folder / "night.gz", folder / "security.log"
    async with new_client() as client:
        process, address = await ready(file)
        people = await Crowd.of(client, [address])
        await _with_history(people, file)
        await _ended([process], signal.SIGTERM)
        await _command(file, "shared.moving", "copy", "sqlite", str(night), "--progress", str(folder / "saving.json"))
        began = time.perf_counter()
        process, address = await _serving(people, file)
        usual = (time.perf_counter() - began) * 1000

        await _ended([process], signal.SIGKILL)
        _destroy(folder)
        log.touch()
        began = time.perf_counter()
        await _command(file, "shared.moving", "copy", str(night), "sqlite", "--progress", str(folder / "again.json"))
        await _command(file, "shared.restoring", str(log))
        process, _ = await _serving(people, file)
        taken = (time.perf_counter() - began) * 1000
        await _ended([process], signal.SIGTERM)
    what = f"store destroyed, until restored and all sign in ({len(people.sessions) * WORKOUTS:,} workouts)"
    return [Figure(what, taken / 1000, RESTORED_MS / 1000, usual / 1000, "s")]


def _destroy(folder: Path) -> None:
    for part in folder.glob("vigor.sqlite*"):
        part.unlink()


async def _with_history(people: Crowd, file: Path) -> None:
    """Years of workouts for everybody, written beside the host."""
    signed_in = {"X-Vigor-Authorization": f"Bearer {people.sessions[0]['access_token']}"}
    _, made = await post(people.client, people.addresses[0], "workouts/generate", {}, **signed_in)
    store = SqliteStore(file)
    logs = [Log.model_validate(a_session(number, made["plan"])) for number in range(WORKOUTS)]
    for session in people.sessions:
        await LogsRepository(store).keep_new(session["user"]["id"], logs)
    await store.close()


async def _serving(people: Crowd, file: Path) -> tuple[Process, str]:
    """A worker at which everybody has signed in."""
    process, address = await ready(file)
    people.addresses = [address]
    check([await people.sign_in(person) for person in range(len(people.sessions))])
    return process, address


async def _command(file: Path, module: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *words,
        cwd=ROOT,
        env={**os.environ, "VIGOR_SQLITE_PATH": str(file)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    if process.returncode != 0:
        raise Unexpected(f"{module} {' '.join(words)}: {told.decode()}")

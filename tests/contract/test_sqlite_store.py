"""What only the embedded engine promises: durability, several processes on one file, full disks, private files."""

# ruff: noqa: ASYNC110, ASYNC240 - these tests look at small local files and wait for another thread

import asyncio
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.storage.sqlite import SqliteStore
from shared.storage.store import BatchConflict, Delete, DocumentExists, Insert, StoreUnavailable, Upsert

ROOT = Path(__file__).parents[2]
WAIT_S = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file that is not there yet, in a folder that is not there yet."""
    return tmp_path / "data" / "vigor.sqlite"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    """A store on that file."""
    made = SqliteStore(path)
    yield made
    await made.close()


def started(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Another process with a `store` on the file that is its first argument."""
    program = "import asyncio, sys\nfrom pathlib import Path\nfrom shared.storage.sqlite import SqliteStore\n"
    program += "from shared.storage.store import *\nstore = SqliteStore(Path(sys.argv[1]))\n" + textwrap.dedent(code)
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's write lock on the file."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    finally:
        db.close()


async def test_what_was_acknowledged_survives_a_kill_right_after(path: Path) -> None:
    code = """
        async def write(name):
            for n in range(10_000):
                await store.batch(name, [Insert(f"log:{n:05}", {"n": n}), Upsert("latest", {"n": n})])
                print(name, n, flush=True)
        async def main():
            await asyncio.gather(*(write(f"user:{u}") for u in range(8)))
        asyncio.run(main())
    """
    for _ in range(3):
        process = started(code, path)
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().split() for _ in range(200)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.split() for line in process.stdout if line.endswith("\n")]
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        store = SqliteStore(path)
        for name, n in acknowledged:
            assert (await store.get(name, f"log:{int(n):05}")).body == {"n": int(n)}
            latest = (await store.get(name, "latest")).body["n"]
            assert isinstance(latest, int)
            assert latest >= int(n)
            assert await store.find(name, f"log:{latest + 1:05}") is None  # a batch is whole or absent
        await store.close()
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            db.execute("DELETE FROM documents")
        db.close()


async def test_processes_that_increment_one_document_lose_nothing(path: Path, store: SqliteStore) -> None:
    await store.insert("user:1", "usage", {"used": 0})
    code = """
        async def increment():
            while True:
                usage = await store.get("user:1", "usage")
                try:
                    return await store.replace("user:1", "usage", {"used": usage.body["used"] + 1}, etag=usage.etag)
                except StaleDocument:
                    continue
        async def main():
            await asyncio.gather(*(increment() for _ in range(40)))
            await store.close()
        sys.stdin.readline()
        asyncio.run(main())
    """
    processes = [started(code, path) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=WAIT_S)
        assert process.returncode == 0
    assert (await store.get("user:1", "usage")).body == {"used": 160}


async def test_processes_that_open_a_new_file_together_all_get_in(path: Path) -> None:
    code = """
        async def main():
            made = await asyncio.gather(store.insert("directory", "name:ada", {}), return_exceptions=True)
            await store.insert("user:1", sys.argv[2], {})
            await store.close()
            print(type(made[0]).__name__)
        asyncio.run(main())
    """
    processes = [started(code, path, n) for n in range(6)]
    said = sorted(process.communicate(timeout=WAIT_S)[0].strip() for process in processes)
    assert said == ["Document"] + ["DocumentExists"] * 5
    store = SqliteStore(path)
    assert len((await store.page("user:1")).documents) == 6
    await store.close()


async def test_a_lock_held_too_long_is_unavailable_and_reads_go_on(path: Path) -> None:
    store = SqliteStore(path, busy_s=0.2)
    made = await store.insert("user:1", "x", {"n": 1})
    with locked(path):
        writes = [store.upsert("user:1", f"y{n}", {}) for n in range(20)]
        answers = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(answer) for answer in answers] == [StoreUnavailable] * 20
        with pytest.raises(StoreUnavailable) as away:
            await store.ping()
        assert away.value.retry_after_s > 0
        assert await store.get("user:1", "x") == made
    await store.ping()
    last = await store.insert("user:1", "z", {})
    assert (await store.page("user:1")).documents == [made, last]
    await store.close()


async def test_a_write_waits_for_a_lock_that_is_given_back_in_time(path: Path, store: SqliteStore) -> None:
    await store.ping()
    with locked(path) as other:
        writing = asyncio.create_task(store.insert("user:1", "x", {}))
        reading = await store.page("user:1")
        assert reading.documents == []
        other.execute("COMMIT")
        made = await writing
    assert await store.get("user:1", "x") == made


async def test_a_full_disk_refuses_writes_serves_reads_and_passes_by(store: SqliteStore) -> None:
    made = await store.insert("user:1", "x", {"n": 1})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, hard))
    try:
        with pytest.raises(StoreUnavailable):
            for n in range(100):
                await store.insert("user:1", f"big:{n:02}", {"text": "x" * 50_000})
        kept = (await store.page("user:1", prefix="big:", limit=100)).documents
        assert await store.get("user:1", "x") == made
        with pytest.raises(StoreUnavailable):
            await store.insert("user:1", "bigger", {"text": "x" * 400_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    made = await store.insert("user:1", "bigger", {"text": "x" * 400_000})
    assert await store.get("user:1", "bigger") == made
    assert (await store.page("user:1", prefix="big:", limit=100)).documents == kept


async def test_a_place_that_cannot_be_written_is_unavailable_until_it_can(tmp_path: Path) -> None:
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file where the folder should be")
    store = SqliteStore(in_the_way / "vigor.sqlite")
    with pytest.raises(StoreUnavailable):
        await store.ping()
    in_the_way.unlink()
    await store.ping()
    await store.close()


async def test_a_file_that_is_no_database_is_unavailable_and_left_alone(path: Path, store: SqliteStore) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but somebody's diary" * 100)
    before = path.read_bytes()
    for call in (store.find("user:1", "x"), store.insert("user:1", "x", {}), store.ping()):
        with pytest.raises(StoreUnavailable):
            await call
    assert path.read_bytes() == before


async def test_only_the_owner_can_read_the_files(path: Path, store: SqliteStore) -> None:
    before = os.umask(0)
    try:
        await store.insert("user:1", "x", {})
        await store.get("user:1", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["vigor.sqlite", "vigor.sqlite-shm", "vigor.sqlite-wal"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3


async def test_what_was_deleted_is_nowhere_in_the_files_once_the_store_is_closed(path: Path) -> None:
    store = SqliteStore(path)
    await store.insert("user:1", "profile", {"email": "ada.lovelace@example.org", "text": "engine" * 5000})
    await store.insert("user:2", "profile", {"email": "someone@example.org"})
    await store.delete("user:1", "profile")
    await store.close()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"someone@example.org" in left
    assert b"ada.lovelace" not in left
    assert b"engine" not in left


@pytest.mark.parametrize("seed", [1, 19, 26])
async def test_after_a_scrub_not_even_pages_in_use_hold_what_was_deleted(path: Path, seed: int) -> None:
    dice, store = random.Random(seed), SqliteStore(path)
    people = [dice.randbytes(16).hex() for _ in range(20)]
    for turn in range(10):
        for one in people:
            numbers = [dice.randrange(10**9) for _ in range(dice.randrange(3, 15))]
            texts = {f"done:{turn}-{number}": {"text": "y" * dice.randrange(50, 900)} for number in numbers}
            await store.batch(f"user:{one}", [Insert(key, body) for key, body in texts.items()])
    gone, *stay = people
    while documents := (await store.page(f"user:{gone}", limit=100)).documents:
        await store.batch(f"user:{gone}", [Delete(one.id) for one in documents])
    await store.scrub()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert gone.encode() not in left
    assert all(one.encode() in left for one in stay)
    assert (await store.page(f"user:{stay[0]}", limit=100)).documents
    await store.upsert("p", "after", {})
    await store.close()


async def test_an_idle_store_folds_its_log_away(path: Path, store: SqliteStore) -> None:
    await store.insert("user:1", "profile", {"email": "ada.lovelace@example.org"})
    await store.delete("user:1", "profile")
    log = path.with_name("vigor.sqlite-wal")
    assert b"ada.lovelace" in log.read_bytes()

    async def folded() -> None:
        while log.stat().st_size:
            await asyncio.sleep(0.05)

    await asyncio.wait_for(folded(), WAIT_S)
    assert b"ada.lovelace" not in path.read_bytes()


async def test_what_was_deleted_leaves_the_log_also_while_others_go_on_writing(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.storage.sqlite._FOLDED_EVERY_S", 0.0)
    await store.insert("p", "secret", {"text": "zwirbelmuskel" * 100})
    await store.delete("p", "secret")
    for _ in range(3):
        await store.upsert("p", "busy", {"text": "x"})
    left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"zwirbelmuskel" not in left


async def test_writes_that_wait_together_are_each_judged_alone(store: SqliteStore) -> None:
    await store.insert("user:1", "taken", {})
    calls = [
        store.batch("user:1", [Insert(f"new:{n:02}", {}), *([Insert("taken", {})] if n % 3 else [])]) for n in range(60)
    ]
    answers = await asyncio.gather(*calls, store.insert("user:1", "taken", {}), return_exceptions=True)
    assert isinstance(answers[-1], DocumentExists)
    assert [isinstance(answer, BatchConflict) for answer in answers[:-1]] == [bool(n % 3) for n in range(60)]
    there = [document.id for document in (await store.page("user:1", prefix="new:", limit=100)).documents]
    assert there == [f"new:{n:02}" for n in range(0, 60, 3)]


async def test_a_write_whose_caller_gave_up_harms_no_other(store: SqliteStore) -> None:
    tasks = [asyncio.create_task(store.insert("user:1", f"x{n:02}", {})) for n in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    kept = {document.id for document in (await store.page("user:1", limit=100)).documents}
    assert {f"x{n:02}" for n in range(1, 50, 2)} <= kept
    assert not [answer for answer in answers[1::2] if isinstance(answer, BaseException)]


async def test_a_closed_store_is_a_bug_to_use(store: SqliteStore) -> None:
    await store.upsert("user:1", "x", {})
    await store.close()
    with pytest.raises(RuntimeError):
        await store.upsert("user:1", "x", {})
    with pytest.raises(RuntimeError):
        await store.find("user:1", "x")


async def test_the_file_can_be_opened_again_and_again(path: Path) -> None:
    for n in range(5):
        store = SqliteStore(path)
        await store.batch("user:1", [Upsert("x", {"n": n}), Insert(f"y{n}", {})])
        await store.close()
    store = SqliteStore(path)
    assert (await store.get("user:1", "x")).body == {"n": 4}
    await store.close()

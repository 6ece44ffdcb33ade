"""What races are run over: an engine that several processes share, by an address each of them can open."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore
from tests.emulators import servers
from tests.emulators.stores import tables_store

PROCESSES = 4


@dataclass(frozen=True)
class Shared:
    """Where a store is; picklable, so that a process of its own can open it."""

    path: Path | None = None
    port: int = 0
    table: str = ""

    def open(self) -> DocumentStore:
        """A store at that place."""
        return SqliteStore(self.path) if self.path else tables_store(self.port, name=self.table)


Work = Callable[[DocumentStore], Awaitable[list[int]]]


def _in_a_process(
    work: Work,
    shared: Shared,
    started: "multiprocessing.synchronize.Barrier",
    answers: "multiprocessing.Queue[list[int]]",
) -> None:
    async def run() -> list[int]:
        store = shared.open()
        await store.find("nowhere", "nothing")  # connects, so that all begin with the question itself
        await asyncio.to_thread(started.wait, 60)
        done = await work(store)
        await store.close()
        return done

    answers.put(asyncio.run(run()))


async def in_processes(work: Work, shared: Shared) -> Sequence[list[int]]:
    """What `work` (a function of a module) answers in each of four processes that begin at the same moment."""
    context = multiprocessing.get_context("spawn")
    started, answers = context.Barrier(PROCESSES), context.Queue()
    arguments = (work, shared, started, answers)
    workers = [context.Process(target=_in_a_process, args=arguments) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    results = [await asyncio.to_thread(answers.get, True, 120) for _ in workers]
    for worker in workers:
        worker.join(30)
    return results


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """One Azurite for all tests of this process."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("tables", marks=pytest.mark.emulator)])
def shared_store(request: pytest.FixtureRequest, tmp_path: Path) -> Shared:
    """An empty store of each engine that processes may share."""
    if request.param == "sqlite":
        return Shared(path=tmp_path / "vigor.sqlite")
    return Shared(port=request.getfixturevalue("azurite").port, table=f"t{uuid4().hex}")

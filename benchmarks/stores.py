"""What the storage seam costs: each operation, and what capabilities ask of it, beside the same by each engine's client.

`python -m benchmarks.stores [--engines sqlite tables cosmos] [--calls 200]` prints a table, and ends with 1 where we take
more than 1.3 times as long. What a capability asks is recorded from a life over HTTP (`traces.py`) and asked again, its
waves one after the other, each wave's calls at once. For one client that is judged by the median wait, for fifty by the
calls a second, as the median over rounds in which both take turns, so that both see the same machine; a line that is
over is measured again, in three times as many rounds, and that counts. The engines are a SQLite file on this disk (asked
four times as often, for it is fast and its disk is moody), Azurite in memory and the Cosmos DB stand-in, all on this
machine: the ratios travel, the absolute numbers do not.
"""

# ruff: noqa: A001, A002 - `id` is the seam's own word

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from azure.cosmos import PartitionKey
from azure.cosmos.aio import CosmosClient
from azure.data.tables.aio import TableClient

from benchmarks.bare_stores import BODY, PARTITION, BareCosmos, BareSqlite, BareTables
from benchmarks.traces import CAPABILITIES, Step, Trace, recorded
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Document, DocumentStore, Insert
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store

ENGINES = ("sqlite", "tables", "cosmos")
VERBS = ("insert", "get", "replace", "page of 20", "batch of 3")

MOST = 1.3
LEAST_ROUNDS, LINE_S = 3, 10.0
"""A line that takes longer than so many seconds is content with so many rounds: the Cosmos DB stand-in lists slowly."""
CLIENTS = (1, 50)
ROUNDS = 7


class Subject(Protocol):
    """Something that does what is measured."""

    async def insert(self, id: str) -> Any: ...
    async def get(self, id: str) -> object: ...
    async def replace(self, made: Any) -> Any: ...
    async def page(self) -> object: ...
    async def batch(self, ids: list[str]) -> object: ...
    async def close(self) -> None: ...


class Ours:
    """The work through the seam."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def insert(self, id: str) -> Document:
        return await self._store.insert(PARTITION, id, BODY)

    async def get(self, id: str) -> Document:
        return await self._store.get(PARTITION, id)

    async def replace(self, made: Document) -> Document:
        return await self._store.replace(PARTITION, made.id, BODY, etag=made.etag)

    async def page(self) -> object:
        return await self._store.page(PARTITION, limit=20)

    async def batch(self, ids: list[str]) -> object:
        return await self._store.batch(PARTITION, [Insert(id, BODY) for id in ids])

    async def close(self) -> None:
        await self._store.close()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one subject did one verb: calls a second, and the median wait for one call in milliseconds."""

    per_s: float
    median_ms: float


class Course:
    """One subject with its documents: each client works on ids of its own, so that nobody waits for a conflict."""

    def __init__(self, subject: Subject, traces: dict[str, Trace]) -> None:
        self._subject, self._traces = subject, traces
        self._numbers = count()
        self._made: list[Any] = []

    async def run(self, verb: str, *, clients: int, calls: int) -> Pace:
        """That many calls of the verb in all, shared by the clients."""
        while len(self._made) < max(clients, 21):
            self._made.append(await self._subject.insert(self._new_id()))
        waits: list[float] = []

        async def client(number: int) -> None:
            for _ in range(max(1, calls // clients)):
                began = time.perf_counter()
                await self._call(verb, number)
                waits.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*map(client, range(clients)))
        return Pace(len(waits) / (time.perf_counter() - began), statistics.median(waits) * 1000)

    def _call(self, verb: str, number: int) -> Awaitable[object]:
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "insert": lambda: self._subject.insert(self._new_id()),
            "get": lambda: self._subject.get("log:000000"),
            "replace": partial(self._replace, number),
            "page of 20": self._subject.page,
            "batch of 3": lambda: self._subject.batch([self._new_id() for _ in range(3)]),
        }
        return calls[verb]() if verb in calls else self._capability(self._traces[verb], number)

    async def _capability(self, trace: Trace, number: int) -> None:
        """Everything that a capability asks of the store: one wave after the other, a wave's steps at once."""
        for wave in trace:
            await asyncio.gather(*(self._step(step, number) for step in wave))

    def _step(self, step: Step, number: int) -> Awaitable[object]:
        match step.verb:
            case "get":
                return self._subject.get("log:000000")
            case "page":
                return self._subject.page()
            case "insert":
                return self._subject.insert(self._new_id())
            case "replace":
                return self._replace(number)
            case "batch":
                return self._subject.batch([self._new_id() for _ in range(step.size)])

    async def _replace(self, number: int) -> None:
        self._made[number] = await self._subject.replace(self._made[number])

    def _new_id(self) -> str:
        return f"log:{next(self._numbers):06}"


@asynccontextmanager
async def pair(engine: str, stack: ExitStack) -> AsyncIterator[tuple[Subject, Subject]]:
    """Ours and the bare client on one engine, each with its own file, table or container."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_on_disk())))
    ours, bare = await _made(engine, folder, stack)
    yield ours, bare
    await ours.close()
    await bare.close()


def _on_disk() -> Path:
    """A folder of this checkout that git does not see: /tmp may be memory."""
    folder = Path(__file__).parent.parent / "build"
    folder.mkdir(exist_ok=True)
    return folder


async def _made(engine: str, folder: Path, stack: ExitStack) -> tuple[Subject, Subject]:
    if engine == "sqlite":
        return Ours(SqliteStore(folder / "ours.sqlite")), BareSqlite(folder / "bare.sqlite")
    if engine == "tables":
        azurite = stack.enter_context(servers.azurite(folder))
        client = TableClient.from_connection_string(azurite.tables_connection, f"t{uuid4().hex}")
        await client.create_table()
        return Ours(tables_store(azurite.port)), BareTables(client)
    cosmos = stack.enter_context(servers.cosmos(folder))
    account = CosmosClient(cosmos.cosmos_endpoint, servers.COSMOS_KEY, enable_endpoint_discovery=False)
    await account.__aenter__()
    stack.callback(asyncio.ensure_future, account.close())
    database = await account.create_database_if_not_exists("bare")
    container = await database.create_container_if_not_exists("documents", PartitionKey("/partition"))
    return Ours(cosmos_store(cosmos.port)), BareCosmos(container)


async def measure(engine: str, calls: int) -> int:
    """Print the lines of one engine; how many are over the bound."""
    traces = await recorded()
    calls *= 4 if engine == "sqlite" else 1
    over = 0
    for verbs in (VERBS, CAPABILITIES):
        with ExitStack() as stack:
            async with pair(engine, stack) as subjects:
                courses = [Course(subject, traces) for subject in subjects]
                for clients in CLIENTS:
                    for verb in verbs:
                        line = partial(_print_line, engine, courses, clients=clients, verb=verb, calls=calls)
                        over += await line() > MOST and await line(rounds=3 * ROUNDS) > MOST
    return over


async def _print_line(
    engine: str, courses: Sequence[Course], *, clients: int, verb: str, calls: int, rounds: int = ROUNDS
) -> float:
    """Measure and print one line; how many times as long as the bare client we take."""
    taken: list[list[Pace]] = [[], []]
    began = time.perf_counter()
    for turn in range(rounds + 1):
        if turn > LEAST_ROUNDS and time.perf_counter() - began > LINE_S:
            break
        for which in (0, 1) if turn % 2 else (1, 0):
            taken[which].append(await courses[which].run(verb, clients=clients, calls=calls // ROUNDS))
    paces = [
        Pace(
            statistics.median(pace.per_s for pace in paces[1:]), statistics.median(pace.median_ms for pace in paces[1:])
        )
        for paces in taken
    ]  # the first round warms up
    ours, bare = paces
    ratio = statistics.median(_times_bare(*both, clients=clients) for both in list(zip(*taken, strict=True))[1:])
    print(
        f"| {engine} | {clients} | {verb} | {ours.per_s:,.0f} | {ours.median_ms:.2f} | {bare.per_s:,.0f} |"
        f" {bare.median_ms:.2f} | {ratio:.2f} |",
        flush=True,
    )
    return ratio


def _times_bare(ours: Pace, bare: Pace, *, clients: int) -> float:
    return ours.median_ms / bare.median_ms if clients == 1 else bare.per_s / ours.per_s


def main() -> int:
    """Measure what the command line asks for; 1 where a line is over the bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--calls", type=int, default=200, help="calls of each verb and number of clients")
    asked = parser.parse_args()
    print("| engine | clients | operation | ours/s | ours ms | bare/s | bare ms | ours takes, times bare |")
    print("|---|---|---|---|---|---|---|---|")
    over = sum(asyncio.run(measure(engine, asked.calls)) for engine in asked.engines)
    print(f"\n{over} lines take more than {MOST} times as long as the bare client.")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())

"""What the storage seam costs: each operation, and what each API function asks of it, beside the same by each engine's client.

`python -m benchmarks.stores [--engines sqlite tables cosmos] [--functions Login LogWorkout]` prints a table, and ends with
1 where we take more than 1.3 times as long. What a function asks is recorded from a life over HTTP (`traces.py`) and asked
again, its waves one after the other, each wave's calls at once; functions that ask the same share a line. For one client
that is judged by the wait, for fifty by the calls a second. Both take turns in many short rounds, and of each what was
disturbed least is compared: the shortest tenth of the waits, the fastest quarter of the rounds. For whatever else the
machine does adds now to the one and now to the other, a whole tick of the scheduler at a time. A line that is over is
measured again, in three times as many rounds, and that counts. The engines are a SQLite file on this disk (asked four times
as often, for it is fast and its disk is moody), Azurite in memory and the Cosmos DB stand-in, all on this machine: the
ratios travel, the absolute numbers do not.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.cosmos import PartitionKey
from azure.cosmos.aio import CosmosClient
from azure.data.tables.aio import TableClient

from benchmarks.bare_stores import BareCosmos, BareSqlite, BareTables
from benchmarks.course import Course, Ours, Pace, Subject
from benchmarks.traces import Step, Trace, recorded, steps
from shared.operations import OPERATIONS
from shared.storage.sqlite import SqliteStore
from shared.storage.store import StoreUnavailable
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store

ENGINES = ("sqlite", "tables", "cosmos")
VERBS: dict[str, Trace] = {
    "insert": [[Step("insert")]],
    "get": [[Step("get")]],
    "replace": [[Step("replace")]],
    "delete": [[Step("delete")]],
    "page of 20": [[Step("page")]],
    "batch of 3": [[Step("batch", 3)]],
}
NOT_COMPARED = """What an API function asks of the store is compared, and that alone. Every document has 1.2 KB, every page
20 of them; a read that found nothing finds one here, and a batch inserts as many as were written or deleted. Not in
these figures: HTTP, the rules, the wait for a model, and the password's argon2 at register, Login, ChangePassword and
DeleteMe, which is slow on purpose. `python -m benchmarks.capabilities` asks over HTTP. The functions not asked ask
nothing of the store, or no more than whether it answers (HealthReady)."""

MOST = 1.3
LEAST_ROUNDS, LINE_S = 4, 4.0
"""A line that takes longer than so many seconds is content with so many rounds: the Cosmos DB stand-in lists slowly."""
CLIENTS = (1, 50)
ROUNDS = 15
TRIES = 5


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


async def measure(engine: str, calls: int, asked: dict[str, Trace]) -> dict[str, float]:
    """Print the lines of one engine; how many times as long as the bare client we take, line by line."""
    calls *= 4 if engine == "sqlite" else 1
    ratios: dict[str, float] = {}
    with ExitStack() as stack:
        async with pair(engine, stack) as subjects:
            for subject in subjects:
                await _warm_up(subject)
            for clients in CLIENTS:
                for what, trace in (VERBS | asked).items():
                    line = partial(_line, engine, subjects, clients=clients, what=what, trace=trace, calls=calls)
                    ratio = await line()
                    ratios[f"{engine}, {clients}: {what}"] = await line(rounds=3 * ROUNDS) if ratio > MOST else ratio
    return ratios


async def _warm_up(subject: Subject) -> None:
    course = Course(subject, "user:warm")
    for trace in VERBS.values():
        await course.run(trace, clients=max(CLIENTS), calls=0)


async def _line(engine: str, subjects: Sequence[Subject], *, clients: int, what: str, **more: Any) -> float:
    """A line, begun anew with new documents where a connection was lost: the bare clients do not see to that."""
    for _ in range(TRIES):
        courses = [Course(subject, f"user:{what[:50]}:{clients}:{uuid4().hex}") for subject in subjects]
        try:
            return await _print_line(engine, courses, clients=clients, what=what, **more)
        except (ServiceRequestError, ServiceResponseError, StoreUnavailable) as lost:
            print(f"{what}: {lost}; begun anew", file=sys.stderr, flush=True)
    raise RuntimeError(f"{what}: {engine} lost {TRIES} connections")


async def _print_line(
    engine: str,
    courses: Sequence[Course],
    *,
    clients: int,
    what: str,
    trace: Trace,
    calls: int,
    rounds: int = ROUNDS,
) -> float:
    """Measure and print one line; how many times as long as the bare client we take."""
    taken: list[list[Pace]] = [[], []]
    times = calls // ROUNDS // len(steps(trace))
    began = time.perf_counter()
    for turn in range(rounds):
        if turn >= LEAST_ROUNDS and time.perf_counter() - began > LINE_S * rounds / ROUNDS:
            break
        for which in (0, 1) if turn % 2 else (1, 0):
            taken[which].append(await courses[which].run(trace, clients=clients, calls=times))
    ours, bare = map(_least_disturbed, taken)
    ratio = ours.shortest_ms / bare.shortest_ms if clients == 1 else bare.per_s / ours.per_s
    print(
        f"| {engine} | {clients} | {what} | {len(steps(trace))} | {ours.per_s:,.0f} | {ours.median_ms:.2f} |"
        f" {bare.per_s:,.0f} | {bare.median_ms:.2f} | {ratio:.2f} |",
        flush=True,
    )
    return ratio


@dataclass(frozen=True, slots=True)
class _Result:
    """What a quarter of the rounds reached in a second, what a tenth of the waits did not exceed, and their median."""

    per_s: float
    shortest_ms: float
    median_ms: float


def _least_disturbed(paces: Sequence[Pace]) -> _Result:
    *_, fast = statistics.quantiles((pace.per_s for pace in paces), n=4, method="inclusive")
    waits = [wait for pace in paces for wait in pace.waits_ms]
    short, *_ = statistics.quantiles(waits, n=10, method="inclusive")
    return _Result(fast, short, statistics.median(waits))


def together(traces: dict[str, Trace]) -> dict[str, Trace]:
    """The traces, each once, under the names of all functions that ask just that."""
    names: dict[str, list[str]] = {}
    for name, trace in traces.items():
        if trace:
            names.setdefault(str([sorted(map(str, wave)) for wave in trace]), []).append(name)
    return {", ".join(alike): traces[alike[0]] for alike in names.values()}


def main() -> int:
    """Measure what the command line asks for; 1 where a line is over the bound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument(
        "--calls", type=int, default=300, help="store calls of each line, but one of each client at least"
    )
    parser.add_argument("--functions", nargs="+", help="these alone, not all")
    chosen = parser.parse_args()
    traces = asyncio.run(recorded())
    if unknown := set(chosen.functions or ()) - traces.keys():
        parser.error(f"nothing was recorded of {', '.join(sorted(unknown))}")
    asked = {name: trace for name, trace in traces.items() if name in (chosen.functions or traces)}
    print("| engine | clients | operation | calls | ours/s | ours ms | bare/s | bare ms | ours takes, times bare |")
    print("|---|---|---|---|---|---|---|---|---|")
    ratios: dict[str, float] = {}
    for engine in chosen.engines:
        ratios |= asyncio.run(measure(engine, chosen.calls, together(asked)))
    over = {line: ratio for line, ratio in ratios.items() if ratio > MOST}
    print(f"\n{NOT_COMPARED}\nNot asked: {', '.join(sorted(OPERATIONS.keys() - traces.keys()))}.")
    print(f"{len(over)} of {len(ratios)} lines take more than {MOST} times as long as the bare client.")
    for line, ratio in over.items():
        print(f"  {line}: {ratio:.2f}")
    return int(len(over) > 0)


if __name__ == "__main__":
    sys.exit(main())

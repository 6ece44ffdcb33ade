"""How costs grow: with a person's history, with the directory, with one busy person or provider, with a night's crowd.

`python -m benchmarks.growth [--logs 10000] [--people 1000000] [--active 100000]` prints the tables of docs/growth.md. The
store is a SQLite file; charges are those of `charging.py`, which are what travels to Azure: the times do not.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.a_life import Cost, Person, a_session, person, sign_up
from benchmarks.charging import Charge, ChargingStore
from shared.clock import Clock
from shared.domain.log import Log
from shared.metering.drift import DriftCheck
from shared.metering.meter import Meter
from shared.metering.nightly import Nightly
from shared.metering.pool import LeasedPool
from shared.metering.rollup import RollUp
from shared.metering.tiers import Tiers
from shared.providers.models import slot_for
from shared.storage.repositories.accounts import EMAILS, JOINED, USERNAMES, AccountsRepository
from shared.storage.repositories.documents import newest_first, user_partition
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, DocumentStore, Op, Upsert
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store
from tests.growth.crowds import active_on, an_account, names
from tests.support import START, FakeClock

CALLS = 200
AT_ONCE = 50
CROWD_AT_ONCE = 64
MODEL = slot_for("openai", "gpt-6-luna", title="O", weekly_budget_usd=1000, monthly_budget_usd=1000)
WORST = 1000


@dataclass(frozen=True, slots=True)
class Busy:
    """What many calls at once came to: calls that got through, store operations a call, and calls a second."""

    passed: int
    operations_a_call: float
    calls_a_s: float


async def grow_history(one: Person, *, logs: int) -> None:
    """A person with so many workouts, one a day into the past."""
    await sign_up(one)
    plan = (await one.ask("generate a plan", "POST", "workouts/generate", {}))["plan"]
    user_id = one.session["user"]["id"]
    for at in range(0, logs, 1000):
        some = [Log.model_validate(a_session(n, plan)) for n in range(at, min(logs, at + 1000))]
        await one.app.logs.keep_new(user_id, some)


async def history_costs(one: Person) -> dict[str, Cost]:
    """What everything that reads the history costs now."""
    first = (await one.ask("list workouts", "GET", "workouts/logs?limit=20"))["items"][0]
    for what, path in {
        "read the profile": "me",
        "read a workout": f"workouts/logs/{first['id']}",
        "see the next session": "workouts/next",
        "see progress": "progress",
        "read a motivation": "coach/motivation",
    }.items():
        await one.ask(what, "GET", path)
    await one.ask("analyse a workout", "POST", "workouts/analyze", {"log_id": first["id"]})
    await one.ask("chat", "POST", "coach/chat", {"message": "How long should I rest between sets?"})
    log = {**first, "id": f"{first['id']}-again"}
    await one.ask("log a workout", "POST", "workouts/logs", log)
    return {what: cost for what, cost in one.costs.items() if what not in {"register", "change the profile"}}


async def grow_directory(store: DocumentStore, *, people: int, first: int = 0) -> None:
    """So many names in the directory. Of every thousand people one has an account behind the name."""
    rows: dict[str, list[Op]] = {EMAILS: [], USERNAMES: [], JOINED: []}
    writing: list[tuple[str, list[Op]]] = []
    for n in range(first, first + people):
        user_id, name = f"{n:032x}", f"p{n:07d}"
        claim: Body = {"user_id": user_id, "username": name, "at": START.isoformat()}
        rows[EMAILS].append(Upsert(f"{name}@example.com", claim))
        rows[USERNAMES].append(Upsert(name, claim))
        rows[JOINED].append(Upsert(f"{newest_first(START - timedelta(seconds=n))}-{user_id}", {"user_id": user_id}))
        if n % 1000 == 0:
            writing.append((user_partition(user_id), an_account(user_id, name)))
        if len(rows[EMAILS]) == 100 or n == first + people - 1:
            writing += list(rows.items())
            rows = {EMAILS: [], USERNAMES: [], JOINED: []}
        if len(writing) >= AT_ONCE or n == first + people - 1:
            await asyncio.gather(*(store.batch(partition, ops) for partition, ops in writing if ops))
            writing = []


async def directory_costs(store: ChargingStore) -> dict[str, tuple[Charge, float]]:
    """What looking somebody up costs now: the charge, and the median wait in milliseconds."""
    accounts = AccountsRepository(store)
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "find by e-mail": lambda: accounts.find_by_email("p0000000@example.com"),
        "find by username": lambda: accounts.find_by_username("p0000000"),
        "search a prefix, page of 20": lambda: accounts.search("p00000", limit=20, cursor=None),
        "newest accounts, page of 20": lambda: accounts.newest(limit=20, cursor=None),
        "is anybody there": accounts.is_empty,
    }
    found: dict[str, tuple[Charge, float]] = {}
    for what, ask in asked.items():
        waits = []
        for _ in range(21):
            before, began = store.bill, time.perf_counter()
            await ask()
            waits.append((time.perf_counter() - began) * 1000)
            charge = store.bill.less(before)
        found[what] = (charge, sorted(waits)[10])
    return found


async def hot_user(store: DocumentStore, *, calls: int = CALLS) -> Busy:
    """One person's requests, fifty at once: each reserved and settled on the one ledger they share."""
    charging, clock = ChargingStore(store), FakeClock()
    meter = Meter(charging, Tiers(charging, clock), reservation_ttl=timedelta(seconds=120), clock=clock)
    seats, passed = asyncio.Semaphore(AT_ONCE), 0

    async def one() -> None:
        nonlocal passed
        async with seats, await meter.open("anna") as spending:
            await spending.hold("unlimited", WORST, week_share_micro_usd=10**9)
            row = spending.new_row(tier="unlimited", purpose="plan", provider="openai", model="m", cost_micro_usd=WORST)
            await spending.settle([], row, tier="unlimited")
            passed += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(calls)))
    return Busy(passed, charging.bill.operations / calls, calls / (time.perf_counter() - began))


async def hot_pool(store: DocumentStore, *, calls: int = CALLS, workers: int = 4) -> Busy:
    """Everybody's calls of one provider, by several workers, each with its lease of the one budget document."""
    charging, clock = ChargingStore(store), FakeClock()
    pools = [LeasedPool(charging, weekly_total_usd=1000.0, clock=clock) for _ in range(workers)]
    seats, passed = asyncio.Semaphore(AT_ONCE), 0

    async def one(number: int) -> None:
        nonlocal passed
        async with seats:
            hold = await pools[number % workers].reserve(MODEL, WORST, user=f"user{number}")
            if hold is not None:
                await asyncio.sleep(0)
                await pools[number % workers].settle(hold, WORST)
                passed += 1

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(calls)))
    rate = calls / (time.perf_counter() - began)
    for pool in pools:
        await pool.close()
    return Busy(passed, charging.bill.operations / calls, rate)


async def crowd(store: DocumentStore, *, people: int) -> None:
    """So many people who were active yesterday, two answers each."""
    everybody = list(names(people))
    lots = [everybody[at : at + 100] for at in range(0, people, 100)]
    for at in range(0, len(lots), AT_ONCE):
        some = lots[at : at + AT_ONCE]
        await asyncio.gather(*(active_on(store, START - timedelta(days=1), lot) for lot in some))


def night_over(store: DocumentStore, clock: Clock) -> Nightly:
    """The night's roll-up over a store."""
    rollup = RollUp(store, clock)
    pool = LeasedPool(store, weekly_total_usd=10.0, clock=clock)
    check = DriftCheck(store, rollup, pool, clock=clock)
    return Nightly(store, drift=check, clock=clock)


@asynccontextmanager
async def empty(engine: str = "sqlite") -> AsyncIterator[DocumentStore]:
    """An empty store of an engine, in a file or an emulator of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=os.environ.get("VIGOR_BENCH_FOLDER"))))
        store: DocumentStore
        match engine:
            case "tables":
                store = tables_store(stack.enter_context(servers.azurite(folder)).port)
            case "cosmos":
                store = cosmos_store(stack.enter_context(servers.cosmos(folder)).port)
            case _:
                store = SqliteStore(folder / "vigor.sqlite")
        yield store
        await store.close()


class Watch(FakeClock):
    """A clock that looks at this process's memory whenever it is asked: the night asks it for every person."""

    def __init__(self) -> None:
        super().__init__()
        self.began_mb = self.most_mb = _resident_mb()

    def __call__(self) -> datetime:
        self.most_mb = max(self.most_mb, _resident_mb())
        return super().__call__()


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2


async def print_nights(active: int) -> None:
    """The night over a crowd, and on the emulators over a small one."""
    print("\n### A night\n")
    print(
        "| engine | active people | seconds | people a second | transactions a person | memory added, MB | finished |"
    )
    print("|---|---|---|---|---|---|---|")
    await print_night("sqlite", people=active // 10)
    await print_night("sqlite", people=active)
    await print_night("tables", people=active // 50)
    await print_night("cosmos", people=active // 200)


async def print_night(engine: str, *, people: int) -> None:
    """One line of the table of nights."""
    async with empty(engine) as store:
        await crowd(store, people=people)
        charging, watch = ChargingStore(store), Watch()
        began = time.perf_counter()
        night = await night_over(charging, watch).run(until=START + timedelta(hours=1))
        took = time.perf_counter() - began
    bill = charging.bill
    print(
        f"| {engine} | {night.people:,} | {took:.0f} | {night.people / took:,.0f} | {bill.transactions / people:.2f} |"
        f" {watch.most_mb - watch.began_mb:.0f} | {'yes' if night.finished else 'no'} |",
        flush=True,
    )


async def print_history(lengths: list[int]) -> None:
    """What requests cost with longer and longer histories."""
    print("\n### A person's history\n")
    costs = []
    for logs in lengths:
        with tempfile.TemporaryDirectory() as folder:
            async with person(Path(folder)) as one:
                await grow_history(one, logs=logs)
                costs.append(await history_costs(one))
    print(f"| request | {' | '.join(f'{logs:,} workouts: operations, RU' for logs in lengths)} |")
    print(f"|---|{'---|' * len(lengths)}")
    for what in costs[0]:
        cells = (f"{cost[what].charge.operations}, {cost[what].charge.request_units:.1f}" for cost in costs)
        print(f"| {what} | {' | '.join(cells)} |", flush=True)


async def print_directory(sizes: list[int]) -> None:
    """What looking people up costs in larger and larger directories."""
    print("\n### The directory\n")
    found = []
    async with empty() as store:
        there = 0
        for people in sizes:
            await grow_directory(store, people=people - there, first=there)
            there = people
            found.append(await directory_costs(ChargingStore(store)))
    print(f"| question | {' | '.join(f'{people:,} people: operations, ms' for people in sizes)} |")
    print(f"|---|{'---|' * len(sizes)}")
    for what in found[0]:
        cells = (f"{one[what][0].operations}, {one[what][1]:.1f}" for one in found)
        print(f"| {what} | {' | '.join(cells)} |", flush=True)


async def print_hot() -> None:
    """One busy person, one busy provider."""
    print("\n### One document that everybody wants\n")
    print("| what, 50 at once | calls | got through | store operations a call | calls a second |")
    print("|---|---|---|---|---|")
    for what, work in (("one person's ledger", hot_user), ("one provider's budget, 4 workers", hot_pool)):
        async with empty() as store:
            busy = await work(store)
        print(
            f"| {what} | {CALLS} | {busy.passed} | {busy.operations_a_call:.1f} | {busy.calls_a_s:,.0f} |", flush=True
        )


async def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=10_000, help="workouts of the longest history; 0 leaves it out")
    parser.add_argument(
        "--people", type=int, default=1_000_000, help="people in the largest directory; 0 leaves it out"
    )
    parser.add_argument("--active", type=int, default=100_000, help="people active in a night; 0 leaves it out")
    asked = parser.parse_args()
    if asked.active:
        await print_nights(asked.active)
    await print_hot()
    if asked.logs:
        await print_history([asked.logs // 100, asked.logs // 10, asked.logs])
    if asked.people:
        await print_directory([asked.people // 1000, asked.people // 10, asked.people])


if __name__ == "__main__":
    asyncio.run(main())

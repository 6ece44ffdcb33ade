"""The meter over a real store: exactly as many requests as the tier allows, whoever asks at the same time."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.errors import BudgetExceeded, QuotaExceeded
from shared.metering.limits import TierLimits
from shared.metering.meter import Meter
from shared.metering.tiers import Tiers
from shared.storage.counting import CountingStore, counting
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Insert
from tests.support import FakeClock

ENOUGH = 10**9


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "vigor.sqlite")
    yield store
    await store.close()


def meter_over(store: SqliteStore, clock: FakeClock) -> Meter:
    return Meter(store, Tiers(store, clock), reservation_ttl=timedelta(seconds=120), clock=clock)


async def one_request(meter: Meter, *, cost: int = 100) -> bool:
    """Reserve and settle one request; whether it was let through."""
    async with await meter.open("anna") as spending:
        try:
            await spending.hold("free", 1000, week_share_micro_usd=ENOUGH)
        except QuotaExceeded:
            return False
        row = spending.new_row(tier="free", purpose="plan", provider="openai", model="m", cost_micro_usd=cost)
        await spending.settle([Insert(f"made:{row.id}", {})], row, tier="free")
        return True


async def test_the_tier_limit_lets_exactly_as_many_through(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    passed = [await one_request(meter) for _ in range(12)]
    usage = await meter.usage("anna", "free")
    assert sum(passed) == 10
    assert (usage.day.used, usage.week.used, usage.budget.spent_usd) == (10, 10, 0.001)


async def test_a_refusal_says_which_limit_and_when_it_starts_again(store: SqliteStore) -> None:
    clock = FakeClock()
    meter = meter_over(store, clock)
    for _ in range(10):
        await one_request(meter)
    spending = await meter.open("anna")
    with pytest.raises(QuotaExceeded) as refused:
        await spending.hold("free", 1000, week_share_micro_usd=ENOUGH)
    assert refused.value.extra == {
        "window": "day",
        "limit": 10,
        "used": 10,
        "resets_at": "2026-11-24T00:00:00Z",
    }
    clock.move(hours=12)
    assert await one_request(meter)


async def test_what_fails_gives_the_request_and_the_money_back(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    with pytest.raises(RuntimeError):
        async with await meter.open("anna") as spending:
            await spending.hold("free", 1000, week_share_micro_usd=ENOUGH)
            assert (await meter.usage("anna", "free")).day.used == 1
            raise RuntimeError
    assert (await meter.usage("anna", "free")).day.used == 0


async def test_an_offline_answer_after_a_failed_model_is_kept_and_not_counted(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    async with await meter.open("anna") as spending:
        await spending.hold("free", 1000, week_share_micro_usd=ENOUGH)
        row = spending.new_row(tier="free", purpose="plan", provider="offline", model="v", attempts=1)
        promised = await spending.usage_after(row, "free")
        usage = await spending.settle([Insert("made:1", {})], row, tier="free")
    assert usage == promised
    assert (usage.day.used, usage.budget.spent_usd) == (0, 0)
    assert await store.find("user:anna", "made:1") is not None


async def test_the_budget_refuses_what_it_could_not_pay_at_worst(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    await meter.tiers.write(TierLimits(tier="free", day=100, week=100, month=100, budget_usd=0.0015), etag=None)
    first, second = await meter.open("anna"), await meter.open("anna")
    assert await first.hold("free", 1000, week_share_micro_usd=ENOUGH)
    with pytest.raises(BudgetExceeded):
        await second.hold("free", 1000, week_share_micro_usd=ENOUGH)


async def test_beyond_ones_share_of_the_providers_week_nothing_is_reserved(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    spending = await meter.open("anna")
    assert not await spending.hold("free", 1000, week_share_micro_usd=999)
    assert (await meter.usage("anna", "free")).day.used == 0


async def test_a_request_asks_the_store_three_times(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))
    clock = FakeClock()
    meter = Meter(store, Tiers(store, clock), reservation_ttl=timedelta(seconds=120), clock=clock)
    await one_request(meter)  # reads the tiers, which are then known for a while, and marks the day
    with counting() as count:
        assert await one_request(meter)
    await store.close()
    assert count.operations == 3


async def test_failed_attempts_count_against_ones_share_of_the_providers_week(store: SqliteStore) -> None:
    meter = meter_over(store, FakeClock())
    async with await meter.open("anna") as spending:
        assert await spending.hold("free", 1000, week_share_micro_usd=5000)
        spending.draw(4500)
        row = spending.new_row(tier="free", purpose="chat", provider="offline", model="v", attempts=2)
        usage = await spending.settle([], row, tier="free")
    assert (usage.day.used, usage.budget.spent_usd) == (0, 0), "the person pays for no answer they did not get"
    spending = await meter.open("anna")
    assert not await spending.hold("free", 1000, week_share_micro_usd=5000)


def _forty_in_a_process(
    path: Path, started: "multiprocessing.synchronize.Barrier", passed: "multiprocessing.Queue[int]"
) -> None:
    async def run() -> int:
        store = SqliteStore(path)
        meter = meter_over(store, FakeClock())
        started.wait(30)
        let_through = await asyncio.gather(*(one_request(meter) for _ in range(10)))
        await store.close()
        return sum(let_through)

    passed.put(asyncio.run(run()))


async def test_forty_at_once_in_four_processes_let_exactly_ten_through(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started, passed = context.Barrier(4), context.Queue()
    path = tmp_path / "vigor.sqlite"
    workers = [context.Process(target=_forty_in_a_process, args=(path, started, passed)) for _ in range(4)]
    for worker in workers:
        worker.start()
    counts = [await asyncio.to_thread(passed.get, True, 60) for _ in workers]
    for worker in workers:
        worker.join(30)
    assert sum(counts) == 10
    store = SqliteStore(path)
    usage = await meter_over(store, FakeClock()).usage("anna", "free")
    await store.close()
    assert (usage.day.used, usage.budget.spent_usd) == (10, 0.001)

"""A hundred calls at once in four processes, with money for ten: ten pass, whoever's money it is and wherever kept."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import QuotaExceeded
from shared.metering.limits import TierLimits
from shared.metering.meter import Meter
from shared.metering.pool import LeasedPool
from shared.metering.tiers import Tiers
from shared.providers.models import ProviderModel, slot_for
from shared.storage.store import DocumentStore, Insert
from tests.metering.conftest import Shared, in_processes
from tests.support import FakeClock

pytestmark = pytest.mark.slow

CALLS_A_PROCESS = 25
WORST = 1000
MODEL = slot_for("openai", "gpt-6-luna", title="O", weekly_budget_usd=10 * WORST / 1e6, monthly_budget_usd=1.0)


def meter_over(store: DocumentStore) -> Meter:
    clock = FakeClock()
    return Meter(store, Tiers(store, clock), reservation_ttl=timedelta(seconds=120), clock=clock)


def pool_over(store: DocumentStore) -> LeasedPool:
    return LeasedPool(store, weekly_total_usd=1.0, clock=FakeClock())


async def one_answer(meter: Meter) -> int:
    """Reserve and settle an answer at its worst price; 1 if it was let through."""
    async with await meter.open("anna") as spending:
        try:
            await spending.hold("free", WORST, week_share_micro_usd=10**9)
        except QuotaExceeded:
            return 0
        row = spending.new_row(tier="free", purpose="plan", provider="openai", model="m", cost_micro_usd=WORST)
        await spending.settle([Insert(f"made:{row.id}", {})], row, tier="free")
        return 1


async def one_call(pool: LeasedPool, model: ProviderModel) -> int:
    """Reserve and settle a call at its worst price; 1 if there was money."""
    hold = await pool.reserve(model, WORST, user="anna")
    if hold is None:
        return 0
    await asyncio.sleep(0)
    await pool.settle(hold, WORST)
    return 1


async def answers_of_one_person(store: DocumentStore) -> list[int]:
    meter = meter_over(store)
    return list(await asyncio.gather(*(one_answer(meter) for _ in range(CALLS_A_PROCESS))))


async def calls_of_one_provider(store: DocumentStore) -> list[int]:
    pool = pool_over(store)
    passed = list(await asyncio.gather(*(one_call(pool, MODEL) for _ in range(CALLS_A_PROCESS))))
    await pool.close()
    return passed


async def test_of_a_hundred_answers_at_once_a_budget_for_ten_pays_for_exactly_ten(shared_store: Shared) -> None:
    store = shared_store.open()
    budget = TierLimits(tier="free", day=1000, week=1000, month=1000, budget_usd=10 * WORST / 1e6)
    await meter_over(store).tiers.write(budget, etag=None)
    passed = await in_processes(answers_of_one_person, shared_store)
    usage = await meter_over(store).usage("anna", "free")
    made = await store.page("user:anna", prefix="made:", limit=100)
    await store.close()
    assert sum(map(sum, passed)) == 10
    assert (usage.month.used, usage.budget.spent_usd, len(made.documents)) == (10, 0.01, 10)


async def test_of_a_hundred_answers_at_once_a_tier_of_ten_lets_exactly_ten_through(shared_store: Shared) -> None:
    passed = await in_processes(answers_of_one_person, shared_store)
    store = shared_store.open()
    usage = await meter_over(store).usage("anna", "free")
    await store.close()
    assert (sum(map(sum, passed)), usage.day.used) == (10, 10)


async def test_of_a_hundred_calls_at_once_a_pool_for_ten_pays_for_exactly_ten(shared_store: Shared) -> None:
    passed = await in_processes(calls_of_one_provider, shared_store)
    store = shared_store.open()
    account = (await pool_over(store).spent()).account("openai")
    await store.close()
    assert sum(map(sum, passed)) == 10
    assert (account.week_spent, account.week_leased) == (10 * WORST, 10 * WORST)

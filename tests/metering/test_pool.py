"""The providers' pool: leased by workers, spent locally, never overspent, given back, and cheap to ask."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.metering.pool import GIVES_BACK_AFTER_S, LARGEST_LEASE, LEASE_LASTS, LeasedPool
from shared.providers.models import slot_for
from shared.storage.counting import CountingStore, counting
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, Document, StoreUnavailable
from tests.support import FakeClock

MODEL = slot_for("openai", "gpt-6-luna", title="O", weekly_budget_usd=10.0, monthly_budget_usd=40.0)
OTHER = replace(MODEL, name="gemini")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CountingStore]:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))
    yield store
    await store.close()


def pool_over(
    store: CountingStore,
    clock: FakeClock | None = None,
    *,
    total_usd: float = 100.0,
    gives_back_after_s: float = GIVES_BACK_AFTER_S,
) -> LeasedPool:
    return LeasedPool(
        store, weekly_total_usd=total_usd, clock=clock or FakeClock(), gives_back_after_s=gives_back_after_s
    )


async def spend(pool: LeasedPool, micro_usd: int, *, worst: int = 30_000) -> bool:
    """One call; whether there was money for it."""
    hold = await pool.reserve(MODEL, worst, user="u")
    if hold is None:
        return False
    await pool.settle(hold, micro_usd)
    return True


async def test_calls_under_load_ask_the_store_less_than_once_in_two(store: CountingStore) -> None:
    pools = [pool_over(store) for _ in range(10)]
    with counting() as count:
        passed = await asyncio.gather(*(spend(pools[n % 10], 10_000) for n in range(300)))
    assert sum(passed) == 300
    assert count.operations <= 150


async def test_a_crowd_that_is_refused_does_not_ask_the_store_one_by_one(store: CountingStore) -> None:
    clock = FakeClock()
    pool, poor = pool_over(store, clock), replace(MODEL, weekly_budget_usd=0.01)
    with counting() as count:
        refused = [await pool.reserve(poor, 20_000, user="u") for _ in range(100)]
    assert refused == [None] * 100
    assert count.operations == 1
    richer = replace(poor, weekly_budget_usd=1.0)
    assert await pool.reserve(richer, 20_000, user="u") is not None, "an admin's change counts at once"


async def test_what_is_given_back_can_be_spent_by_another_worker_after_a_moment(store: CountingStore) -> None:
    clock = FakeClock()
    poor = replace(MODEL, weekly_budget_usd=0.03)
    first, second = pool_over(store, clock), pool_over(store, clock)
    hold = await first.reserve(poor, 30_000, user="u")
    assert hold is not None
    assert await second.reserve(poor, 30_000, user="u") is None
    await first.release(hold)
    await first.close()
    clock.move(seconds=1)
    assert await second.reserve(poor, 30_000, user="u") is not None


async def test_a_worker_that_dies_takes_its_lease_with_it_and_no_more(store: CountingStore) -> None:
    assert await spend(pool_over(store), 10_000)
    account = (await pool_over(store).spent()).account("openai")
    assert (account.week_spent, account.week_leased) == (0, LARGEST_LEASE)


async def test_a_lease_that_grew_old_is_told_and_renewed(store: CountingStore) -> None:
    clock = FakeClock()
    pool = pool_over(store, clock)
    await spend(pool, 10_000)
    clock.move(seconds=LEASE_LASTS.total_seconds())
    await spend(pool, 10_000)
    assert (await pool.spent()).account("openai").week_spent == 10_000
    await pool.close()
    account = (await pool.spent()).account("openai")
    assert (account.week_spent, account.week_leased, account.month_spent) == (20_000, 20_000, 20_000)


async def test_an_idle_worker_gives_its_lease_back_before_its_host_ends_it(store: CountingStore) -> None:
    pool = pool_over(store, gives_back_after_s=0.01)
    assert await spend(pool, 10_000)
    async with asyncio.timeout(30):
        while (account := (await pool.spent()).account("openai")).week_leased > 10_000:  # noqa: ASYNC110 - another worker sees it in the store only
            await asyncio.sleep(0.01)
    assert (account.week_spent, account.week_leased, account.month_leased) == (10_000, 10_000, 10_000)
    assert await spend(pool, 10_000), "and leases anew when it is asked again"


async def test_a_worker_with_a_call_under_way_keeps_what_the_call_may_cost(store: CountingStore) -> None:
    pool = pool_over(store, gives_back_after_s=0)
    hold = await pool.reserve(MODEL, 30_000, user="u")
    assert hold is not None
    assert await spend(pool, 10_000)
    for _ in range(20):
        await asyncio.sleep(0)  # it looks at every turn of the loop
    assert (await pool.spent()).account("openai").week_leased == LARGEST_LEASE
    await pool.settle(hold, 30_000)
    await pool.close()
    assert (await pool.spent()).account("openai").week_leased == 40_000


async def test_what_is_settled_while_a_lease_is_given_back_is_not_lost(store: CountingStore) -> None:
    pool = pool_over(store)
    hold = await pool.reserve(MODEL, 30_000, user="u")
    assert hold is not None
    assert await spend(pool, 10_000)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)
    await pool.settle(hold, 25_000)
    await closing
    await pool.close()
    account = (await pool.spent()).account("openai")
    assert (account.week_spent, account.week_leased) == (35_000, 35_000)


class LosesAnswers(SqliteStore):
    """A store that writes, and then its answer is lost."""

    lost = False

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:  # noqa: A002 - the seam's word
        document = await super().replace(partition, id, body, etag=etag)
        if self.lost:
            raise StoreUnavailable
        return document


async def test_a_lease_whose_return_may_have_been_written_is_not_spent_again(tmp_path: Path) -> None:
    store = LosesAnswers(tmp_path / "lossy.sqlite")
    pool = LeasedPool(store, weekly_total_usd=100.0, clock=FakeClock())
    poor = replace(MODEL, weekly_budget_usd=0.03)
    hold = await pool.reserve(poor, 30_000, user="u")
    assert hold is not None
    await pool.release(hold)
    store.lost = True
    with pytest.raises(StoreUnavailable):
        await pool.close()
    store.lost = False
    other = LeasedPool(store, weekly_total_usd=100.0, clock=FakeClock())
    held = [await each.reserve(poor, 30_000, user="u") for each in (pool, other)]
    assert [one is not None for one in held] == [True, False], "the money is there once"
    await store.close()


@pytest.mark.parametrize("lowered", [{"weekly_budget_usd": 0.0}, {"monthly_budget_usd": 0.02}])
async def test_a_lowered_budget_binds_at_once_whatever_was_leased_before(
    store: CountingStore, lowered: dict[str, float]
) -> None:
    pool = pool_over(store)
    assert await spend(pool, 10_000)
    assert await pool.reserve(replace(MODEL, **lowered), 30_000, user="u") is None
    assert await spend(pool, 10_000), "and the lease is of use again when it is raised"
    assert await pool.reserve(replace(MODEL, weekly_budget_usd=0.05), 30_000, user="u") is not None


async def test_who_is_at_a_cap_is_told_until_when(store: CountingStore) -> None:
    pool, poor = pool_over(store), replace(MODEL, weekly_budget_usd=0.0001)
    assert pool.exhausted_until(await pool.spent(), MODEL) is None
    assert pool.exhausted_until(await pool.spent(), poor) == datetime(2026, 11, 30, tzinfo=UTC)
    spent_up = replace(MODEL, monthly_budget_usd=0.0)
    assert pool.exhausted_until(await pool.spent(), spent_up) == datetime(2026, 12, 1, tzinfo=UTC)


async def test_a_new_week_starts_full_and_a_call_across_it_is_charged_where_it_ends(store: CountingStore) -> None:
    clock = FakeClock()
    pool = pool_over(store, clock)
    hold = await pool.reserve(MODEL, 30_000, user="u")
    assert hold is not None
    clock.move(days=7)
    assert (await pool.spent()).account("openai").week_leased == 0
    assert await spend(pool, 10_000)
    await pool.settle(hold, 25_000)
    await pool.close()
    account = (await pool.spent()).account("openai")
    assert (account.week_spent, account.week_leased) == (35_000, 35_000)
    assert account.month_leased >= 35_000, "the month keeps what the week before had leased"


async def test_all_providers_together_stay_within_the_weeks_total(store: CountingStore) -> None:
    pool = pool_over(store, total_usd=0.05)
    assert await pool.reserve(MODEL, 30_000, user="u") is not None
    assert await pool.reserve(OTHER, 30_000, user="u") is None
    assert await pool.reserve(OTHER, 20_000, user="u") is not None


async def test_the_months_budget_binds_when_it_is_the_smaller(store: CountingStore) -> None:
    pool, thrifty = pool_over(store), replace(MODEL, monthly_budget_usd=0.03)
    assert await pool.reserve(thrifty, 30_000, user="u") is not None
    assert await pool.reserve(thrifty, 1, user="u") is None

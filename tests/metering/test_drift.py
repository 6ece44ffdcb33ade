"""Counters are what the rows add up to, whatever happened in between; where somebody meddled, the check says so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from shared.errors import QuotaExceeded
from shared.metering.drift import DriftCheck, PersonDrift
from shared.metering.limits import TierLimits
from shared.metering.meter import LEDGER, ROWS, Meter
from shared.metering.nightly import Nightly
from shared.metering.pool import LeasedPool
from shared.metering.rollup import RollUp
from shared.metering.tiers import Tiers
from shared.providers.models import slot_for
from shared.storage.sqlite import SqliteStore
from tests.support import FakeClock

MODEL = slot_for("openai", "gpt-6-luna", title="O")


class Rig:
    """A meter, a pool and their check over one store."""

    def __init__(self, store: SqliteStore) -> None:
        self.store, self.clock, self.random = store, FakeClock(), Random(5)
        self.meter = Meter(store, Tiers(store, self.clock), reservation_ttl=timedelta(seconds=120), clock=self.clock)
        self.pool = LeasedPool(store, weekly_total_usd=10.0, clock=self.clock)
        self.check = DriftCheck(store, RollUp(store, self.clock), self.pool, clock=self.clock)

    async def answer(self, person: str, how: str) -> None:
        """One request that ends in that way."""
        spending = await self.meter.open(person)
        try:
            await spending.hold("free", 9000, week_share_micro_usd=10**9)
        except QuotaExceeded:
            return
        if how == "crashed":
            return
        if how == "given_up":
            await spending.release()
            return
        hold = await self.pool.reserve(MODEL, 9000, user=person)
        assert hold is not None
        cost = self.random.randrange(1, 9000)
        await self.pool.settle(hold, cost)
        spending.draw(cost)
        row = spending.new_row(
            tier="free",
            purpose="chat",
            provider="openai" if how == "answered" else "offline",
            model="m",
            cost_micro_usd=cost if how == "answered" else 0,
            attempts=1,
            charged={"openai": cost},
        )
        await spending.settle([], row, tier="free")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    store = SqliteStore(tmp_path / "vigor.sqlite")
    rig = Rig(store)
    await rig.meter.tiers.write(TierLimits(tier="free", day=40, week=90, month=200, budget_usd=5), etag=None)
    yield rig
    await store.close()


async def test_after_days_of_answers_crashes_and_failures_the_counters_are_what_the_rows_say(rig: Rig) -> None:
    for _ in range(200):
        person = rig.random.choice(["anna", "ben", "cleo"])
        await rig.answer(person, rig.random.choice(["answered", "answered", "unusable", "crashed", "given_up"]))
        rig.clock.move(minutes=rig.random.randrange(40))
        found = await rig.check.person(person)
        assert found == PersonDrift(0, 0)
    drift = await rig.check.today()
    assert (drift.people_off, drift.is_off) == (0, False)
    [provider] = drift.providers
    assert 0 < provider.rows_micro_usd <= provider.leased_micro_usd
    await rig.pool.close()
    [settled] = await rig.check.providers()
    assert settled.rows_micro_usd == settled.spent_micro_usd == settled.leased_micro_usd


async def test_an_answer_across_midnight_of_the_month_counts_where_it_was_reserved(rig: Rig) -> None:
    rig.clock.move(days=7, hours=11, minutes=59, seconds=30)
    spending = await rig.meter.open("anna")
    await spending.hold("free", 9000, week_share_micro_usd=10**9)
    rig.clock.move(seconds=60)
    row = spending.new_row(tier="free", purpose="chat", provider="openai", model="m", cost_micro_usd=70)
    usage = await spending.settle([], row, tier="free")
    assert (usage.month.used, usage.budget.spent_usd) == (0, 0)
    assert await rig.check.person("anna") == PersonDrift(0, 0)


async def test_a_meddled_counter_and_a_lost_row_are_found(rig: Rig) -> None:
    for person in ("anna", "ben", "cleo"):
        await rig.answer(person, "answered")
    ledger = await rig.store.get("user:anna", LEDGER)
    month = ledger.body["month"]
    assert isinstance(month, dict)
    meddled = {**ledger.body, "month": {**month, "used": 0}}
    await rig.store.replace("user:anna", LEDGER, meddled, etag=ledger.etag)
    [row] = (await rig.store.page("user:ben", prefix=ROWS)).documents
    await rig.store.delete("user:ben", row.id)
    drift = await rig.check.today()
    assert (drift.people, drift.people_off, drift.requests_off) == (3, 2, 0)
    assert drift.micro_usd_off == row.body["cost_micro_usd"]
    assert drift.is_off


async def test_money_that_no_budget_saw_is_found(rig: Rig) -> None:
    spending = await rig.meter.open("anna")
    row = spending.new_row(tier="free", purpose="chat", provider="offline", model="v", charged={"openai": 500})
    await spending.settle([], row, tier="free")
    drift = await rig.check.today()
    assert [(one.provider, one.missing_micro_usd) for one in drift.providers] == [("openai", 500)]
    assert drift.is_off


async def test_what_was_charged_on_a_day_survives_its_roll_up(rig: Rig) -> None:
    for how in ("answered", "unusable"):
        await rig.answer("anna", how)
    before = await rig.check.providers()
    rig.clock.move(days=1)
    night = await Nightly(rig.store, drift=rig.check, clock=rig.clock).run(until=rig.clock() + timedelta(minutes=1))
    assert (night.people, night.people_off, night.finished) == (1, 0, True)
    after = await rig.check.providers()
    assert [replace(one, spent_micro_usd=0) for one in after] == [replace(one, spent_micro_usd=0) for one in before]

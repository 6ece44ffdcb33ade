"""The night's work over a crowd: bounded steps, cut off and gone on with, late, twice, beside another, or never."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.metering.drift import DriftCheck
from shared.metering.meter import LEDGER
from shared.metering.nightly import PEOPLE_A_STEP, Nightly
from shared.metering.pool import LeasedPool
from shared.metering.rollup import DAILY, RollUp, day_id
from shared.storage.counting import CountingStore, counting
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, DocumentStore, Page
from tests.growth.crowds import COST, active_on, names
from tests.support import START, FakeClock

CROWD = 2 * PEOPLE_A_STEP + 50
YESTERDAY = START - timedelta(days=1)
DAY = "2026-11-22"


@dataclass
class Steps:
    """A clock that moves a second whenever it is asked, so that time runs out in the middle."""

    now: datetime = START
    by: timedelta = field(default_factory=lambda: timedelta(seconds=1))

    def __call__(self) -> datetime:
        self.now += self.by
        return self.now


class WidestPage(CountingStore):
    """Notes how many documents a page held at most."""

    widest = 0

    async def page(self, *args, **kwargs) -> Page:
        page = await super().page(*args, **kwargs)
        self.widest = max(self.widest, len(page.documents))
        return page


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(tmp_path / "vigor.sqlite")
    await active_on(made, YESTERDAY, list(names(CROWD)))
    yield made
    await made.close()


def night_over(store: DocumentStore, clock=None) -> Nightly:
    clock = clock or FakeClock()
    rollup = RollUp(store, clock)
    check = DriftCheck(store, rollup, LeasedPool(store, weekly_total_usd=10.0, clock=clock), clock=clock)
    return Nightly(store, drift=check, clock=clock)


async def totals(store: DocumentStore) -> list[tuple[int, int]]:
    days = await RollUp(store, FakeClock()).days(since=DAY, until=DAY)
    return [(one.requests, one.cost_micro_usd) for one in days]


ALL = [(2 * CROWD, 2 * CROWD * COST)]
LATER = START + timedelta(hours=1)


async def test_a_crowd_is_rolled_up_in_two_reads_a_person_and_pages_of_bounded_size(store: SqliteStore) -> None:
    watched = WidestPage(store)
    with counting() as count:
        night = await night_over(watched).run(until=LATER)
    assert (night.people, night.people_off, night.finished, DAY in night.days) == (CROWD, 0, True, True)
    assert await totals(store) == ALL
    assert watched.widest <= PEOPLE_A_STEP
    assert count.operations <= 2.2 * CROWD + 3 * 35  # the rest is the days nobody came


async def test_a_run_that_is_cut_off_goes_on_where_it_stopped_and_counts_nobody_twice(store: SqliteStore) -> None:
    runs = 0
    while True:
        clock = Steps()
        night = await night_over(store, clock).run(until=START)
        runs += 1
        assert night.people <= PEOPLE_A_STEP
        if night.finished:
            break
        assert runs < 200
    assert runs > CROWD / PEOPLE_A_STEP
    assert await totals(store) == ALL


async def test_two_runs_beside_each_other_count_everybody_once(store: SqliteStore) -> None:
    nights = await asyncio.gather(*(night_over(store).run(until=LATER) for _ in range(3)))
    for _ in range(2):
        nights.append(await night_over(store).run(until=LATER))
    assert nights[-1].finished
    assert await totals(store) == ALL


async def test_a_second_run_finds_nothing_to_do_and_reads_one_page(store: SqliteStore) -> None:
    await night_over(store).run(until=LATER)
    watched = WidestPage(store)
    with counting() as count:
        again = await night_over(watched).run(until=LATER)
    assert (again.people, again.days, again.finished) == (0, (), True)
    assert count.operations == 1


async def test_days_that_no_timer_saw_are_caught_up_with(store: SqliteStore) -> None:
    await active_on(store, START - timedelta(days=9), ["late"], answers=3)
    clock = FakeClock(START + timedelta(days=3))
    night = await night_over(store, clock).run(until=clock.now + timedelta(hours=1))
    assert {"2026-11-14", DAY} <= set(night.days)
    rolled = await RollUp(store, clock).days(since="2026-11-14", until="2026-11-14")
    assert [one.requests for one in rolled] == [3]
    assert (await store.page("active:2026-11-14")).documents == []


async def test_counters_that_are_off_are_told_and_a_month_of_other_days_is_not_counted_into_the_day(
    store: SqliteStore,
) -> None:
    ledger = await store.get("user:00000007", LEDGER)
    meddled: Body = {**ledger.body, "month": {"key": "2026-11", "used": 9}}
    await store.replace("user:00000007", LEDGER, meddled, etag=ledger.etag)
    night = await night_over(store).run(until=LATER)
    assert (night.people_off, night.requests_off, night.micro_usd_off) == (1, 7, 0)


async def test_what_a_crash_left_reserved_is_given_back(store: SqliteStore) -> None:
    ledger = await store.get("user:00000003", LEDGER)
    periods: Body = {"day": DAY, "week": "2026-W47", "month": "2026-11"}
    held: Body = {"dead": {"micro_usd": 9000, "until": YESTERDAY.isoformat(), **periods}}
    counted: Body = {**ledger.body, "month": {"key": "2026-11", "used": 3}, "held": held}
    await store.replace("user:00000003", LEDGER, counted, etag=ledger.etag)
    night = await night_over(store).run(until=LATER)
    assert (night.freed, night.people_off) == (1, 0)
    after = (await store.get("user:00000003", LEDGER)).body
    assert (after.get("held"), after["month"]) == ({}, {"key": "2026-11", "used": 2})


async def test_a_roll_up_that_an_older_worker_began_is_read_and_finished(store: SqliteStore) -> None:
    await store.insert(DAILY, day_id(DAY), {"v": 1, "day": DAY, "state": "done", "people": CROWD, "totals": []})
    night = await night_over(store).run(until=LATER)
    assert (night.people, night.finished) == (0, True)
    assert (await store.page(f"active:{DAY}")).documents == []


async def test_one_damaged_document_is_told_and_takes_nothing_else_out_of_the_totals(store: SqliteStore) -> None:
    await store.upsert("user:00000005", LEDGER, {"v": 1, "day": "not a counter"})
    night = await night_over(store).run(until=LATER)
    assert (night.people, night.unreadable, night.finished) == (CROWD, 1, True)
    assert await totals(store) == ALL

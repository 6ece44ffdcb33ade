"""The night's roll-up and the sweep over Azure's engines: the same totals, the same documents left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.growth import empty, night_over
from shared.metering.rollup import RollUp
from shared.retention import kinds
from shared.storage.store import DocumentStore
from shared.sweeping import Sweep
from tests.growth.crowds import COST, active_on, an_account, names
from tests.support import START, FakeClock, settings_for

CROWD = 130
YESTERDAY = START - timedelta(days=1)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("tables", marks=pytest.mark.emulator),
        pytest.param("cosmos", marks=pytest.mark.emulator),
    ]
)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[DocumentStore]:
    async with empty(request.param) as made:
        yield made


async def test_a_night_over_a_crowd_comes_to_the_same_on_every_engine(store: DocumentStore) -> None:
    await active_on(store, YESTERDAY, list(names(CROWD)))
    night = await night_over(store, FakeClock()).run(until=START + timedelta(hours=1))
    assert (night.people, night.people_off, night.finished) == (CROWD, 0, True)
    [day] = await RollUp(store, FakeClock()).days(since="2026-11-22", until="2026-11-22")
    assert (day.requests, day.cost_micro_usd) == (2 * CROWD, 2 * CROWD * COST)
    assert (await store.page("active:2026-11-22")).documents == []
    assert (await night_over(store, FakeClock()).run(until=START + timedelta(hours=1))).people == 0


async def test_a_sweep_forgets_what_is_past_its_time_on_every_engine(store: DocumentStore, tmp_path: Path) -> None:
    gone = {"v": 1, "fingerprint": "f", "working_until": START.isoformat(), "expires_at": START.isoformat()}
    still = {**gone, "expires_at": (START + timedelta(hours=2)).isoformat()}
    for name in names(110):
        await store.batch(f"user:{name}", an_account(name, f"p{name}"))
        await store.insert(f"user:{name}", "once:gone", gone)
        await store.insert(f"user:{name}", "once:still", still)
    swept = await Sweep(store, kinds(settings_for(tmp_path)), FakeClock()).run(until=START + timedelta(hours=1))
    assert (swept.seen, swept.forgotten, swept.finished) == (440, 110, True)
    left = await store.page("user:00000000", limit=10)
    assert [one.id for one in left.documents] == ["account", "once:still", "profile"]

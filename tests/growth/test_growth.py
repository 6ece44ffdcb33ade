"""Nothing costs more because somebody, or everybody, has been here long: small runs of benchmarks/growth.py."""

from pathlib import Path

import pytest

from benchmarks.a_life import person
from benchmarks.charging import ChargingStore
from benchmarks.growth import directory_costs, grow_directory, grow_history, history_costs, hot_pool, hot_user
from shared.storage.sqlite import SqliteStore

pytestmark = pytest.mark.slow


async def test_ten_times_the_history_makes_no_request_dearer(tmp_path: Path) -> None:
    costs = []
    for logs in (200, 2000):
        async with person(tmp_path / str(logs)) as one:
            await grow_history(one, logs=logs)
            costs.append({what: cost.charge for what, cost in (await history_costs(one)).items()})
    few, many = costs
    dearer = {
        what: (few[what], charge)
        for what, charge in many.items()
        if charge.operations > few[what].operations or charge.request_units > 1.05 * few[what].request_units
    }
    assert dearer == {}


async def test_ten_times_the_people_make_no_question_of_the_directory_dearer(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vigor.sqlite")
    await grow_directory(store, people=2000)
    few = await directory_costs(ChargingStore(store))
    await grow_directory(store, people=18_000, first=2000)
    many = await directory_costs(ChargingStore(store))
    await store.close()
    assert {what: charge for what, (charge, _) in many.items()} == {what: charge for what, (charge, _) in few.items()}
    assert all(charge.operations <= 23 for charge, _ in many.values())


async def test_a_hot_person_and_a_hot_provider_get_every_call_through_at_a_bounded_price(tmp_path: Path) -> None:
    person_store, pool_store = SqliteStore(tmp_path / "person.sqlite"), SqliteStore(tmp_path / "pool.sqlite")
    ledger, pool = await hot_user(person_store, calls=100), await hot_pool(pool_store, calls=400)
    await person_store.close()
    await pool_store.close()
    assert (ledger.passed, pool.passed) == (100, 400)
    assert ledger.operations_a_call <= 8  # those who clash wait in line, and read again once
    assert pool.operations_a_call <= 1

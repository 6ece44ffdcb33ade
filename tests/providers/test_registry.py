"""The slots as they are kept: what an older or a damaged row does to those who read it."""

from typing import Any

from shared.providers.models import DEFAULT_MODELS, changed, to_json
from shared.providers.registry import PARTITION, PREFIX, UNSET, ModelRegistry
from shared.storage.sqlite import SqliteStore
from tests.support import FakeClock

GEMINI = DEFAULT_MODELS[0]


async def keep(store: SqliteStore, row: dict[str, Any]) -> ModelRegistry:
    """A registry over a store that holds this row of the first slot."""
    await store.insert(PARTITION, PREFIX + GEMINI.name, row)
    return ModelRegistry(store, FakeClock())


async def test_a_field_that_a_newer_worker_added_is_passed_over(store: SqliteStore) -> None:
    wanted = changed(GEMINI, {"priority": 9})
    registry = await keep(store, {**to_json(wanted), "of_the_future": True})
    assert (await registry.models())[0] == wanted
    assert (await registry.listed())[0][0] == wanted


async def test_a_damaged_row_switches_its_slot_off_and_no_other_until_somebody_writes_it_anew(
    store: SqliteStore,
) -> None:
    registry = await keep(store, {**to_json(GEMINI), "weekly_budget_usd": "a lot"})
    assert [slot.enabled for slot in await registry.models()] == [False, True, True, True]
    found = await registry.find(GEMINI.name)
    assert found is not None
    damaged, etag = found
    assert (damaged.enabled, etag == UNSET) == (False, False)
    await registry.write(changed(damaged, {"enabled": True}), etag=etag)
    assert (await registry.models())[0].enabled

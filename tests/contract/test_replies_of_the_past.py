"""A reply that something in between gives a second time is not believed, as it says which request it is to."""

import math

import pytest

from shared.storage.store import StoreUnavailable
from tests.emulators.proxy import Proxy
from tests.emulators.replayed import Replayed
from tests.emulators.stores import cosmos_store, tables_store

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize(("engine", "emulator"), [("tables", "azurite"), ("cosmos", "cosmos")])
async def test_what_was_read_before_is_not_given_for_what_is_there_now(
    request: pytest.FixtureRequest, engine: str, emulator: str
) -> None:
    port = request.getfixturevalue(emulator).port
    async with Proxy(port) as proxy:
        store = tables_store(proxy.port) if engine == "tables" else cosmos_store(proxy.port)
        written = await store.insert("p", "the-one", {"n": 1})
        proxy.plan = replay = Replayed(port, "the-one", engine=engine)
        replay.state = "keep"
        assert await store.get("p", "the-one") == written
        newer = await store.replace("p", "the-one", {"n": 2}, etag=written.etag)
        replay.state, replay.left = "replay", 2
        assert await store.get("p", "the-one") == newer
        assert replay.times == 2
        replay.left = math.inf
        with pytest.raises(StoreUnavailable):
            await store.get("p", "the-one")
        replay.state = "pass"
        assert await store.get("p", "the-one") == newer
        await store.close()

"""A store that asks to be left alone for a second is asked four times all the same: its pauses do not use the call's time up."""

import pytest
from aiohttp import web

from shared.storage.remote import TOTAL_S
from tests.emulators.proxy import Fault, Proxy, Reply
from tests.emulators.stores import tables_store
from tests.faults.load_faults import BUSY_FOR_A_SECOND

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


async def test_a_call_outlasts_three_pauses_that_the_store_asked_for(proxy: Proxy) -> None:
    store = tables_store(proxy.port, total_s=TOTAL_S)
    await store.ping()
    refused = 0

    def three_times(_request: web.BaseRequest) -> Fault | Reply:
        nonlocal refused
        refused += 1
        return BUSY_FOR_A_SECOND if refused <= 3 else Fault.NONE

    proxy.plan = three_times
    made = await store.insert("user:1", "x", {})
    proxy.plan = lambda _request: Fault.NONE
    assert await store.get("user:1", "x") == made
    await store.close()

"""A store that is busy for three requests in ten: each call asks at most four times, and ninety-nine in a hundred are served."""

import asyncio
import random
import re
from collections import Counter
from urllib.parse import unquote

import pytest
from aiohttp import web

from shared.storage.store import StoreUnavailable
from tests.emulators.proxy import Fault, Proxy, Reply
from tests.emulators.stores import tables_store
from tests.faults.load_faults import BUSY_FOR_A_SECOND

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

CALLS, AT_ONCE, TRIES = 1000, 20, 4
BUSY = Reply(503, {"x-ms-error-code": "ServerBusy"}, "{}")
_ROW = re.compile(r"RowKey='(\d+)'")


def is_busy(call: int, attempt: int) -> bool:
    """Whether that attempt of that call meets a busy store: the same in whichever order calls go."""
    return random.Random(f"{call}.{attempt}").random() < 0.3


@pytest.mark.parametrize("answer", [BUSY, BUSY_FOR_A_SECOND], ids=["without a time to wait", "for a second"])
async def test_ninety_nine_in_a_hundred_calls_are_served_in_four_tries(proxy: Proxy, answer: Reply) -> None:
    store = tables_store(proxy.port)
    await store.ping()
    tries = Counter[int]()

    def busy(request: web.BaseRequest) -> Fault | Reply:
        found = _ROW.search(unquote(request.raw_path))
        assert found is not None
        tries[int(found[1])] += 1
        return answer if is_busy(int(found[1]), tries[int(found[1])]) else Fault.NONE

    proxy.plan = busy
    few = asyncio.Semaphore(AT_ONCE)

    async def serve(call: int) -> bool:
        async with few:
            try:
                await (store.upsert("user:1", str(call), {}) if call % 2 else store.find("user:1", str(call)))
            except StoreUnavailable:
                return False
            return True

    served = await asyncio.gather(*map(serve, range(CALLS)))
    unlucky = {call for call in range(CALLS) if all(is_busy(call, attempt + 1) for attempt in range(TRIES))}
    assert {call for call, was in enumerate(served) if not was} == unlucky
    assert max(tries.values()) == TRIES
    assert sum(served) >= 0.99 * CALLS
    await store.close()

"""A store behind a network that is slow, late or behind the times: no storm of requests, no limit overrun, nothing lost."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.errors import QuotaExceeded, VigorError
from shared.metering.meter import Meter
from shared.metering.tiers import Tiers
from shared.storage.store import DocumentStore, StoreError, StoreUnavailable
from tests.emulators import servers
from tests.emulators.proxy import Fault, Proxy
from tests.emulators.replayed import Replayed
from tests.emulators.stores import PATIENT_S, tables_store
from tests.support import FakeClock

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

LIMIT = 10


@pytest.fixture
async def store(proxy: Proxy) -> AsyncIterator[DocumentStore]:
    made = tables_store(proxy.port)
    await made.ping()
    yield made
    await made.close()


def meter_of(store: DocumentStore) -> Meter:
    clock = FakeClock()
    return Meter(store, Tiers(store, clock), reservation_ttl=timedelta(minutes=10), clock=clock)


async def reserve(meter: Meter, user_id: str = "anna") -> str:
    """One reservation that stays; how it ended."""
    try:
        spending = await meter.open(user_id)
        held = await spending.hold("free", 10, week_share_micro_usd=10**9)
    except (VigorError, StoreError) as failed:
        return type(failed).__name__
    assert held
    return "held"


@pytest.mark.parametrize(("least_s", "most_s"), [(0.1, 0.5), (0.3, 1.0)])
async def test_a_slow_store_is_waited_for_and_not_asked_more_often(
    store: DocumentStore, proxy: Proxy, least_s: float, most_s: float
) -> None:
    dice = random.Random(1)

    async def write(n: int) -> None:
        await store.insert(f"user:{n}", f"fast-{least_s}-{slow}", {"n": n})
        assert (await store.get(f"user:{n}", f"fast-{least_s}-{slow}")).body == {"n": n}

    asked: dict[bool, int] = {}
    for slow in (False, True):
        before = proxy.requests
        if slow:
            proxy.plan = lambda _request: late(dice.uniform(least_s, most_s))
        await asyncio.gather(*(write(n) for n in range(40)))
        asked[slow] = proxy.requests - before
    assert asked[True] <= 1.5 * asked[False]


async def test_a_store_slower_than_anybody_waits_is_503_without_a_storm(proxy: Proxy) -> None:
    impatient = tables_store(proxy.port, per_try_s=0.2, total_s=0.6)
    await impatient.ping()
    before = proxy.requests
    proxy.plan = lambda _request: late(30)
    outcomes = await asyncio.gather(*(impatient.find("p", f"x{n}") for n in range(40)), return_exceptions=True)
    assert {type(one) for one in outcomes} == {StoreUnavailable}
    assert proxy.requests - before <= 4 * 40
    await impatient.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_with_a_tenth_of_the_replies_lost_each_reservation_is_charged_once(
    store: DocumentStore, proxy: Proxy, seed: int
) -> None:
    dice, meter = random.Random(seed), meter_of(store)
    proxy.plan = lambda _request: Fault.LOSE_REPLY if dice.random() < 0.1 else Fault.NONE
    outcomes = Counter([await reserve(meter, f"person-{n // LIMIT}") for n in range(150)])
    proxy.plan = lambda _request: Fault.NONE
    assert outcomes == {"held": 150}
    charged = [(await meter.usage(f"person-{n}", "free")).day.used for n in range(15)]
    assert charged == [LIMIT] * 15


@pytest.mark.parametrize("by_service", [False, True])
async def test_a_read_that_is_behind_the_times_loses_to_what_was_written_since(
    azurite: servers.Server, proxy: Proxy, *, by_service: bool
) -> None:
    replay = Replayed(azurite.port, "usage", share=0.5, by_service=by_service)
    proxy.plan = replay
    store = tables_store(proxy.port, total_s=PATIENT_S)
    meter = meter_of(store)
    for _ in range(LIMIT - 2):
        assert await reserve(meter) == "held"
    replay.state = "keep"
    assert await reserve(meter) == "held"
    replay.state = "replay"
    outcomes = [await reserve(meter) for _ in range(3)]
    replay.state = "pass"
    assert replay.times > 0
    assert outcomes == ["held", QuotaExceeded.__name__, QuotaExceeded.__name__]
    assert (await meter.usage("anna", "free")).day.used == LIMIT
    await store.close()


async def late(by_s: float) -> Fault:
    await asyncio.sleep(by_s)
    return Fault.NONE

"""Where every provider rests: who may be asked all the same, how often, and what comes of it."""

import pytest

from shared.providers.breaker import Breakers, Hint, NoHints, Pass
from shared.providers.failures import AccessRefused, TimedOut
from shared.providers.hints import StoreHints
from shared.providers.provider import ProviderBusy, ProviderFailure
from shared.storage.sqlite import SqliteStore
from tests.providers.stand_ins import Clock
from tests.providers.test_breaker import DOWN, admitted, bypassed, worker

LATE, BUSY, REFUSED = TimedOut("late", billed=True), ProviderBusy("429", retry_after_s=60), AccessRefused("401")


class ToldOfAnOpening(NoHints):
    """A sibling's word that a provider is to rest for another minute, heard at every look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def read(self) -> dict[str, Hint]:
        now = self._clock.now().timestamp()
        return {"a": Hint("open", now, now + 60, "failing", 1, "elsewhere")}


async def test_a_siblings_hint_never_blocks_the_last_provider() -> None:
    clock = Clock()
    breakers = worker(clock, ToldOfAnOpening(clock))
    await breakers.refresh()
    assert await breakers.admit("a") is None
    assert breakers.bypass(["a"]) == Pass("a", probe=False, brief=True, bypass=True)
    assert breakers.bypass(["a"]) is not None, "nor any other of its callers"


async def opened(breakers: Breakers, failure: ProviderFailure, name: str = "a") -> None:
    for _ in range(3):
        if leave := await breakers.admit(name):
            breakers.failed(leave, failure)


@pytest.mark.parametrize("failure", [DOWN, BUSY, REFUSED], ids=["failing", "busy", "refused"])
async def test_what_this_worker_found_failing_is_bypassed_and_closes_on_an_answer(failure: ProviderFailure) -> None:
    breakers = worker(Clock())
    await opened(breakers, failure)
    leave = bypassed(breakers, "a")
    everybody_may = failure is DOWN
    assert (breakers.bypass(["a"]) is not None) is everybody_may, "what says no is tried by one caller at a time"
    breakers.succeeded(leave)
    assert breakers.health("a").state == "closed"
    assert await breakers.admit("a") == Pass("a", probe=False)


@pytest.mark.parametrize("failure", [BUSY, REFUSED], ids=["busy", "refused"])
async def test_what_says_no_is_bypassed_every_two_seconds_at_most(failure: ProviderFailure) -> None:
    clock = Clock()
    breakers = worker(clock)
    await opened(breakers, failure)
    breakers.failed(bypassed(breakers, "a"), failure)
    assert breakers.bypass(["a"]) is None
    clock.passes(2)
    assert breakers.bypass(["a"]) is not None


async def test_what_hangs_is_bypassed_five_seconds_after_its_last_failure_however_long_its_rest() -> None:
    clock = Clock()
    breakers = worker(clock)
    await opened(breakers, LATE)
    assert breakers.bypass(["a"]) is None
    for _ in range(5):
        until = breakers.health("a").until
        assert until is not None
        clock.passes((until - clock.now()).total_seconds() + 0.1)
        breakers.failed(await admitted(breakers), LATE)
    clock.passes(4.9)
    assert breakers.bypass(["a"]) is None
    clock.passes(0.2)
    breakers.failed(bypassed(breakers, "a"), LATE)
    assert breakers.bypass(["a"]) is None


async def test_a_siblings_hint_is_bypassed_into_a_hang_once() -> None:
    clock = Clock()
    breakers = worker(clock, ToldOfAnOpening(clock))
    await breakers.refresh()
    breakers.failed(bypassed(breakers, "a"), LATE)
    assert breakers.bypass(["a"]) is None


async def test_of_several_the_most_hopeful_is_bypassed() -> None:
    clock = Clock()
    breakers = worker(clock)
    for name, failure in (
        ("hangs", LATE),
        ("refuses", REFUSED),
        ("busy", BUSY),
        ("fails", DOWN),
        ("failed last", DOWN),
    ):
        await opened(breakers, failure, name)
        clock.passes(1)
    clock.passes(0.5)
    names = ["failed last", "hangs", "refuses", "busy", "fails"]
    order = []
    while names:
        order.append(bypassed(breakers, *names).name)
        names.remove(order[-1])
    assert order == ["fails", "failed last", "busy", "refuses", "hangs"]


async def test_a_bypass_that_fails_changes_neither_the_rest_nor_what_others_are_told(store: SqliteStore) -> None:
    clock = Clock()
    breakers = worker(clock, StoreHints(store, clock.now))
    await opened(breakers, DOWN)
    await breakers.close()
    before, told = breakers.health("a"), await store.find("system", "breaker:a")
    clock.passes(1)
    for _ in range(3):
        breakers.failed(bypassed(breakers, "a"), DOWN)
    await breakers.close()
    assert breakers.health("a").until == before.until
    assert await store.find("system", "breaker:a") == told

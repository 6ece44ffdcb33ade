"""When those who wait for a provider are sent on: fifty at once, a clock that is set, and no vendor at all."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import pytest

from shared.providers.failures import InVain, TimedOut
from shared.providers.models import slot_for
from shared.providers.provider import Completion, Prompt, ProviderBusy, ProviderDown, ProviderFailure
from shared.providers.waits import SHORTEST_PATIENCE_S, Waits, patience_s
from tests.providers.stand_ins import PROMPT, Clock

CROWD, LIMIT_S = 50, 10.0
ANSWER = Completion("Drink water.", "a", "m", 10, 5, 1)


@dataclass
class Awaited:
    """A provider whose every answer is given by hand, in the order of the questions."""

    name: str = "a"
    asked: list["asyncio.Future[Completion]"] = field(default_factory=list)
    model = slot_for("a", "gpt-6-luna", title="a")

    async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
        self.asked.append(asyncio.get_running_loop().create_future())
        return await self.asked[-1]

    async def close(self) -> None:
        return None


class Crowd:
    """Callers of one provider, of whom three may wait all their time."""

    def __init__(self) -> None:
        self.clock, self.provider, self.left = Clock(), Awaited(), 3
        self.waits = Waits(clock=self.clock.monotonic, witnesses=lambda _: self.left)
        self.calls: list[asyncio.Task[Completion]] = []

    async def come(self, callers: int, limit_s: float = LIMIT_S) -> None:
        for _ in range(callers):
            asking = self.waits.complete(self.provider, PROMPT, timeout_s=limit_s)
            self.calls.append(asyncio.create_task(asking))
        await settled()

    async def passes(self, seconds: float) -> None:
        self.clock.passes(seconds)
        self.waits.look("a")
        await settled()

    async def says(self, caller: int, answer: Completion | ProviderFailure) -> None:
        future = self.provider.asked[caller]
        if isinstance(answer, Completion):
            future.set_result(answer)
        else:
            future.set_exception(answer)
        await settled()

    def sent_on(self) -> list[int]:
        return [at for at, call in enumerate(self.calls) if call.done() and isinstance(call.exception(), InVain)]


async def settled() -> None:
    """Let every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def crowd() -> Crowd:
    return Crowd()


async def end(crowd: Crowd) -> None:
    for call in crowd.calls:
        call.cancel()
    await asyncio.gather(*crowd.calls, return_exceptions=True)


async def test_of_a_crowd_the_three_oldest_wait_on_and_nobody_joins_them(crowd: Crowd) -> None:
    await crowd.come(CROWD)
    await crowd.passes(LIMIT_S / 2 - 0.1)
    assert crowd.sent_on() == []
    await crowd.passes(0.2)
    assert crowd.sent_on() == list(range(3, CROWD))
    assert crowd.waits.is_silent("a")
    await end(crowd)


async def test_nobody_is_called_off_while_fewer_wait_than_are_needed_to_tell(crowd: Crowd) -> None:
    await crowd.come(2)
    await crowd.passes(LIMIT_S)
    assert crowd.sent_on() == []
    assert not crowd.waits.is_silent("a")
    await end(crowd)


async def test_a_witness_who_waited_in_vain_is_not_replaced(crowd: Crowd) -> None:
    await crowd.come(CROWD)
    await crowd.passes(LIMIT_S)
    crowd.left = 2
    await crowd.says(0, TimedOut("late", billed=True))
    assert crowd.waits.is_silent("a")
    assert not crowd.calls[1].done()
    await end(crowd)


async def test_when_the_breaker_opens_over_a_hang_everybody_left_is_sent_on(crowd: Crowd) -> None:
    await crowd.come(3)
    await crowd.passes(LIMIT_S)
    await crowd.says(0, TimedOut("late", billed=True))
    crowd.left = 0
    await crowd.passes(0)
    assert crowd.sent_on() == [1, 2]
    await end(crowd)


async def test_a_vendor_that_answers_anybody_is_not_silent(crowd: Crowd) -> None:
    await crowd.come(CROWD)
    for caller in range(20):
        await crowd.passes(0.4 * LIMIT_S)
        await crowd.says(caller, ANSWER)
    assert crowd.sent_on() == []
    await end(crowd)


@pytest.mark.parametrize(
    ("failure", "is_sign"),
    [(ProviderBusy("429", retry_after_s=None), True), (ProviderDown("dropped", billed=True), False)],
    ids=["busy", "dropped"],
)
async def test_a_refusal_is_a_sign_of_life_and_a_lost_connection_is_none(
    crowd: Crowd, failure: ProviderFailure, is_sign: bool
) -> None:
    await crowd.come(CROWD)
    await crowd.passes(0.4 * LIMIT_S)
    await crowd.says(CROWD - 1, failure)
    await crowd.passes(0.2 * LIMIT_S)
    assert (crowd.sent_on() == []) is is_sign
    await end(crowd)


async def test_an_answer_ends_the_silence(crowd: Crowd) -> None:
    await crowd.come(CROWD)
    await crowd.passes(0.6 * LIMIT_S)
    await crowd.says(2, ANSWER)
    assert not crowd.waits.is_silent("a")
    await end(crowd)


async def test_once_it_is_known_what_a_provider_takes_the_crowd_leaves_sooner(crowd: Crowd) -> None:
    await crowd.come(5)
    crowd.clock.passes(0.5)
    for caller in range(5):
        await crowd.says(caller, ANSWER)
    await crowd.come(CROWD)
    await crowd.passes(1.4)
    assert crowd.sent_on() == []
    await crowd.passes(0.2)
    assert len(crowd.sent_on()) == CROWD - 3
    await end(crowd)


async def test_what_a_caller_takes_back_is_not_called_off(crowd: Crowd) -> None:
    await crowd.come(CROWD)
    crowd.calls[10].cancel()
    await settled()
    await crowd.passes(0.6 * LIMIT_S)
    assert crowd.calls[10].cancelled()
    await end(crowd)


@pytest.mark.parametrize(
    ("took_s", "patience"),
    [([], 5.0), ([0.1] * 4, 5.0), ([0.1] * 5, SHORTEST_PATIENCE_S), ([1.0] * 20, 3.0), ([0.1] * 19 + [3.0], 6.5),
     ([6.0] * 20, 8.0), ([30.0] * 20, 9.0)],
    ids=["nothing known", "too little known", "quick", "usual", "one that took long", "slow", "slower than allowed"],
)  # fmt: skip
def test_patience_is_thrice_the_longest_answer_and_always_within_the_limit(
    took_s: list[float], patience: float
) -> None:
    assert patience_s(deque(took_s), LIMIT_S) == pytest.approx(patience)

"""Who is asked, in which order, for how long, and what it is charged."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from shared.providers.attempt import Hold, Repairable
from shared.providers.breaker import Breakers, NoHints
from shared.providers.failures import AccessRefused, TimedOut
from shared.providers.models import ProviderModel, changed, slot_for
from shared.providers.pricing import cost_micro_usd, worst_case_micro_usd
from shared.providers.provider import (
    Completion,
    Prompt,
    ProviderBusy,
    ProviderDown,
    ProviderFailure,
    ProviderRefused,
    UnusableReply,
)
from shared.providers.router import NoProvider, Routed, Router
from shared.providers.slots import Slot
from tests.providers.stand_ins import PROMPT, Clock, MemoryPool, Scripted

DOWN = ProviderDown("broken", billed=True)
UNREACHED = ProviderDown("not reached", billed=False)


class Rig:
    """A router over scripted providers a, b and c, in this order of priority."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.pool = MemoryPool()
        self.breakers = Breakers(now=self.clock.now, random=Random(1), hints=NoHints())
        self.providers = {
            name: Scripted(slot_for(name, "gpt-6-luna", title=name, priority=place), self.clock)
            for place, name in enumerate("abc", start=1)
        }
        self.router = Router(self.slots, breakers=self.breakers, pool=self.pool, clock=self.clock.monotonic)

    async def slots(self) -> list[Slot]:
        return [provider.slot() for provider in self.providers.values()]

    def only(self, *names: str) -> None:
        self.providers = {name: self.providers[name] for name in names}

    def fails(self, failure: ProviderFailure, *names: str) -> None:
        for name in names:
            self.providers[name].script = lambda: failure

    async def ask(
        self,
        prompt: Prompt = PROMPT,
        *,
        within_s: float = 20.0,
        accept: Callable[[Completion], str] = lambda completion: completion.text,
        reserved_micro_usd: int | None = None,
    ) -> Routed[str]:
        return await self.router.complete(
            prompt,
            deadline=self.clock.seconds + within_s,
            accept=accept,
            tier="free",
            user="u1",
            reserved_micro_usd=reserved_micro_usd,
        )


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_the_first_by_priority_answers_and_nobody_else_is_asked(rig: Rig) -> None:
    routed = await rig.ask()
    assert (routed.answer, routed.completion.provider) == ("Drink water.", "a")
    assert [(attempt.provider, attempt.outcome, attempt.turn) for attempt in routed.attempts] == [
        ("a", "answered", "first")
    ]
    assert rig.providers["b"].calls == 0


async def test_of_equal_priority_the_cheaper_answers(rig: Rig) -> None:
    rig.providers["a"].model = replace(rig.providers["a"].model, priority=2, price_out_usd=0.9)
    assert (await rig.ask()).completion.provider == "b"


@pytest.mark.parametrize(
    "failure",
    [DOWN, UNREACHED, ProviderBusy("busy", retry_after_s=30), ProviderRefused("no", billed=True),
     UnusableReply("cut", billed=True), TimedOut("late", billed=True), AccessRefused("key")],
    ids=lambda failure: type(failure).__name__,
)  # fmt: skip
async def test_when_one_fails_the_next_answers_at_once(rig: Rig, failure: ProviderFailure) -> None:
    rig.fails(failure, "a")
    before = rig.clock.seconds
    routed = await rig.ask()
    assert routed.completion.provider == "b"
    assert routed.attempts[-1].turn == "fallback"
    assert rig.clock.seconds == before, "nobody waits for a Retry-After"


async def test_an_attempt_gets_at_most_55_percent_of_what_is_left_and_its_own_limit(rig: Rig) -> None:
    rig.fails(TimedOut("late", billed=True), "a")
    rig.providers["a"].takes_s = 60
    await rig.ask(within_s=10)
    assert rig.providers["a"].given_s == [pytest.approx(5.5)]
    assert rig.providers["b"].given_s == [pytest.approx(0.55 * 4.5)]
    rig.providers["a"].script = lambda: None
    await rig.ask(within_s=1000)
    assert rig.providers["a"].given_s[-1] == rig.providers["a"].model.timeout_s


class SlowPool(MemoryPool):
    """A pool whose store takes its time."""

    clock = Clock()
    takes_s = 0.0

    async def reserve(self, model: ProviderModel, worst_micro_usd: int, *, user: str) -> Hold | None:
        self.clock.passes(self.takes_s)
        return await super().reserve(model, worst_micro_usd, user=user)


@pytest.fixture
def slow_pool(rig: Rig) -> SlowPool:
    pool = SlowPool()
    pool.clock, rig.pool = rig.clock, pool
    rig.router = Router(rig.slots, breakers=rig.breakers, pool=pool, clock=rig.clock.monotonic)
    return pool


async def test_the_time_that_a_slow_store_takes_is_taken_from_the_attempt(rig: Rig, slow_pool: SlowPool) -> None:
    slow_pool.takes_s = 4
    await rig.ask(within_s=10)
    assert rig.providers["a"].given_s == [pytest.approx(0.55 * 6)]


async def test_a_store_that_takes_all_the_time_leaves_nothing_held(rig: Rig, slow_pool: SlowPool) -> None:
    slow_pool.takes_s = 10
    with pytest.raises(NoProvider):
        await rig.ask(within_s=10)
    assert [provider.calls for provider in rig.providers.values()] == [0, 0, 0]
    assert not slow_pool.held
    assert not slow_pool.spent["a"]
    assert rig.breakers.health("a").state == "closed"


async def test_without_time_nobody_is_asked(rig: Rig) -> None:
    with pytest.raises(NoProvider) as raised:
        await rig.ask(within_s=0.01)
    assert not raised.value.attempts
    assert set(raised.value.skipped) == {"a", "b", "c"}


async def test_when_all_fail_the_caller_learns_of_every_attempt(rig: Rig) -> None:
    rig.fails(DOWN, "a", "b", "c")
    with pytest.raises(NoProvider) as raised:
        await rig.ask()
    assert [attempt.outcome for attempt in raised.value.attempts] == ["down", "down", "down"]


@pytest.mark.parametrize(
    ("failure", "charged"),
    [(DOWN, True), (UNREACHED, False), (ProviderBusy("busy", retry_after_s=None), False)],
    ids=["may be billed", "surely not billed", "busy"],
)
async def test_a_failed_attempt_costs_the_pool_all_or_nothing(
    rig: Rig, failure: ProviderFailure, charged: bool
) -> None:
    rig.only("a", "b")
    rig.fails(failure, "a")
    routed = await rig.ask()
    whole = worst_case_micro_usd(rig.providers["a"].model, PROMPT)
    assert rig.pool.spent["a"] == routed.attempts[0].charged_micro_usd == (whole if charged else 0)
    assert rig.pool.spent["b"] == cost_micro_usd(rig.providers["b"].model, 10, 5)
    assert not rig.pool.held


async def test_a_provider_over_its_budget_is_passed_over_and_stays_healthy(rig: Rig) -> None:
    rig.pool.limits["a"] = 1
    for _ in range(5):
        assert (await rig.ask()).completion.provider == "b"
    assert rig.providers["a"].calls == 0
    assert rig.breakers.health("a").state == "closed"


async def test_a_reply_that_is_not_accepted_goes_to_the_next_and_is_paid(rig: Rig) -> None:
    def accept(completion: Completion) -> str:
        if completion.provider == "a":
            raise UnusableReply("breaks a rule", billed=True)
        return completion.text

    routed = await rig.ask(accept=accept)
    assert [attempt.outcome for attempt in routed.attempts] == ["rejected", "answered"]
    assert rig.pool.spent["a"] == cost_micro_usd(rig.providers["a"].model, 10, 5)
    assert rig.breakers.health("a").state == "closed"


def mends_on(second: Prompt) -> Callable[[Completion], str]:
    """Accepts the second reply of a provider, and wants the first one repaired."""
    seen: list[str] = []

    def accept(completion: Completion) -> str:
        seen.append(completion.provider)
        if len(seen) == 1:
            raise Repairable("one rule broken", again=second)
        return completion.text

    return accept


async def test_a_repairable_reply_is_mended_by_the_same_provider(rig: Rig) -> None:
    second = replace(PROMPT, instructions="Mend it.")
    routed = await rig.ask(accept=mends_on(second))
    assert [(attempt.provider, attempt.turn) for attempt in routed.attempts] == [("a", "first"), ("a", "repair")]
    assert rig.providers["a"].prompts == [PROMPT, second]


async def test_without_time_for_a_repair_the_next_provider_is_asked(rig: Rig) -> None:
    rig.providers["a"].takes_s = 0.5
    routed = await rig.ask(within_s=1.5, accept=mends_on(PROMPT))
    assert [(attempt.provider, attempt.turn) for attempt in routed.attempts] == [("a", "first"), ("b", "fallback")]


async def test_a_repair_that_could_cost_more_than_was_set_aside_is_not_asked_for(rig: Rig) -> None:
    rig.providers["a"].model = replace(rig.providers["a"].model, price_in_usd=1.0)
    longer = replace(PROMPT, instructions="Mend it. " * 100)
    enough = worst_case_micro_usd(rig.providers["a"].model, longer)
    routed = await rig.ask(accept=mends_on(longer), reserved_micro_usd=enough - 1)
    assert [(attempt.provider, attempt.turn) for attempt in routed.attempts] == [("a", "first"), ("b", "fallback")]
    routed = await rig.ask(accept=mends_on(longer), reserved_micro_usd=enough)
    assert [(attempt.provider, attempt.turn) for attempt in routed.attempts] == [("a", "first"), ("a", "repair")]


async def test_retries_stay_within_a_tenth_of_the_requests(rig: Rig) -> None:
    rig.fails(UnusableReply("cut", billed=True), "a", "b", "c")
    for _ in range(200):
        with pytest.raises(NoProvider):
            await rig.ask()
    assert rig.providers["a"].calls == rig.providers["b"].calls == 200, "the first fallback is free"
    assert rig.providers["c"].calls <= 5 + 0.1 * 200, "what comes after is paid from the allowance"


async def test_a_hang_is_felt_by_three_callers_at_most(rig: Rig) -> None:
    for _ in range(30):
        await rig.ask()  # a good record must not delay it
    rig.fails(TimedOut("late", billed=True), "a")
    rig.providers["a"].takes_s = 60
    slow = 0
    for _ in range(20):
        before = rig.clock.seconds
        await rig.ask()
        slow += rig.clock.seconds > before
    assert slow == 3


async def test_alone_and_hanging_it_is_not_asked_again_either(rig: Rig) -> None:
    rig.only("a")
    rig.fails(TimedOut("late", billed=True), "a")
    for _ in range(10):
        with pytest.raises(NoProvider):
            await rig.ask()
    assert rig.providers["a"].calls == 3


async def test_when_all_rest_after_quick_failures_the_least_recently_failed_is_asked(rig: Rig) -> None:
    rig.fails(DOWN, "a", "b", "c")
    for _ in range(3):
        with pytest.raises(NoProvider):
            await rig.ask()
        rig.clock.passes(0.1)
    calls = {name: provider.calls for name, provider in rig.providers.items()}
    rig.providers["a"].script = lambda: None
    routed = await rig.ask()
    assert routed.completion.provider == "a"
    assert rig.providers["b"].calls == calls["b"]
    assert rig.breakers.health("a").state == "closed"


@pytest.mark.parametrize(
    "failure", [ProviderBusy("busy", retry_after_s=300), AccessRefused("key"), DOWN], ids=["busy", "refused", "down"]
)
async def test_with_every_breaker_open_one_is_asked_all_the_same(rig: Rig, failure: ProviderFailure) -> None:
    rig.fails(failure, "a", "b", "c")
    for _ in range(3):
        with pytest.raises(NoProvider):
            await rig.ask()
    assert {rig.breakers.health(name).state for name in "abc"} == {"open"}
    rig.clock.passes(2.5)
    for provider in rig.providers.values():
        provider.script = lambda: None
    routed = await rig.ask()
    assert routed.attempts[-1].outcome == "answered"
    assert rig.breakers.health(routed.completion.provider).state == "closed"


async def test_a_probe_takes_less_of_the_callers_time(rig: Rig) -> None:
    rig.fails(TimedOut("late", billed=True), "a")
    for _ in range(3):
        await rig.ask()
    rig.clock.passes(200)
    await rig.ask(within_s=10)
    assert rig.providers["a"].given_s[-1] == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tiers": ["premium"]}, "not for the tier"),
        ({"purposes": ["plan"]}, "not for chat"),
        ({"max_output": 16}, "longer than it writes"),
    ],
)
async def test_an_unfit_provider_is_not_asked(rig: Rig, changes: dict[str, object], why: str) -> None:
    rig.only("a")
    rig.providers["a"].model = changed(rig.providers["a"].model, changes)
    with pytest.raises(NoProvider, match=why):
        await rig.ask()
    assert rig.providers["a"].calls == 0


async def test_a_prompt_longer_than_a_model_reads_goes_to_another(rig: Rig) -> None:
    rig.providers["a"].model = replace(rig.providers["a"].model, max_input_bytes=1000)
    routed = await rig.ask(replace(PROMPT, instructions="x" * 2000))
    assert routed.completion.provider == "b"


async def test_a_cancelled_request_costs_the_pool_the_worst_case(rig: Rig) -> None:
    class Endless(Scripted):
        async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
            self.given_s.append(timeout_s)
            await asyncio.Event().wait()
            raise AssertionError

    rig.only("a")
    endless = Endless(rig.providers["a"].model, rig.clock)
    rig.providers["a"] = endless
    asking = asyncio.create_task(rig.ask())
    while not endless.calls:  # noqa: ASYNC110 - one turn of the loop at a time, no clock
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert rig.pool.spent["a"] == worst_case_micro_usd(endless.model, PROMPT)
    assert rig.breakers.health("a").state == "closed"


async def test_the_most_an_answer_costs_its_user_is_the_dearest_eligible_provider(rig: Rig) -> None:
    rig.providers["b"].model = replace(rig.providers["b"].model, price_out_usd=9.0)
    rig.providers["c"].model = replace(rig.providers["c"].model, price_out_usd=90.0, tiers=("premium",))
    most = await rig.router.worst_case_micro_usd(PROMPT, tier="free")
    assert most == worst_case_micro_usd(rig.providers["b"].model, PROMPT)


async def test_with_little_money_left_whoever_it_covers_is_asked(rig: Rig) -> None:
    rig.providers["a"].model = replace(rig.providers["a"].model, price_out_usd=90.0)
    dear, cheap = (worst_case_micro_usd(rig.providers[name].model, PROMPT) for name in "ab")
    assert await rig.router.worst_case_micro_usd(PROMPT, tier="free", room_micro_usd=dear) == dear
    assert await rig.router.worst_case_micro_usd(PROMPT, tier="free", room_micro_usd=dear - 1) == cheap
    assert await rig.router.worst_case_micro_usd(PROMPT, tier="free", room_micro_usd=0) == cheap
    assert (await rig.ask(reserved_micro_usd=dear - 1)).completion.provider == "b"
    assert rig.providers["a"].calls == 0

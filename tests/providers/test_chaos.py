"""Real SDKs, three vendors, faults at random: who asks gets an answer or a no in time, and no cent goes missing."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from shared.config import ProviderAccess
from shared.providers.breaker import Breakers, NoHints
from shared.providers.models import ProviderModel, slot_for
from shared.providers.pricing import cost_micro_usd
from shared.providers.provider import Completion, Message, Prompt, UnusableReply
from shared.providers.router import NoProvider, Router
from shared.providers.slots import Fleet, Slot
from tests.providers.fake_vendors import TOKENS_IN, TOKENS_OUT, FakeVendor, Fault
from tests.providers.stand_ins import MemoryPool

PROMPT = Prompt("chat", "Be kind.", (Message("user", "Hello"),), None, 64)
QUICK: list[Fault] = [
    "busy", "busy_seconds", "broken", "gateway", "drop", "cut_body", "garbage", "truncated", "empty", "filtered",
    "declined", "bad_request", "no_usage", "odd_usage",
]  # fmt: skip
REQUESTS, AT_ONCE, DEADLINE_S = 2000, 12, 6.0


@dataclass
class Rig:
    """A router of one worker over three real adapters and their vendors."""

    vendors: dict[str, FakeVendor]
    models: dict[str, ProviderModel]
    fleet: Fleet
    pool: MemoryPool
    router: Router
    ahead: list[timedelta]

    def passes(self, seconds: float) -> None:
        """Let that much time of the breakers' clock go by."""
        self.ahead[0] += timedelta(seconds=seconds)

    async def ask(self) -> str:
        """Who answered; raises `NoProvider`."""
        deadline = time.monotonic() + DEADLINE_S
        routed = await self.router.complete(PROMPT, deadline=deadline, accept=sensible, tier="free", user="u")
        assert time.monotonic() <= deadline
        return routed.completion.provider


def sensible(completion: Completion) -> str:
    if completion.text != "Drink water.":
        raise UnusableReply("not what was asked", billed=True)
    return completion.text


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    models = {
        "gemini": slot_for("gemini", "gemini-3.5-flash-lite", title="G", priority=1, timeout_s=1.0),
        "perplexity": slot_for("perplexity", "perplexity/sonar", title="P", priority=2, timeout_s=1.0),
        "openai": slot_for("openai", "gpt-6-luna", title="O", priority=3, timeout_s=1.0),
    }
    models = {name: replace(model, weekly_budget_usd=1000.0) for name, model in models.items()}

    async def configured() -> list[ProviderModel]:
        return list(models.values())

    async with FakeVendor() as gemini, FakeVendor() as perplexity, FakeVendor() as openai:
        vendors = {"gemini": gemini, "perplexity": perplexity, "openai": openai}
        access = {name: ProviderAccess("k", vendor.base_url) for name, vendor in vendors.items()}
        today = datetime.now(UTC).date()
        fleet = Fleet(configured, access=access, today=lambda: today)
        for slot in await fleet.slots():
            assert slot.provider is not None
            await slot.provider.complete(PROMPT, timeout_s=20.0)  # imports the SDK
        for vendor in vendors.values():
            vendor.asked.clear()
            vendor.billed = 0
        pool = MemoryPool()
        ahead = [timedelta()]
        breakers = Breakers(now=lambda: datetime.now(UTC) + ahead[0], random=Random(7), hints=NoHints())
        router = Router(fleet.slots, breakers=breakers, pool=pool, clock=time.monotonic)
        yield Rig(vendors, models, fleet, pool, router, ahead)
        await fleet.close()


def faults(random: Random, kinds: list[Fault]) -> Fault:
    return random.choice(kinds) if random.random() < 0.5 else "none"


@pytest.mark.slow
async def test_half_of_all_calls_failing_everybody_is_served_in_time_and_every_cent_is_recorded(rig: Rig) -> None:
    random = Random(42)
    for vendor in rig.vendors.values():
        vendor.fault = lambda: faults(random, QUICK)
    gate = asyncio.Semaphore(AT_ONCE)
    answered: Counter[str] = Counter()

    async def one() -> None:
        async with gate:
            rig.passes(60)  # a day's requests in seconds, so that vendors are asked and not only left alone
            try:
                answered[await rig.ask()] += 1
            except NoProvider:
                answered["nobody"] += 1

    await asyncio.gather(*(one() for _ in range(REQUESTS)))
    assert answered.total() == REQUESTS
    calls = sum(len(vendor.asked) for vendor in rig.vendors.values())
    assert answered["nobody"] < REQUESTS / 2, "for these the offline coach is there"
    assert calls >= REQUESTS
    assert not rig.pool.held
    for name, vendor in rig.vendors.items():
        billed = vendor.billed * cost_micro_usd(rig.models[name], TOKENS_IN, TOKENS_OUT)
        assert rig.pool.spent[name] >= billed


async def test_a_hanging_vendor_is_felt_by_three_callers_and_then_skipped(rig: Rig) -> None:
    rig.vendors["gemini"].fault = lambda: "hang"
    assert [await rig.ask() for _ in range(10)] == ["perplexity"] * 10
    assert len(rig.vendors["gemini"].asked) == 3


@pytest.mark.parametrize("fault", ["busy_seconds", "broken", "drop", "garbage", "truncated", "empty", "filtered"])
async def test_a_fallback_answers_at_once(rig: Rig, fault: Fault) -> None:
    rig.vendors["gemini"].fault = lambda: fault
    assert await rig.ask() == "perplexity"
    assert len(rig.vendors["gemini"].asked) == 1


async def test_a_busy_vendor_is_asked_once_and_left_alone(rig: Rig) -> None:
    rig.vendors["gemini"].fault = lambda: "busy_seconds"
    for _ in range(5):
        await rig.ask()
    assert len(rig.vendors["gemini"].asked) == 1


async def test_with_every_vendor_down_the_caller_is_told_in_time(rig: Rig) -> None:
    for vendor in rig.vendors.values():
        vendor.fault = lambda: "hang"
    with pytest.raises(NoProvider):
        await rig.ask()
    assert not rig.pool.held


async def test_an_admins_change_keeps_the_connections(rig: Rig) -> None:
    before: list[Slot] = await rig.fleet.slots()
    rig.models["openai"] = replace(rig.models["openai"], priority=1, price_out_usd=0.6)
    rig.models["gemini"] = replace(rig.models["gemini"], priority=9)
    after = await rig.fleet.slots()
    assert await rig.ask() == "openai"
    assert [getattr(slot.provider, "connection", 1) for slot in before] == [
        getattr(slot.provider, "connection", 2) for slot in after
    ]

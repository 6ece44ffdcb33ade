"""A vendor that stops answering while fifty callers wait for it, over the real SDKs: three at most wait all their time."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

import pytest
from aiohttp import web

from shared.config import ProviderAccess
from shared.providers.attempt import Attempt
from shared.providers.breaker import Breakers, NoHints
from shared.providers.models import ProviderModel, Vendor, slot_for
from shared.providers.pricing import cost_micro_usd, worst_case_micro_usd
from shared.providers.provider import Message, Prompt
from shared.providers.router import NoProvider, Router
from shared.providers.slots import Fleet
from tests.providers.fake_vendors import TOKENS_IN, TOKENS_OUT, FakeVendor
from tests.providers.stand_ins import MemoryPool

PROMPT = Prompt("chat", "Be kind.", (Message("user", "Hello"),), None, 64)
CROWD = 50
MODELS: dict[Vendor, str] = {
    "openai": "gpt-6-luna",
    "gemini": "gemini-3.5-flash-lite",
    "perplexity": "perplexity/sonar",
}


@dataclass
class Together(FakeVendor):
    """A vendor that answers nobody before `crowd` have asked, and then everybody."""

    crowd: int = 1
    is_full: asyncio.Event = field(default_factory=asyncio.Event)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._handle(request)
        if len(self.asked) >= self.crowd:
            self.is_full.set()
        await self.is_full.wait()
        return answer


class Rig:
    """A worker with a first vendor that may hang, and perhaps a second one that answers."""

    def __init__(self, first: Together, second: FakeVendor, models: list[ProviderModel]) -> None:
        self.first, self.second, self.models = first, second, models
        access = {
            model.vendor: ProviderAccess("k", v.base_url) for model, v in zip(models, (first, second), strict=True)
        }
        self.fleet = Fleet(self.configured, access=access, today=lambda: datetime.now(UTC).date())
        self.pool = MemoryPool()
        breakers = Breakers(now=lambda: datetime.now(UTC), random=Random(1), hints=NoHints())
        self.router = Router(self.fleet.slots, breakers=breakers, pool=self.pool, clock=time.monotonic)
        self.attempts: list[Attempt] = []

    async def configured(self) -> list[ProviderModel]:
        return self.models

    async def ask(self, within_s: float = 60.0) -> str:
        """Who answered, or "nobody"."""
        try:
            routed = await self.router.complete(
                PROMPT,
                deadline=time.monotonic() + within_s,
                accept=lambda completion: completion.text,
                tier="free",
                user="u",
            )
        except NoProvider as nobody:
            self.attempts += nobody.attempts
            return "nobody"
        self.attempts += routed.attempts
        return routed.completion.provider

    async def crowd(self, within_s: float = 60.0) -> Counter[str]:
        return Counter(await asyncio.gather(*(self.ask(within_s) for _ in range(CROWD))))

    def outcomes(self, name: str) -> Counter[str]:
        return Counter(attempt.outcome for attempt in self.attempts if attempt.provider == name)


@pytest.fixture(params=["openai", "gemini", "perplexity"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    hanging: Vendor = request.param
    other: Vendor = "gemini" if hanging == "openai" else "openai"
    models = [
        slot_for(vendor, MODELS[vendor], title=vendor, priority=place, timeout_s=limit_s, weekly_budget_usd=1000.0)
        for place, (vendor, limit_s) in enumerate(((hanging, 3.0), (other, 30.0)), start=1)
    ]
    async with Together() as first, FakeVendor() as second:
        rig = Rig(first, second, models)
        for slot in await rig.fleet.slots():
            assert slot.provider is not None
            await slot.provider.complete(PROMPT, timeout_s=20.0)  # imports the SDK
        for vendor in (first, second):
            vendor.asked.clear()
            vendor.billed = 0
        yield rig
        await rig.fleet.close()


async def test_of_fifty_callers_three_at_most_wait_out_a_hang_and_all_are_served(rig: Rig) -> None:
    hanging, other = (model.name for model in rig.models)
    rig.first.fault = lambda: "hang"
    assert await rig.crowd() == {other: CROWD}
    assert rig.outcomes(hanging)["timed_out"] <= 3
    assert rig.outcomes(hanging)["called_off"] > 0


async def test_what_was_called_off_stays_paid_since_the_vendor_may_bill_it(rig: Rig) -> None:
    rig.first.fault = lambda: "hang"
    await rig.crowd()
    model = rig.models[0]
    called_off = [attempt.charged_micro_usd for attempt in rig.attempts if attempt.outcome == "called_off"]
    assert set(called_off) == {worst_case_micro_usd(model, PROMPT)}
    assert rig.pool.spent[model.name] >= rig.first.billed * cost_micro_usd(model, TOKENS_IN, TOKENS_OUT)
    assert not rig.pool.held


async def test_nobody_joins_the_queue_at_a_vendor_found_silent(rig: Rig) -> None:
    rig.first.fault = lambda: "hang"
    crowd = [asyncio.create_task(rig.ask()) for _ in range(CROWD)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    assert await rig.crowd() == {rig.models[1].name: CROWD}
    await asyncio.gather(*crowd)
    assert len(rig.first.asked) <= CROWD, "of a hundred callers"


async def test_with_nobody_else_to_ask_the_crowd_is_let_go_as_well(rig: Rig) -> None:
    hanging = rig.models.pop(0)
    rig.models[:] = [hanging]
    rig.first.fault = lambda: "hang"
    assert await rig.crowd() == {"nobody": CROWD}
    assert rig.outcomes(hanging.name)["timed_out"] <= 3


async def test_a_crowd_at_the_start_is_not_taken_for_a_hang(rig: Rig) -> None:
    rig.first.crowd = CROWD
    rig.models[0] = replace(rig.models[0], timeout_s=60.0)
    assert await rig.crowd() == {rig.models[0].name: CROWD}
    assert rig.outcomes(rig.models[0].name) == {"answered": CROWD}

"""How long a fallback answers after the first provider failed, by the way it failed, beside a call that goes well."""

import asyncio
import logging
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import median

from shared.config import ProviderAccess
from shared.providers.breaker import Breakers, NoHints
from shared.providers.models import ProviderModel, slot_for
from shared.providers.provider import Completion, Message, Prompt
from shared.providers.router import Router
from shared.providers.slots import Fleet
from tests.providers.fake_vendors import FakeVendor, Fault
from tests.providers.stand_ins import MemoryPool

ROUNDS, MOST_MS = 9, 50.0
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
PROMPT = Prompt("chat", "Be kind.", (Message("user", "Hello"),), SCHEMA, 64)
REPLY = '{"answer": "Drink water."}'
FAULTS: tuple[Fault, ...] = (
    "busy", "overloaded", "broken", "gateway", "drop", "cut_body", "garbage", "truncated", "empty", "filtered", "declined",
    "bad_key", "gone", "bad_request", "not_json", "wrong_schema", "no_finish", "prompt_blocked", "huge", "bomb",
)  # fmt: skip


async def _answered(fleet: Fleet) -> tuple[str, float]:
    """Who answered a router that knows nothing of past failures, and after how many milliseconds."""
    breakers = Breakers(now=lambda: datetime.now(UTC), random=Random(1), hints=NoHints())
    router = Router(fleet.slots, breakers=breakers, pool=MemoryPool(), clock=time.monotonic)
    began = time.perf_counter()
    routed = await router.complete(PROMPT, deadline=time.monotonic() + 10, accept=_said, tier="free", user="u")
    return routed.completion.provider, (time.perf_counter() - began) * 1000


def _always(fault: Fault) -> Fault:
    return fault


def _said(completion: Completion) -> str:
    return completion.text


async def main() -> int:
    """Print the table; 1 where a fallback took more than 50 ms."""
    models = [
        replace(slot_for("openai", "gpt-6-luna", title="O", priority=1), timeout_s=5.0),
        replace(slot_for("gemini", "gemini-3.5-flash-lite", title="G", priority=2), timeout_s=5.0),
    ]

    async def configured() -> list[ProviderModel]:
        return models

    async with FakeVendor(reply=REPLY) as first, FakeVendor(reply=REPLY) as second:
        access = {"openai": ProviderAccess("k", first.base_url), "gemini": ProviderAccess("k", second.base_url)}
        fleet = Fleet(configured, access=access, today=lambda: datetime.now(UTC).date())
        for slot in await fleet.slots():
            assert slot.provider is not None  # noqa: S101 - both have a key
            await slot.provider.complete(PROMPT, timeout_s=20.0)  # imports the SDK
        well = median([(await _answered(fleet))[1] for _ in range(ROUNDS)])
        print(f"{'goes well':14} {well:7.1f} ms")
        slow = 0
        for fault in FAULTS:
            first.fault = partial(_always, fault)
            answers = [await _answered(fleet) for _ in range(ROUNDS)]
            took = median(ms for _, ms in answers)
            who = {name for name, _ in answers}
            slow += took > MOST_MS or who != {"gemini"}
            print(f"{fault:14} {took:7.1f} ms  {took / well:5.1f} times a good call, answered by {', '.join(who)}")
        await fleet.close()
    return 1 if slow else 0


if __name__ == "__main__":
    logging.disable(logging.ERROR)  # that breakers open is what is wanted here
    sys.exit(asyncio.run(main()))

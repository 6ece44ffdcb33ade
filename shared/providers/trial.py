"""Trying one provider by hand: one short question, within its pool, whatever its breaker says."""

import time
from dataclasses import dataclass

from shared.providers.attempt import Pool
from shared.providers.pricing import worst_case_micro_usd
from shared.providers.provider import Message, Prompt, ProviderFailure
from shared.providers.slots import Slot

ROOM_TO_THINK = 512
"""Tokens: a model that thinks before it answers spends from the same allowance, and would seem cut with less."""

_QUESTION = Prompt(
    "test", "Answer with the one word: ready.", (Message("user", "Are you there?"),), None, ROOM_TO_THINK
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it; `error` is None where it answered, `was_asked` false where it could not be."""

    model: str
    latency_ms: int
    cost_micro_usd: int
    error: str | None
    was_asked: bool = True
    tokens_in: int = 0
    tokens_out: int = 0


async def try_slot(slot: Slot, *, pool: Pool, user: str) -> Trial:
    """Ask the slot once. Its price, or what may have been billed for a failure, is taken from its pool."""
    model = slot.model.model
    if slot.provider is None:
        return Trial(model, 0, 0, slot.obstacle, was_asked=False)
    worst = worst_case_micro_usd(slot.model, _QUESTION)
    hold = await pool.reserve(slot.model, worst, user=user)
    if hold is None:
        return Trial(model, 0, 0, "its budget is used up", was_asked=False)
    began = time.perf_counter()
    try:
        completion = await slot.provider.complete(_QUESTION, timeout_s=slot.model.timeout_s)
    except ProviderFailure as failed:
        charged = worst if failed.billed else 0
        await pool.settle(hold, charged)
        return Trial(model, _ms_since(began), charged, failed.reason)
    except BaseException:
        await pool.settle(hold, worst)
        raise
    await pool.settle(hold, completion.cost_micro_usd)
    return Trial(
        model,
        _ms_since(began),
        completion.cost_micro_usd,
        None,
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
    )


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)

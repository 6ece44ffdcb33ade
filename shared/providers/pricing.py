"""What a call costs: integers of micro-dollars, always rounded up, never less than the vendor can charge."""

import functools
import json
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from shared.providers.models import ProviderModel
from shared.providers.provider import Prompt

MICRO = 1_000_000

FRAME_TOKENS = 256
"""What vendors add around a prompt on their side: role marks, and their words about the schema."""

MESSAGE_TOKENS = 16
"""The same, a message."""


class UnknownPrice(ValueError):
    """A model without a price is not asked, so its cost is never needed."""


def micro_usd(dollars: float) -> int:
    """Dollars as micro-dollars, rounded down: for budgets, where the doubt is on the spending side."""
    return int((Decimal(str(dollars)) * MICRO).to_integral_value(ROUND_FLOOR))


def cost_micro_usd(model: ProviderModel, tokens_in: int, tokens_out: int) -> int:
    """The price of a call that used so many tokens; raises `UnknownPrice`."""
    if model.price_in_usd is None or model.price_out_usd is None:
        raise UnknownPrice(f"The price of {model.model} is unknown.")
    millionths = tokens_in * _rate(model.price_in_usd) + tokens_out * _rate(model.price_out_usd)
    return -(-millionths // MICRO) + _rate(model.price_request_usd)


def worst_case_micro_usd(model: ProviderModel, prompt: Prompt) -> int:
    """The most that one call with this prompt can cost; raises `UnknownPrice`."""
    return cost_micro_usd(model, most_tokens_in(prompt), prompt.max_output)


def most_tokens_in(prompt: Prompt) -> int:
    """A bound on the tokens a vendor counts as input.

    A byte-level vocabulary never needs more tokens than bytes. The schema counts twice, since it may be sent both as a
    constraint and in words.
    """
    schema = 2 * len(json.dumps(prompt.schema)) if prompt.schema else 0
    return prompt.input_bytes() + schema + MESSAGE_TOKENS * len(prompt.messages) + FRAME_TOKENS


@functools.lru_cache(maxsize=256)
def _rate(dollars: float) -> int:
    """Micro-dollars per million tokens (or per request): the decimal as written, never its binary neighbour."""
    return int((Decimal(str(dollars)) * MICRO).to_integral_value(ROUND_CEILING))

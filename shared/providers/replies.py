"""From the text and usage of a vendor's reply to a completion, or to what makes it unusable."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from shared.providers.models import ProviderModel
from shared.providers.pricing import MICRO, cost_micro_usd, most_tokens_in
from shared.providers.provider import Completion, Prompt, ProviderDown, UnusableReply
from shared.providers.schema_fit import misfit

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_FENCE = re.compile(r"\A\s*```[a-zA-Z]*\s*\n(?P<inside>.*?)\n?\s*```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens as the vendor counted them, and the price where the vendor names it (US dollars); None = not said."""

    tokens_in: int | None
    tokens_out: int | None
    price_usd: float | None = None


def read_object(body: str | bytes) -> Mapping[str, Any]:
    """The JSON object a vendor answered with; one that is broken off or is no JSON means the vendor is broken."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as unreadable:
        raise ProviderDown("the answer is not JSON", billed=True) from unreadable
    if not isinstance(answer, dict):
        raise ProviderDown("the answer is not a JSON object", billed=True)
    return answer


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list that came from outside, wherever that list is one."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def member(value: object, key: str) -> Mapping[str, Any]:
    """The object under `key`, or an empty one."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def count(value: object) -> int | None:
    """A count of tokens, or None for anything that cannot be one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def whole_reply(prompt: Prompt, model: ProviderModel, text: str, used: Used) -> Completion:
    """The completion, priced; raises `UnusableReply` for nothing, for no JSON or another shape where one was asked.

    A fence around JSON is taken off. The shape is the structure only (types, required members): whether numbers, ids
    and lengths will do is for the caller to judge, who can mend them. What the vendor does not count is charged as the
    most it can be.
    """
    if not text.strip():
        raise UnusableReply("the reply is empty", billed=True)
    _check_characters(text)
    if prompt.schema is not None:
        text = _unfenced(text)
        _check_shape(text, prompt.schema)
    tokens_in = most_tokens_in(prompt) if used.tokens_in is None else used.tokens_in
    tokens_out = prompt.max_output if used.tokens_out is None else used.tokens_out
    cost = _named_price(used.price_usd)
    if cost is None:
        cost = cost_micro_usd(model, tokens_in, tokens_out)
    return Completion(text, model.name, model.model, tokens_in, tokens_out, cost)


def instructions(prompt: Prompt, model: ProviderModel) -> str:
    """The prompt's instructions, with the schema in words for a model that is not constrained to it."""
    if prompt.schema is None or model.schema_by == "constraint":
        return prompt.instructions
    schema = json.dumps(prompt.schema, separators=(",", ":"), ensure_ascii=False)
    shape = "Reply with one JSON object and nothing else: no fence, no remark. It must fit this JSON Schema:"
    return f"{prompt.instructions}\n\n{shape}\n{schema}"


def _unfenced(text: str) -> str:
    fenced = _FENCE.match(text)
    return fenced["inside"] if fenced else text


def _check_characters(text: str) -> None:
    """Half a surrogate pair can be read from JSON, and then neither stored nor answered."""
    try:
        text.encode()
    except UnicodeEncodeError as broken:
        raise UnusableReply("the reply holds half a character", billed=True) from broken


def _check_shape(text: str, schema: Mapping[str, Any]) -> None:
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as unreadable:
        raise UnusableReply("the reply is not JSON", billed=True) from unreadable
    if _ESCAPED_SURROGATE.search(text):
        _check_characters(json.dumps(value, ensure_ascii=False))
    wrong = misfit(value, schema)
    if wrong:
        raise UnusableReply(f"the reply does not fit the schema: {wrong}", billed=True)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _named_price(dollars: float | None) -> int | None:
    if isinstance(dollars, bool) or not isinstance(dollars, int | float):
        return None
    if not 0 < dollars < 1_000:
        return None
    return int((Decimal(str(dollars)) * MICRO).to_integral_value(ROUND_CEILING))

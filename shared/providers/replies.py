"""From the text and usage of a vendor's reply to a completion, or to what makes it unusable."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from shared.providers.models import ProviderModel
from shared.providers.pricing import MICRO, cost_micro_usd, most_tokens_in
from shared.providers.provider import Completion, Prompt, ProviderDown, UnusableReply
from shared.providers.schema_fit import misfit

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING_OR_LAST_COMMA = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)
_BRACES_TRIED = 5


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

    A fence or words around JSON are taken off, and slips that leave no doubt are mended. The shape is the structure
    only (types, required members): whether numbers, ids and lengths will do is for the caller to judge, who can mend
    them. What the vendor does not count is charged as the most it can be.
    """
    if not text.strip():
        raise UnusableReply("the reply is empty", billed=True)
    _check_characters(text)
    if prompt.schema is not None:
        text, value = _json_in(text)
        _check_shape(value, prompt.schema)
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


def _check_characters(text: str) -> None:
    """Half a surrogate pair can be read from JSON, and then neither stored nor answered."""
    try:
        text.encode()
    except UnicodeEncodeError as broken:
        raise UnusableReply("the reply holds half a character", billed=True) from broken


def _json_in(text: str) -> tuple[str, object]:
    """The JSON of a reply and its value; where it is none as it stands, that of the object inside it."""
    try:
        value: object = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as unreadable:
        value = _object_within(text)
        if value is None:
            raise UnusableReply("the reply is not JSON", billed=True) from unreadable
        text = json.dumps(value, ensure_ascii=False)
        _check_characters(text)
    if _ESCAPED_SURROGATE.search(text):
        _check_characters(json.dumps(value, ensure_ascii=False))
    return text, value


def _object_within(text: str) -> dict[str, Any] | None:
    """The JSON object that a fence or words surround, also with a comma before a closing bracket or a raw line break in
    a string; None where there is none, or where only a part of one is."""
    at = -1
    for _ in range(_BRACES_TRIED):
        if (at := text.find("{", at + 1)) < 0:
            break
        rest = text[at:]
        for candidate in (rest, _STRING_OR_LAST_COMMA.sub(lambda found: found.group().removeprefix(","), rest)):
            try:
                value, _ = _LENIENT.raw_decode(candidate)
            except (ValueError, RecursionError):
                continue
            return cast("dict[str, Any]", value)
    return None


def _check_shape(value: object, schema: Mapping[str, Any]) -> None:
    wrong = misfit(value, schema)
    if wrong:
        raise UnusableReply(f"the reply does not fit the schema: {wrong}", billed=True)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


_LENIENT = json.JSONDecoder(strict=False, parse_constant=_no_number)


def _named_price(dollars: float | None) -> int | None:
    if isinstance(dollars, bool) or not isinstance(dollars, int | float):
        return None
    if not 0 < dollars < 1_000:
        return None
    return int((Decimal(str(dollars)) * MICRO).to_integral_value(ROUND_CEILING))

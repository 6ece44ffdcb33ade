"""Reads JSON the strict way: UTF-8 only, no NaN, no key twice, no U+0000, no lone surrogate, no bottomless nesting."""

import json
from typing import Any, NoReturn

from shared.errors import UnreadableBody

DEEPEST = 32
LARGEST_INTEGER_DIGITS = 20


def read_json(body: bytes) -> Any:
    """The value that `body` holds; raises `UnreadableBody` with a sentence that says what is wrong with it."""
    if not body.strip():
        raise UnreadableBody("The body is empty; send a JSON object.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as not_utf8:
        raise UnreadableBody("The body is not UTF-8.") from not_utf8
    if text.startswith("\ufeff"):
        raise UnreadableBody("The body begins with a byte-order mark; send plain UTF-8.")
    _check_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite, parse_int=_sized
        )
    except json.JSONDecodeError as broken:
        raise UnreadableBody(f"The body is not JSON: see line {broken.lineno}, column {broken.colno}.") from broken
    _check_strings(value)
    return value


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the parser recurses into it."""
    depth, in_string, escaped = 0, False, False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise UnreadableBody(f"The body is nested more than {DEEPEST} levels deep.")
        elif character in "]}":
            depth -= 1


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise UnreadableBody("A key stands twice in one object of the body.")
    return known


def _no_constant(name: str) -> NoReturn:
    raise UnreadableBody(f"{name} is not a JSON number.")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise UnreadableBody("A number in the body is too large.")
    return number


def _sized(digits: str) -> int:
    if len(digits) > LARGEST_INTEGER_DIGITS:
        raise UnreadableBody("A number in the body is too large.")
    return int(digits)


def _check_strings(value: Any) -> None:
    match value:
        case str():
            if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
                raise UnreadableBody("A text in the body holds U+0000 or half a character pair.")
        case dict():
            for key, held in value.items():
                _check_strings(key)
                _check_strings(held)
        case list():
            for held in value:
                _check_strings(held)

"""Inline route constraints, judged as ASP.NET Core judges them in the invariant culture."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from local_host.errors import CannotStart

Constraint = Callable[[str], bool]
"""Says whether a route value is acceptable."""

_INT = re.compile(r"\s*[+-]?[0-9]+\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)\s*")
_FLOAT = re.compile(
    r"\s*(?:[+-]?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:Infinity|NaN))\s*", re.I
)
_GUID = re.compile(
    r"\s*(?:[0-9a-f]{32}|(?P<open>[{(])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?(open)[})]))\s*", re.I
)
_ALPHA = re.compile(r"[a-z]*", re.I)
_BOOL = re.compile(r"\s*(?:true|false)\s*", re.I)
_DATE_FORMATS = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d", "%Y-%m")
_LARGEST_DECIMAL = Decimal(2**96 - 1)


def constraint(name: str, arguments: str | None, *, route: str) -> Constraint:
    """The constraint written `name` or `name(arguments)`; raises `CannotStart` for one the real host does not know."""
    if arguments is None and name in _PLAIN:
        return _PLAIN[name]
    if arguments is not None and name == "regex":
        return _regex(arguments, route=route)
    if arguments is not None and name in _NUMBERED:
        accepted_counts, build = _NUMBERED[name]
        try:
            numbers = [int(argument) for argument in arguments.split(",")]
        except ValueError as not_numbers:
            raise CannotStart(f"Route {route!r}: {name}({arguments}) needs whole numbers.") from not_numbers
        if len(numbers) in accepted_counts:
            return build(numbers)
    written = name if arguments is None else f"{name}({arguments})"
    raise CannotStart(f"Route {route!r}: the constraint {written!r} is not one the Functions host knows.")


def _whole(value: str, bits: int) -> bool:
    return bool(_INT.fullmatch(value)) and -(2 ** (bits - 1)) <= int(value) < 2 ** (bits - 1)


def _is_decimal(value: str) -> bool:
    return bool(_DECIMAL.fullmatch(value)) and abs(Decimal(value.strip().replace(",", ""))) <= _LARGEST_DECIMAL


def _is_float(value: str) -> bool:
    return bool(_FLOAT.fullmatch(value))


def _is_datetime(value: str) -> bool:
    """ISO 8601 and the invariant culture's month/day/year; .NET takes further spellings no route should rely on."""
    text = value.strip()
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return any(_reads_as(text, form) for form in _DATE_FORMATS)
    return True


def _reads_as(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it is a date is asked
    except ValueError:
        return False
    return True


def _regex(pattern: str, *, route: str) -> Constraint:
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as broken:
        raise CannotStart(f"Route {route!r}: the pattern {pattern!r} is not a regular expression.") from broken
    return lambda value: compiled.search(value) is not None


def _length(numbers: Sequence[int]) -> Constraint:
    low, high = numbers[0], numbers[-1]
    return lambda value: low <= len(value) <= high


def _range(low: int, high: int) -> Constraint:
    return lambda value: _whole(value, 64) and low <= int(value) <= high


_PLAIN: dict[str, Constraint] = {
    "int": lambda value: _whole(value, 32),
    "long": lambda value: _whole(value, 64),
    "bool": lambda value: _BOOL.fullmatch(value) is not None,
    "guid": lambda value: _GUID.fullmatch(value) is not None,
    "alpha": lambda value: _ALPHA.fullmatch(value) is not None,
    "datetime": _is_datetime,
    "decimal": _is_decimal,
    "double": _is_float,
    "float": _is_float,
    "required": lambda value: value != "",
}
_NUMBERED: dict[str, tuple[set[int], Callable[[Sequence[int]], Constraint]]] = {
    "length": ({1, 2}, _length),
    "minlength": ({1}, lambda numbers: lambda value: len(value) >= numbers[0]),
    "maxlength": ({1}, lambda numbers: lambda value: len(value) <= numbers[0]),
    "min": ({1}, lambda numbers: _range(numbers[0], 2**63)),
    "max": ({1}, lambda numbers: _range(-(2**63), numbers[0])),
    "range": ({2}, lambda numbers: _range(numbers[0], numbers[1])),
}

"""Reading Vigor's own JSON export back: record by record, each refusal with its line."""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import ValidationError

from shared.domain.history.report import Report
from shared.domain.history.vigor import EXPORT_VERSION, ConsentGiven, ExportDocument
from shared.domain.log import Log
from shared.domain.messages import CoachMessage
from shared.domain.metrics import KeptMetric
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.words import Shape
from shared.errors import KindUnknown, UnreadableFile

_LISTS: Mapping[str, type[Shape]] = {
    "plans": Plan, "logs": Log, "metrics": KeptMetric, "messages": CoachMessage, "consents": ConsentGiven,
}  # fmt: skip
_FRAME = ("vigor_export", "exported_at", "account")
"""Of `more` nothing is restored, so nothing of it is looked at."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_INTEGER = 20
_MOST_RECORDS, _MOST_PARTS, _MOST_VALUES = 100_000, 100, 100_000
"""Of a list of records, of the whole and of a record: more than a life of training comes to. What is wrong with a
record is told by as many errors as it has values, each a hundred times as large."""


def read_document(text: str, report: Report) -> ExportDocument:
    """The export that `text` holds. A bad record costs itself only and is reported with its line.

    Raises `KindUnknown` where the JSON is not a Vigor export of a version known here, `UnreadableFile` where it is no
    JSON, or where its frame (account, date of export) cannot be read.
    """
    parts, places = _parts(text)
    if parts.get("vigor_export") != EXPORT_VERSION:
        raise KindUnknown("The file is JSON but not a Vigor export of version 1; send a file that Vigor exported.")
    kept: dict[str, Any] = {name: parts[name] for name in _FRAME if name in parts}
    if parts.get("profile") is not None:
        kept["profile"] = _kept(Profile, parts["profile"], report, line=places.line("profile"))
    for name, shape in _LISTS.items():
        records = parts.get(name, [])
        if not isinstance(records, list):
            report.refuse(places.line(name), f"The part {name} is not a list; it was left out.")
            continue
        read = [_kept(shape, one, report, line=places.line(name, at)) for at, one in enumerate(records)]
        kept[name] = [record for record in read if record is not None]
    for name in parts.keys() - ExportDocument.model_fields.keys():
        report.note(places.line(name), f"The part “{name[:40]}” is unknown to this version of Vigor; it was left out.")
    try:
        return ExportDocument.model_validate(kept)
    except ValidationError as invalid:
        raise UnreadableFile(f"The export cannot be read: {_reason(invalid)}") from invalid


class _Places:
    """Where the top-level parts, and the records of lists, begin in the text."""

    def __init__(self, text: str) -> None:
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self.parts: dict[str, int] = {}
        self.records: dict[str, list[int]] = {}

    def line(self, name: str, record: int | None = None) -> int:
        """The line on which a part or one of its records begins, 1 being the first."""
        offset = self.parts.get(name, 0) if record is None else self.records[name][record]
        return bisect_left(self._breaks, offset) + 1


def _kept(shape: type[Shape], record: object, report: Report, *, line: int) -> Shape | None:
    try:
        kept = shape.model_validate(record)
    except ValidationError as invalid:
        report.refuse(line, f"A {shape.__name__} was left out: {_reason(invalid)}")
        return None
    report.read += 1
    return kept


def _reason(invalid: ValidationError) -> str:
    first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])[:80] or 'it'}: {first['msg']}."


def _parts(text: str) -> tuple[dict[str, Any], _Places]:
    """The members of the top-level object, and where they stand."""
    places = _Places(text)
    try:
        return _members(text, places), places
    except json.JSONDecodeError as broken:
        raise UnreadableFile(f"The file is broken JSON: see line {broken.lineno}, column {broken.colno}.") from broken
    except (ValueError, RecursionError) as odd:
        raise UnreadableFile("The file is JSON with numbers or a nesting that no export has.") from odd


def _members(text: str, places: _Places) -> dict[str, Any]:
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_sized)
    at = _expect(text, 0, "{")
    parts: dict[str, Any] = {}
    while text[(at := _skip(text, at)) : at + 1] != "}":
        if parts:
            at = _skip(text, _expect(text, at, ","))
        name, at = decoder.raw_decode(text, at)
        if not isinstance(name, str):
            raise json.JSONDecodeError("a name was expected", text, at)
        at = _skip(text, _expect(text, at, ":"))
        places.parts[name] = at
        if name in _LISTS and text[at : at + 1] == "[":
            parts[name], at = _items(decoder, text, at, offsets=places.records.setdefault(name, []))
        else:
            parts[name], at = decoder.raw_decode(text, at)
            if name != "more":
                _check_size(text, places.parts[name], at)
        if len(parts) > _MOST_PARTS:
            raise UnreadableFile(f"The file has more than {_MOST_PARTS} parts; no export has.")
    if (end := _skip(text, at + 1)) < len(text):
        raise json.JSONDecodeError("the file goes on after its object", text, end)
    return parts


def _items(decoder: json.JSONDecoder, text: str, at: int, *, offsets: list[int]) -> tuple[list[Any], int]:
    items: list[Any] = []
    offsets.clear()
    at = _expect(text, at, "[")
    while text[(at := _skip(text, at)) : at + 1] != "]":
        if items:
            at = _skip(text, _expect(text, at, ","))
        offsets.append(at)
        item, at = decoder.raw_decode(text, at)
        _check_size(text, offsets[-1], at)
        items.append(item)
        if len(items) > _MOST_RECORDS:
            raise UnreadableFile(f"A list of the file has more than {_MOST_RECORDS:,} records; no export has.")
    return items, at + 1


def _check_size(text: str, begin: int, end: int) -> None:
    if text.count(",", begin, end) > _MOST_VALUES:
        raise UnreadableFile(f"A record of the file has more than {_MOST_VALUES:,} values; no export has.")


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"{mark} was expected", text, at)
    return at + 1


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _sized(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise ValueError("a number is too large")
    return int(digits)

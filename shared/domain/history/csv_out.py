"""Logs as a CSV file, one row a set, that opens safely in a spreadsheet and can be imported again without loss."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from shared.domain.log import Entry, Log, LoggedSet

HEADER = (
    "vigor_log", "started_at", "ended_at", "title", "session_rpe", "log_notes", "plan_id", "day", "exercise_number",
    "exercise_id", "exercise", "exercise_notes", "set_number", "set_kind", "reps", "weight_kg", "rpe", "seconds",
    "distance_m",
)  # fmt: skip
_BREAKS = frozenset("\t\r\n")
_BLANK = r"[\s\"\u200b\u2060\ufeff]"
_BLANKS = rf"(?<!{_BLANK})({_BLANK}*)"
"""A whole run of what may stand before a formula in its cell: never begun in the middle, so that it is read once."""
_TRIGGER = re.compile(_BLANKS + r"(?=[=+\-@＝＋－＠﹦﹢﹣﹫'|%])")
_DEFUSED = re.compile(_BLANKS + r"'")


def write_csv(logs: Iterable[Log]) -> bytes:
    """RFC 4180 in UTF-8 with a byte-order mark, by which Excel knows the encoding. A log without exercises and an
    exercise without sets have a row each, with the rest left blank."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(HEADER)
    for log in logs:
        writer.writerows(_rows(log))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def defused(text: str) -> str:
    """`text` with an apostrophe before whatever a spreadsheet would take for a formula, where a cell begins or would
    begin if the file were cut at semicolons, tabs or line breaks; also before a tab or line break that begins the cell,
    which some programs drop."""
    safe = _TRIGGER.sub(lambda found: f"{found[0]}'" if _begins_cell(found) else found[0], text)
    return f"'{safe}" if text[:1] in _BREAKS else safe


def restored(text: str) -> str:
    """What `defused` was given."""
    return _DEFUSED.sub(lambda found: found[1] if _begins_cell(found) else found[0], text)


def _begins_cell(found: re.Match[str]) -> bool:
    """Whether the blanks found stand where a cell begins, or hold a break that could begin one."""
    return found.start() == 0 or found.string[found.start() - 1] == ";" or not _BREAKS.isdisjoint(found[1])


def _rows(log: Log) -> Iterator[list[str | int | float]]:
    head = [
        log.id, _moment(log.started_at), _moment(log.ended_at), _text(log.title), _number(log.session_rpe),
        _text(log.notes), _text(log.plan_id), _number(log.day),
    ]  # fmt: skip
    if not log.entries:
        yield head + [""] * (len(HEADER) - len(head))
    for number, entry in enumerate(log.entries, start=1):
        for cells in _sets(entry):
            yield [*head, number, _text(entry.exercise_id), _text(entry.name), _text(entry.notes), *cells]


def _sets(entry: Entry) -> Iterator[list[str | int | float]]:
    if not entry.sets:
        yield [""] * 7
    for number, done in enumerate(entry.sets, start=1):
        yield [number, *_measured(done)]


def _measured(done: LoggedSet) -> list[str | int | float]:
    numbers = (done.reps, done.weight_kg, done.rpe, done.seconds, done.distance_m)
    return [done.kind, *(_number(value) for value in numbers)]


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat()


def _text(text: str | None) -> str:
    return "" if text is None else defused(text)


def _number(value: float | None) -> float | int | str:
    return "" if value is None else value

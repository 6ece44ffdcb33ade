"""Reading Vigor's own CSV back into the logs it was written from."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from shared.domain.history.csv_out import restored
from shared.domain.history.dates import DateReader
from shared.domain.history.report import RowRefused, quoted
from shared.domain.history.source import Source
from shared.domain.history.table import Line, Table
from shared.domain.history.units import number
from shared.domain.log import Log, LoggedSet

COLUMNS = frozenset({"vigor log", "started at", "exercise number", "set kind"})
_NUMBERS = ("reps", "weight kg", "rpe", "seconds", "distance m")


@dataclass(slots=True)
class _Row:
    line: Line
    entry: str
    done: LoggedSet | None


@dataclass(slots=True)
class _Cells:
    """The cells of a table by column name, with what defusing put in taken out."""

    table: Table
    line: Line = field(default_factory=lambda: Line(0, ()))

    def text(self, name: str) -> str | None:
        """The cell as it was before writing; None where blank or absent."""
        place = self.table.column(name)
        cell = "" if place is None or place >= len(self.line.cells) else self.line.cells[place]
        return restored(cell) or None

    def number(self, name: str) -> float | None:
        """The number of a cell; raises `RowRefused`."""
        return number(self.text(name) or "", name)


def read_vigor_csv(table: Table, source: Source) -> list[Log]:
    """The logs of a CSV that Vigor wrote, under their own ids. Rows of one log that stand apart become one log."""
    cells = _Cells(table)
    place = table.column("vigor log")
    by_log: dict[str, list[Line]] = {}
    for line in table.lines:
        if line.problem is not None or place is None or not line.cells[place].strip():
            source.report.refuse(line.number, line.problem or "The row does not say which workout it belongs to.")
        else:
            by_log.setdefault(line.cells[place].strip(), []).append(line)
    starts = (row.cells[at] for row in table.lines if row.cells and (at := table.column("started at")) is not None)
    ends = (row.cells[at] for row in table.lines if row.cells and (at := table.column("ended at")) is not None)
    dates = DateReader(source.timezone, (*starts, *ends))
    logs: list[Log] = []
    for count, (log_id, lines) in enumerate(by_log.items()):
        if count % 200 == 0:
            source.progress(lines[0].number, source.total_lines)
        log = _log(log_id, lines, cells, source, dates=dates)
        if log is not None:
            logs.append(log)
    return logs


def _log(log_id: str, lines: list[Line], cells: _Cells, source: Source, *, dates: DateReader) -> Log | None:
    rows = list(_rows(lines, cells, source))
    if not rows:
        return None
    cells.line = rows[0].line
    try:
        log = Log.model_validate({**_head(log_id, cells, dates), "entries": list(_entries(rows, cells))})
    except (RowRefused, ValidationError) as invalid:
        why = str(invalid) if isinstance(invalid, RowRefused) else _reason(invalid)
        for row in rows:
            source.report.refuse(row.line.number, f"Workout {quoted(log_id)} cannot be kept: {why}")
        return None
    source.report.read += len(rows)
    source.sets += sum(row.done is not None for row in rows)
    return log


def _rows(lines: list[Line], cells: _Cells, source: Source) -> Iterator[_Row]:
    """The readable rows of one log; the others are reported."""
    for line in lines:
        cells.line = line
        try:
            kind = cells.text("set kind")
            numbers = {name.replace(" ", "_"): cells.number(name) for name in _NUMBERS}
            blank = kind is None and all(value is None for value in numbers.values())
            done = None if blank else LoggedSet.model_validate({"kind": kind, **numbers})
        except RowRefused as refused:
            source.report.refuse(line.number, str(refused))
        except ValidationError as invalid:
            source.report.refuse(line.number, f"The set cannot be kept: {_reason(invalid)}")
        else:
            yield _Row(line, cells.text("exercise number") or "", done)


def _head(log_id: str, cells: _Cells, dates: DateReader) -> dict[str, Any]:
    ended = cells.text("ended at")
    return {
        "id": log_id,
        "plan_id": cells.text("plan id"),
        "day": cells.number("day"),
        "title": cells.text("title"),
        "started_at": dates.read(cells.text("started at") or "").instant,
        "ended_at": None if ended is None else dates.read(ended).instant,
        "notes": cells.text("log notes"),
        "session_rpe": cells.number("session rpe"),
    }


def _entries(rows: list[_Row], cells: _Cells) -> Iterator[dict[str, Any]]:
    for number_in_log, group in groupby(rows, key=lambda row: row.entry):
        if not number_in_log:
            continue
        members = list(group)
        cells.line = members[0].line
        yield {
            "exercise_id": cells.text("exercise id"),
            "name": cells.text("exercise"),
            "notes": cells.text("exercise notes"),
            "sets": [row.done for row in members if row.done is not None],
        }


def _reason(invalid: ValidationError) -> str:
    first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'it'}: {first['msg']}."

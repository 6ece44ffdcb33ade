"""Hevy's CSV: units in the column names, dates in the app's language, a set type and a set index for every row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.domain.history.dates import DateReader
from shared.domain.history.matching import is_assisted
from shared.domain.history.report import RowRefused
from shared.domain.history.source import Source, cell_of, read_rows
from shared.domain.history.table import Line, Table
from shared.domain.history.units import METRES, Reading, measured
from shared.domain.words import SetKind, Units

COLUMNS = frozenset({"title", "start time", "exercise title"})
_KINDS: dict[str, SetKind] = {"warmup": "warm_up", "dropset": "drop", "failure": "failure"}


@dataclass(frozen=True, slots=True)
class _Columns:
    title: int | None
    start: int | None
    end: int | None
    description: int | None
    exercise: int | None
    notes: int | None
    index: int | None
    kind: int | None
    kg: int | None
    lb: int | None
    bare_weight: int | None
    reps: int | None
    km: int | None
    miles: int | None
    seconds: int | None
    rpe: int | None

    @classmethod
    def of(cls, table: Table) -> Self:
        column = table.column
        return cls(
            title=column("title"),
            start=column("start time"),
            end=column("end time"),
            description=column("description"),
            exercise=column("exercise title"),
            notes=column("exercise notes"),
            index=column("set index"),
            kind=column("set type"),
            kg=column("weight kg"),
            lb=column("weight lbs", "weight lb"),
            bare_weight=column("weight"),
            reps=column("reps"),
            km=column("distance km"),
            miles=column("distance miles"),
            seconds=column("duration seconds"),
            rpe=column("rpe"),
        )


def read_hevy(table: Table, source: Source) -> None:
    """Feed the rows of a Hevy export to the source's gatherer."""
    columns = _Columns.of(table)
    cells = (cell_of(line, place) for line in table.lines for place in (columns.start, columns.end))
    dates = DateReader(source.timezone, cells)
    if columns.bare_weight is None and (columns.kg is None or columns.lb is None):
        source.settle_unit("kg" if columns.kg is not None else "lb", line=table.header_line)
    needed = (columns.kg, columns.lb, columns.reps, columns.seconds, columns.km, columns.miles)
    read_rows(table, source, needed=needed, read=lambda line: _row(line, columns, source, dates=dates))


def _row(line: Line, columns: _Columns, source: Source, *, dates: DateReader) -> int:
    def cell(place: int | None) -> str:
        return cell_of(line, place)

    name = source.exercise_name(cell(columns.exercise))
    start = dates.read(cell(columns.start))
    reading = Reading(source.report, line.number)
    fields = measured(
        kind=_KINDS.get(cell(columns.kind).casefold().replace("_", ""), "working"),
        reps=reading.reps(cell(columns.reps)),
        weight_kg=_weight(reading, columns, line, source=source, assisted=is_assisted(name)),
        seconds=reading.seconds(cell(columns.seconds)),
        distance_m=reading.metres(cell(columns.km), METRES["km"]) or reading.metres(cell(columns.miles), METRES["mi"]),
    )
    title, ended, description = cell(columns.title), cell(columns.end), cell(columns.description)
    key = (title, start.instant, ended, description)
    end = _end(ended, source, dates=dates, line=line.number)
    session = source.gatherer.session(key, title=title, start=start, end=end, line=line.number)
    index = cell(columns.index)
    block = session.block(name, line=line.number, order=int(index) if index.isdecimal() else None)
    block.sets.append({**fields, "rpe": reading.rpe(cell(columns.rpe))})
    source.keep_note(block.notes, cell(columns.notes))
    source.keep_note(session.notes, description)
    return 1


def _weight(reading: Reading, columns: _Columns, line: Line, *, source: Source, assisted: bool) -> float | None:
    """Kilograms, from whichever weight column holds one; some exports carry both and fill one."""
    places: tuple[tuple[int | None, Units | None], ...]
    places = ((columns.kg, "kg"), (columns.lb, "lb"), (columns.bare_weight, None))
    for place, stated in places:
        kg = source.weight(reading, cell_of(line, place), stated=stated, assisted=assisted)
        if kg is not None:
            return kg
    return None


def _end(cell: str, source: Source, *, dates: DateReader, line: int) -> datetime | None:
    if not cell:
        return None
    try:
        return dates.read(cell).instant
    except RowRefused as refused:
        source.report.note(line, f"{refused} The workout was kept without its end.")
        return None

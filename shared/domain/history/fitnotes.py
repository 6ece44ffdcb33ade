"""FitNotes' CSV: one row a set under a bare date (Android), or under a named workout with start and end (iOS)."""

from dataclasses import dataclass
from typing import Self

from shared.domain.history.dates import DateReader, Moment
from shared.domain.history.matching import is_assisted
from shared.domain.history.report import RowRefused
from shared.domain.history.source import Source, cell_of, read_rows
from shared.domain.history.table import Line, Table
from shared.domain.history.units import METRES, Reading, measured, unit_named
from shared.domain.words import Units

COLUMNS = frozenset({"date", "exercise", "category", "reps"})
WORKOUT_COLUMNS = frozenset({"starttime", "exercise", "iswarmup"})
_DONE = frozenset({"", "done", "completed", "complete", "true", "1", "yes"})
_TRUE = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class _Columns:
    date: int | None
    end: int | None
    title: int | None
    exercise: int | None
    weights: tuple[tuple[int, Units | None], ...]
    weight_unit: int | None
    reps: int | None
    distance: int | None
    distance_unit: int | None
    time: int | None
    status: int | None
    warm_up: int | None
    rpe: int | None
    reserve: int | None
    notes: int | None

    @classmethod
    def of(cls, table: Table) -> Self:
        column = table.column
        names = (name for name in table.columns if name.startswith("weight") and name != "weight unit")
        return cls(
            date=column("date", "starttime"),
            end=column("endtime"),
            title=column("name"),
            exercise=column("exercise"),
            weights=tuple((table.columns[name], unit_named(name)) for name in names),
            weight_unit=column("weight unit"),
            reps=column("reps"),
            distance=column("distance"),
            distance_unit=column("distance unit"),
            time=column("time"),
            status=column("status"),
            warm_up=column("iswarmup"),
            rpe=column("rpe"),
            reserve=column("rir"),
            notes=column("comment", "notes", "note"),
        )


def read_fitnotes(table: Table, source: Source) -> None:
    """Feed the rows of a FitNotes export to the source's gatherer. Raises `UnitNeeded` where a weight or a distance
    counts and neither file nor caller says its unit."""
    columns = _Columns.of(table)
    cells = (cell_of(line, place) for line in table.lines for place in (columns.date, columns.end))
    dates = DateReader(source.timezone, cells)
    stated = {unit for _, unit in columns.weights if unit is not None}
    source.settle_unit(stated.pop() if len(stated) == 1 else None, line=table.header_line)
    needed = (*(place for place, _ in columns.weights), columns.reps, columns.distance, columns.time)
    read_rows(table, source, needed=needed, read=lambda line: _row(line, columns, source, dates=dates))


def _row(line: Line, columns: _Columns, source: Source, *, dates: DateReader) -> int:
    def cell(place: int | None) -> str:
        return cell_of(line, place)

    name = source.exercise_name(cell(columns.exercise))
    start = dates.read(cell(columns.date))
    if cell(columns.status).casefold() not in _DONE:
        raise RowRefused("The set is not marked as done: planned, not done.")
    reading = Reading(source.report, line.number)
    fields = measured(
        kind="warm_up" if cell(columns.warm_up).casefold() in _TRUE else "working",
        reps=reading.reps(cell(columns.reps)),
        weight_kg=_weight(reading, columns, line, source=source, assisted=is_assisted(name)),
        seconds=reading.seconds(cell(columns.time)),
        distance_m=_metres(reading, columns, line, source=source),
    )
    title = cell(columns.title)
    end = _end(cell(columns.end), dates)
    ended_at = None if end is None else end.instant
    session = source.gatherer.session(
        (title, start.instant, ended_at), title=title, start=start, end=ended_at, line=line.number
    )
    block = session.block(name, line=line.number)
    block.sets.append({**fields, "rpe": reading.rpe(cell(columns.rpe), reserve=cell(columns.reserve))})
    source.keep_note(block.notes, cell(columns.notes))
    return 1


def _weight(reading: Reading, columns: _Columns, line: Line, *, source: Source, assisted: bool) -> float | None:
    beside = unit_named(cell_of(line, columns.weight_unit))
    for place, unit in columns.weights:
        kg = source.weight(reading, cell_of(line, place), stated=unit or beside, assisted=assisted)
        if kg is not None:
            return kg
    return None


def _metres(reading: Reading, columns: _Columns, line: Line, *, source: Source) -> float | None:
    text = cell_of(line, columns.distance)
    factor = METRES.get(cell_of(line, columns.distance_unit).casefold())
    if factor is None and reading.metres(text, 1.0) is not None:
        factor = METRES["km"] if source.needed_unit() == "kg" else METRES["mi"]
    return reading.metres(text, factor or 1.0)


def _end(cell: str, dates: DateReader) -> Moment | None:
    return dates.read(cell) if cell else None

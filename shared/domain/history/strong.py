"""Strong's CSV, old and new: commas or semicolons, the unit often unsaid, set orders that mark warm-ups and timers."""

from dataclasses import dataclass
from typing import Self

from shared.domain.history.dates import DateReader
from shared.domain.history.matching import is_assisted
from shared.domain.history.source import Source, cell_of, read_rows
from shared.domain.history.table import Line, Table
from shared.domain.history.units import METRES, Reading, measured, unit_named
from shared.domain.words import SetKind

COLUMNS = frozenset({"date", "workout name", "exercise name", "set order"})
_KINDS: dict[str, SetKind] = {"w": "warm_up", "d": "drop", "f": "failure"}
_ASIDES = frozenset({"rest timer", "note"})


@dataclass(frozen=True, slots=True)
class _Columns:
    date: int | None
    workout: int | None
    exercise: int | None
    order: int | None
    weight: int | None
    weight_unit: int | None
    reps: int | None
    rpe: int | None
    distance: int | None
    distance_unit: int | None
    seconds: int | None
    notes: int | None
    workout_notes: int | None
    number: int | None
    duration: int | None

    @classmethod
    def of(cls, table: Table) -> Self:
        column = table.column
        return cls(
            date=column("date"),
            workout=column("workout name"),
            exercise=column("exercise name"),
            order=column("set order"),
            weight=column("weight", "weight kg", "weight kgs", "weight lbs", "weight lb"),
            weight_unit=column("weight unit"),
            reps=column("reps"),
            rpe=column("rpe"),
            distance=column("distance", "distance meters", "distance km", "distance miles"),
            distance_unit=column("distance unit"),
            seconds=column("seconds"),
            notes=column("notes"),
            workout_notes=column("workout notes"),
            number=column("workout"),
            duration=column("duration", "workout duration", "duration sec"),
        )


def read_strong(table: Table, source: Source) -> None:
    """Feed the rows of a Strong export to the source's gatherer. Raises `UnitNeeded` where a weight or a distance
    counts and neither file nor caller says its unit."""
    columns = _Columns.of(table)
    dates = DateReader(source.timezone, (cell_of(line, columns.date) for line in table.lines))
    header_unit = next(
        (unit for name in table.columns if name.startswith("weight") if (unit := unit_named(name))), None
    )
    source.settle_unit(header_unit, line=table.header_line)
    distance_header = next((name for name in table.columns if name.startswith("distance ")), "")
    factor = METRES.get(distance_header.removeprefix("distance "))
    needed = (columns.weight, columns.reps, columns.seconds, columns.distance)
    read_rows(table, source, needed=needed, read=lambda line: _row(line, columns, source, dates=dates, factor=factor))


def _row(line: Line, columns: _Columns, source: Source, *, dates: DateReader, factor: float | None) -> int:
    def cell(place: int | None) -> str:
        return cell_of(line, place)

    name = source.exercise_name(cell(columns.exercise))
    start = dates.read(cell(columns.date))
    title, duration = cell(columns.workout), cell(columns.duration)
    key = (title, start.instant, duration, cell(columns.number))
    order = cell(columns.order).casefold()
    if order in _ASIDES:
        if order == "note":
            session = source.gatherer.session(key, title=title, start=start, end=None, line=line.number)
            source.keep_note(session.block(name, line=line.number).notes, cell(columns.notes))
        return 0
    reading = Reading(source.report, line.number)
    weight = source.weight(
        reading, cell(columns.weight), stated=unit_named(cell(columns.weight_unit)), assisted=is_assisted(name)
    )
    fields = measured(
        kind=_KINDS.get(order, "working"),
        reps=reading.reps(cell(columns.reps)),
        weight_kg=weight,
        seconds=reading.seconds(cell(columns.seconds)),
        distance_m=_metres(reading, columns, line, source=source, factor=factor),
    )
    end = source.end_after(start, duration, line=line.number)
    session = source.gatherer.session(key, title=title, start=start, end=end, line=line.number)
    block = session.block(name, line=line.number, order=int(order) if order.isdecimal() else None)
    block.sets.append({**fields, "rpe": reading.rpe(cell(columns.rpe))})
    source.keep_note(block.notes, cell(columns.notes))
    source.keep_note(session.notes, cell(columns.workout_notes))
    return 1


def _metres(reading: Reading, columns: _Columns, line: Line, *, source: Source, factor: float | None) -> float | None:
    text = cell_of(line, columns.distance)
    stated = METRES.get(cell_of(line, columns.distance_unit).casefold(), factor)
    if stated is None and reading.metres(text, 1.0) is not None:
        stated = METRES["km"] if source.needed_unit() == "kg" else METRES["mi"]
    return reading.metres(text, stated or 1.0)

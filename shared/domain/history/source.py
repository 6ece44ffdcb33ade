"""What every format's reader shares: the settled unit, the gatherer, and the loop that accounts for each row."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.history.dates import Moment
from shared.domain.history.report import Report, RowRefused, quoted
from shared.domain.history.sessions import Gatherer
from shared.domain.history.table import Line, Table, clean
from shared.domain.history.units import Reading, seconds_of
from shared.domain.words import Units
from shared.errors import FieldError, UnitNeeded

Progress = Callable[[int, int], None]
"""Called now and then with the lines read so far and the lines of the file."""
_ROWS_BETWEEN_CALLS = 2000
_LONGEST_WORKOUT_S = 7 * 86_400.0


@dataclass(slots=True)
class Source:
    """One file being read: where its sets go, what its bare times and weights mean."""

    timezone: str
    unit: Units | None
    """What the caller said; what the file says takes its place (`settle_unit`)."""
    report: Report
    gatherer: Gatherer
    progress: Progress
    total_lines: int
    sets: int = 0

    def settle_unit(self, stated: Units | None, *, line: int) -> None:
        """Let the file's own word for its unit win over the caller's, and say so where they differ."""
        if stated is not None and self.unit not in (None, stated):
            self.report.note(line, f"The file says its weights are in {stated}; they were read as {stated}.")
        self.unit = stated or self.unit

    def needed_unit(self) -> Units:
        """The unit of weight; raises `UnitNeeded` where nobody said it."""
        if self.unit is None:
            sentence = "The file does not say whether its weights are kilograms or pounds."
            raise UnitNeeded(
                f"{sentence} Send it again with unit=kg or unit=lb.", errors=[FieldError("unit", "kg or lb")]
            )
        return self.unit

    def weight(self, reading: Reading, text: str, *, stated: Units | None, assisted: bool) -> float | None:
        """Kilograms of a weight cell in the unit `stated` beside it or settled for the file; a positive weight of an
        assisted exercise is assistance and turns negative."""
        if reading.weight_kg(text, None if stated or self.unit else "lb") is None:
            return None
        kg = reading.weight_kg(text, stated or self.needed_unit())
        if assisted and kg is not None and kg > 0:
            return max(-kg, -300.0)
        return kg

    def exercise_name(self, text: str) -> str:
        """The cleaned name; raises `RowRefused` where there is none."""
        name = " ".join(text.split())
        if not name:
            raise RowRefused("The exercise has no name.")
        return name

    def keep_note(self, notes: list[str], text: str) -> None:
        """Add a note once, its written-out line breaks made real."""
        note = text.replace("\\r", "").replace("\\n", "\n").strip()
        if note and note not in notes:
            notes.append(note)

    def end_after(self, start: Moment, duration: str, *, line: int) -> datetime | None:
        """When a workout of this duration ended; an unreadable or endless duration is noted and left out."""
        try:
            seconds = seconds_of(duration, "duration")
        except RowRefused as refused:
            self.report.note(line, f"{refused} The workout was kept without its end.")
            return None
        if not seconds:
            return None
        if not 0 < seconds <= _LONGEST_WORKOUT_S:
            self.report.note(line, f"The duration {quoted(duration)} is no workout's; its end was left out.")
            return None
        return start.instant + timedelta(seconds=seconds)


def cell_of(line: Line, place: int | None) -> str:
    """The cleaned cell at `place`; blank where the table has no such column."""
    return "" if place is None or place >= len(line.cells) else clean(line.cells[place])


def whole(line: Line, *, least: int = 0) -> Line:
    """`line` itself; raises `RowRefused` where it is broken or has fewer than `least` cells."""
    if line.problem is not None:
        raise RowRefused(line.problem)
    if line.given < least:
        raise RowRefused("The line is cut short: cells of its set are missing.")
    return line


def read_rows(table: Table, source: Source, *, needed: Collection[int | None], read: Callable[[Line], int]) -> None:
    """Hand each row to `read`, which says how many sets it became; a row that cannot be read, or that ends before one
    of the `needed` columns, is reported with its line."""
    least = max((place + 1 for place in needed if place is not None), default=0)
    for count, line in enumerate(table.lines):
        if count % _ROWS_BETWEEN_CALLS == 0:
            source.progress(line.number, source.total_lines)
        _read_row(line, source, least=least, read=read)


def _read_row(line: Line, source: Source, *, least: int, read: Callable[[Line], int]) -> None:
    try:
        source.sets += read(whole(line, least=least))
    except RowRefused as refused:
        if line.alone:
            for single in line.alone:
                _read_row(single, source, least=least, read=read)
        else:
            source.report.refuse(line.number, str(refused))
    else:
        source.report.read += 1

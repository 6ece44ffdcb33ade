"""What reading a history file gives: the logs, the counts, and a line-by-line account of everything left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.domain.history.vigor import ExportDocument
from shared.domain.log import Log

Kind = Literal["strong", "hevy", "fitnotes", "jefit", "vigor"]


class RowRefused(Exception):
    """A row that cannot become a set; its text is the reason a person reads."""


@dataclass(frozen=True, slots=True)
class LineWarning:
    """Something a person should know about one physical line of the file (1 = the first)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A file as it was understood.

    `rows` = `rows_read` + `rows_reported`: no row is ever lost in silence. A row is a line of the table (in JEFIT
    files, where one line packs many sets, a packed set; in JSON, a record). `rows_read` counts sets and rows understood
    to carry none, such as a rest timer. Every reported row has its line among `warnings`, which also tell of values
    changed on the way in. `document` is the rest of a Vigor export, with its logs left to `logs`.
    """

    kind: Kind
    logs: list[Log]
    sets: int
    rows: int
    rows_read: int
    rows_reported: int
    custom_exercises: list[str]
    warnings: list[LineWarning]
    document: ExportDocument | None = None


@dataclass(slots=True)
class Report:
    """Counts rows and collects warnings while a file is read."""

    read: int = 0
    reported: int = 0
    warnings: list[LineWarning] = field(default_factory=list)

    def refuse(self, line: int, message: str, *, rows: int = 1) -> None:
        """`rows` rows at `line` did not become sets, and why."""
        self.reported += rows
        self.note(line, message)

    def note(self, line: int, message: str) -> None:
        """Something was changed or left out at `line`, but its row was read."""
        self.warnings.append(LineWarning(line, message))


def condensed(warnings: Iterable[LineWarning], *, limit: int = 200) -> list[LineWarning]:
    """The same warnings in at most about `limit` entries: beyond that, equal messages share one entry that lists their
    lines as ranges, so that even a file of a hundred thousand bad rows names each of them."""
    kept = sorted(warnings, key=lambda warning: warning.line)
    if len(kept) <= limit:
        return kept
    lines: dict[str, list[int]] = {}
    for warning in kept:
        lines.setdefault(warning.message, []).append(warning.line)
    grouped = [_grouped(message, found) for message, found in lines.items()]
    if len(grouped) <= limit:
        return grouped
    rest = sorted({line for message in list(lines)[limit - 1 :] for line in lines[message]})
    return [*grouped[: limit - 1], _grouped("Not read, or read with a change, for various reasons.", rest)]


def quoted(text: str) -> str:
    """What the file said, short enough to show."""
    shown = " ".join(text.split())
    return f"“{shown}”" if len(shown) <= 40 else f"“{shown[:37]}…”"


def _grouped(message: str, lines: Sequence[int]) -> LineWarning:
    if len(lines) == 1:
        return LineWarning(lines[0], message)
    return LineWarning(lines[0], f"{message} (lines {_ranges(sorted(set(lines)))})")


def _ranges(lines: Sequence[int]) -> str:
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)

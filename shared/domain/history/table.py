"""Text files as tables: bytes to text, text to records that know their line, a header to columns."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.errors import UnreadableFile

_LONGEST_RECORD = 60_000
_MOST_LINES_IN_A_RECORD = 400
_DELIMITERS = (",", ";", "\t", "|")
_CONTAINERS: Mapping[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive or a spreadsheet; unpack it, or save it as CSV",
    b"\x1f\x8b": "a compressed file; unpack it",
    b"SQLite format 3": "a database; export it as CSV from the app",
    b"%PDF": "a PDF; export it as CSV from the app",
    b"\x89PNG": "a picture; export your history as CSV from the app",
    b"\xff\xd8\xff": "a picture; export your history as CSV from the app",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the physical line it begins on, and its cells, or why it has none. Cells are filled up to the
    header's width; `given` says how many the record had. `alone` holds the physical lines of a record that spans
    several, each read by itself, for when the record makes no sense."""

    number: int
    cells: Sequence[str]
    given: int = 0
    problem: str | None = None
    alone: Sequence["Line"] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the records under it; `columns` maps a folded header ("Weight (kg)" → "weight kg") to its place."""

    delimiter: str
    header_line: int
    columns: Mapping[str, int]
    lines: Sequence[Line]

    def column(self, *names: str) -> int | None:
        """The place of the first of these folded headers that the table has."""
        return next((self.columns[name] for name in names if name in self.columns), None)


def decode(data: bytes) -> str:
    """The file's text: UTF-8, UTF-16 by its mark or its zeros, else Windows-1252; raises `UnreadableFile`."""
    for magic, what in _CONTAINERS.items():
        if data.startswith(magic):
            raise UnreadableFile(f"The file is {what}, then send that.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif data[:400].count(0) * 3 > len(data[:400]):
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableFile("The file is empty; export your history again and send that file.")
    return text


def physical_lines(text: str) -> list[str]:
    """The lines as an editor numbers them (LF, CRLF or CR), each without its ending."""
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def fold_header(cell: str) -> str:
    """A header cell in lower case, its punctuation made spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", cell).casefold()).split())


def read_table(lines: Sequence[str], *, first_line: int = 1) -> Table | None:
    """The table that `lines` hold, or None where there is no header. `first_line` numbers the first of them."""
    start = next((at for at, line in enumerate(lines) if line.strip(' \t,;|"') and not _is_sep(line)), None)
    if start is None:
        return None
    delimiter = max(_DELIMITERS, key=lambda mark: len(_cells(lines[start], mark)))
    header = [fold_header(cell) for cell in _cells(lines[start], delimiter)]
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        if name:
            columns.setdefault(name, place)
    found = _records(lines[start + 1 :], delimiter, width=len(header), first_line=first_line + start + 1)
    return Table(delimiter, first_line + start, columns, list(found))


def clean(cell: str) -> str:
    """A cell's text in one Unicode form, without control characters other than line breaks and tabs, trimmed."""
    text = cell.strip()
    if text.isascii() and text.isprintable():
        return text
    kept = (char for char in unicodedata.normalize("NFC", text) if char in "\n\t" or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()


def _records(lines: Sequence[str], delimiter: str, *, width: int, first_line: int) -> Iterator[Line]:
    """Records in order. A quote that never closes, or that swallowed its neighbours (the record is too wide, or a line
    inside it is a record of its own), costs its own line only: the lines are then read one by one."""
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        span = _span(lines, at, delimiter)
        cells = _parsed("\n".join(lines[at : at + span]), delimiter) if span > 1 else None
        alone = [
            single
            for place in range(at, at + span)
            for single in _single(lines[place], delimiter, width=width, number=first_line + place)
        ]
        swallowed = any(len(_parsed(line, delimiter) or ()) == width for line in lines[at + 1 : at + span - 1])
        if span == 1 or cells is None or len(cells) > width or swallowed:
            yield from alone
        else:
            yield replace(_fitted(cells, width=width, number=first_line + at), alone=alone)
        at += span


def _single(line: str, delimiter: str, *, width: int, number: int) -> Iterator[Line]:
    if not line.strip():
        return
    cells = _parsed(line, delimiter)
    if cells is None:
        yield Line(number, (), problem="The line is not CSV: its quotes or its length do not make sense.")
    elif any(cells):
        yield _fitted(cells, width=width, number=number)


def _fitted(cells: list[str], *, width: int, number: int) -> Line:
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return Line(number, (), problem=f"The line has {len(cells)} cells where the header has {width}.")
    return Line(number, cells + [""] * (width - len(cells)), given=len(cells))


def _span(lines: Sequence[str], at: int, delimiter: str) -> int:
    """How many physical lines the record that begins at `at` takes up; 1 where its quote never closes."""
    if lines[at].count('"') % 2 == 0 or not _leaves_open(lines[at], delimiter, inside=False):
        return 1
    length = len(lines[at])
    for offset, line in enumerate(lines[at + 1 : at + _MOST_LINES_IN_A_RECORD], start=1):
        length += len(line)
        if length > _LONGEST_RECORD:
            return 1
        if '"' in line and not _leaves_open(line, delimiter, inside=True):
            return offset + 1
    return 1


def _leaves_open(line: str, delimiter: str, *, inside: bool) -> bool:
    """Whether a quoted cell is still open at the end of `line`; `inside` says whether one was open at its start."""
    at_start = not inside
    place = 0
    while place < len(line):
        mark = line[place]
        if inside:
            if mark == '"' and line[place + 1 : place + 2] == '"':
                place += 1
            elif mark == '"':
                inside = False
        elif mark == '"' and at_start:
            inside = True
        at_start = not inside and mark == delimiter
        place += 1
    return inside


def _parsed(record: str, delimiter: str) -> list[str] | None:
    if len(record) > _LONGEST_RECORD:
        return None
    try:
        return next(csv.reader((record,), delimiter=delimiter), [])
    except csv.Error:
        return None


def _cells(line: str, delimiter: str) -> list[str]:
    return _parsed(line, delimiter) or []


def _is_sep(line: str) -> bool:
    return re.fullmatch(r'"?sep=.\s*"?', line.strip(), flags=re.IGNORECASE) is not None

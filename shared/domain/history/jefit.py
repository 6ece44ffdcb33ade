"""JEFIT's file: several tables in one, each under a banner; a line of logs packs its sets as "60x8,60x8"."""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.history.dates import DateReader, Moment
from shared.domain.history.matching import Matcher, is_assisted
from shared.domain.history.report import RowRefused, quoted
from shared.domain.history.source import Source, cell_of, whole
from shared.domain.history.table import Line, Table, read_table
from shared.domain.history.units import Reading, measured, unit_named
from shared.errors import UnreadableFile

_BANNER = re.compile(r"#{2,}\s*([A-Z](?:[A-Z0-9 &/_-]*[A-Z0-9&/_-])?)\s*#*", re.ASCII)
_BEFORE = f'{string.whitespace}"'
_AFTER = f"{_BEFORE},;"
_RULE = re.compile(r"[\s\"]*#{3,}[\s\",;]*")
_LOGS, _SESSIONS, _SETTINGS = "EXERCISE LOGS", "WORKOUT SESSIONS", "SETTING"
_TIMED_FIELDS = 4
_ROWS_BETWEEN_CALLS = 500
_FILLER_KG = 1.0
_FRACTION = re.compile(r"(?:25|5|50|75)\s*[xX×*]")


@dataclass(frozen=True, slots=True)
class _Workout:
    key: str
    start: Moment
    end: datetime | None
    line: int


def is_jefit(lines: Sequence[str]) -> bool:
    """Whether a banner of JEFIT's logs stands among these lines."""
    return any(_banner(line) == _LOGS for line in lines)


def read_jefit(lines: Sequence[str], source: Source, *, matcher: Matcher) -> None:
    """Feed the packed sets of a JEFIT export to the source's gatherer. A row of the account is a packed set. Raises
    `UnitNeeded` where a weight counts and neither the settings nor the caller say its unit."""
    sections = dict(_sections(lines))
    settings, logs = sections.get(_SETTINGS), sections.get(_LOGS)
    if settings is not None:
        _settle_unit(settings, source)
    if logs is None or logs.column("ename") is None or logs.column("logs") is None:
        raise UnreadableFile("The exercise logs lack the columns ename and logs; export them from JEFIT again.")
    workouts = _workouts(sections.get(_SESSIONS), source)
    days = DateReader(source.timezone, (cell_of(line, logs.column("mydate")) for line in logs.lines))
    fillers = _fillers(logs, matcher)
    for count, line in enumerate(logs.lines):
        if count % _ROWS_BETWEEN_CALLS == 0:
            source.progress(line.number, source.total_lines)
        packed = _packed(line, logs)
        try:
            name = source.exercise_name(cell_of(whole(line), logs.column("ename")))
            workout = _workout_of(line, logs, workouts=workouts, days=days)
        except RowRefused as refused:
            source.report.refuse(line.number, str(refused), rows=max(1, len(packed)))
        else:
            _unpack(packed, source, workout=workout, name=name, line=line.number, filler=name in fillers)


def _sections(lines: Sequence[str]) -> Iterator[tuple[str, Table]]:
    """The name and the table of every section this reader uses."""
    name: str | None = None
    begun = 0
    for at, line in enumerate([*lines, "###"]):
        if "#" not in line:
            continue
        banner = _banner(line)
        if banner is None and _RULE.fullmatch(line) is None:
            continue
        if name in (_LOGS, _SESSIONS, _SETTINGS):
            table = read_table(lines[begun:at], first_line=begun + 1)
            if table is not None:
                yield name, table
        name, begun = banner, at + 1


def _banner(line: str) -> str | None:
    """The name of the table that a line announces."""
    if "#" not in line:
        return None
    found = _BANNER.fullmatch(line.lstrip(_BEFORE).rstrip(_AFTER))
    return None if found is None else found.group(1)


def _settle_unit(settings: Table, source: Source) -> None:
    mass = settings.column("mass")
    for line in settings.lines[:1]:
        source.settle_unit(unit_named(cell_of(line, mass)), line=line.number)


def _workouts(table: Table | None, source: Source) -> Mapping[str, _Workout]:
    """Sessions by their id; one without a readable time is noted, and its logs are judged by their own date."""
    if table is None:
        return {}
    dates = DateReader(source.timezone, (cell_of(line, table.column("mydate")) for line in table.lines))
    found: dict[str, _Workout] = {}
    for line in table.lines:
        key = cell_of(line, table.column("id"))
        try:
            start = _start(line, table, dates)
        except RowRefused as refused:
            source.report.note(line.number, f"A session was left out: {refused}")
            continue
        seconds = cell_of(line, table.column("total time"))
        if key:
            found[key] = _Workout(key, start, source.end_after(start, seconds, line=line.number), line.number)
    return found


def _start(line: Line, table: Table, dates: DateReader) -> Moment:
    """The Unix time of either spelling of the column, else the bare date."""
    for column in ("starttime", "starttimie"):
        text = cell_of(line, table.column(column))
        if text.isdecimal() and int(text[:15]) > 0:
            return dates.seconds_since_epoch(int(text[:15]))
    return dates.read(cell_of(line, table.column("mydate")))


def _workout_of(line: Line, logs: Table, *, workouts: Mapping[str, _Workout], days: DateReader) -> _Workout:
    key = cell_of(line, logs.column("belongsession"))
    if key in workouts:
        return workouts[key]
    day = cell_of(line, logs.column("mydate"))
    if not day:
        raise RowRefused(f"It belongs to session {quoted(key)}, which the file does not have.")
    return _Workout(f"day {day}", days.read(day), None, line.number)


def _packed(line: Line, logs: Table) -> list[str]:
    return [part.strip() for part in cell_of(line, logs.column("logs")).split(",") if part.strip()]


def _split(packed: str) -> tuple[str, str] | None:
    """Weight and reps of "60x8"; None where the parts are not two."""
    parts = re.split(r"\s*[xX×*]\s*", packed)
    return (parts[0], parts[1]) if len(parts) == 2 and parts[0] and parts[1] else None


def _halves(packed: Sequence[str]) -> frozenset[int]:
    """Places of what may be one weight such as 82,5 cut in two at its decimal comma: "82" and "5x8"."""
    cuts = (at for at in range(len(packed) - 1) if packed[at].isdecimal() and _FRACTION.match(packed[at + 1]))
    return frozenset(place for cut in cuts for place in (cut, cut + 1))


def _is_timed(packed: Sequence[str]) -> bool:
    """JEFIT packs a cardio or timed exercise as four or more fields, most of them "0x0", that are not sets."""
    return len(packed) >= _TIMED_FIELDS and sum(part in ("0x0", "0x0.0", "0.0x0") for part in packed) >= 2


def _fillers(logs: Table, matcher: Matcher) -> frozenset[str]:
    """Names of body-weight exercises whose weight slot never holds more than a filler of one."""
    heaviest: dict[str, float] = {}
    for line in logs.lines:
        name = " ".join(cell_of(line, logs.column("ename")).split())
        for packed in _packed(line, logs):
            parts = _split(packed)
            weight = parts[0].replace(",", ".") if parts else "0"
            if re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", weight, re.ASCII):
                heaviest[name] = max(heaviest.get(name, 0.0), abs(float(weight)))
    known = ((name, matcher.find(name)) for name, most in heaviest.items() if name and most <= _FILLER_KG)
    return frozenset(name for name, exercise in known if exercise is not None and exercise.load == "bodyweight")


def _unpack(packed: Sequence[str], source: Source, *, workout: _Workout, name: str, line: int, filler: bool) -> None:
    if _is_timed(packed):
        sentence = f"{quoted(name)} is a timed or cardio entry, whose packed form does not say what is what."
        source.report.refuse(line, sentence, rows=len(packed))
        return
    halves = _halves(packed)
    for place, part in enumerate(packed):
        if place in halves:
            source.report.refuse(line, f"{quoted(part)} may be half of a decimal comma; write weights with a point.")
            continue
        try:
            fields = _set(part, Reading(source.report, line), source, assisted=is_assisted(name), filler=filler)
        except RowRefused as refused:
            source.report.refuse(line, f"{quoted(name)}: {refused}")
            continue
        session = source.gatherer.session(
            workout.key, title=None, start=workout.start, end=workout.end, line=workout.line
        )
        session.block(name, line=line).sets.append(fields)
        source.report.read += 1
        source.sets += 1


def _set(packed: str, reading: Reading, source: Source, *, assisted: bool, filler: bool) -> dict[str, object]:
    parts = _split(packed)
    if parts is None:
        raise RowRefused(f"{quoted(packed)} is not a set such as 60x8.")
    weight = None if filler else source.weight(reading, parts[0], stated=None, assisted=assisted)
    return measured(kind="working", reps=reading.reps(parts[1]), weight_kg=weight, seconds=None, distance_m=None)

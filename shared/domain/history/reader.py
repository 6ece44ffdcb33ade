"""Any history file to logs: what it is, what it says, and an account of every row that could not be read."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.history.detect import detect
from shared.domain.history.fitnotes import read_fitnotes
from shared.domain.history.hevy import read_hevy
from shared.domain.history.jefit import read_jefit
from shared.domain.history.matching import Matcher, Names
from shared.domain.history.report import Imported, Kind, Report
from shared.domain.history.sessions import Gatherer
from shared.domain.history.source import Progress, Source
from shared.domain.history.strong import read_strong
from shared.domain.history.table import decode, physical_lines
from shared.domain.history.vigor_csv import read_vigor_csv
from shared.domain.history.vigor_document import read_document
from shared.domain.log import Log
from shared.domain.words import Units


def read_history(
    data: bytes,
    *,
    content_type: str | None,
    unit: Units | None,
    timezone: str,
    catalogue: Names,
    progress: Progress | None = None,
) -> Imported:
    """Read a history file whole; its kind is found from its content.

    `unit` is what weights are in where the file does not say; `timezone` is the IANA zone of times that state none.
    `progress` is called now and then with the lines read and the lines in all. The same file gives the same ids.
    Raises `UnreadableFile`, `KindUnknown`, `UnitNeeded` or `UnknownTimeZone`, each with a sentence that says what to
    do.
    """
    text = decode(data)
    if "json" in (content_type or "").casefold() or text.lstrip()[:1] in ("{", "["):
        return _from_document(text)
    lines = physical_lines(text)
    found = detect(lines)
    report, matcher = Report(), Matcher(catalogue)
    gatherer = Gatherer(found.kind, report=report, matcher=matcher)
    source = Source(timezone, unit, report, gatherer, progress or _silently, len(lines))
    logs: list[Log] | None = None
    match found.kind, found.table:
        case "jefit", _:
            read_jefit(lines, source, matcher=matcher)
        case "vigor", table if table is not None:
            logs = read_vigor_csv(table, source)
        case "hevy", table if table is not None:
            read_hevy(table, source)
        case "strong", table if table is not None:
            read_strong(table, source)
        case "fitnotes", table if table is not None:
            read_fitnotes(table, source)
    logs = gatherer.logs() if logs is None else logs
    source.progress(len(lines), len(lines))
    if not logs and not report.warnings:
        report.note(1, "The file has no workouts.")
    custom = gatherer.custom_exercises if found.kind != "vigor" else _custom(logs)
    return _imported(found.kind, logs, report, sets=source.sets, custom=custom)


def _from_document(text: str) -> Imported:
    report = Report()
    document = read_document(text, report)
    logs = document.logs
    sets = sum(len(entry.sets) for log in logs for entry in log.entries)
    rest = document.model_copy(update={"logs": []})
    return replace(_imported("vigor", logs, report, sets=sets, custom=_custom(logs)), document=rest)


def _imported(kind: Kind, logs: list[Log], report: Report, *, sets: int, custom: Sequence[str]) -> Imported:
    return Imported(
        kind=kind,
        logs=logs,
        sets=sets,
        rows=report.read + report.reported,
        rows_read=report.read,
        rows_reported=report.reported,
        custom_exercises=list(custom),
        warnings=sorted(report.warnings, key=lambda warning: warning.line),
    )


def _custom(logs: Sequence[Log]) -> list[str]:
    names = (entry.name for log in logs for entry in log.entries if entry.exercise_id is None and entry.name)
    return list(dict.fromkeys(names))


def _silently(_done: int, _total: int) -> None:
    """No one watches."""

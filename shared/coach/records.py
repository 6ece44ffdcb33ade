"""A person's plan and latest sessions as short lines: what a model may talk about, and where its numbers may come from."""

from collections.abc import Sequence

from shared.domain.analysis.wording import load_words, plain
from shared.domain.catalogue import catalogue
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.plan import Plan
from shared.domain.words import Units

SESSIONS = 5
ENTRIES_A_SESSION = 12
SETS_AN_ENTRY = 8
LONGEST_NAME = 60


def plan_lines(plan: Plan | None) -> list[str]:
    """A line for each day of the plan."""
    if plan is None:
        return []
    lines = []
    for day in plan.days:
        rows = []
        for row in day.exercises:
            dose = f"{row.reps.min}-{row.reps.max}" if row.reps else f"{row.seconds} s"
            rows.append(f"{row.name} {row.sets} x {dose}, rest {row.rest_s} s")
        lines.append(f"{day.title}: {'; '.join(rows)}")
    return lines


def log_lines(logs: Sequence[Log], units: Units) -> list[str]:
    """A line for each of the latest sessions, the newest first; weights in the person's unit. Notes stay out: what was
    written for oneself need not go to a vendor."""
    newest = sorted(logs, key=lambda log: log.started_at, reverse=True)[:SESSIONS]
    return [_log_line(log, units) for log in newest]


def _log_line(log: Log, units: Units) -> str:
    done = [_entry(entry, units) for entry in log.entries[:ENTRIES_A_SESSION]]
    title = f" {log.title[:LONGEST_NAME]}" if log.title else ""
    return f"{log.started_at.date().isoformat()}{title}: {'; '.join(line for line in done if line)}"


def _entry(entry: Entry, units: Units) -> str:
    known = catalogue().exercises.get(entry.exercise_id or "")
    name = known.name if known else (entry.name or entry.exercise_id or "")[:LONGEST_NAME]
    sets = [_set(one, units) for one in entry.sets if one.kind != "warm_up"][:SETS_AN_ENTRY]
    return f"{name} {', '.join(sets)}" if sets else ""


def _set(one: LoggedSet, units: Units) -> str:
    load = "" if not one.weight_kg else f"{load_words(one.weight_kg, units)} x "
    dose = f"{one.reps}" if one.reps is not None else f"{plain(one.seconds)} s" if one.seconds is not None else "done"
    return load + dose

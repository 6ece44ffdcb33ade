"""Sets gathered into workouts: rows of one session and one exercise together, ids that never vary, limits kept by
splitting."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.domain.history.dates import Moment
from shared.domain.history.matching import Matcher
from shared.domain.history.report import Kind, Report
from shared.domain.log import Log

MOST_ENTRIES = 50
MOST_SETS = 100
LONGEST_TITLE = 200
LONGEST_NAME = 120
LONGEST_NOTE = 2000


@dataclass(slots=True)
class Block:
    """The sets of one exercise within a session."""

    name: str
    line: int
    notes: list[str] = field(default_factory=list)
    sets: list[Mapping[str, Any]] = field(default_factory=list)
    last: int | None = None


@dataclass(slots=True)
class Session:
    """One workout as its rows come in."""

    title: str | None
    start: Moment
    end: datetime | None
    line: int
    notes: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    current: dict[str, Block] = field(default_factory=dict)

    def block(self, name: str, *, line: int, order: int | None = None) -> Block:
        """The block that a row of this exercise belongs to: a set number that does not rise begins a new one, because
        an exercise may come twice in a workout."""
        block = self.current.get(name)
        if block is None or (order is not None and block.last is not None and order <= block.last):
            block = Block(name, line)
            self.blocks.append(block)
            self.current[name] = block
        if order is not None:
            block.last = order
        return block


class Gatherer:
    """Turns rows into logs. Sessions are told apart by whatever key their format offers."""

    def __init__(self, kind: Kind, *, report: Report, matcher: Matcher) -> None:
        self._kind = kind
        self._report = report
        self._matcher = matcher
        self._sessions: dict[Hashable, Session] = {}
        self._custom: dict[str, None] = {}

    def session(self, key: Hashable, *, title: str | None, start: Moment, end: datetime | None, line: int) -> Session:
        """The session of this key, begun if it is new. An end before the start is noted and left out."""
        known = self._sessions.get(key)
        if known is not None:
            return known
        if end is not None and end < start.instant:
            self._report.note(line, "The workout ends before it starts; its end was left out.")
            end = None
        known = self._sessions[key] = Session(title or None, start, end, line)
        return known

    def logs(self) -> list[Log]:
        """The logs, in the order of the file, each with an id made of what the file says: kind, title, wall-clock
        start, and place among workouts that share them. The same workout gets the same id in the next export too,
        whatever came before or after it, in whichever zone or unit it is read."""
        alike: dict[tuple[str | None, str], list[Session]] = {}
        sessions = [session for session in self._sessions.values() if session.blocks]
        for session in sessions:
            alike.setdefault((session.title, session.start.wall), []).append(session)
        places: dict[int, int] = {}
        for group in alike.values():
            for place, session in enumerate(sorted(group, key=_content) if len(group) > 1 else group):
                places[id(session)] = place
        return [log for session in sessions for log in self._split(session, place=places[id(session)])]

    @property
    def custom_exercises(self) -> list[str]:
        """Names that are kept as they are because the catalogue has nothing that surely means them."""
        return list(self._custom)

    def _split(self, session: Session, *, place: int) -> list[Log]:
        entries = [entry for block in session.blocks for entry in self._entries(block)]
        parts = [entries[at : at + MOST_ENTRIES] for at in range(0, len(entries), MOST_ENTRIES)]
        if len(parts) > 1:
            self._report.note(session.line, f"{len(entries)} exercises in one workout: kept as {len(parts)} workouts.")
        return [self._log(session, entries=part, place=place, part=number) for number, part in enumerate(parts)]

    def _log(self, session: Session, *, entries: list[dict[str, Any]], place: int, part: int) -> Log:
        identity = "\x1f".join([self._kind, session.title or "", session.start.wall, str(place), str(part)])
        title = self._cut(session.title, LONGEST_TITLE, line=session.line, what="title")
        return Log.model_validate(
            {
                "id": f"{self._kind}-{hashlib.sha256(identity.encode()).hexdigest()[:32]}",
                "title": title,
                "started_at": session.start.instant,
                "ended_at": session.end,
                "notes": self._note(session.notes, line=session.line) if part == 0 else None,
                "entries": entries,
            }
        )

    def _entries(self, block: Block) -> list[dict[str, Any]]:
        known = self._matcher.find(block.name)
        if known is None:
            name = self._cut(block.name, LONGEST_NAME, line=block.line, what="exercise name")
            self._custom.setdefault(name or block.name)
            named = {"name": name}
        else:
            named = {"exercise_id": known.id, "name": self._cut(block.name, LONGEST_NAME, line=block.line, what="name")}
        notes = self._note(block.notes, line=block.line)
        parts = [block.sets[at : at + MOST_SETS] for at in range(0, len(block.sets), MOST_SETS)]
        if len(parts) > 1:
            self._report.note(block.line, f"{len(block.sets)} sets of one exercise: kept as {len(parts)} entries.")
        return [{**named, "notes": notes if number == 0 else None, "sets": part} for number, part in enumerate(parts)]

    def _note(self, notes: Sequence[str], *, line: int) -> str | None:
        return self._cut("\n".join(dict.fromkeys(notes)) or None, LONGEST_NOTE, line=line, what="note")

    def _cut(self, text: str | None, longest: int, *, line: int, what: str) -> str | None:
        if text is None or len(text) <= longest:
            return text
        self._report.note(line, f"A {what} of {len(text)} characters was cut to {longest}.")
        return text[:longest]


def _content(session: Session) -> tuple[str, str]:
    """What sets apart workouts that share title and start, wherever they stand in the file."""
    end = "" if session.end is None else session.end.isoformat()
    return end, repr([(block.name, block.sets) for block in session.blocks])

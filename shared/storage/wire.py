"""The inner seam of stores behind a network: what one engine does with one request, and how it says how that ended."""

# ruff: noqa: A002 - `id` is the seam's own word

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from shared.storage import chunks, keys
from shared.storage.store import Delete, Document, Op
from shared.storage.trails import Trail, Version

NEVER_THERE = "ping", "ping"
"""Partition and id of a row that nobody writes."""


class Clash(Exception):
    """The engine refused operation `index`, because the row was there, was not there, or had another version."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Doubt(Exception):
    """No reply, or none that can be understood: a write may or may not have happened."""


class Busy(Exception):
    """The engine did nothing and asks to be left alone for `retry_after_s` seconds, if it said how long."""

    def __init__(self, retry_after_s: float | None) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class Rejected(Exception):
    """The engine will not have it, and asking again would not help: no access, no table, a malformed request."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document as an engine holds it; keys are encoded, `etag` is the engine's own."""

    partition: str
    id: str
    text: str
    trail: Trail
    etag: str

    def document(self) -> Document:
        """The document as callers see it."""
        body = chunks.from_text(self.text)
        etag = Version(self.etag, self.trail).written
        return Document(keys.decode(self.partition), keys.decode(self.id), body, etag)


@dataclass(frozen=True, slots=True)
class Change:
    """One operation for an engine; `text` is None for a deletion, `etag` the engine's own version to insist on."""

    op: Op
    id: str
    text: str | None
    trail: Trail
    etag: str | None

    @property
    def may_be_sent_twice(self) -> bool:
        """Whether nobody can tell a second delivery from a conflict.

        A deletion of one version leaves no trace to recognise it by, and HTTP clients repeat a lost DELETE silently.
        So it goes as a batch, by POST, which they do not repeat.
        """
        return not (isinstance(self.op, Delete) and self.etag is not None)


class Wire(Protocol):
    """One engine: each method is one request, or as many as one answer takes, never repeated.

    Methods end with an answer or with `Clash` (writes only), `Doubt`, `Busy` or `Rejected`. What they do not
    translate counts as a bug.
    """

    async def open(self) -> None:
        """Connect, and make the table or container where that is ours to do."""
        ...

    async def read(self, partition: str, id: str) -> Row | None:
        """The row, or None."""
        ...

    async def time(self) -> datetime | None:
        """The time by the engine's clock, from its reply to a read of what is `NEVER_THERE`; None if it tells none."""
        ...

    async def write(self, partition: str, changes: Sequence[Change]) -> list[str]:
        """Do all or nothing; the engine's new etags in order, empty for deletions.

        Deleting an absent row without an etag is a `Clash`, alone as in company.
        """
        ...

    async def scan(self, partition: str, span: keys.Span, limit: int) -> list[Row]:
        """Rows of a partition in order of id, at most `limit`, fewer only when there are no more."""
        ...

    async def scan_all(self, partition: str, after: str, limit: int) -> list[Row]:
        """Rows after that partition and id in order of both, at most `limit`, fewer only when there are no more."""
        ...

    async def close(self) -> None:
        """Let go of connections, whether or not `open` ever succeeded."""
        ...


def time_of(headers: Mapping[str, str]) -> datetime | None:
    """The time that a reply was made at by its `Date`, aware; None where it has none that can be read."""
    try:
        told = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return told if told.tzinfo else None

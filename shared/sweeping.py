"""The sweep: one slow round over every document that forgets what is past its time and rewrites old versions.

A round goes page by page and keeps how far it got, so it may take several nights; a page's worth is all that is held.
Every deletion and every rewrite names the version that was judged: what somebody changed meanwhile stays. A document
that cannot be handled is tried again in each run until it is parked.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.clock import Clock
from shared.domain.words import Shape
from shared.parking import Parking
from shared.storage.repositories.documents import NOT_UNDERSTOOD, body_of, kept, migrated
from shared.storage.store import (
    Document,
    DocumentExists,
    DocumentStore,
    DocumentTooLarge,
    InvalidBody,
    InvalidCursor,
    Page,
    StaleDocument,
)

PARTITION, ID = "system", "sweep"
PART = "retention"
"""The sweep's own documents are registered under it: one of them is never a reason not to sweep."""

PEOPLE, OWNER = "user:", "account"
"""What begins a person's partition, and the document without which nothing in there belongs to anybody."""

A_PAGE = 200
_log = logging.getLogger("vigor.timer")
ROUND_EVERY = timedelta(days=7) - timedelta(hours=4)
"""A round that ended begins anew no sooner: reading everything every night would cost more than all requests do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Documents of one sort: where they are, what shape they hold, and when they are past their time.

    `over` answers whether a document is to be forgotten at that moment; None for a kind that is kept.
    """

    partition: str
    prefix: str
    shape: type[Shape]
    over: Callable[[Document, datetime], bool] | None = None

    def holds(self, document: Document) -> bool:
        """Whether the document is of this kind; a prefix that ends in `:` or is empty stands for all that begin so."""
        return _matches(self.partition, document.partition) and _matches(self.prefix, document.id)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a run did: documents seen, forgotten, rewritten and not understood, and whether the round is complete.

    What is parked is not among those that are not understood.
    """

    seen: int = 0
    forgotten: int = 0
    rewritten: int = 0
    unreadable: int = 0
    finished: bool = True


class SweepState(Shape):
    """How far the present round got, and when the last one ended."""

    state: Literal["running", "done"] = "done"
    cursor: str | None = None
    ended_at: datetime | None = None


class Sweep:
    """Goes round all documents with the kinds it was given; safe late, twice, or never."""

    def __init__(
        self, store: DocumentStore, kinds: Sequence[Kind], clock: Clock, *, parking: Parking | None = None
    ) -> None:
        self._store, self._kinds, self._clock = store, tuple(kinds), clock
        self._parking = parking or Parking(store, clock)
        self._owned: tuple[str, bool] = "", False  # the last person's partition seen, and whether it has an owner

    async def run(self, *, until: datetime) -> Swept:
        """Try again what waits in the register, go on with the round, or begin one if it is time, and stop at `until`, a
        page late at most."""
        again = await self._look_again(until=until)
        there = await self._store.find(PARTITION, ID)
        state = SweepState() if there is None else _state_of(there)
        etag = "" if there is None else there.etag
        if state.state == "done" and state.ended_at and self._clock() - state.ended_at < ROUND_EVERY:
            return again
        swept, cursor = replace(again, finished=False), state.cursor if state.state == "running" else None
        while not swept.finished and self._clock() < until:
            page = await self._page(cursor)
            for document in page.documents:
                swept = await self._judge(document, swept)
            cursor = page.cursor
            swept = replace(swept, seen=swept.seen + len(page.documents), finished=cursor is None)
            ended_at = self._clock() if swept.finished else state.ended_at
            state = SweepState(state="done" if swept.finished else "running", cursor=cursor, ended_at=ended_at)
            try:
                etag = await self._keep(state, etag)
            except (StaleDocument, DocumentExists):
                return swept  # another run keeps the round's state and goes on
        return swept

    async def _look_again(self, *, until: datetime) -> Swept:
        swept = Swept()
        async for document in self._parking.waiting():
            if self._clock() >= until:
                break
            swept = await self._judge(document, swept)
        return swept

    async def _page(self, cursor: str | None) -> Page:
        try:
            return await self._store.walk(cursor=cursor, limit=A_PAGE)
        except InvalidCursor:
            _log.error("The state of the sweep names no place in a round, so it begins anew.")
            return await self._store.walk(limit=A_PAGE)

    async def _judge(self, document: Document, swept: Swept) -> Swept:
        kind = next((one for one in self._kinds if one.holds(document)), None)
        if kind is None or await self._parking.holds(document):
            return swept
        try:
            swept = await self._handled(document, kind, swept)
        except StaleDocument:
            return swept  # it changed since it was read, so it is in use and of today's version
        except (*NOT_UNDERSTOOD, DocumentTooLarge, InvalidBody) as damaged:
            # One document that cannot be handled must not end every round at its place.
            is_told = await self._parking.failed(document, damaged, part=PART)
            return replace(swept, unreadable=swept.unreadable + is_told)
        await self._parking.handled(document)
        return swept

    async def _handled(self, document: Document, kind: Kind, swept: Swept) -> Swept:
        is_over = kind.over is not None and kind.over(document, self._clock())
        if is_over or await self._is_orphan(document):
            await self._store.delete(document.partition, document.id, etag=document.etag)
            return replace(swept, forgotten=swept.forgotten + 1)
        if await self._parking.waits(document):
            kept(kind.shape, document)  # who failed at it, the sweep or the roll-up, read more of it than this does
        body = migrated(kind.shape, document.body)
        if body is None:
            return swept
        await self._store.replace(document.partition, document.id, body, etag=document.etag)
        return replace(swept, rewritten=swept.rewritten + 1)

    async def _is_orphan(self, document: Document) -> bool:
        """Whether it is what a request under way wrote behind an erasure, or an erasure that was cut off left: an
        account is made in one step with its first documents, so none is without one otherwise."""
        if not document.partition.startswith(PEOPLE):
            return False
        if self._owned[0] != document.partition:
            owner = await self._store.find(document.partition, OWNER) if document.id != OWNER else document
            self._owned = document.partition, owner is not None
        return not self._owned[1]

    async def _keep(self, state: SweepState, etag: str) -> str:
        if etag:
            return (await self._store.replace(PARTITION, ID, body_of(state), etag=etag)).etag
        return (await self._store.insert(PARTITION, ID, body_of(state))).etag


def _state_of(document: Document) -> SweepState:
    """How far the round got; a state that nobody can read begins it anew, which costs time and nothing else."""
    try:
        return kept(SweepState, document).value
    except ValueError as damaged:
        _log.error("The state of the sweep cannot be read, so it begins anew: %s", type(damaged).__name__)
        return SweepState()


def _matches(wanted: str, given: str) -> bool:
    return given.startswith(wanted) if wanted == "" or wanted.endswith(":") else given == wanted

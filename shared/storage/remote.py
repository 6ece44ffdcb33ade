"""What every store behind a network has in common: deadlines, retries, and writes whose reply was lost.

An engine (`Wire`) sends one request and says truthfully how it ended; `RemoteStore` does the rest. Each write carries
an id of its own that stays in the rows it wrote, with those of the writes before it (the trail). After a lost reply,
and before believing a conflict, the store looks for its own id: what it finds there was done by this very write,
however often the request was delivered. So no write is refused that was done, and none is done twice.
"""

# ruff: noqa: A002 - `id` is the seam's own word

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from secrets import token_urlsafe
from typing import TypeVar

from shared.storage import chunks, keys
from shared.storage.store import (
    BatchConflict,
    Body,
    Delete,
    Document,
    DocumentExists,
    DocumentMissing,
    Insert,
    Op,
    Page,
    Replace,
    StaleDocument,
    StoreUnavailable,
    Upsert,
)
from shared.storage.trails import Version, read_etag
from shared.storage.wire import NEVER_THERE, Busy, Change, Clash, Doubt, Rejected, Row, Wire

T = TypeVar("T")
_log = logging.getLogger("vigor.storage")

PER_TRY_S = 2.0
TOTAL_S = 2.9
_TRIES = 4
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0
_LONGER_S = 2.0
"""What a call may take beyond its total time for pauses that the store asked for: it is there, and will be able again."""

_term: ContextVar["_Term"] = ContextVar("_term")
"""The present call's."""

_FAILURES_TO_REST = 3
_REST_S = 1.0


class RemoteStore:
    """A `DocumentStore` over a `Wire`.

    A call takes at most `total_s` seconds, each request within it at most `per_try_s`; then it is `StoreUnavailable`.
    Pauses that the store asks for are added, up to two seconds.
    When three calls in a row end so, the store rests: for a second, calls are refused at once, and then one at a time
    is let through until one succeeds.
    """

    def __init__(self, wire: Wire, *, per_try_s: float = PER_TRY_S, total_s: float = TOTAL_S) -> None:
        self._wire = wire
        self._per_try_s = per_try_s
        self._total_s = total_s
        self._opened = False
        self._opening = asyncio.Lock()
        self._failures = 0
        self._rests_until = 0.0

    async def get(self, partition: str, id: str) -> Document:
        found = await self.find(partition, id)
        if found is None:
            raise DocumentMissing("There is no such document.")
        return found

    async def find(self, partition: str, id: str) -> Document | None:
        place = (keys.encode(partition), keys.encode(id))
        row = await self._call(lambda: self._read(*place))
        return None if row is None else row.document()

    async def insert(self, partition: str, id: str, body: Body) -> Document:
        return await self._write_one(partition, Insert(id, body))

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:
        return await self._write_one(partition, Replace(id, body, etag))

    async def upsert(self, partition: str, id: str, body: Body) -> Document:
        return await self._write_one(partition, Upsert(id, body))

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:
        try:
            await self.batch(partition, [Delete(id, etag)])
        except BatchConflict as conflict:
            if not isinstance(conflict.cause, DocumentMissing):
                raise conflict.cause from None

    async def page(
        self,
        partition: str,
        *,
        prefix: str = "",
        start: str = "",
        before: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        span = keys.span(partition, prefix=prefix, start=start, before=before, cursor=cursor)
        asked, within = keys.checked_limit(limit), keys.encode(partition)
        if span.empty:
            return Page([], None)
        rows = await self._call(lambda: self._again(lambda: self._wire.scan(within, span, asked + 1)))
        documents = [row.document() for row in rows[:limit]]
        return Page(documents, keys.page_cursor(partition, prefix, documents[-1].id) if len(rows) > limit else None)

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        texts = chunks.batch_texts(ops)
        within = keys.encode(partition)
        write_id = token_urlsafe(9)
        changes: list[Change] = []
        for index, (op, text) in enumerate(zip(ops, texts, strict=True)):
            try:
                changes.append(_change(op, text, write_id))
            except ValueError:
                raise BatchConflict(index, _cause(op)) from None
        if not changes:
            return []
        etags = await self._call(lambda: self._write(within, changes, write_id))
        return [
            None if isinstance(op, Delete) else Document(partition, op.id, op.body, Version(etag, change.trail).written)
            for op, change, etag in zip(ops, changes, etags, strict=True)
        ]

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        partition, after = ("", "") if cursor is None else keys.read_walk_cursor(cursor)
        asked = keys.checked_limit(limit)
        rows = await self._call(lambda: self._again(lambda: self._wire.scan_all(partition, after, asked + 1)))
        documents = [row.document() for row in rows[:limit]]
        last = documents[-1] if len(rows) > limit else None
        return Page(documents, keys.walk_cursor(last.partition, last.id) if last else None)

    async def ping(self) -> datetime | None:
        """Read, and delete, what is never there: one shows that reading is allowed, the other that writing is."""
        told = await self._call(lambda: self._again(self._wire.time))
        await self.delete(*NEVER_THERE)
        return told

    async def scrub(self) -> None:
        """Nothing: what lies under the rows is the service's."""

    async def close(self) -> None:
        await self._wire.close()

    async def _write_one(self, partition: str, op: Insert | Replace | Upsert) -> Document:
        try:
            (document,) = await self.batch(partition, [op])
        except BatchConflict as conflict:
            raise conflict.cause from None
        assert document is not None  # noqa: S101 - only a deletion answers None
        return document

    async def _call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do it within the total time, unless the store rests."""
        now = time.monotonic()
        if now < self._rests_until:
            raise StoreUnavailable(retry_after_s=self._rests_until - now)
        if self._failures >= _FAILURES_TO_REST:
            self._rests_until = now + self._total_s  # this call is the one let through
        try:
            async with asyncio.timeout(self._total_s) as ends:
                _term.set(_Term(ends))
                await self._open()
                result = await work()
        except TimeoutError as failure:
            self._note_failure()
            raise StoreUnavailable("The store did not answer in time.", retry_after_s=_REST_S) from failure
        except Rejected as failure:
            self._note_failure()
            _log.error("The store refuses to serve, which waiting does not mend: %s", failure)
            raise StoreUnavailable(f"The store refuses to serve: {failure}.", retry_after_s=_REST_S) from failure
        except Busy as failure:
            self._note_success()
            raise StoreUnavailable("The store is busy.", retry_after_s=failure.retry_after_s or _REST_S) from failure
        except Doubt as failure:
            self._note_failure()
            raise StoreUnavailable(retry_after_s=_REST_S) from failure
        except (BatchConflict, StoreUnavailable):
            self._note_success()
            raise
        self._note_success()
        return result

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES_TO_REST:
            self._rests_until = time.monotonic() + _REST_S

    def _note_success(self) -> None:
        self._failures = 0
        self._rests_until = 0.0

    async def _open(self) -> None:
        if self._opened:
            return
        async with self._opening:
            if not self._opened:
                await self._wire.open()
                self._opened = True

    async def _read(self, partition: str, id: str) -> Row | None:
        return await self._again(lambda: self._wire.read(partition, id))

    async def _once(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._per_try_s):
                return await work()
        except TimeoutError as late:
            raise Doubt("no reply in time") from late

    async def _again(self, read: Callable[[], Awaitable[T]]) -> T:
        """A read, asked a few times; what is read twice does no harm."""
        for attempt in range(_TRIES):
            try:
                return await self._once(read)
            except Clash as refusal:
                raise Doubt("a read was refused as a write is") from refusal
            except (Doubt, Busy) as failure:
                if attempt == _TRIES - 1:
                    raise
                await _pause(attempt, failure)
        raise AssertionError("the last attempt returns or raises")

    async def _write(self, partition: str, changes: Sequence[Change], write_id: str) -> list[str]:
        """Send until the outcome is known: done, refused, or not to be had in time."""
        doubted = False
        for attempt in range(_TRIES):
            try:
                return await self._once(lambda: self._wire.write(partition, changes))
            except Clash as clash:
                at = _witness(changes) if doubted else clash.index
                etags = await self._own_etags(partition, changes, write_id, at=at, doubted=doubted)
                if etags is not None:
                    return etags
                raise BatchConflict(clash.index, _cause(changes[clash.index].op)) from None
            except (Doubt, Busy) as failure:
                if attempt == _TRIES - 1:
                    raise
                if isinstance(failure, Doubt):
                    doubted = True
                    etags = await self._own_etags(partition, changes, write_id, at=_witness(changes), doubted=True)
                    if etags is not None:
                        return etags
                await _pause(attempt, failure)
        raise AssertionError("the last attempt returns or raises")

    async def _own_etags(
        self, partition: str, changes: Sequence[Change], write_id: str, *, at: int, doubted: bool
    ) -> list[str] | None:
        """The etags this write left behind if it was done; None if it was not.

        `at` is the row to ask: a batch is whole, so one row speaks for all. After a doubtful try, `Doubt` when that
        row has been overwritten by strangers and can no longer tell.
        """
        if isinstance(changes[at].op, Delete):
            at = _witness(changes)
        asked = changes[at]
        if isinstance(asked.op, Delete) and not doubted:
            return None
        row = await self._read(partition, asked.id)
        if isinstance(asked.op, Delete):
            # Deletions leave no trace. One that was sent and whose row is gone has its wish, whoever fulfilled it.
            return [""] * len(changes) if row is None else None
        if row is not None and write_id in row.trail:
            rows = [row] if len(changes) == 1 else await self._rows_of(partition, changes)
            return [_etag_left(found, write_id) for found in rows]
        replaced = asked.trail[1:2]
        if doubted and replaced and (row is None or replaced[0] not in row.trail):
            raise Doubt("the row was written over before its reply could be looked up")
        return None

    async def _rows_of(self, partition: str, changes: Sequence[Change]) -> list[Row | None]:
        async def row_of(change: Change) -> Row | None:
            return None if isinstance(change.op, Delete) else await self._read(partition, change.id)

        return await asyncio.gather(*map(row_of, changes))


def _etag_left(row: Row | None, write_id: str) -> str:
    """The engine's etag of what this write left; none for a deletion, or where it was written over since."""
    return row.etag if row is not None and row.trail[:1] == (write_id,) else ""


def _change(op: Op, text: str | None, write_id: str) -> Change:
    """The operation for the wire; `ValueError` for an etag that no engine ever made."""
    id = keys.encode(op.id)  # noqa: A001 - the seam's own word
    match op:
        case Replace(etag=etag):
            version = read_etag(etag)
            return Change(op, id, text, version.trail_after(write_id), version.engine_etag)
        case Delete(etag=str(etag)):
            return Change(op, id, None, (), read_etag(etag).engine_etag)
        case Delete():
            return Change(op, id, None, (), None)
        case Insert() | Upsert():
            return Change(op, id, text, (write_id,), None)


def _cause(op: Op) -> DocumentExists | StaleDocument | DocumentMissing:
    match op:
        case Insert():
            return DocumentExists("There is such a document already.")
        case Delete(etag=None):
            return DocumentMissing("There is no such document.")
        case _:
            return StaleDocument("The document has changed since it was read.")


def _witness(changes: Sequence[Change]) -> int:
    """The operation whose row best tells whether the batch was done: a new row is rarely touched by anyone else."""
    order = (Insert, Replace, Upsert, Delete)
    return min(range(len(changes)), key=lambda index: order.index(type(changes[index].op)))


async def _pause(attempt: int, failure: Doubt | Busy) -> None:
    pause_s = random.uniform(0.5, 1.0) * _FIRST_PAUSE_S * 3**attempt  # noqa: S311 - jitter
    if isinstance(failure, Busy) and failure.retry_after_s is not None:
        if failure.retry_after_s > _LONGEST_PAUSE_S:
            raise failure
        pause_s = max(pause_s, failure.retry_after_s)
        _term.get().put_off(pause_s)
    await asyncio.sleep(pause_s)


class _Term:
    """When a call ends at the latest."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self._timeout = timeout
        self._longer_s = _LONGER_S

    def put_off(self, by_s: float) -> None:
        """End so much later, as far as that may still be put off."""
        ends, by_s = self._timeout.when(), min(by_s, self._longer_s)
        if ends is not None and not self._timeout.expired():
            self._longer_s -= by_s
            self._timeout.reschedule(ends + by_s)

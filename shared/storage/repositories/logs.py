"""Workout logs: kept newest first by when they were done, found by the id their client made, written once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from shared.domain.log import Log
from shared.domain.words import Shape
from shared.errors import LogConflict, NotFound
from shared.storage.repositories.documents import Kept, body_of, kept, newest_first, user_partition
from shared.storage.store import (
    BatchConflict,
    Delete,
    Document,
    DocumentExists,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StaleDocument,
)

POINTER, DONE = "log:", "done:"
LOGS_A_BATCH = 40


class Pointer(Shape):
    """Where the log with a client's id stands in the order of time."""

    done_id: str


class LogsRepository:
    """A person's logs."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def keep(self, user_id: str, log: Log) -> tuple[Kept[Log], bool]:
        """Keep a log, and whether it is new: the same log again is no error.

        Raises `LogConflict` where another log has that id.
        """
        try:
            written = await self._store.batch(user_partition(user_id), keeping(log))
        except BatchConflict as clash:
            if not isinstance(clash.cause, DocumentExists):
                raise
            there = await self.find(user_id, log.id)
            if there is None or there.value != log:
                raise LogConflict("Another workout was saved under that id; give this one an id of its own.") from clash
            return there, False
        done = written[1]
        assert done is not None  # noqa: S101 - an Insert answers its document
        return Kept(log, done.etag), True

    async def find(self, user_id: str, log_id: str) -> Kept[Log] | None:
        """The log, or None; one that an edit of its date moves between the two reads is looked for again."""
        looked_by = ""
        while True:
            pointer = await self._store.find(user_partition(user_id), POINTER + log_id)
            if pointer is None or pointer.etag == looked_by:
                return None
            document = await self._store.find(user_partition(user_id), kept(Pointer, pointer).value.done_id)
            if document is not None:
                return kept(Log, document)
            looked_by = pointer.etag

    async def get(self, user_id: str, log_id: str) -> Kept[Log]:
        """The log; raises `NotFound`."""
        found = await self.find(user_id, log_id)
        if found is None:
            raise NotFound("There is no such workout.")
        return found

    async def replace(self, user_id: str, log: Log, *, etag: str | None) -> Kept[Log]:
        """Write an edited log over the one with its id; raises `NotFound` and `StaleDocument`."""
        there = await self.get(user_id, log.id)
        if etag is not None and etag != there.etag:
            raise StaleDocument("The workout changed since it was read.")
        old, new = _done_id(there.value), _done_id(log)
        if old == new:
            body = body_of(log, over=there.etag)
            document = await self._store.replace(user_partition(user_id), new, body, etag=there.etag)
            return Kept(log, document.etag)
        pointer = await self._store.get(user_partition(user_id), POINTER + log.id)
        moved: list[Op] = [
            Replace(POINTER + log.id, body_of(Pointer(done_id=new)), pointer.etag),
            Delete(old, there.etag),
            Insert(new, body_of(log, over=there.etag)),
        ]
        written = (await self._in_one(user_id, moved))[2]
        assert written is not None  # noqa: S101 - an Insert answers its document
        return Kept(log, written.etag)

    async def delete(self, user_id: str, log_id: str, *, etag: str | None = None) -> None:
        """Remove the log; raises `NotFound` and `StaleDocument`."""
        there = await self.get(user_id, log_id)
        if etag is not None and etag != there.etag:
            raise StaleDocument("The workout changed since it was read.")
        await self._in_one(user_id, [Delete(POINTER + log_id), Delete(_done_id(there.value), there.etag)])

    async def page(self, user_id: str, *, limit: int, cursor: str | None = None) -> tuple[list[Log], str | None]:
        """Logs, newest first."""
        page = await self._store.page(user_partition(user_id), prefix=DONE, limit=limit, cursor=cursor)
        return [kept(Log, document).value for document in page.documents], page.cursor

    async def between(self, user_id: str, *, since: datetime, until: datetime) -> list[Log]:
        """Every log begun in [since, until), newest first; read in pages, since a year may hold hundreds."""
        return [log async for log in self._range(user_id, since=since, until=until)]

    async def all(self, user_id: str) -> list[Log]:
        """Every log, newest first."""
        return [log async for log in self._range(user_id, since=None, until=None)]

    async def keep_new(self, user_id: str, logs: Sequence[Log]) -> list[str]:
        """Keep those of `logs` whose id is not there yet; answers the ids that were kept."""
        added: list[str] = []
        for at in range(0, len(logs), LOGS_A_BATCH):
            some = logs[at : at + LOGS_A_BATCH]
            pointers = await asyncio.gather(
                *(self._store.find(user_partition(user_id), POINTER + log.id) for log in some)
            )
            new = [log for log, pointer in zip(some, pointers, strict=True) if pointer is None]
            added += await self._keep_batch(user_id, new)
        return added

    async def delete_those(self, user_id: str, log_ids: Sequence[str]) -> None:
        """Remove every log of these that is still there."""
        partition = user_partition(user_id)
        for at in range(0, len(log_ids), LOGS_A_BATCH):
            some = log_ids[at : at + LOGS_A_BATCH]
            pointers = await asyncio.gather(*(self._store.find(partition, POINTER + log_id) for log_id in some))
            there = [pointer for pointer in pointers if pointer is not None]
            ops: list[Op] = []
            for pointer in there:
                ops += [Delete(pointer.id), Delete(kept(Pointer, pointer).value.done_id)]
            try:
                if ops:
                    await self._store.batch(partition, ops)
            except BatchConflict:
                await self._delete_each(user_id, [pointer.id.removeprefix(POINTER) for pointer in there])

    async def _delete_each(self, user_id: str, log_ids: Sequence[str]) -> None:
        """Where somebody else removes or moves some of them at the same time."""
        for log_id in log_ids:
            try:
                await self.delete(user_id, log_id)
            except NotFound:
                continue

    async def _keep_batch(self, user_id: str, logs: Sequence[Log]) -> list[str]:
        if not logs:
            return []
        try:
            await self._store.batch(user_partition(user_id), [op for log in logs for op in keeping(log)])
        except BatchConflict:
            kept_now = [await self._keep_if_new(user_id, log) for log in logs]
            return [log.id for log, is_new in zip(logs, kept_now, strict=True) if is_new]
        return [log.id for log in logs]

    async def _keep_if_new(self, user_id: str, log: Log) -> bool:
        try:
            return (await self.keep(user_id, log))[1]
        except LogConflict:
            return False

    async def _range(self, user_id: str, *, since: datetime | None, until: datetime | None) -> AsyncIterator[Log]:
        start = "" if until is None else f"{DONE}{newest_first(until)}~"
        before = None if since is None else f"{DONE}{newest_first(since)}~"
        cursor: str | None = None
        while True:
            page = await self._store.page(
                user_partition(user_id), prefix=DONE, start=start, before=before, limit=200, cursor=cursor
            )
            for document in page.documents:
                yield kept(Log, document).value
            if (cursor := page.cursor) is None:
                return

    async def _in_one(self, user_id: str, ops: Sequence[Op]) -> list[Document | None]:
        try:
            return await self._store.batch(user_partition(user_id), ops)
        except BatchConflict as clash:
            raise StaleDocument("The workout changed since it was read.") from clash


def keeping(log: Log) -> list[Op]:
    """The operations that keep a new log, for a batch: its id, then the log in the order of time."""
    done_id = _done_id(log)
    return [Insert(POINTER + log.id, body_of(Pointer(done_id=done_id))), Insert(done_id, body_of(log))]


def _done_id(log: Log) -> str:
    return f"{DONE}{newest_first(log.started_at)}-{log.id}"

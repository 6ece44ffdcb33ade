"""Counts what a request asks of the store, so that its cost can be logged and held to a bound by tests."""

# ruff: noqa: A002 - `id` is the seam's own word

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from shared.storage.store import Body, Document, DocumentStore, Op, Page


@dataclass(slots=True)
class Count:
    """What one request has asked of the store so far.

    `operations` are calls of the seam. `round_trips` is how often the request had to wait for the store if every call
    took the same time: the longest chain of calls of which each began after the one before it had ended.
    """

    operations: int = 0
    round_trips: int = 0
    _ended: int = 0
    """The length of the longest chain that has ended."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one operation, under way for as long as the block."""
        self.operations += 1
        length = self._ended + 1
        self.round_trips = max(self.round_trips, length)
        try:
            yield
        finally:
            self._ended = max(self._ended, length)


_present: ContextVar[Count | None] = ContextVar("vigor_store_count", default=None)


@contextmanager
def counting() -> Iterator[Count]:
    """Count the store's operations in this block and in the tasks it starts, less those of a `counting()` inside."""
    count = Count()
    before = _present.set(count)
    try:
        yield count
    finally:
        _present.reset(before)


class CountingStore:
    """A `DocumentStore` that hands everything to another and counts it; outside `counting()` it only hands on."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def get(self, partition: str, id: str) -> Document:
        with _counted():
            return await self._store.get(partition, id)

    async def find(self, partition: str, id: str) -> Document | None:
        with _counted():
            return await self._store.find(partition, id)

    async def insert(self, partition: str, id: str, body: Body) -> Document:
        with _counted():
            return await self._store.insert(partition, id, body)

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:
        with _counted():
            return await self._store.replace(partition, id, body, etag=etag)

    async def upsert(self, partition: str, id: str, body: Body) -> Document:
        with _counted():
            return await self._store.upsert(partition, id, body)

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:
        with _counted():
            await self._store.delete(partition, id, etag=etag)

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
        with _counted():
            return await self._store.page(
                partition, prefix=prefix, start=start, before=before, limit=limit, cursor=cursor
            )

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        with _counted():
            return await self._store.batch(partition, ops)

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        with _counted():
            return await self._store.walk(cursor=cursor, limit=limit)

    async def ping(self) -> datetime | None:
        with _counted():
            return await self._store.ping()

    async def scrub(self) -> None:
        await self._store.scrub()

    async def close(self) -> None:
        await self._store.close()


@contextmanager
def _counted() -> Iterator[None]:
    count = _present.get()
    if count is None:
        yield
    else:
        with count.one():
            yield

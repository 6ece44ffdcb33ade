"""A store that notes what each call would be charged on Azure: entity transactions, request units, and bytes.

Neither emulator charges. Table storage bills a transaction for every request; a batch is taken here as one for each of
its entities, which is the most it can be. Request units follow the points that the service documents for items of 1 KB
and 100 KB, in a straight line between them; a list is a query, charged for what it reads. The account is strongly consistent
(`shared/storage/cosmos.py` says why), where every read asks two replicas and costs twice. All of it is an estimate.
"""

# ruff: noqa: A002 - `id` is the seam's own word

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from shared.storage.store import Body, Delete, Document, DocumentStore, Insert, Op, Page, Replace, Upsert

KB = 1024
ROW_BYTES = 300
"""Keys, the trail of operations and system fields, beside the body."""

STRONG = 2.0
"""What a read or a query costs with strong consistency, times what it costs with session consistency."""

READ_RU, READ_100KB_RU = 1.0 * STRONG, 10.0 * STRONG
INSERT_RU, INSERT_100KB_RU = 5.0, 50.0
REPLACE_RU, REPLACE_100KB_RU = 10.0, 100.0
DELETE_RU = 5.0
QUERY_RU, QUERY_KB_RU = 3.0 * STRONG, 0.5 * STRONG
INDEXED_PATHS_RU = 1.0
"""Two short paths are indexed, nothing else."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What was asked of the store so far, and what it comes to."""

    operations: int = 0
    transactions: int = 0
    request_units: float = 0.0
    bytes_read: int = 0
    bytes_written: int = 0

    def plus(self, other: "Charge") -> "Charge":
        """Both together."""
        return Charge(
            self.operations + other.operations,
            self.transactions + other.transactions,
            self.request_units + other.request_units,
            self.bytes_read + other.bytes_read,
            self.bytes_written + other.bytes_written,
        )

    def less(self, other: "Charge") -> "Charge":
        """This without what was charged before."""
        return Charge(
            self.operations - other.operations,
            self.transactions - other.transactions,
            self.request_units - other.request_units,
            self.bytes_read - other.bytes_read,
            self.bytes_written - other.bytes_written,
        )


class ChargingStore:
    """A `DocumentStore` that hands everything to another and keeps the bill; what is refused is charged as well."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.bill = Charge()

    async def get(self, partition: str, id: str) -> Document:
        with self._charged() as documents:
            documents.append(await self._store.get(partition, id))
            return documents[0]

    async def find(self, partition: str, id: str) -> Document | None:
        with self._charged() as documents:
            document = await self._store.find(partition, id)
            documents.extend([document] if document else [])
            return document

    async def insert(self, partition: str, id: str, body: Body) -> Document:
        self._write([Insert(id, body)])
        return await self._store.insert(partition, id, body)

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:
        self._write([Replace(id, body, etag)])
        return await self._store.replace(partition, id, body, etag=etag)

    async def upsert(self, partition: str, id: str, body: Body) -> Document:
        self._write([Upsert(id, body)])
        return await self._store.upsert(partition, id, body)

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:
        self._write([Delete(id, etag)])
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
        page = await self._store.page(partition, prefix=prefix, start=start, before=before, limit=limit, cursor=cursor)
        self.bill = self.bill.plus(list_charge(page.documents))
        return page

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        self._write(ops)
        return await self._store.batch(partition, ops)

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        page = await self._store.walk(cursor=cursor, limit=limit)
        self.bill = self.bill.plus(list_charge(page.documents))
        return page

    async def ping(self) -> None:
        await self._store.ping()

    async def scrub(self) -> None:
        await self._store.scrub()

    async def close(self) -> None:
        await self._store.close()

    @contextmanager
    def _charged(self) -> Iterator[list[Document]]:
        """Charge a point read of what the block puts into the list; one that finds nothing costs as the smallest."""
        documents: list[Document] = []
        try:
            yield documents
        finally:
            size = ROW_BYTES + sum(_bytes(document.body) for document in documents)
            units = _between(size, READ_RU, READ_100KB_RU)
            self.bill = self.bill.plus(Charge(1, 1, units, bytes_read=size))

    def _write(self, ops: Sequence[Op]) -> None:
        self.bill = self.bill.plus(write_charge(ops))


def write_charge(ops: Sequence[Op]) -> Charge:
    """What one request that writes these comes to."""
    charge = Charge(operations=1)
    for op in ops:
        if isinstance(op, Delete):
            charge = charge.plus(Charge(0, 1, DELETE_RU))
            continue
        size = ROW_BYTES + _bytes(op.body)
        low, high = (INSERT_RU, INSERT_100KB_RU) if isinstance(op, Insert) else (REPLACE_RU, REPLACE_100KB_RU)
        charge = charge.plus(Charge(0, 1, INDEXED_PATHS_RU + _between(size, low, high), bytes_written=size))
    return charge


def list_charge(documents: Sequence[Document]) -> Charge:
    """What one query that reads these comes to."""
    size = sum(ROW_BYTES + _bytes(document.body) for document in documents)
    return Charge(1, 1, QUERY_RU + QUERY_KB_RU * size / KB, bytes_read=size)


def _between(size: int, at_1kb: float, at_100kb: float) -> float:
    return at_1kb + max(0.0, size / KB - 1) * (at_100kb - at_1kb) / 99


def _bytes(body: Body) -> int:
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

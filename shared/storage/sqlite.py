"""The embedded engine: one SQLite file, safe for several processes, never on the event loop.

Writes of one process go through one thread, which puts those that wait together into one transaction: each is still
done or refused by itself, and none is acknowledged before the transaction is on the disk. Reads have threads and
connections of their own and, in WAL mode, wait for no writer.
"""

# ruff: noqa: A001, A002 - `id` is the seam's own word

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, cast

from shared.storage import chunks, keys
from shared.storage.errands import Errands
from shared.storage.sqlite_file import Connection
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
    StoreError,
    Upsert,
)

_WRITES_AT_ONCE = 256
_READS_AT_ONCE = 16
_IDLE_S = 2.0
_FOLDED_EVERY_S = 30.0
"""However busy the store is, so that what was deleted does not linger in the log."""

_SCRUBBED_UP_TO_BYTES = 256 * 1024 * 1024


class SqliteStore:
    """A `DocumentStore` in one file.

    The file and its folder are made when first needed, readable by their owner only. `busy_s` is how long, in seconds,
    a write waits for another process's lock before `StoreUnavailable`. After a full disk, a vanished lock or a
    replaced file the next call opens the file afresh, so nothing needs a restart.
    """

    def __init__(self, path: Path, *, busy_s: float = 5.0, readers: int = 2) -> None:
        self._path = path
        self._busy_s = busy_s
        self._reads: Errands[_Read, list[Any]] = Errands(
            lambda: _Reader(path, busy_s), name="vigor-sqlite-read", threads=readers, at_once=_READS_AT_ONCE
        )
        self._writes: Errands[_Write, None] = Errands(
            lambda: _Writer(path), name="vigor-sqlite-write", at_once=_WRITES_AT_ONCE, rest_s=_IDLE_S
        )

    async def get(self, partition: str, id: str) -> Document:
        found = await self.find(partition, id)
        if found is None:
            raise DocumentMissing("There is no such document.")
        return found

    async def find(self, partition: str, id: str) -> Document | None:
        key = (keys.encode(partition), keys.encode(id))
        rows = await self._read("SELECT etag, body FROM documents WHERE partition = ? AND id = ?", key)
        return Document(partition, id, _body(rows[0][1]), rows[0][0]) if rows else None

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
        asked = keys.span(partition, prefix=prefix, start=start, before=before, cursor=cursor)
        keys.checked_limit(limit)
        # "~~" sorts after every encoded id, so a missing upper bound needs no query of its own.
        bounds = (keys.encode(partition), asked.low, asked.high if asked.high is not None else "~~", limit + 1)
        rows = await self._read(
            "SELECT id, etag, body FROM documents WHERE partition = ? AND id >= ? AND id < ? ORDER BY id LIMIT ?",
            bounds,
        )
        documents = [Document(partition, keys.decode(id), _body(body), etag) for id, etag, body in rows[:limit]]
        return Page(documents, keys.page_cursor(partition, prefix, documents[-1].id) if len(rows) > limit else None)

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        texts = chunks.batch_texts(ops)
        steps = [
            _Step(op, (keys.encode(partition), keys.encode(op.id)), text, token_urlsafe(12))
            for op, text in zip(ops, texts, strict=True)
        ]
        if steps:
            await self._write(steps)
        return [
            None if isinstance(step.op, Delete) else Document(partition, step.op.id, step.op.body, step.etag)
            for step in steps
        ]

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        after = ("", "") if cursor is None else keys.read_walk_cursor(cursor)
        rows = await self._read(
            "SELECT partition, id, etag, body FROM documents"
            " WHERE (partition, id) > (?, ?) ORDER BY partition, id LIMIT ?",
            (*after, keys.checked_limit(limit) + 1),
        )
        documents = [
            Document(keys.decode(partition), keys.decode(id), _body(body), etag)
            for partition, id, etag, body in rows[:limit]
        ]
        last = documents[-1] if len(rows) > limit else None
        return Page(documents, keys.walk_cursor(last.partition, last.id) if last else None)

    async def ping(self) -> None:
        """None for the time: workers that share a file share their machine's clock."""
        await self._read("SELECT 1 FROM documents LIMIT 1", ())
        await self._write([])

    async def scrub(self) -> None:
        """Build the file anew: pages in use may still hold, between their rows, copies that a split of them left.

        A file so large that writers would wait too long is left as it is.
        """
        await asyncio.to_thread(self._scrub_here)

    def _scrub_here(self) -> None:
        if not self._path.exists() or self._path.stat().st_size > _SCRUBBED_UP_TO_BYTES:
            return
        connection = Connection(self._path)
        connection.do(lambda db: db.execute("VACUUM"), wait_s=self._busy_s)
        connection.fold_log()
        connection.close()

    async def close(self) -> None:
        await self._reads.close()
        await self._writes.close()

    async def _write_one(self, partition: str, op: Insert | Replace | Upsert) -> Document:
        try:
            (document,) = await self.batch(partition, [op])
        except BatchConflict as conflict:
            raise conflict.cause from None
        assert document is not None  # noqa: S101 - only a deletion answers None
        return document

    async def _read(self, sql: str, bounds: tuple[str | int, ...]) -> list[Any]:
        return await self._reads.done(_Read(sql, bounds))

    async def _write(self, steps: "list[_Step]") -> None:
        """Wait until the steps are on the disk, or refused."""
        await self._writes.done(_Write(steps, deadline=time.monotonic() + self._busy_s))


@dataclass(frozen=True, slots=True)
class _Step:
    op: Op
    key: tuple[str, str]
    text: str | None
    etag: str

    def run(self, db: sqlite3.Connection) -> DocumentExists | StaleDocument | DocumentMissing | None:
        """Do it inside the present transaction, or say why not."""
        match self.op:
            case Insert():
                sql = "INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
                done = db.execute(sql, (*self.key, self.etag, self.text)).rowcount
                return None if done else DocumentExists("There is such a document already.")
            case Upsert():
                sql = (
                    "INSERT INTO documents VALUES (?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET etag = excluded.etag, body = excluded.body"
                )
                db.execute(sql, (*self.key, self.etag, self.text))
                return None
            case Replace(etag=expected):
                sql = "UPDATE documents SET etag = ?, body = ? WHERE partition = ? AND id = ? AND etag = ?"
                done = db.execute(sql, (self.etag, self.text, *self.key, expected)).rowcount
            case Delete(etag=None):
                done = db.execute("DELETE FROM documents WHERE partition = ? AND id = ?", self.key).rowcount
                return None if done else DocumentMissing("There is no such document.")
            case Delete(etag=expected):
                sql = "DELETE FROM documents WHERE partition = ? AND id = ? AND etag = ?"
                done = db.execute(sql, (*self.key, expected)).rowcount
        return None if done else StaleDocument("The document has changed since it was read.")


@dataclass(frozen=True, slots=True)
class _Read:
    sql: str
    bounds: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Write:
    steps: Sequence[_Step]
    deadline: float


class _Reader:
    """Reads in one thread."""

    def __init__(self, path: Path, busy_s: float) -> None:
        self._connection = Connection(path)
        self._busy_s = busy_s

    def do(self, reads: Sequence[_Read]) -> list[list[Any] | Exception]:
        return [self._read(one) for one in reads]

    def _read(self, one: _Read) -> list[Any] | Exception:
        try:
            return self._connection.do(lambda db: db.execute(one.sql, one.bounds).fetchall(), wait_s=self._busy_s)
        except Exception as failure:  # noqa: BLE001 - the answer to this one alone
            return failure

    def rest(self) -> None:
        """A reader holds nothing that another waits for."""

    def close(self) -> None:
        self._connection.close()


class _Writer:
    """Writes in one thread, those that wait together in one transaction."""

    def __init__(self, path: Path) -> None:
        self._connection = Connection(path)
        self._folded_at = time.monotonic()

    def do(self, writes: Sequence[_Write]) -> Sequence[StoreError | None]:
        # The first has waited longest; by its deadline everyone behind a held lock has an answer.
        wait_s = max(0.0, writes[0].deadline - time.monotonic())
        refusals = self._connection.do(lambda db: _refusals(db, writes), wait_s=wait_s)
        if time.monotonic() - self._folded_at > _FOLDED_EVERY_S:
            self.rest()
        return refusals

    def rest(self) -> None:
        self._connection.fold_log()
        self._folded_at = time.monotonic()

    def close(self) -> None:
        self._connection.close()


def _refusals(db: sqlite3.Connection, writes: Sequence[_Write]) -> Sequence[StoreError | None]:
    """Do every write that can be done, each whole or not at all; answer what the others were refused for."""
    if len(writes) == 1 and len(writes[0].steps) == 1:
        return [_first_refusal(db, writes[0].steps)]  # a statement by itself is a transaction
    db.execute("BEGIN IMMEDIATE")
    refusals: list[StoreError | None] = []
    for write in writes:
        db.execute("SAVEPOINT one")
        refusal = _first_refusal(db, write.steps)
        if refusal is not None:
            db.execute("ROLLBACK TO one")
        db.execute("RELEASE one")
        refusals.append(refusal)
    db.execute("COMMIT")
    return refusals


def _first_refusal(db: sqlite3.Connection, steps: Sequence[_Step]) -> BatchConflict | None:
    for index, step in enumerate(steps):
        cause = step.run(db)
        if cause is not None:
            return BatchConflict(index, cause)
    return None


def _body(text: str) -> Body:
    """The body; the text itself where it is no JSON any more, which no reader takes for a document of theirs."""
    try:
        return chunks.from_text(text)
    except (ValueError, RecursionError):
        return cast("Body", text)

"""The embedded engine: one SQLite file, safe for several processes, never on the event loop.

Writes of one process go through one thread, which puts those that wait together into one transaction: each is still
done or refused by itself, and none is acknowledged before the transaction is on the disk. Reads have connections of
their own and, in WAL mode, wait for no writer.
"""

# ruff: noqa: A001, A002 - `id` is the seam's own word

import asyncio
import math
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar

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
    StoreError,
    StoreUnavailable,
    Upsert,
)

T = TypeVar("T")

# Not WITHOUT ROWID: with 1.5 KB documents that was measured to write at half the speed and to double the file.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    partition TEXT NOT NULL,
    id TEXT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partition, id)
) STRICT
"""

_GROUP_MAX = 256
_IDLE_S = 2.0
_FOLDED_EVERY_S = 30.0
"""However busy the store is, so that what was deleted does not linger in the log."""

_SCRUBBED_UP_TO_BYTES = 256 * 1024 * 1024
_WAL_KEPT_BYTES = 16 * 1024 * 1024
_CLOSED = None


class SqliteStore:
    """A `DocumentStore` in one file.

    The file and its folder are made when first needed, readable by their owner only. `busy_s` is how long, in seconds,
    a write waits for another process's lock before `StoreUnavailable`. After a full disk, a vanished lock or a
    replaced file the next call opens the file afresh, so nothing needs a restart.
    """

    def __init__(self, path: Path, *, busy_s: float = 5.0, readers: int = 2) -> None:
        self._path = path
        self._busy_s = busy_s
        self._reading = threading.local()
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="vigor-sqlite-read")
        self._reader_connections: list[_Connection] = []
        self._writes: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()
        self._is_closed = False

    async def get(self, partition: str, id: str) -> Document:
        found = await self.find(partition, id)
        if found is None:
            raise DocumentMissing("There is no such document.")
        return found

    async def find(self, partition: str, id: str) -> Document | None:
        key = (keys.encode(partition), keys.encode(id))
        rows = await self._read("SELECT etag, body FROM documents WHERE partition = ? AND id = ?", key)
        return Document(partition, id, chunks.from_text(rows[0][1]), rows[0][0]) if rows else None

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
        documents = [
            Document(partition, keys.decode(id), chunks.from_text(body), etag) for id, etag, body in rows[:limit]
        ]
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
            Document(keys.decode(partition), keys.decode(id), chunks.from_text(body), etag)
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
        connection = _Connection(self._path)
        connection.do(lambda db: db.execute("VACUUM"), wait_s=self._busy_s)
        connection.fold_log()
        connection.close()

    async def close(self) -> None:
        with self._starting:
            self._is_closed = True
            writer = self._writer
        self._writes.put(_CLOSED)
        await asyncio.to_thread(self._readers.shutdown)
        if writer is not None:
            await asyncio.to_thread(writer.join)
        for connection in self._reader_connections:
            connection.close()

    async def _write_one(self, partition: str, op: Insert | Replace | Upsert) -> Document:
        try:
            (document,) = await self.batch(partition, [op])
        except BatchConflict as conflict:
            raise conflict.cause from None
        assert document is not None  # noqa: S101 - only a deletion answers None
        return document

    async def _read(self, sql: str, bounds: tuple[str | int, ...]) -> list[Any]:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read_here, sql, bounds)

    def _read_here(self, sql: str, bounds: tuple[str | int, ...]) -> list[Any]:
        connection: _Connection | None = getattr(self._reading, "connection", None)
        if connection is None:
            connection = self._reading.connection = _Connection(self._path)
            self._reader_connections.append(connection)
        return connection.do(lambda db: db.execute(sql, bounds).fetchall(), wait_s=self._busy_s)

    async def _write(self, steps: "list[_Step]") -> None:
        """Hand the steps to the writing thread and wait until they are on the disk, or refused."""
        with self._starting:
            if self._is_closed:
                raise RuntimeError("This store is closed.")
            if self._writer is None:
                self._writer = threading.Thread(target=self._keep_writing, name="vigor-sqlite-write", daemon=True)
                self._writer.start()
        write = _Write(steps, deadline=time.monotonic() + self._busy_s)
        self._writes.put(write)
        await asyncio.wrap_future(write.outcome)

    def _keep_writing(self) -> None:
        connection = _Connection(self._path)
        unfolded, folded_at = False, time.monotonic()
        while True:
            try:
                first = self._writes.get(timeout=_IDLE_S if unfolded else None)
            except queue.Empty:
                connection.fold_log()
                unfolded, folded_at = False, time.monotonic()
                continue
            if first is _CLOSED:
                break
            self._commit_group(connection, self._with_those_waiting(first))
            unfolded = True
            if time.monotonic() - folded_at > _FOLDED_EVERY_S:
                connection.fold_log()
                folded_at = time.monotonic()
        connection.close()

    def _with_those_waiting(self, first: "_Write") -> "list[_Write]":
        group = [first]
        with suppress(queue.Empty):
            while len(group) < _GROUP_MAX:
                waiting = self._writes.get_nowait()
                if waiting is _CLOSED:
                    self._writes.put(_CLOSED)
                    break
                group.append(waiting)
        return [write for write in group if write.outcome.set_running_or_notify_cancel()]

    def _commit_group(self, connection: "_Connection", group: "list[_Write]") -> None:
        if not group:
            return
        # The first has waited longest; by its deadline everyone behind a held lock has an answer.
        wait_s = max(0.0, group[0].deadline - time.monotonic())
        try:
            refusals = connection.do(lambda db: _in_one_transaction(db, group), wait_s=wait_s)
        except Exception as failure:  # noqa: BLE001 - handed to whoever waits for the write, bugs included
            for write in group:
                write.outcome.set_exception(failure)
            return
        for write, refusal in zip(group, refusals, strict=True):
            if refusal is None:
                write.outcome.set_result(None)
            else:
                write.outcome.set_exception(refusal)


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
class _Write:
    steps: Sequence[_Step]
    deadline: float
    outcome: "Future[None]" = field(default_factory=Future)


def _in_one_transaction(db: sqlite3.Connection, group: Iterable[_Write]) -> list[StoreError | None]:
    """Do every write that can be done, each whole or not at all; answer what the others were refused for."""
    db.execute("BEGIN IMMEDIATE")
    refusals: list[StoreError | None] = []
    for write in group:
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


class _Connection:
    """A connection that is opened when needed and thrown away when the engine failed, for use by one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._waits_ms = 0

    def do(self, work: Callable[[sqlite3.Connection], T], *, wait_s: float) -> T:
        """Run `work`, waiting that long for locks; the engine's own failures become `StoreUnavailable`."""
        try:
            if self._db is None:
                self._db = _opened(self._path, wait_s)
            wait_ms = math.ceil(wait_s * 10) * 100  # to a tenth, so that it seldom changes
            if wait_ms != self._waits_ms:
                self._db.execute(f"PRAGMA busy_timeout = {wait_ms}")
                self._waits_ms = wait_ms
            return work(self._db)
        except sqlite3.ProgrammingError:
            raise
        except (sqlite3.Error, OSError) as failure:
            self.close()
            raise StoreUnavailable(f"The database file cannot be used: {failure}.") from failure

    def fold_log(self) -> None:
        """Fold the log into the file, so that nothing deleted lingers in it and it takes no space; if that can be now."""
        with suppress(StoreUnavailable):
            self.do(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), wait_s=0)

    def close(self) -> None:
        db, self._db, self._waits_ms = self._db, None, 0
        if db is not None:
            with suppress(sqlite3.Error):
                db.close()


def _opened(path: Path, wait_s: float) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)  # SQLite gives its log and its shared memory the mode of the file
    db = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        _log_ahead(db, wait_s)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        db.execute(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _log_ahead(db: sqlite3.Connection, wait_s: float) -> None:
    """Switch to the write-ahead log. Of several who open a new file at once one does, and SQLite refuses the others at
    once instead of letting them wait; so they wait here."""
    until = time.monotonic() + wait_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.005)
        else:
            return

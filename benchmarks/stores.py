"""What the storage seam costs: each operation on each engine, beside the same work done with the bare SDK.

`python -m benchmarks.stores [--engines sqlite tables cosmos] [--ops 300]` prints one table. Ours and the bare calls take
turns in the same run, so that both see the same machine. The engines are a real SQLite file, Azurite in memory and
the Cosmos DB stand-in, all on this machine: ratios travel, absolute numbers do not.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, Document, DocumentStore, Insert
from tests.emulators import servers
from tests.emulators.stores import cosmos_store, tables_store

BODY: Body = {"title": "Pull day", "notes": "é" * 40, "sets": [{"kind": "working", "reps": 8, "weight_kg": 62.5}] * 22}
"""About 1.2 KB of JSON, as a logged session has."""

PARTITION = "user:bench"
CLIENTS = (1, 50)
ROUNDS = 5
VERBS = ("insert", "get", "replace", "page of 20", "batch of 3")


class Subject(Protocol):
    """Something that can do what is measured, on documents it makes itself."""

    async def insert(self, id: str) -> object: ...  # noqa: A002 - the seam's own word
    async def get(self, id: str) -> object: ...  # noqa: A002 - as above
    async def replace(self, made: Any) -> object: ...
    async def page(self) -> object: ...
    async def batch(self, ids: list[str]) -> object: ...


class Ours:
    """Through the seam."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def insert(self, id: str) -> Document:  # noqa: A002 - the seam's own word
        return await self._store.insert(PARTITION, id, BODY)

    async def get(self, id: str) -> Document:  # noqa: A002 - as above
        return await self._store.get(PARTITION, id)

    async def replace(self, made: Document) -> Document:
        return await self._store.replace(PARTITION, made.id, BODY, etag=made.etag)

    async def page(self) -> object:
        return await self._store.page(PARTITION, limit=20)

    async def batch(self, ids: list[str]) -> object:
        return await self._store.batch(PARTITION, [Insert(id, BODY) for id in ids])  # noqa: A001 - as above


class BareSqlite:
    """The standard library's calls in one thread, each its own durable transaction, with no keys, limits or etags checked."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._db = self._thread.submit(self._connect, path).result()

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE documents (partition TEXT, id TEXT, etag TEXT, body TEXT, PRIMARY KEY (partition, id))")
        return db

    async def _run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def insert(self, id: str) -> str:  # noqa: A002 - the seam's own word
        sql = "INSERT INTO documents VALUES (?, ?, ?, ?)"
        await self._run(lambda: self._db.execute(sql, (PARTITION, id, id, json_text())))
        return id

    async def get(self, id: str) -> object:  # noqa: A002 - as above
        sql = "SELECT etag, body FROM documents WHERE partition = ? AND id = ?"
        return await self._run(lambda: [parsed(row[1]) for row in self._db.execute(sql, (PARTITION, id))])

    async def replace(self, made: str) -> str:
        sql = "UPDATE documents SET etag = ?, body = ? WHERE partition = ? AND id = ? AND etag = ?"
        await self._run(lambda: self._db.execute(sql, (made, json_text(), PARTITION, made, made)))
        return made

    async def page(self) -> object:
        sql = "SELECT id, etag, body FROM documents WHERE partition = ? ORDER BY id LIMIT 21"
        return await self._run(lambda: [parsed(row[2]) for row in self._db.execute(sql, (PARTITION,))])

    async def batch(self, ids: list[str]) -> object:
        def work() -> None:
            self._db.execute("BEGIN IMMEDIATE")
            rows = [(PARTITION, id, id, json_text()) for id in ids]  # noqa: A001 - as above
            self._db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")

        return await self._run(work)

    async def close(self) -> None:
        """Close the file in its own thread."""
        await self._run(self._db.close)
        self._thread.shutdown()


class BareTables:
    """`azure-data-tables` by itself: one string property, its own etag."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def _entity(self, id: str) -> dict[str, Any]:  # noqa: A002 - the seam's own word
        return {"PartitionKey": PARTITION, "RowKey": id, "body": json_text()}

    async def insert(self, id: str) -> tuple[str, str]:  # noqa: A002 - as above
        return id, (await self._client.create_entity(self._entity(id)))["etag"]

    async def get(self, id: str) -> object:  # noqa: A002 - as above
        return parsed((await self._client.get_entity(PARTITION, id))["body"])

    async def replace(self, made: tuple[str, str]) -> tuple[str, str]:
        from azure.core import MatchConditions  # noqa: PLC0415 - only where this engine is measured
        from azure.data.tables import UpdateMode  # noqa: PLC0415 - as above

        done = await self._client.update_entity(
            self._entity(made[0]), UpdateMode.REPLACE, etag=made[1], match_condition=MatchConditions.IfNotModified
        )
        return made[0], done["etag"]

    async def page(self) -> object:
        found = self._client.query_entities(
            "PartitionKey eq @partition", parameters={"partition": PARTITION}, results_per_page=21
        )
        return [parsed(entity["body"]) async for entity in await anext(found.by_page())]

    async def batch(self, ids: list[str]) -> object:
        return await self._client.submit_transaction([("create", self._entity(id)) for id in ids])  # noqa: A001 - as above


class BareCosmos:
    """`azure-cosmos` by itself: the body as nested JSON, its own etag."""

    def __init__(self, container: Any) -> None:
        self._container = container

    def _item(self, id: str) -> dict[str, Any]:  # noqa: A002 - the seam's own word
        return {"id": id, "partition": PARTITION, "body": json_text()}

    async def insert(self, id: str) -> tuple[str, str]:  # noqa: A002 - as above
        return id, (await self._container.create_item(self._item(id)))["_etag"]

    async def get(self, id: str) -> object:  # noqa: A002 - as above
        return parsed((await self._container.read_item(id, PARTITION))["body"])

    async def replace(self, made: tuple[str, str]) -> tuple[str, str]:
        from azure.core import MatchConditions  # noqa: PLC0415 - only where this engine is measured

        done = await self._container.replace_item(
            made[0], self._item(made[0]), etag=made[1], match_condition=MatchConditions.IfNotModified
        )
        return made[0], done["_etag"]

    async def page(self) -> object:
        query = "SELECT * FROM c WHERE c.partition = @partition ORDER BY c.id"
        parameters = [{"name": "@partition", "value": PARTITION}]
        found = self._container.query_items(
            query, parameters=parameters, partition_key=PARTITION, max_item_count=21
        ).by_page()
        return [parsed(item["body"]) async for item in await anext(found)]

    async def batch(self, ids: list[str]) -> object:
        operations = [("create", (self._item(id),)) for id in ids]  # noqa: A001 - as above
        return await self._container.execute_item_batch(operations, PARTITION)


@dataclass(frozen=True, slots=True)
class Pace:
    """One verb by one subject: operations a second and the median wait of one, in milliseconds."""

    per_s: float
    median_ms: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    engine: str
    clients: int
    verb: str
    ours: Pace
    bare: Pace

    @property
    def ratio(self) -> float:
        """How many times longer ours takes."""
        return self.bare.per_s / self.ours.per_s

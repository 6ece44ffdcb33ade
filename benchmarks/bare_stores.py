"""The yardsticks of `stores.py`: each engine's own client doing the same work, with nothing of ours around it."""

# ruff: noqa: A001, A002 - `id` is the seam's own word

import asyncio
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from typing import Any

from azure.core import MatchConditions
from azure.cosmos.aio import ContainerProxy
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

BODY: dict[str, Any] = {
    "title": "Pull day",
    "notes": "é" * 40,
    "sets": [{"kind": "working", "reps": 8, "weight_kg": 62.5}] * 22,
}
"""About 1.2 KB of JSON, as a logged session has."""

KIND, BEYOND_KIND = "log:", "log;"
"""What the ids of a page begin with, and the least id beyond all of those: a person's partition holds other kinds too."""

Made = tuple[str, Any]
"""A document's id, and whatever the engine wants to hear when it is replaced."""


class BareSqlite:
    """The standard library in one thread; each call a durable transaction of its own."""

    partition = ""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._db = self._thread.submit(_connected, path).result()

    async def insert(self, id: str) -> Made:
        sql = "INSERT INTO documents VALUES (?, ?, ?, ?)"
        await self._run(lambda: self._db.execute(sql, (self.partition, id, id, json.dumps(BODY))))
        return id, id

    async def get(self, id: str) -> object:
        sql = "SELECT etag, body FROM documents WHERE partition = ? AND id = ?"
        ((_, body),) = await self._run(lambda: self._db.execute(sql, (self.partition, id)).fetchall())
        return json.loads(body)

    async def replace(self, made: Made) -> Made:
        id, etag = made
        new = token_hex(8)  # SQLite writes nothing where nothing changes
        sql = "UPDATE documents SET etag = ?, body = ? WHERE partition = ? AND id = ? AND etag = ?"
        await self._run(lambda: self._db.execute(sql, (new, json.dumps(BODY), self.partition, id, etag)))
        return id, new

    async def delete(self, made: Made) -> None:
        sql = "DELETE FROM documents WHERE partition = ? AND id = ?"
        await self._run(lambda: self._db.execute(sql, (self.partition, made[0])))

    async def page(self) -> object:
        sql = "SELECT id, etag, body FROM documents WHERE partition = ? AND id >= ? AND id < ? ORDER BY id LIMIT 21"
        bounds = (self.partition, KIND, BEYOND_KIND)
        rows = await self._run(lambda: self._db.execute(sql, bounds).fetchall())
        return [json.loads(body) for _, _, body in rows]

    async def batch(self, ids: list[str]) -> object:
        rows = [(self.partition, id, id, json.dumps(BODY)) for id in ids]

        def work() -> None:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")

        return await self._run(work)

    async def close(self) -> None:
        await self._run(self._db.close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class BareTables:
    """`azure-data-tables` with the body as one string property."""

    partition = ""

    def __init__(self, client: TableClient) -> None:
        self._client = client

    async def insert(self, id: str) -> Made:
        return id, (await self._client.create_entity(_entity(self.partition, id)))["etag"]

    async def get(self, id: str) -> object:
        return json.loads((await self._client.get_entity(self.partition, id))["body"])

    async def replace(self, made: Made) -> Made:
        id, etag = made
        insist = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        return id, (await self._client.update_entity(_entity(self.partition, id), UpdateMode.REPLACE, **insist))["etag"]

    async def delete(self, made: Made) -> None:
        await self._client.delete_entity(self.partition, made[0])

    async def page(self) -> object:
        query = f"PartitionKey eq '{self.partition}' and RowKey ge '{KIND}' and RowKey lt '{BEYOND_KIND}'"
        found = self._client.query_entities(query, results_per_page=21)
        return [json.loads(entity["body"]) async for entity in await anext(found.by_page())]

    async def batch(self, ids: list[str]) -> object:
        return await self._client.submit_transaction([("create", _entity(self.partition, id)) for id in ids])

    async def close(self) -> None:
        await self._client.close()


class BareCosmos:
    """`azure-cosmos` with the body as one string property."""

    partition = ""

    def __init__(self, container: ContainerProxy) -> None:
        self._container = container

    async def insert(self, id: str) -> Made:
        return id, (await self._container.create_item(_item(self.partition, id)))["_etag"]

    async def get(self, id: str) -> object:
        return json.loads((await self._container.read_item(id, self.partition))["body"])

    async def replace(self, made: Made) -> Made:
        id, etag = made
        insist: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        return id, (await self._container.replace_item(id, _item(self.partition, id), **insist))["_etag"]

    async def delete(self, made: Made) -> None:
        await self._container.delete_item(made[0], self.partition)

    async def page(self) -> object:
        query = f"SELECT * FROM c WHERE c.id >= '{KIND}' AND c.id < '{BEYOND_KIND}' ORDER BY c.id"  # noqa: S608 - constants of ours
        found = self._container.query_items(query, partition_key=self.partition, max_item_count=21).by_page()
        return [json.loads(item["body"]) async for item in await anext(found)]

    async def batch(self, ids: list[str]) -> object:
        return await self._container.execute_item_batch(
            [("create", (_item(self.partition, id),)) for id in ids], self.partition
        )

    async def close(self) -> None:
        """The client is closed by whoever made it."""


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE documents (partition TEXT, id TEXT, etag TEXT, body TEXT, PRIMARY KEY (partition, id))")
    return db


def _entity(partition: str, id: str) -> dict[str, Any]:
    return {"PartitionKey": partition, "RowKey": id, "body": json.dumps(BODY)}


def _item(partition: str, id: str) -> dict[str, Any]:
    return {"id": id, "partition": partition, "body": json.dumps(BODY)}

"""The engine on Azure Cosmos DB (the NoSQL API): documents as items of one container, partitioned by owner.

The body is kept as JSON text: Cosmos DB would turn 1.0 into 1 and round large integers. Only `partition` and `at` are
indexed, so a write costs the least it can. Import this only when the engine is chosen: the SDK comes with it.

Reads must see the latest write of any process, so the account's consistency has to be Strong (or one region with
Bounded Staleness); with Session, the service's default, another process's write may be seen late.
"""

# ruff: noqa: A002 - `id` is the seam's own word

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Self

import aiohttp
from azure.core import MatchConditions
from azure.core.exceptions import AzureError, HttpResponseError
from azure.cosmos import PartitionKey
from azure.cosmos.aio import ContainerProxy, CosmosClient
from azure.cosmos.exceptions import (
    CosmosBatchOperationError,
    CosmosHttpResponseError,
    CosmosResourceExistsError,
    CosmosResourceNotFoundError,
)

from shared.storage import keys
from shared.storage.credentials import CredentialFactory, managed_identity
from shared.storage.echoes import EchoingTransport
from shared.storage.remote import PER_TRY_S, TOTAL_S, RemoteStore
from shared.storage.store import Delete, Insert, Replace, Upsert
from shared.storage.trails import read_trail, trail_text
from shared.storage.wire import NEVER_THERE, Busy, Change, Clash, Doubt, Rejected, Row, time_of

_ABOVE_PARTITION = chr(ord(keys.BELOW_ALL) + 1)
_INDEXING: dict[str, Any] = {
    "indexingMode": "consistent",
    "automatic": True,
    "includedPaths": [{"path": "/partition/?"}, {"path": "/at/?"}],
    "excludedPaths": [{"path": "/*"}],
}
_CONTAINER_GONE = 1003
_MARK = "x-ms-activity-id"
"""A header of every reply of the service, which sends back what the request had there."""
_NO_RETRIES = -1
"""The SDK takes 0 for "not given" and then retries nine times."""


class CosmosStore(RemoteStore):
    """A `DocumentStore` in one container of a Cosmos DB account."""

    @classmethod
    def of(
        cls,
        *,
        endpoint: str,
        key: str = "",
        database: str = "vigor",
        container: str = "documents",
        credential: CredentialFactory = managed_identity,
        per_try_s: float = PER_TRY_S,
        total_s: float = TOTAL_S,
    ) -> Self:
        """The store behind an endpoint, reached with a credential, or with a key (the emulator's).

        With a key, database and container are made where they are missing. An identity may not make them: the roles
        of the data plane do not allow it, so the deployment does.
        """
        wire = CosmosWire(endpoint=endpoint, key=key, database=database, container=container, credential=credential)
        return cls(wire, per_try_s=per_try_s, total_s=total_s)


class CosmosWire:
    """Requests to one container. The SDK's own retries of writes and of throttled requests are off."""

    def __init__(
        self, *, endpoint: str, key: str, database: str, container: str, credential: CredentialFactory
    ) -> None:
        self._endpoint = endpoint
        self._key = key
        self._names = (database, container)
        self._new_credential = credential
        self._credential: Any = None
        self._client: CosmosClient | None = None
        self._container: ContainerProxy | None = None

    async def open(self) -> None:
        if self._client is None:
            if not self._key:
                self._credential = self._new_credential()
            self._client = CosmosClient(
                self._endpoint,
                self._key or self._credential,
                # With discovery the SDK repeats writes of its own accord, and asks the addresses that emulators invent.
                enable_endpoint_discovery=False,
                enable_compact_utf8_item_writes=True,
                retry_throttle_total=_NO_RETRIES,
                retry_connect=0,
                retry_read=0,
                retry_status=0,
                transport=EchoingTransport(_MARK, of="/docs/"),
            )
        database, container = self._names
        with _translated():
            await self._client.__aenter__()
            if self._key:
                self._container = await self._made(self._client)
            else:
                there = self._client.get_database_client(database).get_container_client(container)
                try:
                    await there.read()
                except CosmosResourceNotFoundError as missing:
                    raise Rejected("404 no container") from missing
                self._container = there

    async def _made(self, client: CosmosClient) -> ContainerProxy:
        """The container, made with its database where they are missing. Of workers that begin together one makes it."""
        database, container = self._names
        with suppress(CosmosResourceExistsError):  # the SDK looks first, and another may come in between
            await client.create_database_if_not_exists(database)
        there = client.get_database_client(database)
        with suppress(CosmosResourceExistsError):
            await there.create_container_if_not_exists(container, PartitionKey("/partition"), indexing_policy=_INDEXING)
        return there.get_container_client(container)

    async def read(self, partition: str, id: str) -> Row | None:
        with _translated():
            try:
                return _row(await self._to.read_item(id, partition))
            except CosmosResourceNotFoundError as missing:
                if not _is_about_the_item(missing):
                    raise
                return None

    async def time(self) -> datetime | None:
        partition, name = NEVER_THERE
        with _translated():
            try:
                await self._to.read_item(name, partition)
            except CosmosResourceNotFoundError as missing:
                if not _is_about_the_item(missing):
                    raise
                return time_of(missing.headers)
        return None

    async def write(self, partition: str, changes: Sequence[Change]) -> list[str]:
        with _translated():
            if len(changes) == 1 and changes[0].may_be_sent_twice:
                return [await self._write_one(partition, changes[0])]
            results = await self._to.execute_item_batch(
                [_operation(partition, change) for change in changes], partition
            )
            return [
                "" if isinstance(change.op, Delete) else result["eTag"]
                for change, result in zip(changes, results, strict=True)
            ]

    async def scan(self, partition: str, span: keys.Span, limit: int) -> list[Row]:
        low = keys.place(partition, span.low)
        high = partition + _ABOVE_PARTITION if span.high is None else keys.place(partition, span.high)
        query = "SELECT * FROM c WHERE c.partition = @partition AND c.at >= @low AND c.at < @high ORDER BY c.at"
        return await self._query(query, {"partition": partition, "low": low, "high": high}, limit, within=partition)

    async def scan_all(self, partition: str, after: str, limit: int) -> list[Row]:
        last = keys.place(partition, after) if partition else ""
        return await self._query("SELECT * FROM c WHERE c.at > @last ORDER BY c.at", {"last": last}, limit)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
        if self._credential is not None:
            await self._credential.close()

    @property
    def _to(self) -> ContainerProxy:
        assert self._container is not None, "open first"  # noqa: S101 - the remote store opens before anything else
        return self._container

    async def _write_one(self, partition: str, change: Change) -> str:
        match change.op:
            case Insert():
                done = await self._to.create_item(_item(partition, change), no_response=True)
            case Replace():
                done = await self._to.replace_item(
                    change.id,
                    _item(partition, change),
                    etag=change.etag,
                    match_condition=MatchConditions.IfNotModified,
                    no_response=True,
                )
            case Upsert():
                done = await self._to.upsert_item(_item(partition, change), no_response=True)
            case Delete():
                await self._to.delete_item(change.id, partition)
                return ""
        return str(done.get_response_headers()["etag"])

    async def _query(self, query: str, bounds: dict[str, str], limit: int, *, within: str | None = None) -> list[Row]:
        parameters: list[dict[str, object]] = [{"name": f"@{name}", "value": value} for name, value in bounds.items()]
        where: dict[str, Any] = {} if within is None else {"partition_key": within}
        rows: list[Row] = []
        with _translated():
            async for item in self._to.query_items(query, parameters=parameters, max_item_count=limit, **where):
                rows.append(_row(item))
                if len(rows) == limit:
                    break
        return rows


def _item(partition: str, change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "partition": partition,
        "at": keys.place(partition, change.id),
        "trail": trail_text(change.trail),
        "body": change.text,
    }


def _row(item: Any) -> Row:
    return Row(item["partition"], item["id"], item["body"], read_trail(item["trail"]), item["_etag"])


def _operation(partition: str, change: Change) -> Any:
    insist = {"if_match_etag": change.etag} if change.etag else {}
    match change.op:
        case Insert():
            return ("create", (_item(partition, change),))
        case Replace():
            return ("replace", (change.id, _item(partition, change)), insist)
        case Upsert():
            return ("upsert", (_item(partition, change),))
        case Delete():
            return ("delete", (change.id,), insist)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the SDK raises into how the request ended; what is left is a bug of ours."""
    try:
        yield
    except HttpResponseError as failure:
        ending = _ending(failure)
        if ending is None:
            raise
        raise ending from failure
    except (AzureError, aiohttp.ClientError, OSError) as failure:
        raise Doubt(type(failure).__name__) from failure
    except (KeyError, TypeError, AttributeError) as failure:
        # A reply that was cut short or is not the service's trips the SDK up anywhere.
        raise Doubt("a reply that makes no sense") from failure


def _ending(failure: HttpResponseError) -> Clash | Busy | Rejected | Doubt | None:
    status = failure.status_code
    if status is None or status < 400 or status in (408, 410) or (status >= 500 and status != 503):
        return Doubt(f"status {status}")
    if status in (429, 449, 503):
        return Busy(_retry_after_s(failure))
    gone = isinstance(failure, CosmosHttpResponseError) and failure.sub_status == _CONTAINER_GONE
    if status in (401, 403) or gone:
        return Rejected(f"{status} {failure.reason}")
    if status in (404, 409, 412):
        if not _is_about_the_item(failure):
            return Doubt(f"{status}, but not of the item")
        return Clash(failure.error_index if isinstance(failure, CosmosBatchOperationError) else 0)
    return None


def _is_about_the_item(failure: HttpResponseError) -> bool:
    """Whether the service itself refused, for what the item is: a sub-status tells of other reasons, such as a replica
    that is behind, and a reply without the service's mark is somebody else's."""
    return _MARK in (getattr(failure, "headers", None) or {}) and not getattr(failure, "sub_status", None)


def _retry_after_s(failure: HttpResponseError) -> float | None:
    headers = getattr(failure, "headers", None) or {}
    told = str(headers.get("x-ms-retry-after-ms", ""))
    return float(told) / 1000 if told.replace(".", "", 1).isdecimal() else None

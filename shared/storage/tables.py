"""The engine on Azure Table storage: documents as entities, their JSON cut into binary properties.

Import this only when the engine is chosen: the SDK comes with it.
"""

# ruff: noqa: A002 - `id` is the seam's own word

import re
from collections.abc import AsyncIterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

import aiohttp
from azure.core import MatchConditions
from azure.core.exceptions import (
    AzureError,
    DeserializationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.core.pipeline import PipelineResponse
from azure.data.tables import TableTransactionError, TransactionOperation, UpdateMode
from azure.data.tables.aio import TableClient

from shared.storage import chunks, keys
from shared.storage.credentials import CredentialFactory, managed_identity
from shared.storage.echoes import EchoingTransport
from shared.storage.remote import PER_TRY_S, TOTAL_S, RemoteStore
from shared.storage.store import Delete, Insert, Replace, Upsert
from shared.storage.trails import read_trail, trail_text
from shared.storage.wire import NEVER_THERE, Busy, Change, Clash, Doubt, Rejected, Row, time_of

_PIECE_BYTES = 64 * 1024
"""What a binary property holds. As strings the service would count, keep and charge two bytes a character."""

_ETAG = re.compile(r"W/\"datetime'[0-9A-Za-z%.:-]+'\"")
_MAX_TOP = 1000
"""The service calls a query for more rows at once a malformed request; the SDK asks for the rest by itself."""

_MARK = "x-ms-client-request-id"
"""A header of every request, which the service sends back."""

_NO_TABLE = ("TableNotFound", "TableBeingDeleted")
_ABSENT = ("ResourceNotFound", "EntityNotFound")
_REFUSED = (*_ABSENT, "EntityAlreadyExists", "UpdateConditionNotSatisfied", "ConditionNotMet")
"""The service's words for a row that is not as it should be. The same status without one of them is somebody else's,
and says nothing about the row."""


class TablesStore(RemoteStore):
    """A `DocumentStore` in one table of a storage account."""

    @classmethod
    def of(
        cls,
        *,
        endpoint: str = "",
        connection: str = "",
        table: str = "vigor",
        credential: CredentialFactory = managed_identity,
        per_try_s: float = PER_TRY_S,
        total_s: float = TOTAL_S,
    ) -> Self:
        """The store behind a connection string (the emulator's) or an https endpoint reached with a credential."""
        wire = TablesWire(endpoint=endpoint, connection=connection, table=table, credential=credential)
        return cls(wire, per_try_s=per_try_s, total_s=total_s)


class TablesWire:
    """Requests to one table. The SDK's own retries are off: it would count its first try's success as a conflict."""

    def __init__(self, *, endpoint: str, connection: str, table: str, credential: CredentialFactory) -> None:
        self._endpoint = endpoint
        self._connection = connection
        self._table = table
        self._new_credential = credential
        self._credential: Any = None
        self._client: TableClient | None = None

    async def open(self) -> None:
        if self._client is None:
            options: dict[str, Any] = {"retry_total": 0, "transport": EchoingTransport(_MARK, of=self._table)}
            if self._connection:
                self._client = TableClient.from_connection_string(self._connection, self._table, **options)
            else:
                self._credential = self._new_credential()
                self._client = TableClient(self._endpoint, self._table, credential=self._credential, **options)
        with _translated():
            try:
                await self._client.create_table()
            except ResourceExistsError as there:
                if "TableBeingDeleted" in str(there):
                    raise

    async def read(self, partition: str, id: str) -> Row | None:
        with _translated():
            try:
                entity = await self._to.get_entity(partition, id)
            except ResourceNotFoundError as missing:
                if not _says(str(missing), _ABSENT):
                    raise
                return None
            return _row(entity)

    async def time(self) -> datetime | None:
        with _translated():
            try:
                await self._to.get_entity(*NEVER_THERE)
            except ResourceNotFoundError as missing:
                if not _says(str(missing), _ABSENT):
                    raise
                return time_of(getattr(missing.response, "headers", {}))
        return None

    async def write(self, partition: str, changes: Sequence[Change]) -> list[str]:
        for index, change in enumerate(changes):
            if change.etag is not None and not _ETAG.fullmatch(change.etag):
                raise Clash(index)  # the service calls an etag that is not its own a malformed request
        with _translated():
            if len(changes) == 1 and changes[0].may_be_sent_twice:
                return [await self._write_one(partition, changes[0])]
            results = await self._to.submit_transaction([_operation(partition, change) for change in changes])
            return [
                "" if isinstance(change.op, Delete) else result["etag"]
                for change, result in zip(changes, results, strict=True)
            ]

    async def scan(self, partition: str, span: keys.Span, limit: int) -> list[Row]:
        query = "PartitionKey eq @partition and RowKey ge @low"
        bounds = {"partition": partition, "low": span.low}
        if span.high is not None:
            query += " and RowKey lt @high"
            bounds["high"] = span.high
        return await self._query(query, bounds, limit)

    async def scan_all(self, partition: str, after: str, limit: int) -> list[Row]:
        # Two ranges rather than one condition with "or", which the service answers by reading the whole table.
        rows = []
        if partition:
            same = "PartitionKey eq @partition and RowKey gt @after"
            rows = await self._query(same, {"partition": partition, "after": after}, limit)
        if len(rows) < limit:
            rows += await self._query("PartitionKey gt @partition", {"partition": partition}, limit - len(rows))
        return rows

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
        if self._credential is not None:
            await self._credential.close()

    @property
    def _to(self) -> TableClient:
        assert self._client is not None, "open first"  # noqa: S101 - the remote store opens before anything else
        return self._client

    async def _write_one(self, partition: str, change: Change) -> str:
        """One entity by itself: half the price of a transaction of one."""
        match change.op:
            case Insert():
                done = await self._to.create_entity(_entity(partition, change))
            case Replace():
                done = await self._to.update_entity(
                    _entity(partition, change),
                    mode=UpdateMode.REPLACE,
                    etag=change.etag,
                    match_condition=MatchConditions.IfNotModified,
                )
            case Upsert():
                done = await self._to.upsert_entity(_entity(partition, change), mode=UpdateMode.REPLACE)
            case Delete():
                await self._delete(partition, change)
                return ""
        return str(done["etag"])

    async def _delete(self, partition: str, change: Change) -> None:
        missing: list[str] = []

        def note(response: PipelineResponse[Any, Any]) -> None:
            if response.http_response.status_code == 404:  # of which the SDK says nothing
                missing.append(response.http_response.text())

        await self._to.delete_entity(partition, change.id, raw_response_hook=note)
        if missing:
            raise _refusal(missing[0])

    async def _query(self, query: str, bounds: dict[str, str], limit: int) -> list[Row]:
        with _translated():
            found = self._to.query_entities(query, parameters=bounds, results_per_page=min(limit, _MAX_TOP))
            return [_row(entity) async for entity in _first(found, limit)]


async def _first(entities: AsyncIterable[Mapping[str, Any]], limit: int) -> AsyncIterable[Mapping[str, Any]]:
    left = limit
    async for entity in entities:
        yield entity
        left -= 1
        if not left:
            return


def _entity(partition: str, change: Change) -> dict[str, Any]:
    assert change.text is not None  # noqa: S101 - only a deletion has none
    pieces = chunks.cut(change.text.encode("utf-8"), size=_PIECE_BYTES)
    return {
        "PartitionKey": partition,
        "RowKey": change.id,
        "trail": trail_text(change.trail),
        **{f"body{n}": piece for n, piece in enumerate(pieces)},
    }


def _row(entity: Any) -> Row:
    text = b"".join(entity[name] for name in sorted(name for name in entity if name.startswith("body")))
    trail = read_trail(entity["trail"])
    return Row(entity["PartitionKey"], entity["RowKey"], text.decode("utf-8"), trail, entity.metadata["etag"])


def _operation(partition: str, change: Change) -> Any:
    insist = {"etag": change.etag, "match_condition": MatchConditions.IfNotModified}
    match change.op:
        case Insert():
            return (TransactionOperation.CREATE, _entity(partition, change))
        case Replace():
            return (TransactionOperation.UPDATE, _entity(partition, change), {"mode": UpdateMode.REPLACE, **insist})
        case Upsert():
            return (TransactionOperation.UPSERT, _entity(partition, change), {"mode": UpdateMode.REPLACE})
        case Delete():
            row = {"PartitionKey": partition, "RowKey": change.id}
            return (TransactionOperation.DELETE, row, insist if change.etag else {})


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
    except (AzureError, DeserializationError, aiohttp.ClientError, OSError) as failure:
        raise Doubt(type(failure).__name__) from failure
    except (KeyError, TypeError, AttributeError) as failure:
        # A reply that was cut short or is not the service's trips the SDK up anywhere.
        raise Doubt("a reply that makes no sense") from failure


def _ending(failure: HttpResponseError) -> Clash | Busy | Rejected | Doubt | None:
    status = failure.status_code
    if status is None or status < 400 or status in (408, 410) or (status >= 500 and status != 503):
        return Doubt(f"status {status}")
    if status in (429, 503):
        return Busy(_retry_after_s(failure))
    if status in (401, 403):
        return Rejected(f"{status} {failure.reason}")
    if status in (404, 409, 412):
        return _refusal(str(failure), index=failure.index if isinstance(failure, TableTransactionError) else 0)
    return None


def _refusal(text: str, *, index: int = 0) -> Clash | Rejected | Doubt:
    """What a reply of "not found", "conflict" or "precondition failed" with that text means."""
    if _says(text, _NO_TABLE):
        return Rejected("no table")
    return Clash(index) if _says(text, _REFUSED) else Doubt("a refusal that is not the service's own")


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _retry_after_s(failure: HttpResponseError) -> float | None:
    told = str(getattr(failure.response, "headers", {}).get("Retry-After", ""))
    return float(told) if told.isdecimal() else None

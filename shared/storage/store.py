"""The storage seam: what a document is, what every engine promises, and how it says no.

Every engine passes one suite, tests/contract/test_document_store*.py; what stands here is what that suite holds it to.

Limits, the same on every engine so that a document can move between them:

- A key (a partition or an id) is 1 to 200 characters of Unicode, at most `keys.MAX_ENCODED_CHARS` once encoded.
- A body is a JSON object of at most `MAX_BODY_BYTES` of UTF-8 JSON.
- A batch is at most `MAX_BATCH_OPS` operations in one partition, at most `MAX_BATCH_BYTES` of bodies together.
"""

# ruff: noqa: A002 - `id` is the seam's own word

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Body: TypeAlias = "dict[str, Json]"

MAX_BODY_BYTES = 480_000
"""Table storage allows an entity 1 MiB, and for Cosmos DB JSON goes inside JSON, where it may double."""

MAX_BATCH_OPS = 100
"""Table storage's and Cosmos DB's own limit."""

MAX_BATCH_BYTES = 500_000
"""Doubled for Cosmos DB, still no request over 1 MiB, which is half of what it takes and all that is kind to a loop."""

MAX_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object under a partition and an id, as it was when `etag` named it.

    `etag` is opaque, of `[A-Za-z0-9._~-]` only, and never used twice for one key, not even after a deletion.
    """

    partition: str
    id: str
    body: Body
    etag: str


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order, and where to go on: `cursor` is None when nothing was left."""

    documents: list[Document]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Insert:
    """Make a document that must not be there yet."""

    id: str
    body: Body


@dataclass(frozen=True, slots=True)
class Replace:
    """Write over the document that `etag` names."""

    id: str
    body: Body
    etag: str


@dataclass(frozen=True, slots=True)
class Upsert:
    """Make a document or write over it, whatever it holds."""

    id: str
    body: Body


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the document that `etag` names, or any under that id when `etag` is None."""

    id: str
    etag: str | None = None


Op: TypeAlias = Insert | Replace | Upsert | Delete


class StoreError(Exception):
    """What a store may say no with."""


class DocumentMissing(StoreError):
    """There is no document under that key."""


class DocumentExists(StoreError):
    """There is a document under that key already."""


class StaleDocument(StoreError):
    """The document changed, or went, since the etag was handed out."""


class BatchConflict(StoreError):
    """One operation of a batch could not be done, so none was.

    `index` is its place in the batch. Where several could not be done, it is any one of them.
    """

    def __init__(self, index: int, cause: DocumentExists | StaleDocument | DocumentMissing) -> None:
        super().__init__(f"Operation {index} of the batch: {cause}")
        self.index = index
        self.cause = cause


class DocumentTooLarge(StoreError):
    """A body, or the bodies of a batch together, are over the limit."""


class InvalidKey(StoreError):
    """A partition or an id that no engine could keep."""


class InvalidBody(StoreError):
    """A body that is not JSON: NaN, infinity, half a surrogate pair, or something JSON has no word for."""


class InvalidCursor(StoreError):
    """A cursor that this query did not hand out."""


class StoreUnavailable(StoreError):
    """The engine could not be reached or could not answer in time.

    A write that ends so may or may not have happened; `retry_after_s` says when to ask again, in seconds.
    """

    def __init__(self, sentence: str = "The store cannot be reached.", *, retry_after_s: float = 1.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class DocumentStore(Protocol):
    """Documents in partitions, written one at a time or some of one partition together.

    A write that returned is durable and seen by every later read, in any process. Reads never see half a batch's
    document. Ids sort by `keys.encode`: digits, capitals and small letters as in ASCII, and anything that is not
    `[0-9A-Za-z._:@-]` after `z`, by code point.

    Every method may raise `StoreUnavailable`, and `InvalidKey` for a partition or an id; every method that takes a
    body may raise `DocumentTooLarge` and `InvalidBody`.
    """

    async def get(self, partition: str, id: str) -> Document:
        """The document under that key, or `DocumentMissing`."""
        ...

    async def find(self, partition: str, id: str) -> Document | None:
        """The document under that key, or None."""
        ...

    async def insert(self, partition: str, id: str, body: Body) -> Document:
        """Make a document, or raise `DocumentExists`. Of many inserts of one key at once, exactly one succeeds."""
        ...

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:
        """Write over the version that `etag` names; `StaleDocument` when that is not the present one, or none is."""
        ...

    async def upsert(self, partition: str, id: str, body: Body) -> Document:
        """Write the document, whatever was there."""
        ...

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:
        """Remove the document; removing the absent is no error.

        With an etag, `StaleDocument` when that is not the present version, or none is.
        """
        ...

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
        """Documents with `start` <= id < `before` and the prefix, in ascending order of id, at most `limit`.

        A `cursor` goes on after the last document of the page that gave it, whatever was written meanwhile: a document
        that stays is seen once, one written behind the cursor is not seen. `InvalidCursor` for a cursor of another
        partition or prefix. `limit` is 1 to `MAX_PAGE`.
        """
        ...

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        """Do all of it or none of it; answer the documents in the order of the operations, None for a deletion.

        `BatchConflict` names the operation that could not be done. Unlike `delete`, a `Delete` without an etag of an
        absent document is one of these, with `DocumentMissing`. An id may stand in a batch once; a batch of nothing
        does nothing. `DocumentTooLarge` when the bodies together are over `MAX_BATCH_BYTES`.
        """
        ...

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        """Every document of every partition, by partition and id: for moving house and for sweeps, not for requests."""
        ...

    async def ping(self) -> datetime | None:
        """Return when the store can be read and written, or raise `StoreUnavailable`.

        Answers the time by the store's own clock, to the second; None for one without a clock of its own.
        """
        ...

    async def scrub(self) -> None:
        """Leave no byte of what was deleted behind, where the engine keeps its own file; raises `StoreUnavailable`.

        For rare occasions: it may hold writers up for a moment.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and threads. Closing twice is no error; using a closed store is a bug."""
        ...

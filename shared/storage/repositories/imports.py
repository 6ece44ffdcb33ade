"""Imports as they are kept: each a record, and where it added more than a document should name, parts that go on."""

import asyncio
from collections.abc import Sequence

from shared.domain.imports import ImportPart, ImportRecord
from shared.storage.repositories.documents import body_of, kept, user_partition
from shared.storage.repositories.training import Entries
from shared.storage.store import DocumentStore

PART = "import-part:"
IDS_A_DOCUMENT = 1000
"""Of logs, and as many of other documents: with ids of the longest kind some 150 KB, which every engine takes. A record
is written over and over while its import comes along, so it should not be long."""


class ImportsRepository(Entries[ImportRecord]):
    """Imports, newest first. What is listed, found and written over is the record by itself; `whole` adds its parts."""

    def __init__(self, store: DocumentStore) -> None:
        super().__init__(store, ImportRecord, prefix="import:")

    async def begin(self, user_id: str, whole: ImportRecord) -> ImportRecord:
        """Keep all that an import is about to add; answers the record by itself.

        The record comes first, for parts without one would be nobody's. An import that was cut short may go on with
        more ids behind those it had; then each document only grows, so another cut loses none of them.
        """
        slices = max(_slices(whole.log_ids), _slices(whole.document_ids), 1)
        parts = [_part(whole, at) for at in range(slices)]
        record = whole.model_copy(update={**dict(parts[0]), "parts": slices - 1})
        await self.upsert(user_id, record.report.id, record)
        for at, part in enumerate(parts[1:], start=1):
            await self._store.upsert(user_partition(user_id), _part_id(record, at), body_of(part))
        return record

    async def whole(self, user_id: str, record: ImportRecord) -> ImportRecord:
        """The record with all that its parts name; a part that was never written, or is gone again, names nothing."""
        ids = [_part_id(record, at) for at in range(1, record.parts + 1)]
        found = await asyncio.gather(*(self._store.find(user_partition(user_id), one) for one in ids))
        parts = [kept(ImportPart, one).value for one in found if one is not None]
        log_ids = [*record.log_ids, *(log_id for part in parts for log_id in part.log_ids)]
        document_ids = [*record.document_ids, *(one for part in parts for one in part.document_ids)]
        return record.model_copy(update={"log_ids": log_ids, "document_ids": document_ids})

    async def forget(self, user_id: str, record: ImportRecord) -> None:
        """Remove the record after its parts; raises `NotFound`."""
        for at in range(1, record.parts + 1):
            await self._store.delete(user_partition(user_id), _part_id(record, at))
        await self.delete(user_id, record.report.id)


def _slices(ids: Sequence[str]) -> int:
    return -(-len(ids) // IDS_A_DOCUMENT)


def _part(whole: ImportRecord, at: int) -> ImportPart:
    some = slice(at * IDS_A_DOCUMENT, (at + 1) * IDS_A_DOCUMENT)
    return ImportPart(log_ids=whole.log_ids[some], document_ids=whole.document_ids[some])


def _part_id(record: ImportRecord, at: int) -> str:
    return f"{PART}{record.report.id}:{at:04}"

"""The register of what the night could not handle: such a document is tried five times, then parked until it changes.

An entry tells where the document is, which version of it failed, how often and at what; never what it holds. It goes when
the document does, or when it is handled after all. Another version of the document is tried anew, five times.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.domain.words import Shape
from shared.storage.repositories.documents import DamagedDocument, Kept, body_of, kept
from shared.storage.store import Document, DocumentExists, DocumentStore, InvalidKey, StaleDocument

PARTITION = "parked"
TRIES = 5
MOST = 1000
"""So many entries are one read. Where more is damaged it is no longer a document that went wrong, and the rest is told as
a number in the line of the night."""

_LONGEST_RUN = timedelta(minutes=10)
"""host.json ends a run after so long: what was parked earlier and is untold was left behind by one that died."""

_TOLD_WHOLE = ("system", "audit", "usage-daily")
"""Partitions whose ids name nobody and nothing that a person chose."""

_log = logging.getLogger("vigor.timer")


class ParkedDocument(Shape):
    """A version of a document that could not be handled: by which part of the night, at what error, when and how often.

    `told` is whether the log has the line about its parking. Entries of earlier releases do not say, and are told once more.
    """

    partition: str
    id: str
    etag: str
    part: str
    error: str
    tries: int
    first_at: datetime
    last_at: datetime
    told: bool = False

    @property
    def is_parked(self) -> bool:
        """Whether it was tried often enough."""
        return self.tries >= TRIES

    @property
    def kind(self) -> str:
        """What sort of document it is, without anybody's id: `user/message`, `usage-daily/day:2026-11-21`."""
        place = self.partition.partition(":")[0]
        sort, mark, _ = self.id.partition(":")
        if place in _TOLD_WHOLE:
            return f"{place}/{self.id}"
        return f"{place}/{sort}" if mark or place == "user" else place


class Parking:
    """The register as one run of the night sees it; it is read when it is first asked.

    A run counts one try for each document at most. Of runs beside each other one counts and the others see that it did, so
    one of them parks and tells it, once. Where a process dies between the two, or before it has noted that it told, a later
    run tells it: after a crash at least once.
    """

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._entries: dict[str, Kept[ParkedDocument]] | None = None
        self._changed: dict[str, tuple[str, str]] = {}
        self._tried = set[str]()
        self._reading = asyncio.Lock()

    async def holds(self, document: Document) -> bool:
        """Whether this very version is parked."""
        entry = (await self._known()).get(entry_id(document.partition, document.id))
        return entry is not None and entry.value.is_parked and entry.value.etag == document.etag

    async def holds_back(self, part: str) -> bool:
        """Whether the document that keeps this part of the night from its work is parked."""
        return any(one.value.is_parked for one in (await self._known()).values() if one.value.part == part)

    async def waits(self, document: Document) -> bool:
        """Whether a version of it failed, and this one is not parked."""
        name = entry_id(document.partition, document.id)
        return (name in await self._known() or name in self._changed) and not await self.holds(document)

    async def waiting(self) -> AsyncIterator[Document]:
        """The documents that are to be tried again and were not yet in this run."""
        known = await self._known()
        places = {name: (one.value.partition, one.value.id) for name, one in known.items() if not one.value.is_parked}
        for name, place in [*places.items(), *self._changed.items()]:
            if name not in self._tried and (document := await self._store.find(*place)) is not None:
                yield document

    async def failed(self, document: Document, error: Exception, *, part: str) -> bool:
        """Count a try and tell it; False for what is parked already, which is told no more."""
        name, known = entry_id(document.partition, document.id), await self._known()
        if await self.holds(document):
            return False
        if name in self._tried:
            return True
        self._tried.add(name)
        there, now, what = known.get(name), self._clock(), type(error.__cause__ or error).__name__
        before = there.value if there and there.value.etag == document.etag else None
        entry = ParkedDocument(
            partition=document.partition,
            id=document.id,
            etag=document.etag,
            part=part,
            error=what,
            tries=before.tries + 1 if before else 1,
            first_at=before.first_at if before else now,
            last_at=now,
        )
        if there is None and len(known) >= MOST:
            _log.error("%s cannot be handled (%s), and the register is full", entry.kind, what)
        elif (written := await self._kept(name, entry, there)) is not None:
            known[name] = written
            known[name] = await self._told(name, written)
        return True

    async def handled(self, document: Document) -> None:
        """It could be handled after all, unless another part of this run has failed at it."""
        name = entry_id(document.partition, document.id)
        if name not in self._tried:
            await self._drop(name)

    async def went_well(self, part: str) -> None:
        """A part of the night that a document kept from its work did it."""
        for name in [name for name, one in (await self._known()).items() if one.value.part == part]:
            await self._drop(name)

    async def entries(self) -> dict[str, ParkedDocument]:
        """What is in the register, by the ids of its entries."""
        return {name: one.value for name, one in (await self._known()).items()}

    async def _known(self) -> dict[str, Kept[ParkedDocument]]:
        async with self._reading:
            if self._entries is None:
                self._entries = await self._read()
        return self._entries

    async def _told(self, name: str, entry: Kept[ParkedDocument]) -> Kept[ParkedDocument]:
        """Tell it, and note of what is parked that it was told: in this order, for a crash between the two lets it be told
        twice, and not never."""
        one = entry.value
        if not one.is_parked:
            _log.error("%s cannot be handled: %s (try %d of %d)", one.kind, one.error, one.tries, TRIES)
            return entry
        line = {"event": "parked", "id": name, "kind": one.kind, "part": one.part, "error": one.error}
        _log.error(json.dumps({**line, "tries": one.tries, "first_at": one.first_at.isoformat()}))
        return await self._kept(name, one.model_copy(update={"told": True}), entry) or entry

    def _was_left_untold(self, entry: ParkedDocument) -> bool:
        """Whether a run parked it and died before it told; one that may still be at it tells it itself."""
        return entry.is_parked and not entry.told and entry.last_at < self._clock() - _LONGEST_RUN

    async def _read(self) -> dict[str, Kept[ParkedDocument]]:
        """The register, without entries about what is gone or has changed: what changed is tried as if for the first time."""
        entries: dict[str, Kept[ParkedDocument]] = {}
        for document in (await self._store.page(PARTITION, limit=MOST)).documents:
            about = None
            try:
                entry = kept(ParkedDocument, document)
                about = await self._store.find(entry.value.partition, entry.value.id)
                if about is not None and about.etag == entry.value.etag:
                    is_left = self._was_left_untold(entry.value)
                    entries[document.id] = await self._told(document.id, entry) if is_left else entry
                    continue
            except (DamagedDocument, InvalidKey) as damaged:
                _log.warning("An entry of the register cannot be read and is dropped: %s", type(damaged).__name__)
            await self._remove(document.id, document.etag)
            if about is not None:
                self._changed[document.id] = (about.partition, about.id)
        return entries

    async def _kept(
        self, name: str, entry: ParkedDocument, there: Kept[ParkedDocument] | None
    ) -> Kept[ParkedDocument] | None:
        """The entry as this run kept it; None where another one wrote meanwhile, which is let be."""
        try:
            if there is None:
                written = await self._store.insert(PARTITION, name, body_of(entry))
            else:
                written = await self._store.replace(PARTITION, name, body_of(entry, over=there.etag), etag=there.etag)
        except (DocumentExists, StaleDocument):
            return None
        return kept(ParkedDocument, written)

    async def _drop(self, name: str) -> None:
        if (entry := (await self._known()).pop(name, None)) is not None:
            await self._remove(name, entry.etag)

    async def _remove(self, name: str, etag: str) -> None:
        with suppress(StaleDocument):  # another run had something to add to it
            await self._store.delete(PARTITION, name, etag=etag)


async def read_entries(store: DocumentStore) -> dict[str, ParkedDocument]:
    """What stands in the register, by the ids of its entries; for who looks, without a look at the documents."""
    found: dict[str, ParkedDocument] = {}
    for document in (await store.page(PARTITION, limit=MOST)).documents:
        with suppress(DamagedDocument):  # the night drops it
            found[document.id] = kept(ParkedDocument, document).value
    return found


async def forget(store: DocumentStore, user_id: str) -> None:
    """Remove every entry about a document of a person who is erased."""
    cursor = None
    while True:
        page = await store.page(PARTITION, limit=MOST, cursor=cursor)
        for document in page.documents:
            if user_id in json.dumps(document.body):
                await store.delete(PARTITION, document.id)
        if (cursor := page.cursor) is None:
            return


def entry_id(partition: str, id: str) -> str:  # noqa: A002 - the seam's own word
    """Under which a document stands in the register: a digest, for keys may name people."""
    return hashlib.sha256(f"{partition}\n{id}".encode()).hexdigest()[:32]

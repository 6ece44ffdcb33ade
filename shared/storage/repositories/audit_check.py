"""Checking the audit trail from its newest entry to its first, and cutting off what is past its time."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.storage.repositories.audit_seals import (
    BASE,
    ENTRY,
    HEAD,
    PARTITION,
    WITNESS,
    AuditEntry,
    Head,
    Link,
    Seals,
    entry_id,
    is_in_place,
    read_entry,
)
from shared.storage.repositories.documents import DamagedDocument, Kept, body_of, kept
from shared.storage.store import BatchConflict, Delete, Document, DocumentStore, Insert, Op, Page, Replace

CHECK_WITHIN_S = 30.0
"""So long a check may take, well under the 45 s that a Static Web App gives an answer."""

_A_READ = 100
"""As many as a page of a list may hold: reading one keeps other requests waiting no longer than any list does."""
_A_SLICE = 20
"""Entries between two moments at which other requests get their turn: about a millisecond of sealing."""
_REMOVED_AT_ONCE = 99
"""A batch of them, with the new base, is as large as any engine takes."""
_security = logging.getLogger("vigor.security")


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """How many entries were checked, and the number of the first that does not fit, if any.

    `checked_to` is the oldest one checked where the time ended before the chain did, else None.
    """

    entries: int
    broken_at: int | None
    checked_to: int | None = None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the chain has to agree with: where it begins, and how far two witnesses have seen it go."""

    base: Link
    witness: Link
    seen: Head

    def contradict(self, entry: AuditEntry) -> bool:
        """Whether a witness saw another entry under that number."""
        return any(one.seq == entry.seq and one.seal != entry.seal for one in (self.witness, self.seen))


class Chain:
    """The chain as it lies in the store, whoever adds to it."""

    def __init__(self, store: DocumentStore, seals: Seals) -> None:
        self._store, self._seals = store, seals
        self._seen = Head()

    async def head(self) -> Kept[Head]:
        """The end of the chain; raises `DamagedDocument`."""
        document = await self._store.find(PARTITION, HEAD)
        return Kept(Head(), "") if document is None else kept(Head, document)

    async def witness(self) -> Kept[Link]:
        """The sealed copy of the head, which may be some entries behind; raises `DamagedDocument`."""
        document = await self._store.find(*WITNESS)
        return Kept(Link(), "") if document is None else kept(Link, document)

    async def page(self, *, limit: int, cursor: str | None) -> Page:
        """Entries, newest first."""
        return await self._store.page(PARTITION, prefix=ENTRY, limit=limit, cursor=cursor)

    def saw(self, head: Head) -> None:
        """Remember how far the chain goes: as long as this process lives, nobody takes that back unnoticed."""
        if head.seq > self._seen.seq:
            self._seen = head

    async def leads_to(self, witness: Link, head: Head) -> bool:
        """Whether what the witness saw lies on the chain that ends so."""
        if not self._seals.hold_link("witness", witness) or witness.seq > head.seq:
            return False
        if witness.seq in {0, head.seq}:
            return witness.seal in {"", head.seal}
        document = await self._store.find(PARTITION, entry_id(witness.seq))
        return document is None or read_entry(document).seal == witness.seal

    async def check(self, *, within_s: float) -> ChainCheck:
        """Walk the chain from its newest entry to its first: every seal, every link, nothing missing or added."""
        until = asyncio.get_running_loop().time() + within_s
        try:
            bounds = _Bounds((await self._base()).value, (await self.witness()).value, self._seen)
            while True:
                found = await self._walked(bounds, until=until)
                base = (await self._base()).value
                if found.broken_at is None or base.seq == bounds.base.seq:
                    return found
                # Entries that were removed for their age while the chain was walked are not missed.
                bounds = replace(bounds, base=base)
        except DamagedDocument:
            newest = (await self.page(limit=1, cursor=None)).documents
            return ChainCheck(0, read_entry(newest[0]).seq if newest else 1)  # nothing of it is proven

    async def _walked(self, bounds: _Bounds, *, until: float) -> ChainCheck:
        head, base = (await self.head()).value, bounds.base
        if broken_at := self._out_of_bounds(head, bounds):
            return ChainCheck(0, broken_at)
        due, checked = head, 0
        async for document in self._entries():
            if checked and checked % _A_SLICE == 0:
                await asyncio.sleep(0)
                if asyncio.get_running_loop().time() > until:
                    return ChainCheck(checked, None, checked_to=due.seq + 1)
            entry = read_entry(document)
            is_surplus = due.seq == base.seq
            if is_surplus or bounds.contradict(entry) or not self._fits(document, entry, due):
                return ChainCheck(checked, max(due.seq, base.seq + 1))
            due, checked = Head(seq=entry.seq - 1, seal=entry.previous), checked + 1
        if due != Head(seq=base.seq, seal=base.seal):
            return ChainCheck(checked, due.seq or 1)
        self.saw(head)
        return ChainCheck(checked, None)

    def _out_of_bounds(self, head: Head, bounds: _Bounds) -> int | None:
        """Where the end of the chain, before it is walked, disagrees with its bounds."""
        if not self._seals.hold_link("base", bounds.base):
            return bounds.base.seq
        if not self._seals.hold_link("witness", bounds.witness):
            return bounds.witness.seq
        return head.seq + 1 if max(bounds.witness.seq, bounds.seen.seq) > head.seq else None

    def _fits(self, document: Document, entry: AuditEntry, due: Head) -> bool:
        """Whether this is the entry that was due, as it was written."""
        return (
            (entry.seq, entry.seal) == (due.seq, due.seal) and is_in_place(document, entry) and self._seals.hold(entry)
        )

    async def _entries(self) -> AsyncIterator[Document]:
        """Every entry there is, newest first."""
        cursor: str | None = None
        while True:
            page = await self.page(limit=_A_READ, cursor=cursor)
            for document in page.documents:
                yield document
            if (cursor := page.cursor) is None:
                return

    async def prune(self, *, before: datetime) -> int:
        """Remove entries made before that moment, the oldest first; how many. What is left still proves itself.

        The newest entry stays, whatever its age: the chain hangs on it. So does everything from the first entry on that
        does not fit: what was tampered with is not taken for old and forgotten.
        """
        removed = 0
        while True:
            base, head = await self._base(), (await self.head()).value
            last = min(base.value.seq + _REMOVED_AT_ONCE, head.seq - 1)
            page = await self._store.page(
                PARTITION, start=entry_id(last), before=f"{entry_id(base.value.seq + 1)}~", limit=_REMOVED_AT_ONCE
            )
            proven = self._proven(base.value, page.documents[::-1])
            old = [at for at, entry in enumerate(proven) if entry.at < before]
            if not old:
                return removed
            gone = proven[: old[-1] + 1]
            try:
                await self._cut(base, gone)
            except BatchConflict:
                return removed  # another run is at it
            removed += len(gone)

    def _proven(self, base: Link, documents: Sequence[Document]) -> list[AuditEntry]:
        """The entries, oldest first, that follow upon the base without a flaw."""
        proven, last = list[AuditEntry](), Head(seq=base.seq, seal=base.seal)
        fits = self._seals.hold_link("base", base)
        for document in documents:
            entry = read_entry(document)
            fits = fits and (entry.seq, entry.previous) == (last.seq + 1, last.seal)
            if not (fits and is_in_place(document, entry) and self._seals.hold(entry)):
                _security.error(json.dumps({"event": "audit_broken", "seq": last.seq + 1}))
                break
            proven.append(entry)
            last = Head(seq=entry.seq, seal=entry.seal)
        return proven

    async def _cut(self, base: Kept[Link], gone: Sequence[AuditEntry]) -> None:
        moved = body_of(self._seals.link("base", gone[-1]))
        keep: Op = Replace(BASE, moved, base.etag) if base.etag else Insert(BASE, moved)
        await self._store.batch(PARTITION, [keep, *(Delete(entry_id(one.seq)) for one in gone)])

    async def _base(self) -> Kept[Link]:
        document = await self._store.find(PARTITION, BASE)
        return Kept(Link(), "") if document is None else kept(Link, document)

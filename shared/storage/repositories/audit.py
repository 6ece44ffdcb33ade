"""The audit trail: append-only, every entry sealed over the one before, people under pseudonyms."""

import asyncio
import hashlib
import hmac
import json
import logging
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.clock import Clock
from shared.config import SecretKey
from shared.domain.words import Shape
from shared.errors import Unavailable, VigorError
from shared.storage.repositories.documents import DamagedDocument, Kept, body_of, kept
from shared.storage.store import (
    BatchConflict,
    Delete,
    Document,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StoreError,
    StoreUnavailable,
)

PARTITION, HEAD, ENTRY, BASE = "audit", "head", "entry:", "base"
WITNESS = "system", "audit-head"
"""Where a sealed copy of the head lies apart from the trail: it tells when the newest entries went together with the
head. Whoever knows of it can put it back too; so every head also goes to the log, which the store's owner keeps elsewhere."""

_LAST = 10**12 - 1
_TRIES = 20
_TOGETHER = 50
"""So many entries, each with a hundred pseudonyms, are far from what a batch may hold."""
_CHECKED_AT_ONCE = 500
_security = logging.getLogger("vigor.security")
_PRUNED_AT_ONCE = 99
"""A batch of them, with the new base, is as large as any engine takes."""


class AuditEntry(Shape):
    """Who did what to whom, when, and how it was before and after."""

    seq: int
    at: datetime
    actor: str
    action: str
    target: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    correlation_id: str | None = None
    previous: str = ""
    seal: str = ""


class _Head(Shape):
    seq: int = 0
    seal: str = ""


class _Link(Shape):
    """An entry's number and seal, sealed once more: the last one that was removed for its age, so that nobody cuts off
    more and calls it age, or the newest one as the witness saw it."""

    seq: int = 0
    seal: str = ""
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """How many entries were checked, and the number of the first that does not fit, if any."""

    entries: int
    broken_at: int | None


@dataclass(eq=False, slots=True)
class _Waiting:
    """An entry that is to be appended, and how that ended."""

    unsealed: AuditEntry
    kept: AuditEntry | None = None
    failed: Exception | None = None


class AuditTrail:
    """Appends to the trail and checks it."""

    def __init__(self, store: DocumentStore, *, keys: Sequence[SecretKey], clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._ring = keys  # looked at anew each time: it may be rotated under us
        self._waiting: list[_Waiting] = []
        self._turn = asyncio.Lock()

    def pseudonym(self, user_id: str) -> str:
        """The name a person has in the trail until the ring is rotated; after erasure nothing leads from it to them."""
        return _pseudonym(self._ring[0], user_id)

    def pseudonyms(self, user_id: str) -> set[str]:
        """Every name they may have in the trail, under whichever key of the ring."""
        return {_pseudonym(key, user_id) for key in self._ring}

    async def append(
        self,
        action: str,
        *,
        actor_id: str,
        target: str | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> AuditEntry:
        """Add one entry at the end of the chain, whoever else adds one at the same time.

        Entries that this process adds while another of its entries is being written go together in one step after it,
        so that many at once do not contend for the end of the chain.
        """
        unsealed = AuditEntry(
            seq=0,
            at=self._clock(),
            actor=self.pseudonym(actor_id),
            action=action,
            target=target,
            before=before,
            after=after,
            correlation_id=correlation_id,
        )
        mine = _Waiting(unsealed)
        self._waiting.append(mine)
        try:
            async with self._turn:
                if mine in self._waiting:
                    await self._append_those_waiting()
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        if mine.failed is not None:
            raise mine.failed
        assert mine.kept is not None  # noqa: S101 - it was in somebody's step, which ended well
        return mine.kept

    async def _append_those_waiting(self) -> None:
        """Append what waits in one step, and tell each how it ended."""
        group, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        try:
            entries = await self._appended([one.unsealed for one in group])
        except (VigorError, StoreError) as failed:
            for one in group:
                one.failed = failed
        except BaseException:
            self._waiting = [*group[1:], *self._waiting]  # whoever was cut off is the first; the others go on
            raise
        else:
            for one, entry in zip(group, entries, strict=True):
                one.kept = entry

    async def _appended(self, drafts: Sequence[AuditEntry]) -> list[AuditEntry]:
        """The drafts as entries, all of them at the end of the chain in one batch."""
        for _ in range(_TRIES):
            try:
                head = await self._head()
            except DamagedDocument as damaged:
                raise Unavailable("The audit trail's end cannot be read, so nothing can be added.") from damaged
            entries, seq, seal = list[AuditEntry](), head.value.seq, head.value.seal
            for draft in drafts:
                numbered = draft.model_copy(update={"seq": seq + 1, "previous": seal})
                entries.append(numbered.model_copy(update={"seal": _seal(self._ring[0], numbered)}))
                seq, seal = entries[-1].seq, entries[-1].seal
            new_head = body_of(_Head(seq=seq, seal=seal))
            moved: Op = Replace(HEAD, new_head, head.etag) if head.etag else Insert(HEAD, new_head)
            try:
                await self._store.batch(
                    PARTITION, [*(Insert(_entry_id(one.seq), body_of(one)) for one in entries), moved]
                )
            except BatchConflict:
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret depends on it
                continue
            await self._bear_witness(entries)
            return entries
        raise Unavailable("Too many administrators at once; try again in a second.", retry_after_s=1)

    @asynccontextmanager
    async def change(
        self,
        action: str,
        *,
        actor_id: str,
        target: str | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> AsyncIterator[None]:
        """Around a change: its entry is written before the change, so that no crash can leave a change without one.

        A change that was refused gets a second entry, `<action>.refused`, and one whose end nobody knows
        `<action>.unsettled`; both name the first.
        """
        entry = await self.append(
            action, actor_id=actor_id, target=target, before=before, after=after, correlation_id=correlation_id
        )
        try:
            yield
        except (VigorError, StoreError) as failed:
            unknown = isinstance(failed, StoreUnavailable | Unavailable)
            await self.append(
                f"{action}.{'unsettled' if unknown else 'refused'}",
                actor_id=actor_id,
                target=target,
                after={"entry": entry.seq, "because": type(failed).__name__},
                correlation_id=correlation_id,
            )
            raise

    async def page(self, *, limit: int, cursor: str | None) -> tuple[list[AuditEntry], str | None]:
        """Entries, newest first."""
        page = await self._store.page(PARTITION, prefix=ENTRY, limit=limit, cursor=cursor)
        return [_entry(document) for document in page.documents], page.cursor

    async def check(self) -> ChainCheck:
        """Walk the chain from its newest entry to its first: every seal, every link, no gap, nothing cut off."""
        try:
            return await self._twice_checked()
        except DamagedDocument:
            return ChainCheck(0, 0)  # one of the documents it hangs on says nothing, so nothing of it is proven

    async def _twice_checked(self) -> ChainCheck:
        base, witness = (await self._base()).value, await self._witness()
        found = await self._checked(base, witness)
        now = (await self._base()).value
        # Entries that were removed for their age while the chain was walked are not missed.
        return found if found.broken_at is None or now.seq == base.seq else await self._checked(now, witness)

    async def _checked(self, base: _Link, witness: _Link) -> ChainCheck:
        head = (await self._head()).value
        expected, seal, checked, cursor = head.seq, head.seal, 0, None
        for link in (base, witness):
            if link.seq and not self._is_sealed_link(link):
                return ChainCheck(0, link.seq)
        if witness.seq > head.seq:
            return ChainCheck(0, head.seq + 1)
        while True:
            entries, cursor = await self.page(limit=_CHECKED_AT_ONCE, cursor=cursor)
            for entry in entries:
                if entry.seq != expected or entry.seal != seal or not self._is_sealed(entry):
                    return ChainCheck(checked, expected)
                if entry.seq == witness.seq and entry.seal != witness.seal:
                    return ChainCheck(checked, expected)
                expected, seal, checked = entry.seq - 1, entry.previous, checked + 1
                if base.seq and expected == base.seq:
                    return ChainCheck(checked, None if seal == base.seal else expected)
            if cursor is None:
                return ChainCheck(checked, expected if expected != base.seq else None)

    async def prune(self, *, before: datetime) -> int:
        """Remove entries made before that moment, the oldest first; how many. What is left still proves itself.

        The newest entry stays, whatever its age: the chain hangs on it.
        """
        removed = 0
        while True:
            base, head = await self._base(), (await self._head()).value
            last = min(base.value.seq + _PRUNED_AT_ONCE, head.seq - 1)
            page = await self._store.page(
                PARTITION, start=_entry_id(last), before=f"{_entry_id(base.value.seq + 1)}~", limit=_PRUNED_AT_ONCE
            )
            entries = [kept(AuditEntry, document).value for document in page.documents]
            old = [entry for entry in entries if entry.at < before]
            if not old:
                return removed
            newest = max(old, key=lambda entry: entry.seq)
            gone = [entry for entry in entries if entry.seq <= newest.seq]
            try:
                await self._cut(base, newest, [_entry_id(entry.seq) for entry in gone])
            except BatchConflict:
                return removed  # another run is at it
            removed += len(gone)

    async def _cut(self, base: Kept[_Link], newest: AuditEntry, ids: Sequence[str]) -> None:
        moved = body_of(self._link_to(newest))
        keep: Op = Replace(BASE, moved, base.etag) if base.etag else Insert(BASE, moved)
        await self._store.batch(PARTITION, [keep, *(Delete(one) for one in ids)])

    async def _bear_witness(self, entries: Sequence[AuditEntry]) -> None:
        """Tell the log and the copy apart from the trail how far it goes; a copy that is behind is no contradiction."""
        for entry in entries:
            _security.info(json.dumps({"event": "audit", "seq": entry.seq, "seal": entry.seal}))
        with suppress(StoreUnavailable):  # the entries are kept; the next ones bring the copy up to date
            await self._store.upsert(*WITNESS, body_of(self._link_to(entries[-1])))

    async def _witness(self) -> _Link:
        document = await self._store.find(*WITNESS)
        return _Link() if document is None else kept(_Link, document).value

    def _link_to(self, entry: AuditEntry) -> _Link:
        unsealed = _Link(seq=entry.seq, seal=entry.seal)
        return unsealed.model_copy(update={"sealed": _seal_link(self._ring[0], unsealed)})

    async def _base(self) -> Kept[_Link]:
        document = await self._store.find(PARTITION, BASE)
        return Kept(_Link(), "") if document is None else kept(_Link, document)

    def _is_sealed(self, entry: AuditEntry) -> bool:
        return self._is_ours(entry.seal, lambda key: _seal(key, entry))

    def _is_sealed_link(self, link: _Link) -> bool:
        return self._is_ours(link.sealed, lambda key: _seal_link(key, link))

    def _is_ours(self, seal: str, made: Callable[[SecretKey], str]) -> bool:
        """Whether one of our keys made the seal."""
        return any(hmac.compare_digest(seal, made(key)) for key in self._ring)

    async def _head(self) -> Kept[_Head]:
        document = await self._store.find(PARTITION, HEAD)
        return Kept(_Head(), "") if document is None else kept(_Head, document)


def _entry(document: Document) -> AuditEntry:
    """The entry; for one that cannot be read a stand-in with its number, whose missing seal breaks the chain there."""
    try:
        return kept(AuditEntry, document).value
    except DamagedDocument:
        number = document.id.removeprefix(ENTRY)
        seq = _LAST - int(number) if number.isdecimal() else 0
        return AuditEntry(seq=seq, at=datetime.fromtimestamp(0, UTC), actor="", action="unreadable")


def _pseudonym(key: SecretKey, user_id: str) -> str:
    name_key = hmac.digest(key.key, b"vigor audit pseudonym", hashlib.sha256)
    return hmac.digest(name_key, user_id.encode(), hashlib.sha256).hex()[:24]


def _seal(key: SecretKey, entry: AuditEntry) -> str:
    content = entry.model_dump(mode="json", exclude={"seal"})
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(_seal_key(key), canonical.encode(), hashlib.sha256).hex()


def _seal_link(key: SecretKey, link: _Link) -> str:
    return hmac.digest(_seal_key(key), f"base {link.seq} {link.seal}".encode(), hashlib.sha256).hex()


def _seal_key(key: SecretKey) -> bytes:
    return hmac.digest(key.key, b"vigor audit seal", hashlib.sha256)


def _entry_id(seq: int) -> str:
    return f"{ENTRY}{_LAST - seq:012d}"

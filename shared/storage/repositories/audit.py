"""The audit trail: append-only, every entry sealed over the one before, people under pseudonyms."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import Clock
from shared.config import SecretKey
from shared.errors import Unavailable, VigorError
from shared.storage.repositories.audit_check import CHECK_WITHIN_S, Chain, ChainCheck
from shared.storage.repositories.audit_seals import (
    HEAD,
    PARTITION,
    WITNESS,
    AuditEntry,
    Head,
    Seals,
    entry_id,
    shown_entry,
)
from shared.storage.repositories.documents import DamagedDocument, body_of
from shared.storage.store import (
    BatchConflict,
    DocumentExists,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StaleDocument,
    StoreError,
    StoreUnavailable,
)

VIGOR = "vigor"
"""Who acts where no person does, or nobody can tell who."""

_TRIES = 20
_TOGETHER = 50
"""So many entries, each with a hundred pseudonyms, are far from what a batch may hold."""
_security = logging.getLogger("vigor.security")


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
        self._seals = Seals(keys)
        self._chain = Chain(store, self._seals)
        self._waiting: list[_Waiting] = []
        self._turn = asyncio.Lock()

    def pseudonym(self, user_id: str) -> str:
        """The name a person has in the trail until the ring is rotated; after erasure nothing leads from it to them."""
        return self._seals.pseudonym(user_id)

    def pseudonyms(self, user_id: str) -> set[str]:
        """Every name they may have in the trail, under whichever key of the ring."""
        return self._seals.pseudonyms(user_id)

    async def append(
        self,
        action: str,
        *,
        actor_id: str | None,
        target: str | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> AuditEntry:
        """Add one entry at the end of the chain, whoever else adds one at the same time; without an actor it is `VIGOR`'s.

        Entries that this process adds while another of its entries is being written go together in one step after it,
        so that many at once do not contend for the end of the chain.
        """
        unsealed = AuditEntry(
            seq=0,
            at=self._clock(),
            actor=VIGOR if actor_id is None else self.pseudonym(actor_id),
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

    async def note(
        self, action: str, *, actor_id: str | None, target: str | None = None, correlation_id: str | None = None
    ) -> None:
        """Add an entry about what is done already; where the trail cannot take it, an error in the log tells of it.

        For what people do to protect themselves: that must not fail with the trail.
        """
        try:
            await self.append(action, actor_id=actor_id, target=target, correlation_id=correlation_id)
        except (VigorError, StoreError) as failed:
            missed = {"event": "audit_missed", "action": action, "target": target, "because": type(failed).__name__}
            _security.error(json.dumps(missed))

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
        page = await self._chain.page(limit=limit, cursor=cursor)
        return [shown_entry(document) for document in page.documents], page.cursor

    async def check(self, *, within_s: float = CHECK_WITHIN_S) -> ChainCheck:
        """Walk the chain from its newest entry to its first, as far as that time in seconds allows."""
        return await self._chain.check(within_s=within_s)

    async def prune(self, *, before: datetime) -> int:
        """Remove entries made before that moment that prove themselves, the oldest first; how many."""
        return await self._chain.prune(before=before)

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
                head = await self._chain.head()
            except DamagedDocument as damaged:
                raise Unavailable("The audit trail's end cannot be read, so nothing can be added.") from damaged
            entries, last = list[AuditEntry](), head.value
            for draft in drafts:
                numbered = draft.model_copy(update={"seq": last.seq + 1, "previous": last.seal})
                entries.append(self._seals.sealed(numbered))
                last = Head(seq=entries[-1].seq, seal=entries[-1].seal)
            moved: Op = Replace(HEAD, body_of(last), head.etag) if head.etag else Insert(HEAD, body_of(last))
            try:
                await self._store.batch(
                    PARTITION, [*(Insert(entry_id(one.seq), body_of(one)) for one in entries), moved]
                )
            except BatchConflict:
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret depends on it
                continue
            self._chain.saw(last)
            await self._bear_witness(head.value, entries)
            return entries
        raise Unavailable("Too many administrators at once; try again in a second.", retry_after_s=1)

    async def _bear_witness(self, before: Head, entries: Sequence[AuditEntry]) -> None:
        """Tell the log and the copy apart from the trail how far it goes.

        A copy that does not lie on the chain as it was `before` stays as it is: it tells that somebody took entries
        away, and new ones must not cover that up. One that is behind is no contradiction.
        """
        for entry in entries:
            _security.info(json.dumps({"event": "audit", "seq": entry.seq, "seal": entry.seal}))
        moved = body_of(self._seals.link("witness", entries[-1]))
        # the entries are kept; where the copy could not be written, the next ones bring it up to date
        with suppress(StoreUnavailable, StaleDocument, DocumentExists, DamagedDocument):
            witness = await self._chain.witness()
            if not await self._chain.leads_to(witness.value, before):
                return
            if witness.etag:
                await self._store.replace(*WITNESS, moved, etag=witness.etag)
            else:
                await self._store.insert(*WITNESS, moved)

"""Tiers as data: limits and budgets that the owner changes at run time, live in every worker within seconds."""

import asyncio
import logging
import random
from datetime import datetime, timedelta

from shared.auth.account import Tier
from shared.clock import Clock
from shared.errors import Unavailable
from shared.metering.limits import TIERS, TierLimits, default_limits
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import Document, DocumentExists, DocumentStore, StaleDocument

PARTITION, PREFIX = "system", "tier:"
UNSET = "unset"
_log = logging.getLogger("vigor.metering")
_TRIES = 20
LIVE_WITHIN = timedelta(seconds=8)
"""Ten seconds are promised; the rest is for the request that is under way."""


class Tiers:
    """The limits of each tier, read at most every `LIVE_WITHIN`."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._limits: dict[Tier, TierLimits] = {}
        self._read_at: datetime | None = None

    async def limits(self, tier: Tier) -> TierLimits:
        """The tier's limits, at most `LIVE_WITHIN` old."""
        await self.refresh()
        return self._limits[tier]

    async def refresh(self) -> None:
        """Read the limits of all tiers, if it is time to: so that a request can do so while it reads other things."""
        now = self._clock()
        if self._read_at is None or now - self._read_at >= LIVE_WITHIN:
            page = await self._store.page(PARTITION, prefix=PREFIX, limit=len(TIERS))
            changed = {document.id.removeprefix(PREFIX): document for document in page.documents}
            self._limits = {tier: _read(tier, changed.get(tier)).value for tier in TIERS}
            self._read_at = now

    async def read(self, tier: Tier) -> Kept[TierLimits]:
        """The tier's limits as they stand, with their etag; that of the defaults is `UNSET`."""
        return _read(tier, await self._store.find(PARTITION, PREFIX + tier))

    async def write(self, limits: TierLimits, *, etag: str | None) -> Kept[TierLimits]:
        """Set a tier's limits; raises `StaleDocument` where `etag` is given and is not the present one.

        Without an etag the last of several at once stays, and `Unavailable` is raised where there is no end of them.
        """
        for _ in range(_TRIES):
            there = await self.read(limits.tier)
            try:
                written = await self._written(limits, over=there.etag, etag=etag or there.etag)
            except (StaleDocument, DocumentExists) as overtaken:
                if etag is not None:
                    raise StaleDocument("The tier was changed since it was read.") from overtaken
                await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret depends on it
                continue
            self._read_at = None
            return written
        raise Unavailable("Too many administrators at once; try again in a second.", retry_after_s=1)

    async def _written(self, limits: TierLimits, *, over: str, etag: str) -> Kept[TierLimits]:
        key = PREFIX + limits.tier
        if etag == UNSET:
            return kept(TierLimits, await self._store.insert(PARTITION, key, body_of(limits)))
        return kept(TierLimits, await self._store.replace(PARTITION, key, body_of(limits, over=over), etag=etag))


def _read(tier: Tier, document: Document | None) -> Kept[TierLimits]:
    """The limits that a document holds, the default where there is none. One that cannot be read allows nothing until it
    is written anew: whoever wrote it may have meant to spend less."""
    if document is None:
        return Kept(default_limits(tier), UNSET)
    try:
        return kept(TierLimits, document)
    except ValueError as damaged:
        _log.error("The limits of tier %s cannot be read, so it has none left: %s", tier, type(damaged).__name__)
        return Kept(TierLimits(tier=tier, day=0, week=0, month=0, budget_usd=0), document.etag)

"""Tiers as data: limits and budgets that the owner changes at run time, live in every worker within seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.auth.account import Tier
from shared.clock import Clock
from shared.metering.limits import TierLimits, default_limits
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

PARTITION = "system"
LIVE_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Cached:
    limits: TierLimits
    read_at: datetime


class Tiers:
    """The limits of each tier, read at most every `LIVE_WITHIN`."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._cache: dict[Tier, _Cached] = {}

    async def limits(self, tier: Tier) -> TierLimits:
        """The tier's limits, at most `LIVE_WITHIN` old."""
        cached, now = self._cache.get(tier), self._clock()
        if cached is None or now - cached.read_at >= LIVE_WITHIN:
            cached = _Cached((await self.read(tier)).value, now)
            self._cache[tier] = cached
        return cached.limits

    async def read(self, tier: Tier) -> Kept[TierLimits]:
        """The tier's limits as they stand, with their etag; `unset` is the etag of the defaults."""
        document = await self._store.find(PARTITION, f"tier:{tier}")
        return Kept(default_limits(tier), "unset") if document is None else kept(TierLimits, document)

    async def write(self, limits: TierLimits, *, etag: str | None) -> Kept[TierLimits]:
        """Set a tier's limits; raises `StaleDocument` where `etag` is given and is not the present one."""
        there, key = await self.read(limits.tier), f"tier:{limits.tier}"
        present = etag or there.etag
        try:
            if present == "unset":
                document = await self._store.insert(PARTITION, key, body_of(limits))
            else:
                document = await self._store.replace(PARTITION, key, body_of(limits), etag=present)
        except DocumentExists as overtaken:
            raise StaleDocument("The tier was changed since it was read.") from overtaken
        self._cache.pop(limits.tier, None)
        return kept(TierLimits, document)

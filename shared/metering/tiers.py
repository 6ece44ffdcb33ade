"""Tiers as data: limits and budgets that the owner changes at run time, live in every worker within seconds."""

from datetime import datetime, timedelta

from shared.auth.account import Tier
from shared.clock import Clock
from shared.metering.limits import TIERS, TierLimits, default_limits
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

PARTITION, PREFIX = "system", "tier:"
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
            changed = [kept(TierLimits, document).value for document in page.documents]
            self._limits = {tier: default_limits(tier) for tier in TIERS} | {one.tier: one for one in changed}
            self._read_at = now

    async def read(self, tier: Tier) -> Kept[TierLimits]:
        """The tier's limits as they stand, with their etag; `unset` is the etag of the defaults."""
        document = await self._store.find(PARTITION, PREFIX + tier)
        return Kept(default_limits(tier), "unset") if document is None else kept(TierLimits, document)

    async def write(self, limits: TierLimits, *, etag: str | None) -> Kept[TierLimits]:
        """Set a tier's limits; raises `StaleDocument` where `etag` is given and is not the present one."""
        there, key = await self.read(limits.tier), PREFIX + limits.tier
        present = etag or there.etag
        try:
            if present == "unset":
                document = await self._store.insert(PARTITION, key, body_of(limits))
            else:
                document = await self._store.replace(PARTITION, key, body_of(limits, over=there.etag), etag=present)
        except DocumentExists as overtaken:
            raise StaleDocument("The tier was changed since it was read.") from overtaken
        self._read_at = None
        return kept(TierLimits, document)

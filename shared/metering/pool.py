"""The providers' pool: one document for all of them, from which each worker leases what it may spend, and no more.

What a worker has leased counts as spent until it is given back, so the budgets hold however many workers run and
whenever one of them dies.
"""

import asyncio
import logging
import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.metering.limits import MICRO
from shared.metering.periods import periods_at, resets_at
from shared.metering.pool_document import PoolDocument
from shared.providers.attempt import Hold
from shared.providers.models import ProviderModel
from shared.providers.pricing import cost_micro_usd
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument, StoreError, StoreUnavailable

log = logging.getLogger(__name__)

PARTITION, ID = "system", "pool"
LARGEST_LEASE = 250_000
SHARE_OF_REST = 0.05
LEASE_LASTS = timedelta(minutes=5)
GIVES_BACK_AFTER_S = 20.0
"""A worker that has asked nobody for so long gives its lease back: hosts end idle workers without a word, and what such
a worker held would be missing until the week ends."""

REFUSAL_LASTS = timedelta(seconds=1)
"""So long a worker believes that nothing is left, so that a crowd that is refused does not ask the store one by one."""

SMALL_ANSWER = (4_000, 700)
"""Tokens in and out of a short chat answer, at most: who has less left than its price is as good as at the cap."""

_TRIES = 60


@dataclass(slots=True)
class _Purse:
    """What this worker has leased of one provider's budget and not yet spent, and what it spent but not yet told.
    `budgets` are the dollars a week and a month that it was leased under."""

    week: str
    month: str
    until: datetime
    budgets: tuple[float, float] = (0.0, 0.0)
    balance: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What was left of the budgets of this row when it was last too little."""

    model: ProviderModel
    rest: int
    until: datetime


class PoolDamaged(StoreUnavailable, ValueError):
    """The document of what is leased and spent holds nonsense; a `ValueError` as with any damaged document."""


class LeasedPool:
    """The router's `Pool` over the store."""

    def __init__(
        self,
        store: DocumentStore,
        *,
        weekly_total_usd: float,
        clock: Clock,
        gives_back_after_s: float = GIVES_BACK_AFTER_S,
    ) -> None:
        self._store, self._clock = store, clock
        self._gives_back_after_s = gives_back_after_s
        self._weekly_total = round(weekly_total_usd * MICRO)
        self._purses: dict[str, _Purse] = {}
        self._refusals: dict[str, _Refusal] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._held: dict[str, tuple[str, str]] = {}
        self._used = 0
        self._timer: asyncio.TimerHandle | None = None
        self._giving_back: asyncio.Task[None] | None = None

    async def reserve(self, model: ProviderModel, worst_micro_usd: int, *, user: str) -> Hold | None:  # noqa: ARG002 - a person's share is held in their own ledger
        """Set money aside from this worker's lease, or lease more; None where the budget does not allow it."""
        self._used += 1
        async with self._lock(model.name):
            now = self._clock()
            purse = self._purse(model.name, now)
            if purse is None or not _covers(purse, model, worst_micro_usd, now):
                if self._refused_already(model, worst_micro_usd - (purse.balance if purse else 0), now):
                    return None
                purse = await self._lease(model, worst_micro_usd)
            if purse is None or purse.balance < worst_micro_usd:
                return None
            purse.balance -= worst_micro_usd
            hold = Hold(secrets.token_hex(8), model.name, worst_micro_usd)
            self._held[hold.id] = (purse.week, purse.month)
            return hold

    async def settle(self, hold: Hold, actual_micro_usd: int) -> None:
        """The attempt cost so much; what is left goes back into the lease.

        One that outlasted its week or month is charged anew to the present ones, where its row stands too.
        """
        leased_in = self._held.pop(hold.id, None)
        if leased_in is None:
            return
        purse = self._purse_or_new(hold.provider, self._clock())
        returned = hold.micro_usd if leased_in == (purse.week, purse.month) else 0
        purse.balance += returned - actual_micro_usd
        purse.untold += actual_micro_usd
        self._give_back_when_idle()

    async def release(self, hold: Hold) -> None:
        """The attempt surely cost nothing."""
        await self.settle(hold, 0)

    async def spent(self) -> PoolDocument:
        """What is leased and spent at this moment, by provider."""
        return (await self._read()).value.at(periods_at(self._clock()))

    def exhausted_until(self, document: PoolDocument, model: ProviderModel) -> datetime | None:
        """When a provider that has reached a cap may be asked again; None while there is money for a short answer."""
        if model.price_in_usd is None or model.price_out_usd is None:
            return None
        price, now = cost_micro_usd(model, *SMALL_ANSWER), self._clock()
        if document.rest_of_month(model) < price:
            return resets_at("month", now)
        is_at_the_cap = document.rest(model, weekly_total=self._weekly_total) < price
        return resets_at("week", now) if is_at_the_cap else None

    async def close(self) -> None:
        """Give back what was leased and not spent."""
        if self._timer is not None:
            self._timer.cancel()
        if self._giving_back is not None:
            await self._giving_back
        for name in list(self._purses):
            await self._give_back(name)

    def _lock(self, provider: str) -> asyncio.Lock:
        return self._locks.setdefault(provider, asyncio.Lock())

    def _give_back_when_idle(self) -> None:
        """Look after a while whether anything was asked since; a handle, not a task, so that a loop may just end."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._gives_back_after_s, self._look, self._used)

    def _look(self, used_then: int) -> None:
        self._timer = None
        if self._used != used_then or self._held:
            self._give_back_when_idle()
        else:
            self._giving_back = asyncio.get_running_loop().create_task(self._give_all_back())

    async def _give_all_back(self) -> None:
        for name in list(self._purses):
            try:
                await self._give_back(name)
            except StoreError as away:
                log.warning("The lease of %s could not be given back: %s", name, away)

    def _purse(self, provider: str, now: datetime) -> _Purse | None:
        """The purse, unless its week or month is over: then what is in it belongs to a budget that is over too."""
        purse, periods = self._purses.get(provider), periods_at(now)
        if purse is not None and (purse.week != periods.week or purse.month != periods.month):
            del self._purses[provider]
            return None
        return purse

    def _purse_or_new(self, provider: str, now: datetime) -> _Purse:
        """The purse, or an empty one of the present periods."""
        periods = periods_at(now)
        return self._purse(provider, now) or self._purses.setdefault(
            provider, _Purse(periods.week, periods.month, until=now)
        )

    def _refused_already(self, model: ProviderModel, wanted: int, now: datetime) -> bool:
        """Whether so much was refused a moment ago, under the same budgets."""
        last = self._refusals.get(model.name)
        return last is not None and last.model == model and now < last.until and wanted > last.rest

    async def _lease(self, model: ProviderModel, worst: int) -> _Purse | None:
        """Tell what was spent, and lease enough for one more call, or a little ahead; None where nothing is left."""
        for attempt in range(_TRIES):
            try:
                there, now = await self._read(), self._clock()
            except PoolDamaged:
                return None  # nobody knows what is left, so nothing is
            document = there.value.at(periods_at(now))
            purse = self._purse_or_new(model.name, now)
            rest = document.rest(model, weekly_total=self._weekly_total)
            wanted = worst - purse.balance
            grant = max(wanted, min(LARGEST_LEASE, int(rest * SHARE_OF_REST))) if wanted > 0 else 0
            if wanted > rest:
                self._refusals[model.name] = _Refusal(model, rest, now + REFUSAL_LASTS)
                return None
            told = purse.untold
            if await self._write(document.with_more(model.name, leased=grant, spent=told), etag=there.etag):
                purse.untold -= told
                purse.balance += grant
                purse.until, purse.budgets = now + LEASE_LASTS, _budgets(model)
                self._purses[model.name] = purse
                return purse
            await asyncio.sleep(random.uniform(0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 - no secret depends on it
        return None

    async def _give_back(self, provider: str) -> None:
        async with self._lock(provider):
            for _ in range(_TRIES):
                there, now = await self._read(), self._clock()
                purse = self._purse(provider, now)
                if purse is None or not (purse.balance or purse.untold):
                    return
                returned, told = purse.balance, purse.untold
                document = there.value.at(periods_at(now)).with_more(provider, leased=-returned, spent=told)
                # Taken out first: where the store fails, it may have written all the same, and nothing is spent twice.
                purse.balance, purse.untold = 0, 0
                if await self._write(document, etag=there.etag):
                    return
                purse.balance += returned  # meanwhile a call may have been settled
                purse.untold += told

    async def _read(self) -> Kept[PoolDocument]:
        document = await self._store.find(PARTITION, ID)
        try:
            return Kept(PoolDocument(), "") if document is None else kept(PoolDocument, document)
        except ValueError as damaged:
            log.log(logging.ERROR, "What is leased and spent cannot be read: %s", type(damaged).__name__)
            raise PoolDamaged("What is leased and spent cannot be read.") from damaged

    async def _write(self, document: PoolDocument, *, etag: str) -> bool:
        body = body_of(document, over=etag)
        try:
            if etag:
                await self._store.replace(PARTITION, ID, body, etag=etag)
            else:
                await self._store.insert(PARTITION, ID, body)
        except (StaleDocument, DocumentExists):
            return False
        return True


def _covers(purse: _Purse, model: ProviderModel, worst_micro_usd: int, now: datetime) -> bool:
    """Whether a call may be paid from what was leased: the lease is young, and no budget was changed since."""
    return now < purse.until and purse.budgets == _budgets(model) and purse.balance >= worst_micro_usd


def _budgets(model: ProviderModel) -> tuple[float, float]:
    return model.weekly_budget_usd, model.monthly_budget_usd

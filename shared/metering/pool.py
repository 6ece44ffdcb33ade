"""The providers' pool: one document for all of them, from which each worker leases what it may spend, and no more.

What a worker has leased counts as spent until it is given back, so the budgets hold however many workers run and
whenever one of them dies.
"""

import asyncio
import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.domain.words import Shape
from shared.metering.limits import MICRO
from shared.metering.periods import Periods, periods_at
from shared.providers.attempt import Hold
from shared.providers.models import ProviderModel
from shared.storage.repositories.documents import Kept, body_of, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

PARTITION, ID = "system", "pool"
LARGEST_LEASE = 250_000
SHARE_OF_REST = 0.05
LEASE_LASTS = timedelta(minutes=5)
REFUSAL_LASTS = timedelta(seconds=1)
"""So long a worker believes that nothing is left, so that a crowd that is refused does not ask the store one by one."""

_TRIES = 60


class Account(Shape):
    """One provider's week and month, in micro-dollars: `leased` counts against the budget, `spent` was settled."""

    week_leased: int = 0
    week_spent: int = 0
    month_leased: int = 0
    month_spent: int = 0


class PoolDocument(Shape):
    """Every provider's account under the keys of the present week and month."""

    week: str = ""
    month: str = ""
    accounts: dict[str, Account] = {}

    def at(self, periods: Periods) -> "PoolDocument":
        """The document as it reads in those periods: what is over reads as zero."""
        accounts = self.accounts
        if self.week != periods.week:
            accounts = {n: a.model_copy(update={"week_leased": 0, "week_spent": 0}) for n, a in accounts.items()}
        if self.month != periods.month:
            accounts = {n: a.model_copy(update={"month_leased": 0, "month_spent": 0}) for n, a in accounts.items()}
        return PoolDocument(week=periods.week, month=periods.month, accounts=accounts)

    def account(self, provider: str) -> Account:
        return self.accounts.get(provider, Account())

    @property
    def week_leased(self) -> int:
        """What all providers together have leased this week."""
        return sum(account.week_leased for account in self.accounts.values())


@dataclass(slots=True)
class _Purse:
    """What this worker has leased of one provider's budget and not yet spent, and what it spent but not yet told."""

    week: str
    month: str
    until: datetime
    balance: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What was left of the budgets of this row when it was last too little."""

    model: ProviderModel
    rest: int
    until: datetime


class LeasedPool:
    """The router's `Pool` over the store."""

    def __init__(self, store: DocumentStore, *, weekly_total_usd: float, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._weekly_total = round(weekly_total_usd * MICRO)
        self._purses: dict[str, _Purse] = {}
        self._refusals: dict[str, _Refusal] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._held: dict[str, str] = {}

    async def reserve(self, model: ProviderModel, worst_micro_usd: int, *, user: str) -> Hold | None:  # noqa: ARG002 - a person's share is held in their own ledger
        """Set money aside from this worker's lease, or lease more; None where the budget does not allow it."""
        async with self._locks.setdefault(model.name, asyncio.Lock()):
            now = self._clock()
            purse = self._purse(model.name, now)
            fits = purse is not None and now < purse.until and purse.balance >= worst_micro_usd
            if not fits:
                if self._refused_already(model, worst_micro_usd - (purse.balance if purse else 0), now):
                    return None
                purse = await self._lease(model, worst_micro_usd)
            if purse is None or purse.balance < worst_micro_usd:
                return None
            purse.balance -= worst_micro_usd
            hold = Hold(secrets.token_hex(8), model.name, worst_micro_usd)
            self._held[hold.id] = purse.week
            return hold

    async def settle(self, hold: Hold, actual_micro_usd: int) -> None:
        """The attempt cost so much; what is left goes back into the lease."""
        week = self._held.pop(hold.id, None)
        purse = self._purses.get(hold.provider)
        if week is not None and purse is not None and purse.week == week:
            purse.balance += hold.micro_usd - actual_micro_usd
            purse.untold += actual_micro_usd

    async def release(self, hold: Hold) -> None:
        """The attempt surely cost nothing."""
        await self.settle(hold, 0)

    async def spent(self) -> PoolDocument:
        """What is leased and spent at this moment, by provider."""
        return (await self._read()).value.at(periods_at(self._clock()))

    async def close(self) -> None:
        """Give back what was leased and not spent."""
        for name, purse in list(self._purses.items()):
            if purse.balance or purse.untold:
                await self._give_back(name, purse)

    def _purse(self, provider: str, now: datetime) -> _Purse | None:
        """The purse, unless its week or month is over: then what is in it belongs to a budget that is over too."""
        purse, periods = self._purses.get(provider), periods_at(now)
        if purse is not None and (purse.week != periods.week or purse.month != periods.month):
            del self._purses[provider]
            return None
        return purse

    def _refused_already(self, model: ProviderModel, wanted: int, now: datetime) -> bool:
        """Whether so much was refused a moment ago, under the same budgets."""
        last = self._refusals.get(model.name)
        return last is not None and last.model == model and now < last.until and wanted > last.rest

    async def _lease(self, model: ProviderModel, worst: int) -> _Purse | None:
        """Tell what was spent, and lease enough for one more call, or a little ahead; None where nothing is left."""
        for attempt in range(_TRIES):
            there, now = await self._read(), self._clock()
            document = there.value.at(periods_at(now))
            purse = self._purse(model.name, now) or _Purse(document.week, document.month, now)
            account = _told(document.account(model.name), purse)
            rest = min(
                round(model.weekly_budget_usd * MICRO) - account.week_leased,
                round(model.monthly_budget_usd * MICRO) - account.month_leased,
                self._weekly_total - document.week_leased,
            )
            wanted = worst - purse.balance
            grant = max(wanted, min(LARGEST_LEASE, int(rest * SHARE_OF_REST))) if wanted > 0 else 0
            if wanted > rest:
                self._refusals[model.name] = _Refusal(model, rest, now + REFUSAL_LASTS)
                return None
            account = account.model_copy(
                update={
                    "week_leased": account.week_leased + grant,
                    "month_leased": account.month_leased + grant,
                }
            )
            told = purse.untold
            if await self._write(document, model.name, account, etag=there.etag):
                purse.untold -= told
                purse.balance += grant
                purse.until = now + LEASE_LASTS
                self._purses[model.name] = purse
                return purse
            await asyncio.sleep(random.uniform(0, min(0.2, 0.005 * 2**attempt)))  # noqa: S311 - no secret depends on it
        return None

    async def _give_back(self, provider: str, purse: _Purse) -> None:
        for _ in range(_TRIES):
            there = await self._read()
            document = there.value.at(periods_at(self._clock()))
            if document.week != purse.week or document.month != purse.month:
                return
            account = _told(document.account(provider), purse)
            account = account.model_copy(
                update={
                    "week_leased": account.week_leased - purse.balance,
                    "month_leased": account.month_leased - purse.balance,
                }
            )
            if await self._write(document, provider, account, etag=there.etag):
                purse.balance = purse.untold = 0
                return

    async def _read(self) -> Kept[PoolDocument]:
        document = await self._store.find(PARTITION, ID)
        return Kept(PoolDocument(), "") if document is None else kept(PoolDocument, document)

    async def _write(self, document: PoolDocument, provider: str, account: Account, *, etag: str) -> bool:
        body = body_of(document.model_copy(update={"accounts": {**document.accounts, provider: account}}), over=etag)
        try:
            if etag:
                await self._store.replace(PARTITION, ID, body, etag=etag)
            else:
                await self._store.insert(PARTITION, ID, body)
        except (StaleDocument, DocumentExists):
            return False
        return True


def _told(account: Account, purse: _Purse) -> Account:
    return account.model_copy(
        update={
            "week_spent": account.week_spent + purse.untold,
            "month_spent": account.month_spent + purse.untold,
        }
    )

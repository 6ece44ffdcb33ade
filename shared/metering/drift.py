"""Counters beside the rows they can be computed from: whether ledgers and pools say what the usage rows add up to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clock import Clock
from shared.metering.ledger import Ledger
from shared.metering.meter import LEDGER, active_partition
from shared.metering.periods import periods_at
from shared.metering.pool import LeasedPool
from shared.metering.rollup import LIVE_PEOPLE, RollUp, rows_since
from shared.metering.usage import UsageRow
from shared.storage.repositories.documents import kept, user_partition
from shared.storage.store import DocumentStore

LOOKS = 3
"""How often a person's counters are looked at anew when they change under the eye."""

_LATE = timedelta(hours=1)
"""A row made before midnight may be counted after it."""


@dataclass(frozen=True, slots=True)
class PersonDrift:
    """A person's counter of this month less what their rows add up to."""

    requests: int
    micro_usd: int


@dataclass(frozen=True, slots=True)
class ProviderDrift:
    """A provider's pool this week, in micro-dollars. `missing` is what rows hold beyond everything that workers leased:
    it is zero unless money was spent that no budget saw. Leases beyond the rows are what workers still hold, what died
    with one, and attempts that left no row (a try by hand, a crash)."""

    provider: str
    leased_micro_usd: int
    spent_micro_usd: int
    rows_micro_usd: int

    @property
    def missing_micro_usd(self) -> int:
        return max(0, self.rows_micro_usd - self.leased_micro_usd)


@dataclass(frozen=True, slots=True)
class Drift:
    """What a check found. `requests_off` and `micro_usd_off` are counter less rows, summed over the people who are off.

    `unreadable` are people of the day whose documents cannot be understood; they are not among `people`.
    """

    day: str
    people: int
    people_off: int
    requests_off: int
    micro_usd_off: int
    providers: tuple[ProviderDrift, ...]
    unreadable: int = 0

    @property
    def is_off(self) -> bool:
        """Whether anything does not add up."""
        return self.people_off > 0 or any(one.missing_micro_usd for one in self.providers)


class DriftCheck:
    """Computes counters anew from immutable rows; reads only."""

    def __init__(self, store: DocumentStore, rollup: RollUp, pool: LeasedPool, *, clock: Clock) -> None:
        self._store, self._rollup, self._pool, self._clock = store, rollup, pool, clock

    async def today(self) -> Drift:
        """Those who were active today, as many as are read for somebody who looks."""
        day, people, unreadable = periods_at(self._clock()).day, 0, 0
        off: list[PersonDrift] = []
        async for user_id in self._active(day):
            try:
                found = await self.person(user_id)
            except ValueError:
                unreadable += 1
                continue
            people += found is not None
            if found is not None and found != PersonDrift(0, 0):
                off.append(found)
        requests, micro_usd = sum(one.requests for one in off), sum(one.micro_usd for one in off)
        return Drift(day, people, len(off), requests, micro_usd, await self.providers(), unreadable)

    async def person(self, user_id: str) -> PersonDrift | None:
        """One person's drift this month; None while they are too busy to be looked at."""
        for _ in range(LOOKS):
            before = await self._store.find(user_partition(user_id), LEDGER)
            if before is None:
                return PersonDrift(0, 0)
            ledger = kept(Ledger, before).value.at(self._clock())
            rows = [row async for row in self._rows(user_id, ledger.spent_month) if row.month == ledger.spent_month]
            after = await self._store.find(user_partition(user_id), LEDGER)
            if after is not None and after.etag == before.etag:
                return drift_of(ledger, rows=len(rows), micro_usd=sum(row.cost_micro_usd for row in rows))
        return None

    async def providers(self) -> tuple[ProviderDrift, ...]:
        """Every pool of this ISO week beside the rows of its days."""
        now = self._clock().astimezone(UTC)
        monday = (now - timedelta(days=now.weekday())).date().isoformat()
        rows = await self._rollup.charged(since=monday, until=now.date().isoformat())
        pool = await self._pool.spent()  # read last, so that what is charged meanwhile is in the leases
        accounts = {name: pool.account(name) for name in sorted(pool.accounts.keys() | rows.keys())}
        return tuple(
            ProviderDrift(name, account.week_leased, account.week_spent, rows.get(name, 0))
            for name, account in accounts.items()
        )

    async def _active(self, day: str) -> AsyncIterator[str]:
        page = await self._store.page(active_partition(day), limit=LIVE_PEOPLE)
        for marker in page.documents:
            yield marker.id

    def _rows(self, user_id: str, month: str) -> AsyncIterator[UsageRow]:
        begins = datetime.fromisoformat(f"{month}-01T00:00:00+00:00")
        return rows_since(self._store, user_id, since=begins - _LATE)


def drift_of(ledger: Ledger, *, rows: int, micro_usd: int) -> PersonDrift:
    """How far a ledger, as it reads now, is from so many rows of its month that cost so much together."""
    held = sum(one.month == ledger.spent_month for one in ledger.held.values())
    return PersonDrift(ledger.used("month") - held - rows, ledger.spent_micro_usd - micro_usd)

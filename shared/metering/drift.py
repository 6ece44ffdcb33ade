"""Counters beside the rows they can be computed from: whether ledgers and pools say what the usage rows add up to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.clock import Clock
from shared.metering.ledger import Ledger
from shared.metering.meter import LEDGER, ROWS, active_partition
from shared.metering.periods import periods_at
from shared.metering.pool import LeasedPool
from shared.metering.rollup import LIVE_PEOPLE, RollUp
from shared.metering.usage import UsageRow
from shared.storage.repositories.documents import kept, newest_first, user_partition
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
    """What a check found. `requests_off` and `micro_usd_off` are counter less rows, summed over the people who are off."""

    day: str
    people: int
    people_off: int
    requests_off: int
    micro_usd_off: int
    providers: tuple[ProviderDrift, ...]

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
        return await self._check(periods_at(self._clock()).day, most=LIVE_PEOPLE)

    async def yesterday(self) -> Drift:
        """Everybody who was active yesterday, before the day is rolled up."""
        return await self._check(periods_at(self._clock() - timedelta(days=1)).day, most=None)

    async def person(self, user_id: str) -> PersonDrift | None:
        """One person's drift this month; None while they are too busy to be looked at."""
        for _ in range(LOOKS):
            before = await self._store.find(user_partition(user_id), LEDGER)
            if before is None:
                return PersonDrift(0, 0)
            ledger = kept(Ledger, before).value.at(self._clock())
            rows = [row async for row in self._rows(user_id, ledger.spent_month)]
            after = await self._store.find(user_partition(user_id), LEDGER)
            if after is not None and after.etag == before.etag:
                held = sum(one.month == ledger.spent_month for one in ledger.held.values())
                spent = sum(row.cost_micro_usd for row in rows)
                return PersonDrift(ledger.used("month") - held - len(rows), ledger.spent_micro_usd - spent)
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

    async def _check(self, day: str, *, most: int | None) -> Drift:
        people = 0
        off: list[PersonDrift] = []
        async for user_id in self._active(day, most=most):
            found = await self.person(user_id)
            people += found is not None
            if found is not None and (found.requests or found.micro_usd):
                off.append(found)
        requests, micro_usd = sum(one.requests for one in off), sum(one.micro_usd for one in off)
        return Drift(day, people, len(off), requests, micro_usd, await self.providers())

    async def _active(self, day: str, *, most: int | None) -> AsyncIterator[str]:
        seen, cursor = 0, None
        while True:
            page = await self._store.page(active_partition(day), limit=200, cursor=cursor)
            for marker in page.documents:
                if most is not None and seen >= most:
                    return
                seen += 1
                yield marker.id
            if (cursor := page.cursor) is None:
                return

    async def _rows(self, user_id: str, month: str) -> AsyncIterator[UsageRow]:
        """The rows that were counted in that month."""
        begins = datetime.fromisoformat(f"{month}-01T00:00:00+00:00") - _LATE
        cursor: str | None = None
        while True:
            page = await self._store.page(
                user_partition(user_id),
                prefix=ROWS,
                before=f"{ROWS}{newest_first(begins)}~",
                limit=1000,
                cursor=cursor,
            )
            for document in page.documents:
                row = kept(UsageRow, document).value
                if row.month == month:
                    yield row
            if (cursor := page.cursor) is None:
                return

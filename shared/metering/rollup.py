"""Days of use by provider, model and tier: as rolled up at night, or summed from the rows of those who were active."""

import logging
import math
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.auth.account import Tier
from shared.clock import Clock
from shared.domain.words import Shape
from shared.metering.meter import ROWS, active_partition
from shared.metering.periods import periods_at
from shared.metering.usage import UsageRow
from shared.storage.repositories.documents import DamagedDocument, kept, newest_first, user_partition
from shared.storage.store import DocumentStore

_log = logging.getLogger("vigor.metering")
DAILY = "usage-daily"
ROWS_A_PAGE = 500
LATENCY_EDGES_MS = (50, 100, 200, 400, 800, 1500, 3000, 6000, 12_000, 25_000, 60_000)
"""Upper edges of the latency buckets; a percentile is read as far into its bucket as its rank lies."""
LIVE_PEOPLE = 500
"""How many people's rows of a day not yet rolled up are read for an administrator who looks."""


class UsageTotals(Shape):
    """Sums over the rows of one day, provider, model and tier."""

    day: str
    provider: str
    model: str
    tier: Tier
    requests: int = 0
    fallbacks: int = 0
    repairs: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micro_usd: int = 0
    buckets: list[int] = [0] * (len(LATENCY_EDGES_MS) + 1)

    def with_row(self, row: UsageRow) -> "UsageTotals":
        """These totals and one row more."""
        buckets = list(self.buckets)
        buckets[next((i for i, edge in enumerate(LATENCY_EDGES_MS) if row.ms <= edge), len(LATENCY_EDGES_MS))] += 1
        return self.model_copy(
            update={
                "requests": self.requests + 1,
                "fallbacks": self.fallbacks + row.is_fallback,
                "repairs": self.repairs + row.repaired,
                "tokens_in": self.tokens_in + row.tokens_in,
                "tokens_out": self.tokens_out + row.tokens_out,
                "cost_micro_usd": self.cost_micro_usd + row.cost_micro_usd,
                "buckets": buckets,
            }
        )

    def percentile_ms(self, share: float) -> int:
        """About the latency, in milliseconds, that `share` of the answers did not exceed; 0 where there are none.

        Answers are taken to lie evenly in their bucket, so it is off by less than the bucket's width.
        """
        rank, seen, lower = max(1, math.ceil(share * self.requests)), 0, 0
        for edge, count in zip((*LATENCY_EDGES_MS, LATENCY_EDGES_MS[-1]), self.buckets, strict=True):
            if seen < rank <= seen + count:
                return round(lower + (edge - lower) * (rank - seen - 0.5) / count)
            seen, lower = seen + count, edge
        return 0


class DayRollUp(Shape):
    """A day's totals and how far the reading got: a run that was cut off goes on where it stopped.

    `done` means that every row is in, `is_tidied` that the list of those who were active is gone as well. `charged` is
    what each provider's pool was charged for the day's answers, failed attempts included, in micro-dollars.
    """

    day: str
    state: Literal["running", "done"] = "running"
    is_tidied: bool = False
    people: int = 0
    cursor: str | None = None
    totals: list[UsageTotals] = []
    charged: dict[str, int] = {}

    def with_rows(self, rows: Sequence[UsageRow]) -> "DayRollUp":
        """With so many rows more."""
        charged = Counter(self.charged)
        for row in rows:
            charged.update(row.charged)
        return self.model_copy(update={"totals": _added(self.totals, rows), "charged": dict(charged)})


class RollUp:
    """Answers what days come to: the roll-up where there is one, the rows themselves where there is none yet."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def days(self, *, since: str, until: str) -> list[UsageTotals]:
        """Totals of the days in [since, until], the newest first; today's are summed as they stand."""
        return (await self.read(since=since, until=until)).totals

    async def read(self, *, since: str, until: str) -> "DaysRead":
        """Totals as `days` gives them, and which days they are short of something that cannot be read."""
        days = await self._between(since=since, until=until)
        totals = [one for day in days for one in day.rolled.totals]
        return DaysRead(totals, [day.rolled.day for day in days if day.damaged])

    async def charged(self, *, since: str, until: str) -> dict[str, int]:
        """What the rows of the days in [since, until] say that each provider's pool was charged, in micro-dollars."""
        charged = Counter[str]()
        for day in await self._between(since=since, until=until):
            charged.update(day.rolled.charged)
        return dict(charged)

    async def _between(self, *, since: str, until: str) -> "list[_DayRead]":
        today = periods_at(self._clock()).day
        days: list[_DayRead] = []
        day = until
        while day >= since:
            days.append(await self._live(day) if day == today else await self._rolled_or_live(day))
            day = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
        return days

    async def _rolled_or_live(self, day: str) -> "_DayRead":
        document = await self._store.find(DAILY, day_id(day))
        try:
            rolled = None if document is None else kept(DayRollUp, document).value
        except DamagedDocument as damaged:  # the night registers it, and whoever looks is told which day it is
            _log.warning("The roll-up of %s cannot be read: %s", day, type(damaged.__cause__).__name__)
            live = await self._live(day)
            return _DayRead(live.rolled, damaged=live.damaged + 1)
        return _DayRead(rolled) if rolled is not None and rolled.state == "done" else await self._live(day)

    async def _live(self, day: str) -> "_DayRead":
        live, damaged = DayRollUp(day=day), list[DamagedDocument]()
        page = await self._store.page(active_partition(day), limit=LIVE_PEOPLE)
        for marker in page.documents:
            live = live.with_rows(await self._rows(marker.id, day, damaged))
        return _DayRead(live, damaged=len(damaged))

    async def _rows(self, user_id: str, day: str, damaged: list[DamagedDocument]) -> list[UsageRow]:
        """The rows one person left on a day; those that cannot be read are added to `damaged`."""
        midnight = datetime.fromisoformat(f"{day}T00:00:00+00:00")
        rows = rows_since(self._store, user_id, since=midnight, until=midnight + timedelta(days=1), damaged=damaged)
        return [row async for row in rows if row.day == day]


@dataclass(frozen=True, slots=True)
class DaysRead:
    """Totals of some days, the newest first, and the days of which a document could not be read."""

    totals: list[UsageTotals]
    partial: list[str]


@dataclass(frozen=True, slots=True)
class _DayRead:
    """A day as it is known, and how many of its documents could not be read."""

    rolled: DayRollUp
    damaged: int = 0


async def rows_since(
    store: DocumentStore,
    user_id: str,
    *,
    since: datetime,
    until: datetime | None = None,
    damaged: list[DamagedDocument] | None = None,
) -> AsyncIterator[UsageRow]:
    """A person's rows made from `since` on, and before `until` where it is given, the newest first.

    A row that cannot be read is passed over and added to `damaged`, or, without such a list, raised as `DamagedDocument`.
    """
    start = "" if until is None else ROWS + newest_first(until)
    before, cursor = f"{ROWS}{newest_first(since)}~", None
    while True:
        page = await store.page(
            user_partition(user_id), prefix=ROWS, start=start, before=before, limit=ROWS_A_PAGE, cursor=cursor
        )
        for document in page.documents:
            try:
                row = kept(UsageRow, document).value
            except DamagedDocument as unreadable:
                if damaged is None:
                    raise
                damaged.append(unreadable)
            else:
                yield row
        if (cursor := page.cursor) is None:
            return


def _added(totals: Iterable[UsageTotals], rows: Iterable[UsageRow]) -> list[UsageTotals]:
    by_key = {(one.day, one.provider, one.model, one.tier): one for one in totals}
    for row in rows:
        key = (row.day, row.provider, row.model, row.tier)
        empty = UsageTotals(day=row.day, provider=row.provider, model=row.model, tier=row.tier)
        by_key[key] = by_key.get(key, empty).with_row(row)
    return list(by_key.values())


def day_id(day: str) -> str:
    """Under which a day's roll-up is kept; ids of later days sort later."""
    return f"day:{day}"

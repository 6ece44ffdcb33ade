"""The meter: a request and its worst-case price are reserved before a model is asked, settled with what was made."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shared.auth.account import Account, Tier
from shared.clock import Clock
from shared.errors import BudgetExceeded, NotSignedIn, QuotaExceeded, Unavailable
from shared.metering.ledger import Ledger
from shared.metering.limits import MICRO, TierLimits
from shared.metering.line import Lines
from shared.metering.periods import WINDOWS, Window, periods_at, resets_at
from shared.metering.tiers import Tiers
from shared.metering.usage import BudgetUsage, MyUsage, UsageRow, WindowUsage
from shared.storage.repositories.documents import Kept, body_of, etag_after, kept, newest_first_id, user_partition
from shared.storage.store import (
    BatchConflict,
    DocumentExists,
    DocumentStore,
    Insert,
    Op,
    Replace,
    StaleDocument,
)

LEDGER = "usage"
ROWS = "use:"
MARKS_KEPT = timedelta(days=40)
"""The night takes away the marks of the days it rolls up; the sweep those of days that no timer came back for."""

TRIES = 40
"""Against forty requests of one person at once, somebody gets through at every round."""


class Meter:
    """Keeps every person inside their tier, however many workers run."""

    def __init__(self, store: DocumentStore, tiers: Tiers, *, reservation_ttl: timedelta, clock: Clock) -> None:
        self._store, self.tiers, self._ttl, self._clock = store, tiers, reservation_ttl, clock
        self._lines = Lines()

    async def open(self, user_id: str) -> "Spending":
        """Begin something that may ask a model; reads the ledger and reserves nothing yet."""
        ledger, _ = await asyncio.gather(self._ledger(user_id), self.tiers.refresh())
        return Spending(
            self._store, self.tiers, user_id, ledger=ledger, lines=self._lines, ttl=self._ttl, clock=self._clock
        )

    async def usage(self, user_id: str, tier: Tier) -> MyUsage:
        """Where the person stands now."""
        ledger, limits = await asyncio.gather(self._ledger(user_id), self.tiers.limits(tier))
        return my_usage(ledger.value, limits, now=self._clock())

    async def forget(self, account: Account) -> None:
        """Take an account that is erased off the lists of who used the coach on a day, as far as the night left them."""
        today = self._clock().date()
        first = max(account.created_at.date(), today - MARKS_KEPT)
        days = ((first + timedelta(days=n)).isoformat() for n in range((today - first).days + 1))
        await asyncio.gather(*(self._store.delete(active_partition(day), account.id) for day in days))

    async def note(self, user_id: str, **fields: object) -> None:
        """Leave a row of something that goes into nobody's count, such as a provider tried by hand."""
        row = _row_of(self._clock(), fields)
        await asyncio.gather(
            self._store.insert(user_partition(user_id), ROWS + row.id, body_of(row)),
            self._store.upsert(active_partition(row.day), user_id, {}),
        )

    async def _ledger(self, user_id: str) -> Kept[Ledger]:
        return await read_ledger(self._store, user_id)


class Spending:
    """One answer in the making: `hold` before a model is asked, then `settle` with what was made, or `release`.

    As a context it releases what was held and not settled, whatever went wrong.
    """

    def __init__(
        self,
        store: DocumentStore,
        tiers: Tiers,
        user_id: str,
        *,
        ledger: Kept[Ledger],
        lines: Lines,
        ttl: timedelta,
        clock: Clock,
    ) -> None:
        self._store, self._tiers, self._clock = store, tiers, clock
        self._partition, self.user_id = user_partition(user_id), user_id
        self._ledger, self._lines, self._ttl = ledger, lines, ttl
        self._rid = secrets.token_hex(8)
        self._holds = False
        self._is_gone = False
        self._drawn = 0

    async def __aenter__(self) -> "Spending":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._holds:
            await self.release()

    async def room_micro_usd(self, tier: Tier, *, week_share_micro_usd: int) -> int:
        """What the person's budget and their share of the providers' week still cover, as the ledger was last read."""
        limits, ledger = await self._tiers.limits(tier), self._ledger.value.at(self._clock())
        budget_left = limits.budget_micro_usd - ledger.spent_micro_usd - ledger.held_micro_usd
        return max(0, min(budget_left, week_share_micro_usd - ledger.week_micro_usd))

    async def hold(self, tier: Tier, worst_micro_usd: int, *, week_share_micro_usd: int) -> bool:
        """Reserve one request and its worst-case price; raises `QuotaExceeded` or `BudgetExceeded`.

        Answers False, with nothing reserved, where the person's share of the providers' week is used up: the offline
        coach is there for them.
        """
        limits = await self._tiers.limits(tier)
        async with self._lines.place(self.user_id) as line:
            for attempt in range(TRIES):
                now = self._clock()
                ledger = self._ledger.value.at(now)
                if self._rid in ledger.held:
                    self._holds = True
                    return True
                refusal = _refusal(ledger, limits, worst_micro_usd, now=now)
                if refusal is not None and attempt == 0:
                    await self._read_again()  # a refusal is never founded on what was read a while ago
                    refusal = _refusal(self._ledger.value.at(now), limits, worst_micro_usd, now=now)
                    ledger = self._ledger.value.at(now)
                if refusal is not None:
                    raise refusal
                if ledger.week_micro_usd + worst_micro_usd > week_share_micro_usd:
                    return False
                new_day = self._ledger.value.day.key != ledger.day.key
                held = ledger.holding(self._rid, worst_micro_usd, until=now + self._ttl, now=now)
                written, _ = await asyncio.gather(self._write(held), self._mark_active(ledger.day.key, needed=new_day))
                if written:
                    self._holds = True
                    return True
                await line.clashed()
                await self._read_again()
                self._check_there()
        raise Unavailable("Too many of your requests at once; try again in a second.", retry_after_s=1)

    def draw(self, micro_usd: int) -> None:
        """Attempts took so much from the pools in the person's name: it counts against their share of them, whatever
        comes of the answer."""
        self._drawn += micro_usd

    async def usage_after(self, row: UsageRow, tier: Tier) -> MyUsage:
        """Where the person will stand once `row` is settled, for the answer that is kept together with it."""
        now = self._clock()
        return my_usage(self._settled(row, now=now), await self._tiers.limits(tier), now=now)

    async def settle(self, ops: Sequence[Op], row: UsageRow, *, tier: Tier) -> MyUsage:
        """Keep what was made (`ops`, in the person's partition), the price and the row, all or nothing.

        An answer of the offline coach has no price and was not held: it is kept and not counted. Raises
        `BatchConflict` where one of `ops` could not be done; its index counts in `ops`.
        """
        async with self._lines.place(self.user_id) as line:
            for _ in range(TRIES):
                now = self._clock()
                ledger = self._ledger.value.at(now)
                new_day = self._ledger.value.day.key != ledger.day.key
                after, counted = self._settled(row, now=now), self._counted(row, ledger)
                batch = [*ops, Insert(ROWS + row.id, body_of(counted)), self._op(after)]
                try:
                    await asyncio.gather(
                        self._store.batch(self._partition, batch), self._mark_active(ledger.day.key, needed=new_day)
                    )
                except BatchConflict as clash:
                    await line.clashed()
                    await self._read_again()
                    self._check_there()
                    if clash.index < len(ops):
                        raise
                    continue
                self._holds = False
                return my_usage(after, await self._tiers.limits(tier), now=now)
        raise Unavailable("Too many of your requests at once; try again in a second.", retry_after_s=1)

    async def release(self) -> None:
        """Give back what was held: nothing was made."""
        async with self._lines.place(self.user_id) as line:
            for _ in range(TRIES):
                after = self._ledger.value.at(self._clock()).releasing(self._rid, drawn_micro_usd=self._drawn)
                if await self._write(after):
                    self._holds = False
                    return
                await line.clashed()
                await self._read_again()
                if self._is_gone:
                    return

    def new_row(self, **fields: object) -> UsageRow:
        """A usage row of this moment."""
        return _row_of(self._clock(), fields)

    def _settled(self, row: UsageRow, *, now: datetime) -> Ledger:
        ledger = self._ledger.value.at(now)
        if row.provider == "offline":
            return ledger.releasing(self._rid, drawn_micro_usd=self._drawn)
        return ledger.settling(self._rid, row.cost_micro_usd, drawn_micro_usd=self._drawn)

    def _counted(self, row: UsageRow, ledger: Ledger) -> UsageRow:
        """The row with the month that it is counted in: the one it was reserved in."""
        if row.provider == "offline":
            return row
        held = ledger.held.get(self._rid)
        return row.model_copy(update={"month": held.month if held else ledger.spent_month})

    def _op(self, ledger: Ledger) -> Op:
        if self._ledger.etag:
            return Replace(LEDGER, body_of(ledger, over=self._ledger.etag), self._ledger.etag)
        return Insert(LEDGER, body_of(ledger))

    async def _write(self, ledger: Ledger) -> bool:
        """Whether the ledger could be written over what was last read."""
        try:
            if self._ledger.etag:
                body = body_of(ledger, over=self._ledger.etag)
                written = await self._store.replace(self._partition, LEDGER, body, etag=self._ledger.etag)
            else:
                written = await self._store.insert(self._partition, LEDGER, body_of(ledger))
        except (StaleDocument, DocumentExists):
            return False
        self._ledger = Kept(ledger, etag_after(written, over=self._ledger.etag))
        return True

    async def _read_again(self) -> None:
        was_there = bool(self._ledger.etag)
        self._ledger = await read_ledger(self._store, self.user_id)
        self._is_gone = was_there and not self._ledger.etag

    def _check_there(self) -> None:
        """Raise `NotSignedIn` where the ledger vanished: its person was erased, and nothing may be kept any more."""
        if self._is_gone:
            self._holds = False
            raise NotSignedIn("This account was erased.")

    async def _mark_active(self, day: str, *, needed: bool) -> None:
        """Leave word for the nightly roll-up, once a day."""
        if needed:
            await self._store.upsert(active_partition(day), self.user_id, {})


def _row_of(now: datetime, fields: Mapping[str, object]) -> UsageRow:
    return UsageRow.model_validate({"id": newest_first_id(now), "at": now, "day": periods_at(now).day, **fields})


def active_partition(day: str) -> str:
    """Where those who used the coach on a day are listed."""
    return f"active:{day}"


async def read_ledger(store: DocumentStore, user_id: str) -> Kept[Ledger]:
    """A person's ledger; an empty one, with an empty etag, where there is none yet."""
    document = await store.find(user_partition(user_id), LEDGER)
    return Kept(Ledger(), "") if document is None else kept(Ledger, document)


def my_usage(ledger: Ledger, limits: TierLimits, *, now: datetime) -> MyUsage:
    """The view of a ledger as of `now`."""
    ledger = ledger.at(now)
    return MyUsage(
        tier=limits.tier,
        day=WindowUsage(used=ledger.used("day"), limit=limits.day, resets_at=resets_at("day", now)),
        week=WindowUsage(used=ledger.used("week"), limit=limits.week, resets_at=resets_at("week", now)),
        month=WindowUsage(used=ledger.used("month"), limit=limits.month, resets_at=resets_at("month", now)),
        budget=BudgetUsage(
            spent_usd=ledger.spent_micro_usd / MICRO,
            limit_usd=limits.budget_usd,
            resets_at=resets_at("month", now),
        ),
    )


def _refusal(ledger: Ledger, limits: TierLimits, worst_micro_usd: int, *, now: datetime) -> QuotaExceeded | None:
    """Why one more request may not be reserved, or None."""
    for window in WINDOWS:
        limit: int = getattr(limits, window)
        if ledger.used(window) + 1 > limit:
            return _quota_exceeded(window, ledger.used(window), limit, now=now)
    if ledger.spent_micro_usd + ledger.held_micro_usd + worst_micro_usd > limits.budget_micro_usd:
        resets = resets_at("month", now)
        return BudgetExceeded(
            f"Your tier's budget of ${limits.budget_usd:g} a month does not cover another request.",
            extra={
                "window": "budget",
                "limit": limits.budget_usd,
                "used": (ledger.spent_micro_usd + ledger.held_micro_usd) / MICRO,
                "resets_at": f"{resets:%Y-%m-%dT%H:%M:%SZ}",
            },
            retry_after_s=max(1, int((resets - now).total_seconds())),
        )
    return None


def _quota_exceeded(window: Window, used: int, limit: int, *, now: datetime) -> QuotaExceeded:
    resets = resets_at(window, now)
    return QuotaExceeded(
        f"Your tier allows {limit} requests a {window}; all are used. It starts again at {resets:%Y-%m-%d %H:%M} UTC.",
        extra={"window": window, "limit": limit, "used": used, "resets_at": f"{resets:%Y-%m-%dT%H:%M:%SZ}"},
        retry_after_s=max(1, int((resets - now).total_seconds())),
    )

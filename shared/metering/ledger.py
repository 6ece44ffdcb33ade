"""A person's ledger as a pure value: requests by period, money held and spent by month, in micro-dollars."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.domain.words import Shape
from shared.metering.periods import WINDOWS, Periods, Window, periods_at

REMEMBERED = 32
"""How many settled reservations are remembered, so that settling one twice changes nothing."""


class Held(Shape):
    """A reservation: what it may cost at worst, when it counts as orphaned, and the periods it was counted in."""

    micro_usd: int
    until: datetime
    day: str
    week: str
    month: str


class Counter(Shape):
    """Requests in the period of that key."""

    key: str = ""
    used: int = 0

    def plus(self, requests: int) -> "Counter":
        """So many more, or fewer; never below zero."""
        return Counter(key=self.key, used=max(0, self.used + requests))


class Ledger(Shape):
    """One document a person. A period that is over reads as zero, whether or not anybody tidied up.

    `spent_micro_usd` is the price of the answers they got this month. `spent_week_micro_usd` is what the providers'
    pools were charged in their name this week, for failed attempts too: it is what their share of the pool is held to.
    """

    version: Literal[1] = 1
    day: Counter = Field(default_factory=Counter)
    week: Counter = Field(default_factory=Counter)
    month: Counter = Field(default_factory=Counter)
    spent_month: str = ""
    spent_micro_usd: int = 0
    spent_week: str = ""
    spent_week_micro_usd: int = 0
    held: dict[str, Held] = Field(default={})
    settled: list[str] = []

    def used(self, window: Window) -> int:
        """Requests counted in the window, as of the last `at`."""
        return self._counter(window).used

    @property
    def held_micro_usd(self) -> int:
        """What reservations may still cost this month."""
        return sum(one.micro_usd for one in self.held.values() if one.month == self.spent_month)

    @property
    def week_micro_usd(self) -> int:
        """What the pools were charged, and may still be charged for reservations, this week."""
        return self.spent_week_micro_usd + sum(o.micro_usd for o in self.held.values() if o.week == self.spent_week)

    def at(self, now: datetime) -> "Ledger":
        """The ledger as it reads at `now`: ended periods at zero, orphaned reservations given back.

        An orphan is what a crash left behind: nothing came of it, so the person pays nothing. What the provider may
        have billed stays in the provider's pool.
        """
        periods = periods_at(now)
        orphans = {rid: one for rid, one in self.held.items() if one.until <= now}
        ledger = self._rolled(periods)
        for rid, orphan in orphans.items():
            ledger = ledger.without(rid)._uncounted(orphan)
        return ledger

    def holding(self, rid: str, micro_usd: int, *, until: datetime, now: datetime) -> "Ledger":
        """With one more request counted and its worst-case price held. `self` must be as of `now`."""
        periods = periods_at(now)
        held = Held(micro_usd=micro_usd, until=until, day=periods.day, week=periods.week, month=periods.month)
        return self._counted().model_copy(update={"held": {**self.held, rid: held}})

    def settling(self, rid: str, micro_usd: int, *, drawn_micro_usd: int = 0) -> "Ledger":
        """With the reservation replaced by what it really cost; the same ledger where it was settled before.

        `drawn_micro_usd` is what all attempts for it took from the pools, where that was more. One that was taken for
        an orphan meanwhile counts again: an answer came of it after all.
        """
        if rid in self.settled:
            return self
        ledger = self if rid in self.held else self._counted()
        settled = [*self.settled, rid][-REMEMBERED:]
        held, drawn = self.held.get(rid), max(micro_usd, drawn_micro_usd)
        charged = ledger.without(rid)._charged(held, micro_usd)._drawn(held, drawn)
        return charged.model_copy(update={"settled": settled})

    def releasing(self, rid: str, *, drawn_micro_usd: int = 0) -> "Ledger":
        """With the reservation gone as if it had never been, but for what failed attempts took from the pools."""
        held = self.held.get(rid)
        ledger = self if held is None else self.without(rid)._uncounted(held)
        return ledger._drawn(held, drawn_micro_usd)

    def without(self, rid: str) -> "Ledger":
        return self.model_copy(update={"held": {key: one for key, one in self.held.items() if key != rid}})

    def _counter(self, window: Window) -> Counter:
        counter: Counter = getattr(self, window)
        return counter

    def _rolled(self, periods: Periods) -> "Ledger":
        current = {w: self._counter(w) for w in WINDOWS}
        fresh: dict[str, object] = {
            w: counter if counter.key == periods.key(w) else Counter(key=periods.key(w))
            for w, counter in current.items()
        }
        if self.spent_month != periods.month:
            fresh |= {"spent_month": periods.month, "spent_micro_usd": 0}
        if self.spent_week != periods.week:
            fresh |= {"spent_week": periods.week, "spent_week_micro_usd": 0}
        return self.model_copy(update=fresh)

    def _counted(self) -> "Ledger":
        """One request more in the present periods."""
        return self.model_copy(update={window: self._counter(window).plus(1) for window in WINDOWS})

    def _uncounted(self, held: Held) -> "Ledger":
        """One request less in every period that is still the one it was counted in."""
        still = [window for window in WINDOWS if self._counter(window).key == getattr(held, window)]
        return self.model_copy(update={window: self._counter(window).plus(-1) for window in still})

    def _charged(self, held: Held | None, micro_usd: int) -> "Ledger":
        """With the price in the month it was held in, where that is still the present one."""
        if held is not None and held.month != self.spent_month:
            return self
        return self.model_copy(update={"spent_micro_usd": self.spent_micro_usd + micro_usd})

    def _drawn(self, held: Held | None, micro_usd: int) -> "Ledger":
        """With what the pools were charged in the week it was held in, where that is still the present one."""
        if micro_usd == 0 or (held is not None and held.week != self.spent_week):
            return self
        return self.model_copy(update={"spent_week_micro_usd": self.spent_week_micro_usd + micro_usd})

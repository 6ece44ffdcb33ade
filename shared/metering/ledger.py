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
    """One document a person. A period that is over reads as zero, whether or not anybody tidied up."""

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
        """What was spent and may still be spent by reservations this week."""
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

    def settling(self, rid: str, micro_usd: int) -> "Ledger":
        """With the reservation replaced by what it really cost; the same ledger where it was settled before.

        One that was taken for an orphan meanwhile counts again: an answer came of it after all.
        """
        if rid in self.settled:
            return self
        ledger = self if rid in self.held else self._counted()
        settled = [*self.settled, rid][-REMEMBERED:]
        return ledger.without(rid)._charged(self.held.get(rid), micro_usd).model_copy(update={"settled": settled})

    def releasing(self, rid: str) -> "Ledger":
        """With the reservation gone as if it had never been."""
        held = self.held.get(rid)
        return self if held is None else self.without(rid)._uncounted(held)

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
        """With the price in the week and month it was held in, where those are still the present ones."""
        charged: dict[str, object] = {}
        if held is None or held.month == self.spent_month:
            charged["spent_micro_usd"] = self.spent_micro_usd + micro_usd
        if held is None or held.week == self.spent_week:
            charged["spent_week_micro_usd"] = self.spent_week_micro_usd + micro_usd
        return self.model_copy(update=charged)

"""The nightly walk over everybody who was active on a day: rolls the day up, holds counters against rows, frees orphans.

Every page of people is one step, kept with how far it got, so a run that is cut off costs one step. Days that no timer
saw are caught up with; a run beside another one leaves the day to whoever keeps the next step first.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.metering.drift import DriftCheck, PersonDrift, drift_of
from shared.metering.ledger import Ledger
from shared.metering.meter import LEDGER, active_partition
from shared.metering.periods import periods_at
from shared.metering.rollup import DAILY, DayRollUp, day_id, rows_since
from shared.metering.usage import UsageRow
from shared.parking import Parking
from shared.storage.repositories.documents import NOT_UNDERSTOOD, DamagedDocument, body_of, kept, user_partition
from shared.storage.store import (
    BatchConflict,
    Delete,
    Document,
    DocumentExists,
    DocumentMissing,
    DocumentStore,
    InvalidCursor,
    StaleDocument,
)

DAYS_BACK = 35
"""So long the timer may have been away and every day is still rolled up."""

PEOPLE_A_STEP = 200
PEOPLE_AT_ONCE = 16
MARKERS_A_BATCH = 100
_log = logging.getLogger("vigor.timer")
PART = "roll-up"
"""The roll-up's own documents are registered under it: one of them is never a reason not to roll up."""


@dataclass(frozen=True, slots=True)
class Night:
    """What a run did: days it finished, people it read, reservations it freed, and the counters that were off.

    `unreadable` are people of whose documents one cannot be understood and is not parked yet. What can be read of theirs
    is in the totals; their counters are not held against it.

    `requests_off` and `micro_usd_off` are counter less rows, summed. `finished` is whether nothing was left to do.
    """

    days: tuple[str, ...] = ()
    people: int = 0
    freed: int = 0
    people_off: int = 0
    requests_off: int = 0
    micro_usd_off: int = 0
    unreadable: int = 0
    finished: bool = True


@dataclass(frozen=True, slots=True)
class _Person:
    """What one person's documents said: the rows of the day, and how far their counter is off, if it is."""

    rows: Sequence[UsageRow]
    freed: int
    off: PersonDrift | None
    is_readable: bool = True


class Nightly:
    """Rolls up every day that is over; safe late, twice, or never."""

    def __init__(
        self, store: DocumentStore, *, drift: DriftCheck, clock: Clock, parking: Parking | None = None
    ) -> None:
        self._store, self._drift, self._clock = store, drift, clock
        self._parking = parking or Parking(store, clock)
        self._seats = asyncio.Semaphore(PEOPLE_AT_ONCE)

    async def run(self, *, until: datetime) -> Night:
        """Work through the days that are over, oldest first, and stop before `until` with a step's time to spare."""
        night = Night()
        async for document in self._days_left():
            night = await self._day(document, night, until=until)
            if not night.finished:
                break
        return night

    async def _days_left(self) -> AsyncIterator["_Day"]:
        today = periods_at(self._clock()).day
        first = (datetime.fromisoformat(today) - timedelta(days=DAYS_BACK)).date()
        days = [(first + timedelta(days=n)).isoformat() for n in range(DAYS_BACK)]
        page = await self._store.page(DAILY, start=day_id(days[0]), before=day_id(today), limit=DAYS_BACK)
        there = {document.id: document for document in page.documents}
        for day in days:
            document = there.get(day_id(day))
            try:
                known = None if document is None else kept(DayRollUp, document)
            except DamagedDocument as damaged:
                # One day's damaged roll-up must not keep every later day from being rolled up.
                await self._parking.failed(damaged.document, damaged, part=PART)
                continue
            if known is None:
                yield _Day(DayRollUp(day=day), "")
            elif not known.value.is_tidied:
                yield _Day(known.value, known.etag)

    async def _day(self, there: "_Day", night: Night, *, until: datetime) -> Night:
        """Go on with one day; `finished` is False where the time ran out or another run is at it."""
        present, etag, day = there.rolled, there.etag, there.rolled.day
        try:
            while present.state == "running":
                page = await self._store.page(active_partition(day), limit=PEOPLE_A_STEP, cursor=present.cursor)
                people = await asyncio.gather(*(self._seated(marker.id, day) for marker in page.documents))
                present = _with(present, people, cursor=page.cursor)
                etag = await self._keep(present, etag)
                night = _told(night, people)
                if present.state == "running" and self._clock() >= until:
                    return _unfinished(night)
            while markers := (await self._store.page(active_partition(day), limit=MARKERS_A_BATCH)).documents:
                await self._forget(markers)
                if self._clock() >= until:
                    return _unfinished(night)
            await self._keep(present.model_copy(update={"is_tidied": True}), etag)
        except (StaleDocument, DocumentExists):
            return _unfinished(night)  # another run kept this step before us and goes on
        except InvalidCursor:
            # Who was active is still listed while a day is under way, so it can be counted from the beginning.
            _log.error("The roll-up of %s names no place to go on from, so it begins anew.", day)
            return await self._day(_Day(DayRollUp(day=day), etag), night, until=until)
        return replace(night, days=(*night.days, day))

    async def _keep(self, present: DayRollUp, etag: str) -> str:
        if etag:
            return (await self._store.replace(DAILY, day_id(present.day), body_of(present, over=etag), etag=etag)).etag
        return (await self._store.insert(DAILY, day_id(present.day), body_of(present))).etag

    async def _seated(self, user_id: str, day: str) -> _Person:
        async with self._seats:
            try:
                return await self._person(user_id, day)
            except NOT_UNDERSTOOD as unexpected:
                # Whatever it is about one person, it must not end every night at their place.
                _log.error("Somebody's use on %s cannot be understood: %s", day, type(unexpected).__name__)
                return _Person((), 0, None, is_readable=False)

    async def _person(self, user_id: str, day: str) -> _Person:
        """Two reads for a person whose counters are right: the ledger, and the rows of the month."""
        now, midnight = self._clock(), datetime.fromisoformat(f"{day}T00:00:00+00:00")
        document, damaged = await self._store.find(user_partition(user_id), LEDGER), list[DamagedDocument]()
        try:
            ledger = (kept(Ledger, document).value if document else Ledger()).at(now)
        except DamagedDocument as unreadable:
            ledger = Ledger().at(now)
            damaged.append(unreadable)
        since = min(midnight, datetime.fromisoformat(f"{ledger.spent_month}-01T00:00:00+00:00"))
        counted = spent = 0
        rows: list[UsageRow] = []
        async for row in rows_since(self._store, user_id, since=since - timedelta(hours=1), damaged=damaged):
            if row.day == day:
                rows.append(row)
            if row.month == ledger.spent_month:
                counted, spent = counted + 1, spent + row.cost_micro_usd
        if damaged:
            told = [await self._parking.failed(one.document, one, part=PART) for one in damaged]
            return _Person(rows, 0, None, is_readable=not any(told))
        off = None
        if document and drift_of(ledger, rows=counted, micro_usd=spent) != PersonDrift(0, 0):
            off = await self._drift.person(user_id)  # they may have been at it between the two reads
        freed = await self._free_orphans(user_id, document, ledger) if document else 0
        return _Person(rows, freed, off if off != PersonDrift(0, 0) else None)

    async def _free_orphans(self, user_id: str, document: Document, tidy: Ledger) -> int:
        """Give back what a crash left reserved. Reading does so anyway; this keeps the document small."""
        there = kept(Ledger, document)
        freed = len(there.value.held) - len(tidy.held)
        if freed:
            try:
                body = body_of(tidy, over=there.etag)
                await self._store.replace(user_partition(user_id), LEDGER, body, etag=there.etag)
            except StaleDocument:
                return 0  # the person is at it themselves, and every write of theirs tidies
        return freed

    async def _forget(self, markers: Sequence[Document]) -> None:
        try:
            await self._store.batch(markers[0].partition, [Delete(marker.id) for marker in markers])
        except BatchConflict as clash:
            if not isinstance(clash.cause, DocumentMissing):
                raise  # a marker that another run removed meanwhile is what was wanted


@dataclass(frozen=True, slots=True)
class _Day:
    rolled: DayRollUp
    etag: str


def _with(present: DayRollUp, people: Sequence[_Person], *, cursor: str | None) -> DayRollUp:
    """With one step more."""
    for person in people:
        present = present.with_rows(person.rows)
    state = "running" if cursor else "done"
    return present.model_copy(update={"cursor": cursor, "people": present.people + len(people), "state": state})


def _told(night: Night, people: Sequence[_Person]) -> Night:
    off = [person.off for person in people if person.off]
    return replace(
        night,
        people=night.people + len(people),
        freed=night.freed + sum(person.freed for person in people),
        people_off=night.people_off + len(off),
        requests_off=night.requests_off + sum(one.requests for one in off),
        micro_usd_off=night.micro_usd_off + sum(one.micro_usd for one in off),
        unreadable=night.unreadable + sum(not person.is_readable for person in people),
    )


def _unfinished(night: Night) -> Night:
    return replace(night, finished=False)

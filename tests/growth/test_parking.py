"""What the night cannot handle is tried five times, told once more, parked, and comes back when it changes."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.growth import empty
from shared import parking
from shared.metering.ledger import Ledger
from shared.metering.meter import LEDGER
from shared.parking import TRIES, Parking, entry_id
from shared.retention import kinds
from shared.storage.counting import CountingStore, counting
from shared.storage.repositories.documents import body_of
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, Document, DocumentStore
from shared.sweeping import A_PAGE, ID, PARTITION, Sweep, Swept
from tests.growth.crowds import an_account
from tests.metering.conftest import PROCESSES, Shared, azurite, in_processes, shared_store  # fixtures by name
from tests.support import START, FakeClock, settings_for

__all__ = ["azurite", "shared_store"]
ANNA = "user:anna"
KEY = "once:x"
WRONG: Body = {"v": 1, "expires_at": "once upon a time"}
RIGHT: Body = {"v": 1, "fingerprint": "f", "working_until": START.isoformat(), "expires_at": START.isoformat()}
NAME = entry_id(ANNA, KEY)


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("tables", marks=pytest.mark.emulator),
        pytest.param("cosmos", marks=pytest.mark.emulator),
    ]
)
async def store(request: pytest.FixtureRequest) -> AsyncIterator[DocumentStore]:
    async with empty(request.param) as made:
        await made.batch(ANNA, an_account("anna", "anna"))
        yield made


class Nights:
    """Sweeps an hour apart, each as a run of its own."""

    def __init__(self, store: DocumentStore, folder: Path) -> None:
        self.store, self.clock, self._kinds = store, FakeClock(), kinds(settings_for(folder))

    async def one(self, held: Parking | None = None) -> Swept:
        self.clock.move(hours=1)
        sweep = Sweep(self.store, self._kinds, self.clock, parking=held)
        return await sweep.run(until=self.clock() + timedelta(minutes=8))

    async def until_parked(self) -> None:
        for _ in range(TRIES):
            await self.one()
        assert (await self.entry()).is_parked

    async def entry(self) -> parking.ParkedDocument:
        return (await parking.read_entries(self.store))[NAME]


@pytest.fixture
def nights(store: DocumentStore, tmp_path: Path) -> Nights:
    return Nights(store, tmp_path)


def alerts(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    told = [one for one in caplog.records if one.getMessage().startswith('{"event": "parked"')]
    assert {(one.name, one.levelno) for one in told} <= {("vigor.timer", logging.ERROR)}
    return [json.loads(one.getMessage()) for one in told]


async def test_a_poisoned_document_is_tried_in_five_runs_then_parked_with_one_alert_and_left_in_peace(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    assert [(await nights.one()).unreadable for _ in range(TRIES + 3)] == [1] * TRIES + [0] * 3
    entry = await nights.entry()
    assert (entry.tries, entry.kind, entry.error) == (TRIES, "user/once", "ValidationError")
    assert (entry.last_at - entry.first_at) == timedelta(hours=TRIES - 1)
    assert [(one["id"], one["tries"], one["kind"]) for one in alerts(caplog)] == [(NAME, TRIES, "user/once")]
    nights.clock.move(days=7)
    caplog.clear()
    round_ = await nights.one()
    assert (round_.seen, round_.unreadable, round_.finished) == (5, 0, True)
    assert caplog.records == []


async def test_nothing_of_a_document_nor_of_whose_it_is_is_told_in_the_log(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    await nights.store.insert(ANNA, "once:zwirbel", {**WRONG, "secret": "knickknack"})
    await nights.one()
    for _ in range(TRIES):
        await nights.one()
    assert caplog.records
    assert not any(word in caplog.text for word in ("anna", "zwirbel", "knickknack", "once upon"))
    [entry] = (await nights.store.page(parking.PARTITION)).documents
    assert set(entry.body) == {"v", "partition", "id", "etag", "part", "error", "tries", "first_at", "last_at", "told"}


async def test_a_change_of_the_document_brings_it_back_and_what_is_mended_leaves_the_register(nights: Nights) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    await nights.until_parked()
    await nights.store.upsert(ANNA, KEY, {**WRONG, "expires_at": "still no time"})
    assert (await nights.one()).unreadable == 1
    assert (await nights.entry()).tries == 1
    await nights.store.upsert(ANNA, KEY, RIGHT)
    assert (await nights.one()).forgotten == 1
    assert await parking.read_entries(nights.store) == {}
    assert await nights.store.find(ANNA, KEY) is None


async def test_what_waits_and_is_mended_or_gone_leaves_the_register_at_the_next_run(nights: Nights) -> None:
    for key in (KEY, "once:y"):
        await nights.store.insert(ANNA, key, WRONG)
    await nights.one()
    assert len(await parking.read_entries(nights.store)) == 2
    later: Body = {**RIGHT, "expires_at": (START + timedelta(days=1)).isoformat()}
    await nights.store.upsert(ANNA, KEY, later)
    await nights.store.delete(ANNA, "once:y")
    assert (await nights.one()).unreadable == 0
    assert await parking.read_entries(nights.store) == {}


async def test_a_damaged_ledger_that_the_roll_up_met_is_tried_again_though_nobody_is_active(nights: Nights) -> None:
    await nights.store.upsert(ANNA, LEDGER, {"v": 1, "day": "not a counter"})
    ledger = await nights.store.get(ANNA, LEDGER)
    assert await Parking(nights.store, nights.clock).failed(ledger, ValueError(), part="roll-up")
    for _ in range(TRIES):
        await nights.one()
    entries = await parking.read_entries(nights.store)
    assert [(one.kind, one.tries, one.part) for one in entries.values()] == [("user/usage", TRIES, "retention")]
    await nights.store.upsert(ANNA, LEDGER, body_of(Ledger()))
    await nights.one()
    assert await parking.read_entries(nights.store) == {}


async def test_an_entry_that_is_removed_by_hand_lets_the_document_be_tried_anew(nights: Nights) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    await nights.until_parked()
    await nights.store.delete(parking.PARTITION, NAME)
    nights.clock.move(days=7)
    assert (await nights.one()).unreadable == 1
    assert (await nights.entry()).tries == 1


async def test_two_runs_beside_each_other_count_one_try_each_at_most_and_one_of_them_parks(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    await nights.one()
    before = (await nights.entry()).tries
    while not (await nights.entry()).is_parked:
        await asyncio.gather(*(nights.one() for _ in range(3)))
        assert before < (await nights.entry()).tries <= before + 3
        before = (await nights.entry()).tries
    assert before == TRIES
    assert len(alerts(caplog)) == 1


class Killed(BaseException):
    """The process ends here."""


async def at_the_fifth_try(nights: Nights) -> Document:
    await nights.store.insert(ANNA, KEY, WRONG)
    for _ in range(TRIES - 1):
        await nights.one()
    nights.clock.move(hours=1)
    return await nights.store.get(ANNA, KEY)


@pytest.mark.parametrize("was_told", [False, True])
async def test_what_a_run_parked_that_was_killed_is_told_by_a_later_one_and_then_no_more(
    nights: Nights, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, *, was_told: bool
) -> None:
    document = await at_the_fifth_try(nights)
    real = nights.store.replace

    async def killed(partition: str, name: str, body: Body, *, etag: str) -> Document:
        if body["told"]:
            raise Killed  # it told, and cannot note it
        written = await real(partition, name, body, etag=etag)
        if not was_told:
            raise Killed  # it parked, and cannot tell it
        return written

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(nights.store, "replace", killed)
        await Parking(nights.store, nights.clock).failed(document, ValueError(), part="retention")
    entry = await nights.entry()
    assert (entry.is_parked, entry.told, len(alerts(caplog))) == (True, False, int(was_told))
    for _ in range(3):
        await nights.one()
    assert [(one["id"], one["tries"]) for one in alerts(caplog)] == [(NAME, TRIES)] * (1 + was_told)
    assert await nights.entry() == entry.model_copy(update={"told": True})


async def test_a_run_that_begins_while_another_one_tells_leaves_it_to_that_one(
    nights: Nights, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await at_the_fifth_try(nights)
    real, seen = nights.store.replace, list[bool]()

    async def beside(partition: str, name: str, body: Body, *, etag: str) -> Document:
        if body.get("told"):
            [other] = (await Parking(nights.store, nights.clock).entries()).values()
            seen.append(other.is_parked and not other.told)
        return await real(partition, name, body, etag=etag)

    monkeypatch.setattr(nights.store, "replace", beside)
    await Parking(nights.store, nights.clock).failed(document, ValueError(), part="retention")
    await nights.one()
    assert (seen, len(alerts(caplog)), (await nights.entry()).told) == ([True], 1, True)


async def test_an_entry_of_an_earlier_release_that_does_not_say_whether_it_was_told_is_told_once_more(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    await nights.until_parked()
    there = await nights.store.get(parking.PARTITION, NAME)
    earlier = {name: value for name, value in there.body.items() if name != "told"}
    await nights.store.upsert(parking.PARTITION, NAME, earlier)
    caplog.clear()
    for _ in range(3):
        await nights.one()
    assert len(alerts(caplog)) == 1


async def test_one_run_counts_one_try_however_many_parts_of_it_meet_the_document(nights: Nights) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    document, held = await nights.store.get(ANNA, KEY), Parking(nights.store, nights.clock)
    assert [await held.failed(document, ValueError(), part=part) for part in ("a", "b")] == [True, True]
    assert (await nights.one(held)).unreadable == 1
    assert (await nights.entry()).tries == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        {"v": 1, "tries": "many"},
        {"v": 1, "partition": "", "id": "", "etag": "", "part": "", "error": "", "tries": 5}
        | dict.fromkeys(("first_at", "last_at"), START.isoformat()),
    ],
)
async def test_an_entry_that_cannot_be_read_is_dropped_and_ends_no_night(nights: Nights, nonsense: Body) -> None:
    await nights.store.insert(ANNA, KEY, WRONG)
    await nights.store.insert(parking.PARTITION, NAME, nonsense)
    assert (await nights.one()).finished
    assert (await nights.entry()).tries == 1


async def test_a_full_register_keeps_no_more_and_the_rest_is_counted(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parking, "MOST", 2)
    for n in range(4):
        await nights.store.insert(ANNA, f"once:{n}", WRONG)
    assert (await nights.one()).unreadable == 4
    assert len(await parking.read_entries(nights.store)) == 2
    assert "the register is full" in caplog.text


async def test_what_no_time_can_be_added_to_ends_no_round(nights: Nights) -> None:
    times = dict.fromkeys(("signed_in_at", "rotated_at", "created_at"), "9999-12-31T23:59:59Z")
    await nights.store.insert(ANNA, "session:s", {"v": 1, "id": "s", "salt": "00", **times})
    swept = await nights.one()
    assert (swept.unreadable, swept.finished) == (1, True)


async def test_a_sweep_whose_place_is_nowhere_begins_anew(nights: Nights, caplog: pytest.LogCaptureFixture) -> None:
    await nights.store.insert(PARTITION, ID, {"v": 1, "state": "running", "cursor": "nowhere"})
    swept = await nights.one()
    assert (swept.seen, swept.finished) == (3, True)
    assert "begins anew" in caplog.text


async def sweep_five_times(store: DocumentStore) -> list[int]:
    """Five runs beside those of other processes; how many entries each told as parked, and how often any was tried."""
    told: list[str] = []

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    logging.getLogger("vigor.timer").addHandler(Told())
    clock = FakeClock()
    for _ in range(TRIES):
        held = Parking(store, clock)
        for n in range(8):
            document = await store.get(ANNA, f"once:{n}")
            await held.failed(document, ValueError(), part="retention")
    return [
        sum(one.startswith('{"event": "parked"') for one in told),
        sum("(try " in one for one in told),
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("processes")
async def test_four_processes_count_every_try_once_at_most_and_park_every_document_once(shared_store: Shared) -> None:
    place = shared_store.open()
    for n in range(8):
        await place.insert(ANNA, f"once:{n}", WRONG)
    told = await in_processes(sweep_five_times, shared_store)
    entries = await parking.read_entries(place)
    await place.close()
    assert len(told) == PROCESSES
    assert [sum(each) for each in zip(*told, strict=True)] == [8, 8 * (TRIES - 1)]
    assert sorted(one.tries for one in entries.values()) == [TRIES] * 8


async def test_a_large_store_with_nothing_wrong_costs_one_read_more(tmp_path: Path) -> None:
    store = CountingStore(SqliteStore(tmp_path / "vigor.sqlite"))
    for n in range(A_PAGE + 1):
        await store.insert("attempts", f"account:{n:04}", {"v": 1, "until": None})
    with counting() as count:
        swept = await Sweep(store, kinds(settings_for(tmp_path)), FakeClock()).run(until=START + timedelta(hours=1))
    assert (swept.seen, swept.unreadable) == (A_PAGE + 2, 0)
    assert count.operations == 1 + 5  # the register; how far the sweep got, two pages of it, and that kept twice
    await store.close()

"""A document that breaks a part of the night's work holds nothing else up, and after five runs is parked and told no more."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.reset_usage import reset_usage, tidy
from shared.metering.meter import LEDGER, ROWS
from shared.metering.pool import ID as POOL
from shared.metering.pool import PARTITION as SYSTEM
from shared.metering.rollup import DAILY, day_id
from shared.parking import TRIES, read_entries
from shared.storage.repositories.documents import user_partition
from shared.storage.store import Body
from tests.functions.conftest import Api
from tests.growth.crowds import COST, active_on
from tests.support import START

NONSENSE: Body = {"v": 1, "seq": "once", "day": 7, "state": "broken", "accounts": 3}
DAMAGED_DAY = DAILY, day_id("2026-11-21")


@dataclass
class Timer:
    """The tick that the host hands to a timer's function."""

    past_due: bool = False


@dataclass
class Nights:
    """Runs of the real timer's function, an hour apart, and what each left in the log."""

    api: Api
    caplog: pytest.LogCaptureFixture

    async def one(self) -> dict[str, Any]:
        self.caplog.clear()
        self.caplog.set_level(logging.INFO, logger="vigor.timer")
        await reset_usage(Timer())  # type: ignore[arg-type]
        self.api.clock.move(hours=1)
        (line,) = self.lines("reset_usage")
        return line

    def lines(self, event: str) -> list[dict[str, Any]]:
        texts = (one.getMessage() for one in self.caplog.records)
        return [json.loads(text) for text in texts if text.startswith(f'{{"event": "{event}"')]

    @property
    def errors(self) -> list[str]:
        return [one.getMessage() for one in self.caplog.records if one.levelno >= logging.ERROR]


@pytest.fixture
def nights(api: Api, caplog: pytest.LogCaptureFixture) -> Nights:
    return Nights(api, caplog)


@pytest.mark.parametrize(
    ("place", "part", "kind"),
    [
        (DAMAGED_DAY, None, "usage-daily/day:2026-11-21"),
        (("audit", "base"), "audit", "audit/base"),
        ((SYSTEM, POOL), "providers", "system/pool"),
    ],
)
async def test_a_poisoned_document_is_told_in_five_runs_and_parked_in_the_fifth(
    nights: Nights, place: tuple[str, str], part: str | None, kind: str
) -> None:
    store, parts = nights.api.app.store, [part] if part else []
    await active_on(store, START - timedelta(days=1), ["anna", "ben"])
    await store.upsert(*place, NONSENSE)
    for run in range(1, TRIES + 1):
        line = await nights.one()
        assert (line["left_out"], line["resting"], line["night"]["finished"]) == (parts, [], True)
        assert (line["waiting"], line["parked"]) == ((1, 0) if run < TRIES else (0, 1))
        assert nights.errors
        assert [one["kind"] for one in nights.lines("parked")] == ([] if run < TRIES else [kind])
    for _ in range(3):
        line = await nights.one()
        assert (line["left_out"], line["resting"], line["parked"], nights.errors) == ([], parts, 1, [])
    days = await nights.api.app.rollup.days(since="2026-11-22", until="2026-11-22")
    assert [(one.requests, one.cost_micro_usd) for one in days] == [(4, 4 * COST)]


@pytest.mark.parametrize(("place", "part"), [(("audit", "base"), "audit"), ((SYSTEM, POOL), "providers")])
@pytest.mark.parametrize("is_mended", [True, False])
async def test_a_part_that_rests_goes_on_when_its_document_changes(
    nights: Nights, place: tuple[str, str], part: str, is_mended: bool
) -> None:
    store = nights.api.app.store
    await store.upsert(*place, NONSENSE)
    for _ in range(TRIES + 1):
        line = await nights.one()
    assert line["resting"] == [part]
    if is_mended:
        await store.delete(*place)
    else:
        await store.upsert(*place, {**NONSENSE, "seq": "twice"})
    line = await nights.one()
    assert (line["resting"], line["left_out"]) == ([], [] if is_mended else [part])
    assert [one.tries for one in (await read_entries(store)).values()] == ([] if is_mended else [1])
    assert bool(nights.errors) is not is_mended


async def test_a_person_of_whose_documents_one_is_damaged_is_counted_by_what_can_be_read(nights: Nights) -> None:
    store = nights.api.app.store
    await active_on(store, START - timedelta(days=1), ["anna", "ben"])
    for name in ("anna", "ben"):
        await store.insert(user_partition(name), "account", {"v": 1})
    (row, *_) = (await store.page(user_partition("anna"), prefix=ROWS)).documents
    await store.upsert(user_partition("anna"), row.id, NONSENSE)
    await store.upsert(user_partition("ben"), LEDGER, NONSENSE)
    line = await nights.one()
    assert (line["night"]["people"], line["night"]["unreadable"], line["drifted"]) == (2, 2, False)
    days = await nights.api.app.rollup.days(since="2026-11-22", until="2026-11-22")
    assert [one.requests for one in days] == [3]
    for _ in range(TRIES):
        line = await nights.one()
    assert (line["waiting"], line["parked"], nights.errors) == (0, 2, [])
    await active_on(store, nights.api.clock() - timedelta(days=1), ["carl"])
    await store.upsert("active:2026-11-23", "anna", {"v": 1})
    nights.api.clock.move(days=1)
    line = await nights.one()
    assert (line["night"]["people"], line["night"]["unreadable"], nights.errors) == (1, 0, [])


async def test_a_roll_up_that_names_no_place_to_go_on_from_is_counted_from_the_beginning(nights: Nights) -> None:
    store = nights.api.app.store
    await active_on(store, START - timedelta(days=1), ["anna", "ben"])
    running: Body = {"v": 1, "day": "2026-11-22", "state": "running", "people": 1, "cursor": "nowhere", "totals": []}
    await store.insert(DAILY, day_id("2026-11-22"), running)
    line = await nights.one()
    assert (line["night"]["people"], line["night"]["finished"]) == (2, True)
    days = await nights.api.app.rollup.days(since="2026-11-22", until="2026-11-22")
    assert [one.requests for one in days] == [4]


async def test_an_administrator_sees_what_waits_and_what_is_parked_and_nobodys_name(nights: Nights) -> None:
    chief, anna = await nights.api.admin(), await nights.api.member()
    assert (await chief("GET", "manage/usage")).json["parked"] == []
    await nights.api.app.store.upsert(*DAMAGED_DAY, NONSENSE)
    for _ in range(TRIES - 1):
        await nights.one()
    await nights.api.app.store.insert(user_partition(anna.id), "once:x", {"v": 1, "expires_at": "no time"})
    nights.api.clock.move(days=7)
    await nights.one()
    chief = await nights.api.admin()
    answer = await chief("GET", "manage/usage")
    told = [(one["kind"], one["state"], one["tries"]) for one in answer.json["parked"]]
    assert sorted(told) == [("usage-daily/day:2026-11-21", "parked", TRIES), ("user/once", "waiting", 1)]
    assert anna.id not in answer.body.decode()
    assert (await (await nights.api.member("ben"))("GET", "manage/usage")).status == 403


async def test_a_sweep_that_cannot_read_how_far_it_got_says_so_and_begins_anew(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    await api.app.store.upsert("system", "sweep", NONSENSE)
    assert (await tidy(api.app))["left_out"] == []
    assert any("The state of the sweep cannot be read" in record.getMessage() for record in caplog.records)
    caplog.clear()
    api.clock.move(hours=1)
    assert (await tidy(api.app))["left_out"] == []
    assert [record for record in caplog.records if record.levelno == logging.ERROR] == []
    assert (await api.app.store.get("system", "sweep")).body["state"] == "done"

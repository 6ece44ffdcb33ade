"""A document that breaks a part of the night's work is told every night and left out; everything else is done."""

import logging
from datetime import timedelta

import pytest

from functions.reset_usage import tidy
from shared.metering.rollup import DAILY, day_id
from shared.storage.store import Body
from tests.functions.conftest import Api
from tests.growth.crowds import COST, active_on
from tests.support import START

NONSENSE: Body = {"v": 1, "seq": "once", "day": 7, "state": "broken", "accounts": 3}


@pytest.mark.parametrize(
    ("place", "left_out", "told"),
    [
        ((DAILY, day_id("2026-11-21")), [], "The roll-up of 2026-11-21"),
        (("audit", "base"), ["audit"], "leaves out audit"),
    ],
)
async def test_a_poisoned_document_is_told_each_night_and_holds_nothing_else_up(
    api: Api, caplog: pytest.LogCaptureFixture, place: tuple[str, str], left_out: list[str], told: str
) -> None:
    await active_on(api.app.store, START - timedelta(days=1), ["anna", "ben"])
    await api.app.store.upsert(*place, NONSENSE)
    for _ in range(6):
        caplog.clear()
        line = await tidy(api.app)
        assert line["left_out"] == left_out
        errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert any(told in one for one in errors)
        assert line["night"]["finished"]
        api.clock.move(hours=1)
    days = await api.app.rollup.days(since="2026-11-22", until="2026-11-22")
    assert [(one.requests, one.cost_micro_usd) for one in days] == [(4, 4 * COST)]


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

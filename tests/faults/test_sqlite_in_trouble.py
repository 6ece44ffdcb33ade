"""SQLite without room, and locked by somebody else: a sentence and a time to come back, no damage, and no restart needed."""

import resource
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from shared.storage.sqlite import SqliteStore
from shared.storage.store import Insert, StoreUnavailable
from tests.functions.conftest import Api
from tests.functions.test_training import a_log

pytestmark = pytest.mark.slow


async def test_while_the_file_is_locked_writing_is_503_reading_goes_on_and_afterwards_all_is_well(api: Api) -> None:
    anna = await api.member()
    assert (await anna("POST", "workouts/logs", a_log("log-00000001"))).status == 201
    with sqlite3.connect(api.app.settings.sqlite_path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = await anna("POST", "workouts/logs", a_log("log-00000002"))
        assert (refused.status, refused.json["code"]) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert [one["id"] for one in (await anna("GET", "workouts/logs")).json["items"]] == ["log-00000001"]
        other.execute("ROLLBACK")
    other.close()
    assert (await anna("POST", "workouts/logs", a_log("log-00000002"))).status == 201


@pytest.mark.skipif(sys.platform != "linux", reason="limits are set as Linux has them")
async def test_without_room_writing_is_refused_reading_goes_on_and_room_is_enough_to_go_on(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "small.sqlite")
    await store.insert("p", "first", {"text": "a"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    written = 1
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, before[1]))
        with pytest.raises(StoreUnavailable):
            for number in range(200):
                await store.batch("p", [Insert(f"big-{number:04d}", {"text": "x" * 100_000})])
                written += 1
        assert (await store.get("p", "first")).body["text"] == "a"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert 1 < written < 200
    await store.insert("p", "last", {"text": "z"})
    page = await store.page("p", limit=1000)
    assert len(page.documents) == written + 1
    await store.close()
    with sqlite3.connect(tmp_path / "small.sqlite") as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()

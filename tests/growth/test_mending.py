"""What is parked can be looked at, mended, taken away or tried anew by a command, and nothing newer is written over."""

import asyncio
import json
from pathlib import Path

import pytest

from shared import mending, parking
from shared.parking import TRIES, Parking, entry_id
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body
from tests.growth.crowds import an_account
from tests.support import START, FakeClock, key_settings

ANNA, KEY = "user:anna", "once:x"
NAME = entry_id(ANNA, KEY)
WRONG: Body = {"v": 1, "fingerprint": "f", "working_until": START.isoformat(), "expires_at": "once upon a time"}


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A store with one parked document, which the settings of the environment name."""
    for name, value in {**key_settings(), "VIGOR_STORE": "sqlite"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VIGOR_SQLITE_PATH", str(tmp_path / "vigor.sqlite"))
    store = SqliteStore(tmp_path / "vigor.sqlite")
    await store.batch(ANNA, an_account("anna", "anna"))
    document = await store.insert(ANNA, KEY, WRONG)
    for _ in range(TRIES):
        await Parking(store, FakeClock()).failed(document, ValueError(), part="retention")
    yield store
    await store.close()


async def done(*words: str) -> int:
    """The command in a thread of its own, for it runs a loop of its own."""
    return await asyncio.to_thread(mending.main, words)


async def test_the_register_is_listed_and_a_document_shown_with_what_is_wrong_in_it(
    store: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await done("list") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{NAME}  parked  ValueError  since 2026-11-23") and line.endswith(f"{ANNA}  {KEY}")
    assert await done("show", NAME) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == WRONG
    assert shown.err.startswith("expires_at: ")


async def test_a_mended_document_is_written_and_one_that_would_fail_again_is_not(
    store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "document.json"
    file.write_text(json.dumps({**WRONG, "expires_at": "still no time"}))
    assert await done("put", NAME, str(file)) == 2
    assert "expires_at: " in capsys.readouterr().err
    file.write_text(json.dumps({**WRONG, "expires_at": START.isoformat()}))
    assert await done("put", NAME, str(file)) == 0
    assert (await store.get(ANNA, KEY)).body["expires_at"] == START.isoformat()
    assert not await Parking(store, FakeClock()).holds(await store.get(ANNA, KEY))


async def test_it_is_taken_away_or_tried_anew_and_each_time_only_that(store: SqliteStore) -> None:
    assert await done("again", NAME) == 0
    assert await parking.read_entries(store) == {}
    document = await store.get(ANNA, KEY)
    await Parking(store, FakeClock()).failed(document, ValueError(), part="retention")
    assert await done("remove", NAME) == 0
    assert await store.find(ANNA, KEY) is None
    assert await done("show", NAME) == 2


async def test_what_changed_since_it_failed_is_not_written_over(
    store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer: Body = {**WRONG, "expires_at": "a newer time"}
    await store.upsert(ANNA, KEY, newer)
    file = tmp_path / "document.json"
    file.write_text(json.dumps({**WRONG, "expires_at": START.isoformat()}))
    for words in (("put", NAME, str(file)), ("remove", NAME)):
        assert await done(*words) == 2
        assert "changed since it failed" in capsys.readouterr().err
    assert (await store.get(ANNA, KEY)).body == newer


@pytest.mark.parametrize("content", ["{", "[1]", '{"v": NaN}'])
async def test_a_file_that_is_no_document_is_refused(store: SqliteStore, tmp_path: Path, content: str) -> None:
    file = tmp_path / "document.json"
    file.write_text(content)
    assert await done("put", NAME, str(file)) == 2
    assert await done("put", NAME, str(tmp_path / "absent.json")) == 2
    assert (await store.get(ANNA, KEY)).body == WRONG
    assert await done("show", "nobody-knows") == 2

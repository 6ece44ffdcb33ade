"""A key whose request the store let down is free again as soon as the store is back: its worker knows that nobody works on it."""

from pathlib import Path
from typing import Any

import pytest

from shared.storage.sqlite import SqliteStore
from shared.storage.store import Document, StoreUnavailable
from tests.functions.conftest import StartApi

MEASURED = {"date": "2026-11-22", "weight_kg": 80}
KEY = {"Idempotency_Key": "the-same-key-again"}


class Failing(SqliteStore):
    """A store that does a claim of a key too late to say so (`late`), or nothing at all after it (`away`)."""

    late, away = False, False

    async def insert(self, partition: str, id: str, body: Any) -> Document:  # noqa: A002 - the seam's own word
        done = await super().insert(partition, id, body)
        if self.late and id.startswith("once:"):
            raise StoreUnavailable("Done, and too late.")
        return done

    async def batch(self, partition: str, ops: Any) -> list[Document | None]:
        if len(ops) > 1:
            self._check()
        return await super().batch(partition, ops)

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:  # noqa: A002 - as above
        self._check()
        await super().delete(partition, id, etag=etag)

    def _check(self) -> None:
        if self.away:
            raise StoreUnavailable("Away.")


@pytest.mark.parametrize("how", ["late", "away"])
async def test_a_key_that_the_store_was_too_late_for_is_taken_again_at_once(
    start_api: StartApi, tmp_path: Path, how: str
) -> None:
    store = Failing(tmp_path / "failing.sqlite")
    api = await start_api(store)
    anna = await api.member()
    setattr(store, how, True)
    assert (await anna("POST", "progress/metrics", MEASURED, **KEY)).status == 503
    setattr(store, how, False)
    again = await anna("POST", "progress/metrics", MEASURED, **KEY)
    assert again.status == 201, again.json
    assert (await anna("POST", "progress/metrics", MEASURED, **KEY)).json == again.json
    assert len((await anna("GET", "progress/metrics")).json["items"]) == 1

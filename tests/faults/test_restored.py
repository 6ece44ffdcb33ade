"""A backup made under load, the store destroyed, the backup restored: nobody erased comes back, no session either, and
the audit trail says what happened."""

import asyncio
import logging
from pathlib import Path

import pytest

from shared.restoring import after_restore, known_from
from shared.storage.moving import Progress, back_up, copy
from shared.storage.sqlite import SqliteStore
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi
from tests.functions.test_training import a_log

pytestmark = pytest.mark.slow


def tell(_sentence: str) -> None:
    """Nobody listens."""


async def refreshed(api: Api, one: Someone, refresh_token: str) -> int:
    body = {"refresh_token": refresh_token}
    return (await api.nobody("POST", "auth/refresh", body, X_Vigor_Client="native")).status


@pytest.mark.parametrize("told_by", ["backup", "log"])
async def test_after_a_restore_nobody_erased_is_back_and_no_session_either(
    start_api: StartApi, tmp_path: Path, caplog: pytest.LogCaptureFixture, told_by: str
) -> None:
    caplog.set_level(logging.INFO, "vigor.security")
    api = await start_api()
    chief, anna, ben = await api.admin(), await api.member(), await api.member("ben")
    await chief("PUT", "manage/tiers/free", {"day": 5, "week": 9, "month": 9, "budget_usd": 1})

    async def write(n: int) -> tuple[str, int]:
        answer = await ben("POST", "workouts/logs", a_log(f"log-{n:08d}"))
        return f"log-{n:08d}", answer.status

    before = [await write(n) for n in range(20)]
    load = [asyncio.create_task(write(n)) for n in range(20, 120)]
    await back_up(api.app.store, tmp_path / "night.gz", tell=tell)
    await asyncio.gather(*load)

    spent = ben.session["refresh_token"]
    later = await api.nobody("POST", "auth/refresh", {"refresh_token": spent}, X_Vigor_Client="native")
    assert later.status == 200
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert (await chief("PUT", "manage/tiers/free", {"day": 6, "week": 9, "month": 9, "budget_usd": 1})).status == 200
    await back_up(api.app.store, tmp_path / "before.gz", tell=tell)
    (tmp_path / "security.log").write_text("\n".join(one.message for one in caplog.records))
    await destroyed(api)

    file = api.app.settings.sqlite_path
    fresh = SqliteStore(file)
    from_backup = await opened(tmp_path / "night.gz")
    places = Progress("night", "fresh")
    await copy(from_backup, fresh, progress=places, kept_in=tmp_path / "progress.json", tell=tell)
    await fresh.close()

    again = await start_api()
    source = tmp_path / ("before.gz" if told_by == "backup" else "security.log")
    done = await after_restore(again.app, await known_from([source]))
    assert (done.erased_again, done.signed_out) == (1, 2)

    for refresh_token in (spent, later.json["refresh_token"], anna.session["refresh_token"]):
        assert await refreshed(again, ben, refresh_token) == 401
    signed_in = await again.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
    assert signed_in.status == 401, "she stays erased"
    back = await again.nobody("POST", "auth/login", {"identifier": "ben", "password": PASSWORD})
    ben = Someone(again.client, back.json)
    kept = {one["id"] for one in (await ben("GET", "me/export")).json["logs"]}
    assert {log_id for log_id, status in before if status == 201} <= kept, "no older than the backup"

    back = await again.nobody("POST", "auth/login", {"identifier": "chief@example.com", "password": PASSWORD})
    trail = (await Someone(again.client, back.json)("GET", "manage/audit")).json
    told = {one["action"]: one for one in trail["items"] if not one["action"].startswith("admin.")}
    assert list(told) == ["store.restored", "account.erase", "tier.change"]
    assert told["store.restored"]["after"]["trail_had_got_to"] == (5 if told_by == "backup" else None)
    assert trail["chain"]["whole"]


async def destroyed(api: Api) -> None:
    await api.app.close()
    for file in api.app.settings.sqlite_path.parent.glob("vigor.sqlite*"):
        file.unlink()


async def opened(path: Path):
    from shared.storage.backups import Backup

    return await asyncio.to_thread(Backup, path)

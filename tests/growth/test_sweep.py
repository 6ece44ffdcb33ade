"""What the sweep forgets and what it leaves; the settings that say when; the audit trail shortened and still whole."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from functions.reset_usage import tidy
from shared.config import read_settings
from shared.errors import BadSetting
from shared.retention import kinds
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Document
from shared.sweeping import A_PAGE, ID, PARTITION, Sweep
from tests.functions.conftest import Api, StartApi, start_api  # the fixture, used by name
from tests.support import START, FakeClock, settings_for

__all__ = ["start_api"]
PASSWORD = {"identifier": "anna", "password": "a long enough sentence"}


@pytest.fixture
async def api(start_api: StartApi) -> Api:
    return await start_api(
        VIGOR_RETENTION_CHAT_DAYS="30", VIGOR_RETENTION_USE_DAYS="62", VIGOR_RETENTION_AUDIT_DAYS="100"
    )


async def everything(api: Api) -> list[Document]:
    return (await api.app.store.walk(limit=1000)).documents


def ids(documents: list[Document], prefix: str) -> list[str]:
    return [one.id for one in documents if one.id.startswith(prefix)]


async def test_keys_sessions_and_tries_go_when_their_time_is_over_and_not_before(api: Api) -> None:
    anna = await api.member()
    await anna("POST", "workouts/generate", {}, Idempotency_Key="key-00000001")
    await api.nobody("POST", "auth/login", {**PASSWORD, "password": "not the password"})
    before = await everything(api)
    assert (len(ids(before, "once:")), len(ids(before, "session:")), len(ids(before, "account:"))) == (1, 1, 1)
    assert (await tidy(api.app))["swept"]["forgotten"] == 0
    api.clock.move(days=7)
    await tidy(api.app)
    after = await everything(api)
    assert (ids(after, "once:"), len(ids(after, "session:")), ids(after, "account:")) == ([], 1, [])
    api.clock.move(days=15)
    await tidy(api.app)
    assert ids(await everything(api), "session:") == []
    again = await api.nobody("POST", "auth/login", PASSWORD)
    assert again.status == 200


async def test_old_use_and_old_chat_go_and_training_stays(api: Api) -> None:
    anna = await api.member()
    await anna("POST", "workouts/generate", {})
    await anna("POST", "coach/chat", {"message": "Any advice?"})
    await anna("POST", "progress/metrics", {"weight_kg": 80, "date": "2026-11-22"})
    kept = {prefix: ids(await everything(api), prefix) for prefix in ("use:", "message:", "plan:", "metric:")}
    assert all(kept[prefix] for prefix in ("use:", "message:", "plan:", "metric:"))
    api.clock.move(days=31)
    await tidy(api.app)
    assert (ids(await everything(api), "use:"), ids(await everything(api), "message:")) == (kept["use:"], [])
    api.clock.move(days=32)
    await tidy(api.app)
    after = await everything(api)
    assert (ids(after, "use:"), ids(after, "plan:"), ids(after, "metric:")) == ([], kept["plan:"], kept["metric:"])


async def test_old_audit_entries_go_and_what_is_left_still_proves_itself(api: Api) -> None:
    audit = api.app.audit
    for n in range(230):
        await audit.append("tier.change", actor_id="chief", after={"n": n})
        if n == 219:
            api.clock.move(days=60)
    api.clock.move(days=60)
    assert (await tidy(api.app))["audit_entries_removed"] == 220
    check = await audit.check()
    assert (check.entries, check.broken_at) == (10, None)
    await audit.append("tier.change", actor_id="chief")
    assert (await audit.check()).broken_at is None
    api.clock.move(days=500)
    assert await audit.prune(before=api.clock()) == 10  # the newest stays: the chain hangs on it
    assert (await audit.check()).broken_at is None


async def test_runs_that_prune_at_once_and_a_check_between_them_do_not_disturb_each_other(api: Api) -> None:
    audit = api.app.audit
    for _ in range(150):
        await audit.append("tier.change", actor_id="chief")
    api.clock.move(days=200)
    await audit.append("tier.change", actor_id="chief")
    before = api.clock() - timedelta(days=100)
    *removed, check = await asyncio.gather(audit.prune(before=before), audit.prune(before=before), audit.check())
    assert check.broken_at is None
    assert sum(removed) + await audit.prune(before=before) == 150
    assert (await audit.check()).entries == 1


async def test_entries_that_somebody_cut_off_are_missed_in_a_shortened_trail_too(api: Api) -> None:
    audit = api.app.audit
    for n in range(20):
        await audit.append("tier.change", actor_id="chief", after={"n": n})
    api.clock.move(days=200)
    for _ in range(5):
        await audit.append("tier.change", actor_id="chief")
    await audit.prune(before=api.clock() - timedelta(days=100))
    oldest = (await api.app.store.page("audit", prefix="entry:")).documents[-1]
    await api.app.store.delete("audit", oldest.id)
    assert (await audit.check()).broken_at == 21
    base = await api.app.store.get("audit", "base")
    await api.app.store.replace("audit", "base", {**base.body, "seq": 21, "seal": oldest.body["seal"]}, etag=base.etag)
    assert (await audit.check()).broken_at == 21


async def test_a_round_is_cut_off_and_gone_on_with_and_begins_anew_only_a_week_later(tmp_path: Path) -> None:
    store, clock = SqliteStore(tmp_path / "vigor.sqlite"), FakeClock()
    gone = {"v": 1, "fingerprint": "f", "working_until": START.isoformat(), "expires_at": START.isoformat()}
    people = 2 * A_PAGE + 7
    for n in range(people):
        await store.insert(f"user:{n:04}", "once:x", gone)
    sweep = Sweep(store, kinds(settings_for(tmp_path)), clock)

    class Hurry(FakeClock):
        def __call__(self):
            self.now += timedelta(milliseconds=1)
            return self.now

    cut = await Sweep(store, kinds(settings_for(tmp_path)), Hurry()).run(until=START + timedelta(milliseconds=3))
    assert (cut.forgotten, cut.finished) == (A_PAGE, False)
    rest = await sweep.run(until=START + timedelta(hours=1))
    assert (rest.forgotten, rest.finished) == (people - A_PAGE, True)
    assert await sweep.run(until=START + timedelta(hours=1)) == type(rest)()
    assert [one.id for one in (await store.walk()).documents] == [ID]
    assert (await store.get(PARTITION, ID)).body["state"] == "done"
    clock.move(days=1)
    assert (await sweep.run(until=clock() + timedelta(hours=1))).seen == 0
    clock.move(days=6)
    assert (await sweep.run(until=clock() + timedelta(hours=1))).seen == 1
    await store.close()


async def test_one_damaged_document_is_told_and_the_round_goes_on(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "vigor.sqlite")
    await store.insert("user:a", "once:x", {"v": 1, "expires_at": "once upon a time"})
    await store.insert("attempts", "account:x", {"v": 1, "until": "long ago"})
    gone = {"v": 1, "fingerprint": "f", "working_until": START.isoformat(), "expires_at": START.isoformat()}
    await store.insert("user:b", "once:x", gone)
    swept = await Sweep(store, kinds(settings_for(tmp_path)), FakeClock()).run(until=START + timedelta(hours=1))
    assert (swept.seen, swept.unreadable, swept.forgotten, swept.finished) == (3, 2, 1, True)
    await store.close()


async def test_marks_of_days_that_no_timer_came_back_for_go_and_those_it_still_needs_stay(tmp_path: Path) -> None:
    store, clock = SqliteStore(tmp_path / "vigor.sqlite"), FakeClock()
    for days in (1, 35, 45):
        await store.insert(f"active:{(START - timedelta(days=days)).date()}", "anna", {})
    await Sweep(store, kinds(settings_for(tmp_path)), clock).run(until=START + timedelta(hours=1))
    left = [one.partition for one in (await store.walk()).documents if one.id == "anna"]
    assert left == ["active:2026-10-19", "active:2026-11-22"]
    await store.close()


@pytest.mark.parametrize("wrong", [{"VIGOR_RETENTION_USE_DAYS": "30"}, {"VIGOR_RETENTION_AUDIT_DAYS": "-1"}])
def test_a_time_that_would_take_what_is_needed_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=next(iter(wrong))):
        read_settings(wrong)

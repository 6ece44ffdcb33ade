"""What earlier releases left in the store, kept as backups beside this file, is restored and used by today's code."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.reset_usage import tidy
from shared.domain.log import Log
from shared.domain.words import Shape
from shared.retention import kinds
from shared.storage.backups import Backup
from shared.storage.repositories.documents import MIGRATIONS, Kept, body_of, kept, migrated, version_of
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Document, DocumentStore
from shared.sweeping import Kind, Sweep
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi, start_api  # the fixture is used by name
from tests.functions.test_training import a_log
from tests.schema.everything import documents
from tests.support import START, FakeClock, settings_for

__all__ = ["start_api"]
RELEASES = sorted(Path(__file__).parent.glob("release-*.gz"))


async def restored(file: Path, store: DocumentStore) -> list[Document]:
    backup = Backup(file)
    page = await backup.walk(limit=10_000)
    await backup.close()
    assert page.cursor is None
    for document in page.documents:
        await store.insert(document.partition, document.id, document.body)
    return page.documents


@pytest.fixture(params=RELEASES, ids=lambda file: file.stem)
async def old(request: pytest.FixtureRequest, start_api: StartApi) -> AsyncIterator[Api]:
    """The API a day later, over the documents of an earlier release."""
    api = await start_api()
    await restored(request.param, api.app.store)
    api.clock.now = START + timedelta(hours=21)
    yield api


async def signed_in(api: Api, name: str) -> Someone:
    answer = await api.nobody("POST", "auth/login", {"identifier": name, "password": PASSWORD}, X_Vigor_Client="native")
    assert answer.status == 200, answer.json
    return Someone(api.client, answer.json)


async def got(person: Someone, path: str) -> Any:
    answer = await person("GET", path)
    assert answer.status == 200, (path, answer.json)
    return answer.json


async def test_the_releases_kept_hold_documents_of_every_kind(tmp_path: Path) -> None:
    known, seen = kinds(settings_for(tmp_path)), set()
    for file in RELEASES:
        store = SqliteStore(tmp_path / f"{file.stem}.sqlite")
        documents = await restored(file, store)
        await store.close()
        seen |= {(kind.partition, kind.prefix) for kind in known for one in documents if kind.holds(one)}
    assert seen == {(kind.partition, kind.prefix) for kind in known}


async def test_a_person_of_an_earlier_release_finds_everything_and_goes_on(old: Api) -> None:
    anna = await signed_in(old, "anna")
    profile = await got(anna, "me")
    assert (profile["equipment"], profile["days_per_week"]) == (["dumbbells", "bench"], 3)
    [plan] = (await got(anna, "plans"))["items"]
    assert plan["active"]
    logs = (await got(anna, "workouts/logs"))["items"]
    assert len(logs) == 3
    assert [one["weight_kg"] for one in (await got(anna, "progress/metrics"))["items"]] == [80.5]
    assert len((await got(anna, "coach/messages"))["items"]) >= 2
    assert (await got(anna, "me/usage"))["month"]["used"] >= 2
    assert await got(anna, "progress")
    assert await got(anna, "workouts/next")
    export = await got(anna, "me/export")
    assert [len(export[part]) for part in ("plans", "logs", "metrics")] == [1, 3, 1]
    assert len(export["messages"]) >= 2
    assert (await anna("PATCH", "me", {"days_per_week": 4})).status == 200
    again = await anna("POST", "workouts/logs", logs[0])
    assert again.status == 200  # the same workout, kept by the release before
    assert (await anna("POST", "workouts/logs", a_log("log-00000002"))).status == 201
    assert (await anna("POST", "workouts/generate", {})).status == 201


async def test_the_owner_finds_tiers_people_totals_and_an_unbroken_trail(old: Api) -> None:
    chief = await signed_in(old, "chief@example.com")
    tiers = {one["tier"]: one for one in (await got(chief, "manage/tiers"))["items"]}
    assert tiers["free"]["day"] == 12
    assert len((await got(chief, "manage/users"))["items"]) == 3
    since = "manage/usage?from=2026-11-20&to=2026-11-24"
    assert sum(row["requests"] for row in (await got(chief, since))["items"]) >= 2
    assert (await old.app.audit.check()).broken_at is None
    night = await tidy(old.app)
    assert (night["night"]["finished"], night["swept"]["finished"], night["drifted"]) == (True, True, False)


async def test_every_document_of_an_earlier_release_is_read_and_written_as_it_is_today(old: Api) -> None:
    for document in await documents(old.app.store):
        kind = next((one for one in kinds(old.app.settings) if one.holds(document)), None)
        if kind is not None:
            read = kept(kind.shape, document)
            assert kept(kind.shape, _as_written(document, body_of(read.value, over=read.etag))).value == read.value


def _as_written(document: Document, body: Any) -> Document:
    return Document(document.partition, document.id, body, document.etag)


class Squat(Shape):
    """A made-up kind as the release before knows it."""

    id: str
    kg: float


def _to_two(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "grams": int(body["kg"] * 1000)}


class NewerSquat(Squat):
    """The same kind as the next release knows it; `kg` stays for those that run beside it."""

    grams: int = 0
    depth: str = "full"


NewerSquat.__name__ = "Squat"  # the release after calls it by the same name
IN_THE_NEXT_RELEASE = {"Squat": (_to_two,)}


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch):
    """Turns this process into a worker of the next release, or back into one of this."""

    def become(*, is_next: bool) -> None:
        if is_next:
            monkeypatch.setitem(MIGRATIONS, "Squat", IN_THE_NEXT_RELEASE["Squat"])
        else:
            monkeypatch.delitem(MIGRATIONS, "Squat", raising=False)

    return become


async def found(store: DocumentStore, shape: type, document_id: str = "squat:1") -> Kept:
    return kept(shape, await store.get("user:anna", document_id))


async def test_old_and_new_workers_write_one_document_in_turn_and_neither_loses_the_others_fields(
    tmp_path: Path, next_release
) -> None:
    store = SqliteStore(tmp_path / "vigor.sqlite")
    await store.insert("user:anna", "squat:1", body_of(Squat(id="1", kg=100)))
    next_release(is_next=True)
    seen = await found(store, NewerSquat)
    assert (seen.value.grams, version_of(NewerSquat)) == (100_000, 2)  # brought up to date when it is read
    newer = seen.value.model_copy(update={"depth": "parallel"})
    await store.replace("user:anna", "squat:1", body_of(newer, over=seen.etag), etag=seen.etag)

    next_release(is_next=False)
    seen = await found(store, Squat)
    older = seen.value.model_copy(update={"kg": 105.0})
    await store.replace("user:anna", "squat:1", body_of(older, over=seen.etag), etag=seen.etag)

    next_release(is_next=True)
    last = (await found(store, NewerSquat)).value
    assert (last.kg, last.depth) == (105, "parallel")
    assert (await store.get("user:anna", "squat:1")).body["v"] == 2
    await store.close()


async def test_the_sweep_brings_up_to_date_what_nobody_reads_and_an_older_workers_sweep_leaves_newer_documents(
    tmp_path: Path, next_release
) -> None:
    store, clock = SqliteStore(tmp_path / "vigor.sqlite"), FakeClock()
    await store.insert("user:anna", "account", {})
    for n in range(300):
        await store.insert("user:anna", f"squat:{n}", body_of(Squat(id=str(n), kg=n)))
    next_release(is_next=True)
    sweep = Sweep(store, [Kind("user:", "squat:", NewerSquat)], clock)
    assert (await sweep.run(until=clock() + timedelta(minutes=1))).rewritten == 300
    assert {one.body["v"] for one in (await store.page("user:anna", prefix="squat:", limit=1000)).documents} == {2}
    next_release(is_next=False)
    clock.move(days=7)
    earlier = Sweep(store, [Kind("user:", "squat:", Squat)], clock)
    assert (await earlier.run(until=clock() + timedelta(minutes=1))).rewritten == 0
    assert (await store.get("user:anna", "squat:7")).body["grams"] == 7000
    await store.close()


def test_a_log_without_a_version_is_of_the_first() -> None:
    log = {"id": "log-00000001", "started_at": START.isoformat(), "entries": []}
    assert migrated(Log, log) is None

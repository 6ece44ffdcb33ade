"""A lifetime in one file: kept whatever its length, completed after any cut, and undone without a trace."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.catalogue import catalogue
from shared.domain.history.reader import read_history
from shared.domain.history.report import Imported
from shared.importing import keep_import
from shared.storage.repositories import imports
from shared.storage.store import Body, Document, StoreUnavailable
from tests.functions.conftest import Api, Someone, StartApi, start_api  # the last a fixture, used by name
from tests.functions.test_history import FITNOTES, documents, send

__all__ = ["api", "start_api"]
HEAD = FITNOTES.splitlines()[0] + "\n"


@pytest.fixture
async def api(start_api: StartApi) -> AsyncIterator[Api]:
    """The API over a new file."""
    yield await start_api()


def history(workouts: int, *, sets: int = 1) -> str:
    """A FitNotes file with a workout on each of so many days."""
    days = [f"{date(1985, 1, 1) + timedelta(days=n):%Y-%m-%d}" for n in range(workouts)]
    return HEAD + "".join(f"{day},Deadlift,Back,{100 + n}.0,5,,,,\n" for day in days for n in range(sets))


def read(file: str) -> Imported:
    """The file as it is read over HTTP."""
    return read_history(file.encode(), content_type="text/csv", unit="kg", timezone="UTC", catalogue=catalogue())


async def undone(api: Api, person: Someone, import_id: str) -> Mapping[str, Any]:
    """What the person has once the import was undone."""
    assert (await person("DELETE", f"workouts/imports/{import_id}")).status == 204
    return await documents(api, person)


@pytest.mark.slow
async def test_a_lifetime_of_training_is_kept_in_one_piece_and_undone_without_a_trace(api: Api) -> None:
    anna = await api.member()
    await send(anna, history(3))
    before = await documents(api, anna)
    made = await send(anna, history(13_500, sets=4))
    assert (made.status, made.json["workouts"], made.json["duplicates"]) == (201, 13_497, 3), made.json
    there = await documents(api, anna)
    assert len([one for one in there if one.startswith("done:")]) == 13_500
    assert await undone(api, anna, made.json["id"]) == before


@pytest.mark.parametrize("cut_at", range(1, 9))
async def test_an_import_cut_anywhere_is_completed_by_the_same_file_and_undone_whole(
    api: Api, cut_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "IDS_A_DOCUMENT", 4)
    monkeypatch.setattr("shared.importing.PROGRESS_EVERY", 5)
    anna = await api.member()
    before = await documents(api, anna)
    file, writes, write = history(18), 0, api.app.store.upsert

    async def cut(partition: str, id: str, body: Body) -> Document:  # noqa: A002 - the seam's own word
        nonlocal writes
        if "import" in id:
            writes += 1
        if writes == cut_at:
            raise StoreUnavailable
        return await write(partition, id, body)

    with monkeypatch.context() as failing:
        failing.setattr(api.app.store, "upsert", cut)
        with pytest.raises(StoreUnavailable):
            await keep_import(api.app, anna.id, read(file))
    made = await send(anna, file)
    assert (made.status, made.json["workouts"], made.json["duplicates"]) == (201, 18, 0), made.json
    state = (await anna("GET", "workouts/imports")).json["items"]
    assert [(one["finished"], one["workouts_done"]) for one in state] == [(True, 18)]
    assert await undone(api, anna, made.json["id"]) == before


async def test_an_import_that_goes_on_with_more_than_it_had_forgets_nothing_when_cut_again(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "IDS_A_DOCUMENT", 4)
    anna = await api.member()
    file = read(history(12))
    logs = file.logs
    for log in logs[:3]:  # these were here before, and are gone when the import goes on
        await api.app.logs.keep_new(anna.id, [log])
    report = await keep_import(api.app, anna.id, file)
    cut = await api.app.imports.find(anna.id, report.id)
    assert cut is not None
    had = set((await api.app.imports.whole(anna.id, cut.value)).log_ids)
    await api.app.imports.upsert(anna.id, report.id, cut.value.model_copy(update={"finished": False}))
    await api.app.logs.delete_those(anna.id, [log.id for log in logs[:3]])
    write = api.app.store.upsert

    async def only_the_record(partition: str, id: str, body: Body) -> Document:  # noqa: A002 - the seam's own word
        if imports.PART in id:
            raise StoreUnavailable
        return await write(partition, id, body)

    with monkeypatch.context() as failing:
        failing.setattr(api.app.store, "upsert", only_the_record)
        with pytest.raises(StoreUnavailable):
            await keep_import(api.app, anna.id, file)
    left = await api.app.imports.find(anna.id, report.id)
    assert left is not None
    assert had <= set((await api.app.imports.whole(anna.id, left.value)).log_ids)

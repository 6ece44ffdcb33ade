"""Erasure erases: nothing of the person is left in any row or byte, whatever was under way or got cut off meanwhile."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from functions.reset_usage import tidy
from shared.parking import Parking, entry_id, read_entries
from shared.storage.store import Document, DocumentStore, Op, StoreUnavailable
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi
from tests.functions.test_history import STRONG
from tests.functions.test_models_abandoned import WaitingVendor
from tests.functions.test_training import a_log
from tests.providers.planning_vendor import PlanningVendor

NAMES = ("anna@example.com", "Quirina", "Zwirbelmuskel", "knickknack")
"""What nobody else would write."""


async def rows_of(store: DocumentStore, person: Someone) -> list[str]:
    """Where the person's id or anything they wrote still stands."""
    documents: list[Document] = []
    cursor = None
    while True:
        page = await store.walk(cursor=cursor)
        documents += page.documents
        if (cursor := page.cursor) is None:
            break
    told = ((one, json.dumps([one.partition, one.id, one.body])) for one in documents)
    return [f"{one.partition}/{one.id}" for one, text in told if any(name in text for name in (person.id, *NAMES))]


async def live(api: Api) -> Someone:
    """A person who leaves a trace in every kind of document."""
    body = {
        "email": "anna@example.com", "username": "anna", "password": PASSWORD, "display_name": "Quirina",
        "consent": {"terms": True, "health_data": True},
    }  # fmt: skip
    anna = Someone(api.client, (await api.nobody("POST", "auth/register", body, X_Vigor_Client="native")).json)
    note = {"region": "knee", "note": "Zwirbelmuskel"}
    assert (await anna("PATCH", "me", {"injuries": [note]})).status == 200
    for n in range(60):
        log = {**a_log(f"log-{n:08d}"), "notes": "knickknack"}
        assert (await anna("POST", "workouts/logs", log)).status == 201
    keyed = {"Idempotency_Key": "a-key-of-anna"}
    assert (await anna("POST", "workouts/generate", {"notes": "knickknack"}, **keyed)).status == 201
    assert (await anna("POST", "coach/chat", {"message": "knickknack?"})).status == 200
    assert (await anna("GET", "coach/motivation")).status == 200
    assert (await anna("POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": 70})).status == 201
    assert (await anna("POST", "workouts/imports?unit=kg", STRONG.encode(), Content_Type="text/csv")).status == 201
    await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "not the password"})
    return anna


async def test_nothing_is_left_in_any_row_nor_in_the_bytes_of_the_files(api: Api) -> None:
    anna = await live(api)
    assert len(await rows_of(api.app.store, anna)) > 100
    api.clock.move(days=1)
    back = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD}, X_Vigor_Client="native")
    anna = Someone(api.client, back.json)
    assert (await anna("POST", "coach/chat", {"message": "knickknack!"})).status == 200
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert await rows_of(api.app.store, anna) == []
    await api.app.close()
    left = b"".join(file.read_bytes() for file in folder_of(api).iterdir() if file.is_file())
    assert [name for name in (anna.id, *NAMES) if name.encode() in left] == []


class SlowPlanner(WaitingVendor, PlanningVendor):
    """A vendor that writes a plan when it is told to."""


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "a-key-of-anna"}])
async def test_what_a_model_answers_after_the_erasure_is_kept_nowhere(start_api: StartApi, key: dict[str, str]) -> None:
    vendor = SlowPlanner()
    async with vendor:
        api = await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")
        anna = await api.member()
        under_way = asyncio.create_task(anna("POST", "workouts/generate", {}, **key))
        await vendor.arrived.wait()
        assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
        vendor.may_answer.set()
        late = await under_way
        assert (late.status, late.json["code"]) == (401, "not_signed_in")
        assert await rows_of(api.app.store, anna) == []


async def test_an_erasure_that_was_cut_off_is_found_and_asked_for_again(api: Api) -> None:
    chief, anna = await api.admin(), await live(api)
    real = api.app.store.batch
    steps = 0

    async def fails_the_second_time(partition: str, ops: Sequence[Op]) -> list[Document | None]:
        nonlocal steps
        steps += partition.endswith(anna.id) and len(ops) > 9
        if steps == 2:
            raise StoreUnavailable
        return await real(partition, ops)

    api.app.store.batch = fails_the_second_time  # type: ignore[method-assign]
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 503
    api.app.store.batch = real  # type: ignore[method-assign]
    assert (await anna("GET", "me")).status == 401
    found = (await chief("GET", "manage/users?q=anna")).json["items"]
    assert [(one["id"], one["disabled"]) for one in found] == [(anna.id, True)]
    assert (await chief("DELETE", f"manage/users/{anna.id}")).status == 204
    assert await rows_of(api.app.store, anna) == []


async def test_the_sweep_takes_what_belongs_to_nobody_and_leaves_everybody_else_alone(api: Api) -> None:
    anna, ben = await live(api), await api.member("ben")
    assert (await ben("POST", "workouts/logs", a_log("log-of-ben-001"))).status == 201
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    before = await rows_of(api.app.store, ben)
    await api.app.store.upsert(f"user:{anna.id}", "done:late", {"v": 1, "notes": "knickknack"})
    assert (await tidy(api.app))["swept"]["forgotten"] == 1
    assert await rows_of(api.app.store, anna) == []
    assert await rows_of(api.app.store, ben) == before


def folder_of(api: Api) -> Path:
    return api.app.settings.sqlite_path.parent


async def test_the_register_of_what_the_night_could_not_handle_tells_of_nobody_who_is_erased(api: Api) -> None:
    anna, ben = await api.member(), await api.member("ben")
    for person in (anna, ben):
        await api.app.store.insert(f"user:{person.id}", "once:x", {"v": 1, "expires_at": "no time"})
    await api.app.store.insert("active:nonsense", anna.id, {"v": 1})
    await tidy(api.app)
    assert len(await rows_of(api.app.store, anna)) > 2
    assert len(await read_entries(api.app.store)) == 3
    await api.app.store.delete("active:nonsense", anna.id)
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert await rows_of(api.app.store, anna) == []
    assert [one.partition for one in (await read_entries(api.app.store)).values()] == [f"user:{ben.id}"]


async def test_an_entry_that_a_night_under_way_wrote_behind_an_erasure_goes_in_the_next(api: Api) -> None:
    anna = await api.member()
    late = await api.app.store.insert(f"user:{anna.id}", "once:x", {"v": 1, "expires_at": "no time"})
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert await Parking(api.app.store, api.clock).failed(late, ValueError(), part="retention")
    assert await rows_of(api.app.store, anna) == [f"parked/{entry_id(late.partition, late.id)}"]
    await tidy(api.app)
    assert await rows_of(api.app.store, anna) == []

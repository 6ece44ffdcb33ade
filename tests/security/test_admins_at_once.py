"""Administrators who change one thing at the same time: who insists on a version overwrites nobody, who does not is served."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from shared.metering.limits import TierLimits
from shared.storage.store import Document, Op
from tests.functions.conftest import Api, Someone

LIMITS: dict[str, Any] = {"day": 3, "week": 30, "month": 100, "budget_usd": 2.5}


def change_behind_the_look(api: Api, user_id: str) -> None:
    """Let somebody else change the account after the next change was looked at and audited, and before it is made."""
    real = api.app.store.batch

    async def batch(partition: str, ops: Sequence[Op]) -> list[Document | None]:
        done = await real(partition, ops)
        if partition == "audit":
            api.app.store.batch = real  # type: ignore[method-assign]
            await api.app.sessions.change_account(user_id, lambda one: one.model_copy(update={"tier": "unlimited"}))
        return done

    api.app.store.batch = batch  # type: ignore[method-assign]


async def second_admin(api: Api, chief: Someone) -> Someone:
    anna = await api.member()
    assert (await chief("PATCH", f"manage/users/{anna.id}", {"role": "admin"})).status == 200
    return anna


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"role": "user"}),
        ("PATCH", "", {"disabled": True}),
        ("PUT", "/tier", {"tier": "premium"}),
        ("DELETE", "", None),
    ],
)
async def test_a_version_that_is_insisted_on_is_insisted_on_in_the_write_itself(
    api: Api, method: str, path: str, body: Any
) -> None:
    chief = await api.admin()
    anna = await second_admin(api, chief)
    there = f"manage/users/{anna.id}"
    read = await chief("GET", there)
    change_behind_the_look(api, anna.id)
    refused = await chief(method, there + path, body, If_Match=read.headers["ETag"])
    assert (refused.status, refused.json["code"]) == (412, "stale_version")
    assert (await chief("GET", there)).json == {**read.json, "tier": "unlimited"}
    entries = (await chief("GET", "manage/audit")).json["items"]
    assert any(one["action"].endswith(".refused") for one in entries)
    # anna still counts as an administrator, so the chief is not the last one
    assert (await chief("PATCH", f"manage/users/{chief.id}", {"role": "user"})).status == 200


async def test_of_many_who_insist_on_one_version_one_gets_through(api: Api) -> None:
    chief, anna = await api.admin(), await api.member()
    there = f"manage/users/{anna.id}"
    read = (await chief("GET", there)).headers["ETag"]
    answers = await asyncio.gather(
        *(chief("PUT", f"{there}/tier", {"tier": tier}, If_Match=read) for tier in ("premium", "unlimited") * 4)
    )
    assert Counter(one.status for one in answers) == {200: 1, 412: 7}


@pytest.mark.parametrize("verb", ["insert", "replace"])
async def test_a_limit_that_somebody_else_sets_at_the_same_moment_is_written_over_and_no_error(
    api: Api, verb: str
) -> None:
    chief = await api.admin()
    if verb == "replace":
        assert (await chief("PUT", "manage/tiers/free", LIMITS)).status == 200
    real = getattr(api.app.store, verb)

    async def overtaken(partition: str, key: str, body: Any, **etag: str) -> Any:
        if key == "tier:free":
            setattr(api.app.store, verb, real)
            await api.app.tiers.write(TierLimits(tier="free", **{**LIMITS, "day": 8}), etag=None)
        return await real(partition, key, body, **etag)

    setattr(api.app.store, verb, overtaken)
    answer = await chief("PUT", "manage/tiers/free", {**LIMITS, "day": 9})
    assert (answer.status, answer.json["day"]) == (200, 9)
    assert (await chief("GET", "manage/tiers")).json["items"][0]["day"] == 9


async def test_a_provider_that_somebody_else_changes_at_the_same_moment_keeps_both_changes(api: Api) -> None:
    chief = await api.admin()
    changes = [
        {"priority": 7},
        {"timeout_s": 9},
        {"weekly_budget_usd": 4},
        {"monthly_budget_usd": 5},
        {"max_output": 99},
    ]
    answers = await asyncio.gather(*(chief("PUT", "manage/providers/openai", one) for one in changes))
    assert [one.status for one in answers] == [200] * len(changes)
    there = {one["name"]: one for one in (await chief("GET", "manage/providers")).json["items"]}["openai"]
    assert all(there[name] == value for one in changes for name, value in one.items())


async def test_of_many_who_insist_on_one_version_of_a_provider_one_gets_through(api: Api) -> None:
    chief = await api.admin()
    read = {one["name"]: one for one in (await chief("GET", "manage/providers")).json["items"]}["openai"]["etag"]
    answers = await asyncio.gather(
        *(chief("PUT", "manage/providers/openai", {"priority": n}, If_Match=f'"{read}"') for n in range(1, 5))
    )
    assert Counter(one.status for one in answers) == {200: 1, 412: 3}


async def test_three_who_change_the_list_of_administrators_at_once_are_all_served(api: Api) -> None:
    chief = await api.admin()
    people = [await api.member(name) for name in ("anna", "bert", "carl", "dora")]
    for role in ("admin", "user", "admin"):
        answers = await asyncio.gather(*(chief("PATCH", f"manage/users/{one.id}", {"role": role}) for one in people))
        assert [one.status for one in answers] == [200] * len(people)
    listed = await api.app.store.get("system", "admins")
    assert set(listed.body["ids"]) == {chief.id, *(one.id for one in people)}  # type: ignore[arg-type]

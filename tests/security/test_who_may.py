"""Every operation says who may call it and holds to it; what belongs to somebody else looks like what is not there."""

import json
import re
from typing import Any

import pytest

from shared.openapi import openapi_json
from shared.operations import OPERATIONS, Operation
from tests.functions.conftest import Api, Response, Someone
from tests.functions.test_history import STRONG
from tests.functions.test_training import a_log
from tests.support import app_index

OPEN = {
    "register", "Login", "LoginOidc", "LoginOidcCode", "OidcIssuers", "RefreshToken", "Logout", "HealthLive", "HealthReady",
    "OpenApi", "ApiDocs",
}  # fmt: skip
"""Whatever else is open to everybody has to be added here, and thought about."""
CATALOGUE = "exercises"
"""The one kind of thing with an id that is everybody's."""
ABSENT = "no-such-thing-0001"


def operations() -> list[Operation]:
    assert app_index().timers, "importing the app fills the registry"
    return list(OPERATIONS.values())


def path_of(operation: Operation, thing: str = ABSENT) -> str:
    return operation.route.replace("{id}", thing).replace("{tier}", "free").replace("{name}", "openai")


def body_of(operation: Operation) -> dict[str, Any] | bytes | None:
    """A body that says nothing; who may call is decided before it is read."""
    return None if operation.takes is None else b"x" if operation.takes is bytes else {}


def test_every_operation_of_the_document_says_who_may_call_it() -> None:
    assert operations()
    document = json.loads(openapi_json())
    told = {
        one["operationId"]: (one["x-access"], one["security"])
        for path in document["paths"].values()
        for one in path.values()
    }
    assert set(told) == set(OPERATIONS)
    assert {name for name, (access, _) in told.items() if access == "public"} == OPEN
    assert all(bool(security) == (access != "public") for access, security in told.values())


async def test_a_stranger_is_let_into_nothing_but_what_is_open(api: Api) -> None:
    for operation in operations():
        if operation.access == "public":
            continue
        answer = await api.nobody(operation.method, path_of(operation), body_of(operation))
        assert (answer.status, answer.json["code"]) == (401, "not_signed_in"), operation.name


async def test_a_member_is_let_into_nothing_of_the_administrators(api: Api) -> None:
    anna = await api.member()
    managing = [one for one in operations() if one.route.startswith("manage/")]
    assert len(managing) >= 10
    for operation in managing:
        answer = await anna(operation.method, path_of(operation), body_of(operation))
        assert (answer.status, answer.json["code"]) == (403, "not_allowed"), operation.name


async def test_what_is_somebody_elses_cannot_be_told_from_what_is_not_there(api: Api) -> None:
    anna, ben = await api.member(), await api.member("ben")
    things = await everything_of(anna)
    asked = [
        one for one in operations() if "{id}" in one.route and one.access == "member" and kind_of(one) != CATALOGUE
    ]
    assert {kind_of(one) for one in asked} == set(things)
    for operation in asked:
        thing = things[kind_of(operation)]
        theirs = await ben(operation.method, path_of(operation, thing), written(operation, thing))
        absent = await ben(operation.method, path_of(operation), written(operation, ABSENT))
        assert theirs.status == 404, operation.name
        assert plain(theirs, thing) == plain(absent, ABSENT), operation.name
    for path in (f"plans/{things['plans']}", f"workouts/logs/{things['workouts/logs']}", "me/export"):
        assert (await anna("GET", path)).status == 200, "nothing of hers was touched"


def written(operation: Operation, thing: str) -> dict[str, Any] | None:
    """A good body, where the operation takes one."""
    swap = {"day": 1, "exercise_id": "dumbbell-bench-press"}
    return {"LogWorkoutEdit": a_log(thing), "PlansSwap": swap}.get(operation.name)


def kind_of(operation: Operation) -> str:
    return operation.route.split("/{id}")[0]


async def everything_of(person: Someone) -> dict[str, str]:
    """One of each thing that has an id, by where it is found."""
    plan = (await person("POST", "workouts/generate", {})).json["plan"]
    log = (await person("POST", "workouts/logs", a_log("log-of-anna-0001"))).json
    metric = (await person("POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": 70})).json
    report = (await person("POST", "workouts/imports?unit=kg", STRONG.encode(), Content_Type="text/csv")).json
    session = (await person("GET", "auth/sessions")).json["items"][0]
    return {
        "plans": plan["id"], "workouts/logs": log["id"], "progress/metrics": metric["id"],
        "workouts/imports": report["id"], "auth/sessions": session["id"],
    }  # fmt: skip


def plain(answer: Response, thing: str) -> tuple[int, str]:
    """An answer without what differs from request to request."""
    text = re.sub(r'"correlation_id": ?"[^"]+"', "", answer.body.decode())
    return answer.status, text.replace(thing, "THING")


@pytest.mark.parametrize("field", ["role", "tier", "id", "disabled", "epoch"])
async def test_nobody_gives_themselves_what_only_an_administrator_may(api: Api, field: str) -> None:
    anna = await api.member()
    for method, path in (("PATCH", "me"), ("POST", "auth/register")):
        refused = await anna(method, path, {field: "admin"})
        assert refused.status == 422
        assert any(one["path"] == field for one in refused.json["errors"])

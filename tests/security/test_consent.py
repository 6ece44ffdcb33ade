"""Consent: kept with its version and time before anything about health is taken, and taken back as easily as given."""

import json

from shared.auth.account import CONSENT_VERSION
from shared.openapi import openapi_json
from shared.operations import OPERATIONS
from tests.functions.conftest import PASSWORD, Api
from tests.functions.test_training import a_log
from tests.security.test_who_may import body_of, operations, path_of
from tests.support import START

CONSENT = {"terms": True, "health_data": True}


async def test_consent_is_exported_with_its_version_and_its_time(api: Api) -> None:
    anna = await api.member()
    exported = (await anna("GET", "me/export")).json
    (given,) = exported["consents"]
    assert (given["version"], given["given_at"]) == (CONSENT_VERSION, START.isoformat().replace("+00:00", "Z"))
    assert exported["more"]["account"] == [
        {"role": "user", "tier": "free", "created_at": START.isoformat().replace("+00:00", "Z")}
    ]


async def test_without_consent_no_operation_takes_anything_about_health_or_asks_a_model(api: Api) -> None:
    anna = await api.member()
    assert (await anna("DELETE", "me/consent")).status == 204
    asked = [one for one in operations() if one.takes_health_data]
    assert {"ProfileChange", "GenerateWorkout", "LogWorkout", "CoachChat", "Motivation", "ImportHistory"} <= {
        one.name for one in asked
    }
    for operation in asked:
        answer = await anna(operation.method, path_of(operation), body_of(operation))
        assert (answer.status, "consent" in answer.json["detail"]) == (403, True), operation.name


def test_the_document_says_that_consent_may_be_missing() -> None:
    asked = {one.name for one in operations() if one.takes_health_data}
    document = json.loads(openapi_json())
    told = {
        one["operationId"]
        for path in document["paths"].values()
        for one in path.values()
        if one["x-access"] == "member" and "403" in one["responses"]
    }
    assert told == asked


async def test_who_took_the_consent_back_reads_exports_and_leaves_and_may_give_it_again(api: Api) -> None:
    anna = await api.member()
    assert (await anna("POST", "workouts/logs", a_log("log-00000001"))).status == 201
    assert (await anna("DELETE", "me/consent")).status == 204
    exported = (await anna("GET", "me/export")).json
    assert (len(exported["logs"]), exported["consents"]) == (1, [])
    assert (await anna("GET", "workouts/logs")).status == 200
    assert (await anna("POST", "me/consent", CONSENT)).status == 204
    assert (await anna("POST", "workouts/logs", a_log("log-00000002"))).status == 201
    assert (await anna("DELETE", "me/consent")).status == 204
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204


def test_whatever_a_member_may_change_needs_consent_but_for_the_account_itself() -> None:
    assert operations()
    free = {
        one.name
        for one in OPERATIONS.values()
        if one.access == "member" and one.method not in {"GET", "DELETE"} and not one.takes_health_data
    }
    assert free == {"ChangePassword", "GiveConsent"}


async def test_one_can_look_up_what_one_agreed_to_and_when(api: Api) -> None:
    anna = await api.member()
    given = {"terms": True, "health_data": True, "version": CONSENT_VERSION, "given_at": "2026-11-23T12:00:00Z"}
    none = {"terms": False, "health_data": False, "version": None, "given_at": None}
    assert (await anna("GET", "me/consent")).json == {**given, "current_version": CONSENT_VERSION}
    assert (await anna("DELETE", "me/consent")).status == 204
    assert (await anna("GET", "me/consent")).json == {**none, "current_version": CONSENT_VERSION}
    assert (await anna("PATCH", "me", {"injuries": [{"region": "knee"}]})).status == 403
    api.clock.move(minutes=1)
    assert (await anna("POST", "me/consent", CONSENT)).status == 204
    assert (await anna("GET", "me/consent")).json["given_at"] == "2026-11-23T12:01:00Z"
    assert (await anna("PATCH", "me", {"injuries": [{"region": "knee"}]})).status == 200
    assert (await api.nobody("GET", "me/consent")).status == 401

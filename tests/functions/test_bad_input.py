"""Whatever is sent, a problem document comes back that says what to do, and the app goes on."""

import json
from typing import Any

import pytest

from shared.operations import OPERATIONS, Operation
from tests.functions.conftest import Api, Someone

MEGABYTES = b'{"notes": "' + b"x" * 2_000_000 + b'"}'
BAD_BODIES: dict[str, tuple[bytes, set[int]]] = {
    "empty": (b"", {400}),
    "an array": (b"[]", {422}),
    "a number": (b"7", {422}),
    "wrong types": (b'{"email": 7, "message": [], "logs": "x", "goal": {}, "day": "Monday", "tier": 1}', {422}),
    "an unknown field": (b'{"no_such_field": true}', {422}),
    "NaN": (b'{"weight_kg": NaN}', {400}),
    "infinity": (b'{"weight_kg": 1e999}', {400}),
    "two megabytes": (MEGABYTES, {413, 422}),
    "no UTF-8": (b'{"notes": "\xff\xfe"}', {400}),
    "a key twice": (b'{"notes": "a", "notes": "b"}', {400}),
    "U+0000": (b'{"notes": "a\\u0000b"}', {400}),
    "half a pair": (b'{"notes": "\\ud800"}', {400}),
    "bottomless nesting": (b"[" * 5000 + b"]" * 5000, {400}),
    "a byte-order mark": (b"\xef\xbb\xbf{}", {400}),
    "broken JSON": (b'{"notes": ', {400}),
    "a huge integer": (b'{"day": ' + b"9" * 5000 + b"}", {400}),
}


def writing() -> list[Operation]:
    """Every operation that takes a JSON body. Importing the app fills the registry."""
    import function_app

    assert function_app.app is not None
    return [one for one in OPERATIONS.values() if one.takes not in {None, bytes}]


def path_of(operation: Operation) -> str:
    """An address of the operation."""
    return operation.route.replace("{id}", "no-such-id").replace("{tier}", "free").replace("{name}", "openai")


async def caller_for(api: Api, operation: Operation) -> Someone:
    match operation.access:
        case "public":
            return api.nobody
        case "member":
            return await api.member()
        case _:
            return await api.admin()


@pytest.mark.parametrize("kind", BAD_BODIES)
async def test_every_operation_refuses_a_bad_body_with_a_sentence(api: Api, kind: str) -> None:
    body, expected = BAD_BODIES[kind]
    anna, chief = await api.member(), await api.admin()
    for operation in writing():
        caller = {"public": api.nobody, "member": anna}.get(operation.access, chief)
        if kind == "empty" and not operation.body_required:
            continue
        answer = await caller(operation.method, path_of(operation), body)
        assert answer.status in expected, (operation.name, answer.status, answer.json)
        assert_problem(answer.json, answer.headers)
    assert (await api.nobody("GET", "health/live")).status == 200
    assert (await anna("GET", "me")).status == 200


@pytest.mark.parametrize("nothing", ["  ", "\u200d\u200b", "\u202e \u2066", "\ufeff"])
async def test_a_message_that_shows_nothing_is_asked_of_nobody(api: Api, nothing: str) -> None:
    answer = await (await api.member())("POST", "coach/chat", {"message": nothing})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "message")


async def test_another_media_type_is_refused(api: Api) -> None:
    for operation in writing():
        if operation.access == "public":
            answer = await api.nobody(operation.method, path_of(operation), b"a=b", Content_Type="text/plain")
            assert answer.status == 415
            assert_problem(answer.json, answer.headers)


async def test_no_operation_of_members_answers_somebody_who_is_not_signed_in(api: Api) -> None:
    writing()
    for operation in OPERATIONS.values():
        if operation.access != "public":
            answer = await api.nobody(operation.method, path_of(operation))
            assert (answer.status, answer.json["code"]) == (401, "not_signed_in"), operation.name


async def test_no_operation_of_administrators_answers_a_member(api: Api) -> None:
    anna = await api.member()
    for operation in OPERATIONS.values():
        if operation.access in {"admin", "fresh_admin"}:
            answer = await anna(operation.method, path_of(operation), b"{}")
            assert (answer.status, answer.json["code"]) == (403, "not_allowed"), operation.name


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=bm90LW91cnM"])
async def test_a_page_that_cannot_be_is_refused(api: Api, query: str) -> None:
    anna = await api.member()
    for path in ("plans", "workouts/logs", "progress/metrics"):
        answer = await anna("GET", f"{path}?{query}")
        assert answer.status == 422, (path, answer.json)
        assert_problem(answer.json, answer.headers)


@pytest.mark.parametrize("given", ["abcdefgh", "a.b_c-d1", "x" * 64])
async def test_a_callers_own_correlation_id_comes_back(api: Api, given: str) -> None:
    answer = await api.nobody("GET", "me", X_Correlation_ID=given)
    assert (answer.headers["X-Correlation-ID"], answer.json["correlation_id"]) == (given, given)


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "<script>"])
async def test_any_other_correlation_id_is_replaced(api: Api, given: str) -> None:
    answer = await api.nobody("GET", "health/live", X_Correlation_ID=given)
    assert answer.headers["X-Correlation-ID"] != given
    assert len(answer.headers["X-Correlation-ID"]) == 32


async def test_a_bug_answers_500_without_a_word_of_what_went_wrong(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    anna = await api.member()
    secret = "what anna wrote"

    async def broken(*_: object) -> None:
        raise ZeroDivisionError(secret)

    object.__setattr__(api.app, "profiles", type("Broken", (), {"get": broken})())
    answer = await anna("GET", "me")
    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert secret not in answer.body.decode()
    assert secret not in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_every_answer_carries_the_headers_that_keep_it_in_its_place(api: Api) -> None:
    for path in ("health/live", "me", "no/such/route"):
        answer = await api.nobody("GET", path)
        if answer.status == 404:
            assert answer.body == b""
            continue
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers


def assert_problem(document: Any, headers: Any) -> None:
    """A problem document with a sentence, and nothing of the inside of the app."""
    assert headers["Content-Type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "code", "correlation_id"} <= set(document)
    assert len(document["detail"]) > 10
    text = json.dumps(document).lower()
    assert not any(word in text for word in ("traceback", "pydantic", "json.decoder", "site-packages", "\\u0000"))

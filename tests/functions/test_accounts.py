"""Accounts over HTTP: registering, signing in, refreshing, signing out, and what is told to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.errors import Unavailable
from shared.storage.store import Document
from tests.functions.conftest import PASSWORD, Api, Someone

CONSENT = {"terms": True, "health_data": True}


def registration(name: str = "anna", **other: Any) -> dict[str, Any]:
    return {
        "email": f"{name}@example.com",
        "username": name,
        "password": PASSWORD,
        "consent": CONSENT,
        **other,
    }


async def test_registering_signs_in_and_keeps_the_refresh_token_out_of_the_body(api: Api) -> None:
    answer = await api.nobody("POST", "auth/register", registration(display_name="Anna"))
    assert answer.status == 201
    assert set(answer.json) == {"user", "access_token", "token_type", "expires_in"}
    assert answer.json["user"] | {"id": ""} == {
        "id": "",
        "email": "anna@example.com",
        "username": "anna",
        "display_name": "Anna",
        "role": "user",
        "tier": "free",
    }
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("vigor_refresh=v1.")
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/api/auth"} <= attributes
    assert "secure" not in attributes
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_native_client_gets_the_refresh_token_in_the_body_and_no_cookie(api: Api) -> None:
    answer = await api.nobody("POST", "auth/register", registration(), X_Vigor_Client="native")
    assert answer.json["refresh_token"].startswith("v1.")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("twice", [{"email": "other@example.com"}, {"username": "other"}])
async def test_a_taken_name_or_address_is_refused_without_saying_which(api: Api, twice: dict[str, Any]) -> None:
    await api.member("anna")
    answer = await api.nobody("POST", "auth/register", registration(**twice))
    assert (answer.status, answer.json["code"]) == (409, "registration_conflict")
    assert "anna" not in json.dumps(answer.json)


async def test_forty_registrations_of_one_name_at_once_let_one_through_and_tell_the_others(api: Api) -> None:
    bodies = [registration("anna", email=f"anna{n}@example.com") for n in range(40)]
    answers = await asyncio.gather(*(api.nobody("POST", "auth/register", body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201, *[409] * 39]
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"registration_conflict"}


async def test_a_name_whose_password_could_not_be_hashed_is_free_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_password: str) -> tuple[str, str]:
        raise Unavailable("Too many people are signing in at this moment.", retry_after_s=1)

    with monkeypatch.context() as patch:
        patch.setattr(api.app.passwords, "hash", busy)
        assert (await api.nobody("POST", "auth/register", registration())).status == 503
    assert (await api.nobody("POST", "auth/register", registration())).status == 201


async def test_a_name_given_up_by_a_failed_registration_is_free_for_its_address(api: Api) -> None:
    await api.member("anna")
    clash = await api.nobody("POST", "auth/register", registration("anna", email="new@example.com"))
    again = await api.nobody("POST", "auth/register", registration("newname", email="new@example.com"))
    assert (clash.status, again.status) == (409, 201)


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("email", "no address", "email"),
        ("username", "a", "username"),
        ("username", "ädmin", "username"),
        ("username", "s.y.s-t3m", "username"),
        ("username", "4dm1n", "username"),
        ("password", "short", "password"),
        ("password", "aaaaaaaaaaaaaa", "password"),
        ("consent", {"terms": True, "health_data": False}, "consent.health_data"),
        ("role", "admin", "role"),
        ("tier", "unlimited", "tier"),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named(api: Api, field: str, value: Any, path: str) -> None:
    answer = await api.nobody("POST", "auth/register", registration(**{field: value}))
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert [error["path"] for error in answer.json["errors"]] == [path]


async def test_whoever_plays_badminton_may_say_so(api: Api) -> None:
    answer = await api.nobody("POST", "auth/register", registration("badminton_fan"))
    assert answer.status == 201


async def test_signing_in_works_by_address_and_by_name_in_any_case(api: Api) -> None:
    await api.member("anna")
    for identifier in ("anna", "ANNA", "Anna@Example.com"):
        answer = await api.nobody("POST", "auth/login", {"identifier": identifier, "password": PASSWORD})
        assert answer.status == 200


async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(api: Api) -> None:
    await api.member("anna")
    wrong = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "not the password"})
    unknown = await api.nobody("POST", "auth/login", {"identifier": "nobody", "password": "not the password"})
    assert (wrong.status, unknown.status) == (401, 401)
    assert {**wrong.json, "correlation_id": ""} == {**unknown.json, "correlation_id": ""}


async def test_a_refresh_token_is_spent_by_use_and_its_replay_ends_the_session(api: Api) -> None:
    anna = await api.member("anna")
    first = anna.session["refresh_token"]
    second = await refreshed(api, first)
    third = await refreshed(api, second)
    api.clock.move(seconds=31)
    stolen = await api.nobody("POST", "auth/refresh", {"refresh_token": first}, X_Vigor_Client="native")
    owner = await api.nobody("POST", "auth/refresh", {"refresh_token": third}, X_Vigor_Client="native")
    assert (stolen.status, owner.status) == (401, 401)
    assert (await anna("GET", "me")).status == 401


async def test_the_token_just_replaced_is_answered_with_its_successor_for_a_moment(api: Api) -> None:
    anna = await api.member("anna")
    first = anna.session["refresh_token"]
    successors = {await refreshed(api, first) for _ in range(3)}
    assert len(successors) == 1


async def test_twelve_refreshes_of_one_token_at_once_end_in_one_successor(api: Api) -> None:
    anna = await api.member("anna")
    first = anna.session["refresh_token"]
    successors = await asyncio.gather(*(refreshed(api, first) for _ in range(12)))
    assert len(set(successors)) == 1


async def test_a_forged_refresh_token_never_ends_a_session(api: Api) -> None:
    anna = await api.member("anna")
    genuine = anna.session["refresh_token"]
    forged = genuine[:-4] + ("AAAA" if not genuine.endswith("AAAA") else "BBBB")
    refused = await api.nobody("POST", "auth/refresh", {"refresh_token": forged})
    assert refused.status == 401
    assert await refreshed(api, genuine)


async def test_a_cookie_is_only_continued_for_our_own_web_client(api: Api) -> None:
    await api.nobody("POST", "auth/register", registration())
    plain = await api.nobody("POST", "auth/refresh")
    foreign = await api.nobody("POST", "auth/refresh", X_Vigor_Client="web", Sec_Fetch_Site="cross-site")
    ours = await api.nobody("POST", "auth/refresh", X_Vigor_Client="web")
    assert (plain.status, foreign.status, ours.status) == (403, 403, 200)


async def test_signing_out_ends_the_session_at_once_and_clears_the_cookie(api: Api) -> None:
    answer = await api.nobody("POST", "auth/register", registration())
    anna = Someone(api.client, answer.json)
    out = await api.nobody("POST", "auth/logout", X_Vigor_Client="web")
    assert out.status == 204
    assert out.headers["Clear-Site-Data"] == '"cookies"'
    assert "max-age=0" in out.headers["Set-Cookie"].lower()
    assert (await anna("GET", "me")).status == 401


async def test_signing_out_everywhere_ends_every_session(api: Api) -> None:
    anna = await api.member("anna")
    other = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
    assert (await anna("POST", "auth/logout", {"everywhere": True})).status == 204
    assert (await Someone(api.client, other.json)("GET", "me")).status == 401


async def test_sessions_are_listed_and_one_can_be_ended_from_another(api: Api) -> None:
    anna = await api.member("anna")
    signed_in = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
    phone = Someone(api.client, signed_in.json)
    listed = (await anna("GET", "auth/sessions")).json["items"]
    assert [one["current"] for one in listed].count(True) == 1
    other = next(one["id"] for one in listed if not one["current"])
    assert (await anna("DELETE", f"auth/sessions/{other}")).status == 204
    assert ((await phone("GET", "me")).status, (await anna("GET", "me")).status) == (401, 200)


async def test_a_new_password_ends_every_other_session(api: Api) -> None:
    anna = await api.member("anna")
    signed_in = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
    wrong = await anna("POST", "auth/password", {"current_password": "wrong", "new_password": "another sentence"})
    right = await anna("POST", "auth/password", {"current_password": PASSWORD, "new_password": "another sentence"})
    assert (wrong.status, right.status) == (422, 204)
    assert (await Someone(api.client, signed_in.json)("GET", "me")).status == 401
    assert (await anna("GET", "me")).status == 200
    again = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "another sentence"})
    assert again.status == 200


async def test_an_access_token_ends_with_its_time(api: Api) -> None:
    anna = await api.member("anna")
    api.clock.move(minutes=11)
    assert (await anna("GET", "me")).status == 401


async def test_an_idle_session_ends_and_a_used_one_ends_after_thirty_days(api: Api) -> None:
    anna = await api.member("anna")
    api.clock.move(days=15)
    idle = await api.nobody("POST", "auth/refresh", {"refresh_token": anna.session["refresh_token"]})
    assert idle.status == 401
    bert = await api.member("bert")
    current = bert.session["refresh_token"]
    for _ in range(3):
        api.clock.move(days=9)
        current = await refreshed(api, current)
    api.clock.move(days=4)
    assert (await api.nobody("POST", "auth/refresh", {"refresh_token": current})).status == 401


async def test_leaving_needs_the_password_and_erases_the_account(api: Api) -> None:
    anna = await api.member("anna")
    assert (await anna("DELETE", "me", {"password": "wrong"})).status == 422
    assert (await anna("DELETE", "me", {"password": PASSWORD})).status == 204
    assert (await anna("GET", "me")).status == 401
    left = [document async for document in everything(api)]
    assert [
        document for document in left if anna.id in json.dumps([document.partition, document.id, document.body])
    ] == []
    assert (await api.nobody("POST", "auth/register", registration())).status == 201


async def refreshed(api: Api, refresh_token: str) -> str:
    """The successor of a refresh token."""
    answer = await api.nobody("POST", "auth/refresh", {"refresh_token": refresh_token}, X_Vigor_Client="native")
    assert answer.status == 200, answer.json
    return str(answer.json["refresh_token"])


async def everything(api: Api) -> AsyncIterator[Document]:
    """Every document of the store."""
    cursor = None
    while True:
        page = await api.app.store.walk(cursor=cursor)
        for document in page.documents:
            yield document
        if (cursor := page.cursor) is None:
            return

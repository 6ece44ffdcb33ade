"""Sessions under attack: many at once, ends that race with beginnings, cookies that other sites would like to use."""

import pytest
from argon2 import PasswordHasher

from shared.auth.account import Password
from shared.auth.passwords import _peppered
from tests.functions.conftest import PASSWORD, Api, Someone
from tests.functions.test_accounts import registration
from tests.support import RINGS

NEW = "another sentence entirely"


async def test_of_sixty_sign_ins_in_a_row_each_is_good_and_the_last_twenty_go_on(api: Api) -> None:
    anna = await api.member()
    made = []
    for _ in range(60):
        api.clock.move(seconds=1)
        made.append(await signed_in(api))
        assert (await made[-1]("GET", "me")).status == 200
    going_on = [(await refreshed(api, one)).status for one in [anna, *made]]
    assert going_on == [401] * 41 + [200] * 20
    assert len((await made[-1]("GET", "auth/sessions")).json["items"]) == 20


async def test_a_sign_in_that_was_proven_before_everything_ended_is_over_before_it_began(api: Api) -> None:
    anna = await api.member()
    before = await api.app.accounts.find(anna.id)
    assert before is not None
    assert (await anna("POST", "auth/logout", {"everywhere": True})).status == 204
    late = await api.app.sessions.open(before.value, agent="")
    phone = Someone(api.client, {"access_token": late.access_token, "refresh_token": late.refresh_token})
    assert ((await phone("GET", "me")).status, (await refreshed(api, phone)).status) == (401, 401)
    assert (await (await signed_in(api))("GET", "auth/sessions")).json["items"][0]["current"]


async def test_a_new_password_ends_a_sign_in_with_the_old_one_that_came_a_moment_late(api: Api) -> None:
    anna = await api.member()
    before = await api.app.accounts.find(anna.id)
    assert before is not None
    assert (await change_password(anna)).status == 204
    late = await api.app.sessions.open(before.value, agent="")
    thief = Someone(api.client, {"access_token": late.access_token, "refresh_token": late.refresh_token})
    assert ((await thief("GET", "me")).status, (await refreshed(api, thief)).status) == (401, 401)
    assert ((await anna("GET", "me")).status, (await refreshed(api, anna)).status) == (200, 200)


async def test_whoever_changed_the_password_stays_signed_in_until_somebody_else_changes_it(api: Api) -> None:
    anna, phone = await api.member(), await signed_in(api)
    assert (await change_password(anna)).status == 204
    assert ((await anna("GET", "me")).status, (await phone("GET", "me")).status) == (200, 401)
    tablet = await signed_in(api, NEW)
    assert (await change_password(tablet, NEW, PASSWORD)).status == 204
    assert [(await one("GET", "me")).status for one in (anna, phone, tablet)] == [401, 401, 200]
    assert [(await refreshed(api, one)).status for one in (anna, phone, tablet)] == [401, 401, 200]


async def test_signing_out_everywhere_ends_the_session_that_a_new_password_had_spared(api: Api) -> None:
    anna = await api.member()
    assert (await change_password(anna)).status == 204
    assert (await (await signed_in(api, NEW))("POST", "auth/logout", {"everywhere": True})).status == 204
    assert ((await anna("GET", "me")).status, (await refreshed(api, anna)).status) == (401, 401)


async def test_a_hash_made_anew_at_a_sign_in_never_brings_a_password_back_that_was_changed_meanwhile(api: Api) -> None:
    anna = await api.member()
    now = await api.app.accounts.find(anna.id)
    assert now is not None
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(_peppered(PASSWORD, RINGS.pepper[0]))
    old = Password(hash=weak, pepper_kid=RINGS.pepper[0].kid)
    await api.app.accounts.save(now.value.model_copy(update={"password": old}), etag=now.etag)
    there = await api.app.accounts.find(anna.id)
    assert (await change_password(anna)).status == 204
    await api.app.people._proven(there, PASSWORD)  # as a sign-in goes on that had read the account before the change
    assert (await signed_in(api, NEW)).session
    refused = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": PASSWORD})
    assert refused.status == 401


async def test_signing_out_by_cookie_works_behind_a_proxy_with_an_authorization_of_its_own(api: Api) -> None:
    anna = Someone(api.client, (await api.nobody("POST", "auth/register", registration())).json)
    out = await api.nobody("POST", "auth/logout", X_Vigor_Client="web", Authorization="Bearer put-here-by-the-proxy")
    assert out.status == 204
    assert (await anna("GET", "me")).status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://[", ""])
async def test_a_cookie_is_of_no_use_to_a_page_of_another_origin(api: Api, origin: str) -> None:
    await api.nobody("POST", "auth/register", registration())
    for path in ("auth/refresh", "auth/logout"):
        assert (await api.nobody("POST", path, X_Vigor_Client="web", Origin=origin)).status == 403
    own = f"http://127.0.0.1:{api.server.port}"
    assert (await api.nobody("POST", "auth/refresh", X_Vigor_Client="web", Origin=own)).status == 200


async def test_behind_a_proxy_the_sites_own_origin_is_the_one_the_browser_sees(api: Api) -> None:
    await api.nobody("POST", "auth/register", registration())
    seen = {"Origin": "https://vigor.example", "X_Vigor_Client": "web"}
    by_name = await api.nobody("POST", "auth/refresh", **seen, X_Forwarded_Host="vigor.example")
    by_address = await api.nobody("POST", "auth/refresh", **seen, X_MS_Original_URL="https://vigor.example/api/x")
    by_browser = await api.nobody("POST", "auth/refresh", **seen, Sec_Fetch_Site="same-origin")
    assert [one.status for one in (by_name, by_address, by_browser)] == [200, 200, 200]


async def test_a_page_of_another_origin_goes_on_and_signs_out_by_the_token_in_its_hands_and_gets_no_cookie(
    api: Api,
) -> None:
    page = {"Origin": "https://vigor.example", "Sec_Fetch_Site": "cross-site", "X_Vigor_Client": "native"}
    made = await api.nobody("POST", "auth/register", registration(), **page)
    again = await api.nobody("POST", "auth/refresh", {"refresh_token": made.json["refresh_token"]}, **page)
    out = await api.nobody("POST", "auth/logout", {"refresh_token": again.json["refresh_token"]}, **page)
    assert (made.status, again.status, out.status) == (201, 200, 204)
    assert "Set-Cookie" not in {name for one in (made, again, out) for name in one.headers}
    assert (await Someone(api.client, again.json)("GET", "me")).status == 401


async def test_a_page_of_another_origin_may_read_what_the_client_goes_by(api: Api) -> None:
    anna = await api.member()
    readable = (await anna("GET", "me")).headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Retry-After", "X-Correlation-ID", "X-Vigor-Safety"} <= set(readable)


async def signed_in(api: Api, password: str = PASSWORD) -> Someone:
    """Anna on one more device."""
    body = {"identifier": "anna", "password": password}
    answer = await api.nobody("POST", "auth/login", body, X_Vigor_Client="native")
    assert answer.status == 200, answer.json
    return Someone(api.client, answer.json)


async def refreshed(api: Api, one: Someone):
    """The answer to their refresh token."""
    body = {"refresh_token": one.session["refresh_token"]}
    return await api.nobody("POST", "auth/refresh", body, X_Vigor_Client="native")


async def change_password(one: Someone, current: str = PASSWORD, new: str = NEW):
    return await one("POST", "auth/password", {"current_password": current, "new_password": new})

"""A checker outside the house: sessions, their cookies and their ends, asked of another worker each time."""

import json
import re
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import PASSWORD, Response
from tests.security.identity_house import NATIVE, WEB, House, bearer, cookie, cookies, house, told

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

NEW = "another sentence entirely"
FOREIGN_COOKIES = (
    'theme={"dark":true}',
    "list[0]=1",
    "a flag",
    "=",
    "name=b\u00e4r",
    "vigor_refreshed=v1",
    'q="',
    "$Version=1",
)


@pytest.fixture(scope="module")
def vigor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two workers over one store."""
    with house(tmp_path_factory.mktemp("vigor")) as running:
        yield running


def attributes(whole: str) -> dict[str, Any]:
    """A cookie's attributes that are there."""
    (morsel,) = SimpleCookie(whole).values()
    return {name: value for name, value in morsel.items() if value != ""}


def test_a_browser_gets_cookies_and_no_token_a_native_client_a_token_and_no_cookie(vigor: House) -> None:
    hidden = {"path": "/api/auth", "httponly": True, "samesite": "strict"}
    made = vigor.register("anna.cookies", headers={})
    for answer in (made, vigor.sign_in("anna.cookies", headers=WEB)):
        assert "refresh_token" not in answer.json
        kept = {name: attributes(whole) for name, whole in cookies(answer).items()}
        assert kept == {
            "vigor_refresh": {**hidden, "max-age": "1209600"},
            "vigor_device": {**hidden, "max-age": "15552000"},
        }
    for host, secure in (("127.0.0.1:7071", False), ("localhost", False), ("vigor.example", True)):
        answer = vigor.ask("POST", "auth/refresh", headers={**WEB, "Cookie": cookie(made), "Host": host})
        assert [attributes(one).get("secure", False) for one in cookies(answer).values()] == [secure], host
    native = vigor.sign_in("anna.cookies", headers={**NATIVE, "Cookie": cookie(made)})
    assert (cookies(native), native.json["refresh_token"][:3]) == ({}, "v1.")
    assert cookies(vigor.refresh(native.json["refresh_token"])) == {}
    out = vigor.ask("POST", "auth/logout", headers={**WEB, "Cookie": cookie(made)})
    assert attributes(cookies(out)["vigor_refresh"]) == {**hidden, "max-age": "0"}
    gone = vigor.ask(
        "POST", "auth/logout", {"refresh_token": told(vigor.sign_in("anna.cookies"))["refresh_token"]}, NATIVE
    )
    assert (out.headers["Clear-Site-Data"], gone.headers["Clear-Site-Data"], cookies(gone)) == (
        '"cookies"',
        '"cookies"',
        {},
    )


def test_a_cookie_works_beside_any_other_cookies_and_not_beside_a_second_of_its_name(vigor: House) -> None:
    last = vigor.register("anna.jar", headers=WEB)
    for other in FOREIGN_COOKIES:
        for jar in (f"{other}; {cookie(last)}", f"{cookie(last)}; {other}"):
            last = vigor.ask("POST", "auth/refresh", headers={**WEB, "Cookie": jar})
            assert last.status == 200, other
    for jar in (
        f"{cookie(last)}; vigor_refresh=theirs",
        f"vigor_refresh=theirs; {cookie(last)}",
        "vigor_refresh=",
        "vigor_refresh",
    ):
        assert vigor.ask("POST", "auth/refresh", headers={**WEB, "Cookie": jar}).status == 401, jar
    assert vigor.ask("POST", "auth/refresh", headers={**WEB, "Cookie": cookie(last)}).status == 200


@pytest.mark.parametrize(
    "media_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]
)
def test_no_form_of_another_site_calls_anything_of_accounts(vigor: House, media_type: str) -> None:
    anna = vigor.sign_in("anna.form", headers=WEB)
    anna = anna if anna.status == 200 else vigor.register("anna.form", headers=WEB)
    for path in ("refresh", "logout", "login", "register", "oidc", "password"):
        for marked in ({}, WEB):
            sent = {**bearer(anna.json), **marked, "Cookie": cookie(anna), "Content-Type": media_type}
            answer = vigor.ask("POST", f"auth/{path}", headers=sent, raw=b'{"everywhere": true}')
            assert (answer.status, answer.json["code"]) == (415, "wrong_media_type"), path
    for unmarked in (
        {},
        {"X-Vigor-Client": "web, native"},
        {**WEB, "Sec-Fetch-Site": "same-site"},
        {**WEB, "Origin": "null"},
    ):
        for path in ("refresh", "logout"):
            assert vigor.ask("POST", f"auth/{path}", headers={**unmarked, "Cookie": cookie(anna)}).status == 403
    assert vigor.me(anna.json) == 200


def other_of(vigor: House, session: dict[str, Any]) -> str:
    """The id of the session that asks not."""
    items = vigor.ask("GET", "auth/sessions", headers=bearer(session)).json["items"]
    return str(next(one["id"] for one in items if not one["current"]))


def administered(method: str, body: Any) -> "Ending":
    def done(vigor: House, phone: dict[str, Any], tablet: dict[str, Any]) -> Response:
        return vigor.ask(method, f"manage/users/{phone['user']['id']}", body, vigor.chief())

    return done


Ending = Callable[[House, dict[str, Any], dict[str, Any]], Response]
ENDINGS: dict[str, tuple[Ending, list[int]]] = {
    "signing out": (lambda vigor, phone, _: vigor.ask("POST", "auth/logout", {}, bearer(phone)), [401, 200]),
    "signing out by token": (
        lambda vigor, phone, _: vigor.ask("POST", "auth/logout", {"refresh_token": phone["refresh_token"]}, NATIVE),
        [401, 200],
    ),
    "signing out everywhere": (
        lambda vigor, phone, _: vigor.ask("POST", "auth/logout", {"everywhere": True}, bearer(phone)),
        [401, 401],
    ),
    "ending the other": (
        lambda vigor, phone, tablet: vigor.ask("DELETE", f"auth/sessions/{other_of(vigor, tablet)}", headers=bearer(tablet)),
        [401, 200],
    ),
    "a new password": (
        lambda vigor, _, tablet: vigor.ask(
            "POST", "auth/password", {"current_password": PASSWORD, "new_password": NEW}, bearer(tablet)
        ),
        [401, 200],
    ),
    "being disabled": (administered("PATCH", {"disabled": True}), [401, 401]),
    "being erased": (administered("DELETE", None), [401, 401]),
    "leaving": (lambda vigor, phone, _: vigor.ask("DELETE", "me", {"password": PASSWORD}, bearer(phone)), [401, 401]),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDINGS)
def test_what_ends_a_session_ends_it_at_the_next_request_of_any_worker(vigor: House, how: str) -> None:
    name = f"anna-{list(ENDINGS).index(how)}"
    ending, after = ENDINGS[how]
    phone = vigor.person(name)
    tablet = told(vigor.sign_in(name))
    assert ending(vigor, phone, tablet).status in {200, 204}
    for session, status in zip((phone, tablet), after, strict=True):
        assert [vigor.me(session) for _ in vigor.addresses] == [status] * 2
        assert vigor.refresh(session["refresh_token"]).status == status
    assert vigor.me(phone) == after[0], "nor does a refresh that was refused bring it back"


def test_who_is_enabled_again_signs_in_again_and_a_role_or_tier_counts_from_the_next_request(vigor: House) -> None:
    chief, ben = vigor.chief(), vigor.person("ben.role")
    path = f"manage/users/{ben['user']['id']}"
    for change in ({"disabled": True}, {"disabled": False}):
        assert vigor.ask("PATCH", path, change, chief).status == 200
    assert (vigor.me(ben), vigor.refresh(ben["refresh_token"]).status) == (401, 401)
    ben = told(vigor.sign_in("ben.role"))
    for role, status in (("admin", 200), ("user", 403)):
        assert vigor.ask("PATCH", path, {"role": role}, chief).status == 200
        assert [vigor.ask("GET", "manage/users", headers=bearer(ben)).status for _ in vigor.addresses] == [status] * 2
    for tier in ("premium", "free"):
        assert vigor.ask("PUT", f"{path}/tier", {"tier": tier}, chief).status == 200
        assert {vigor.ask("GET", "me/usage", headers=bearer(ben)).json["tier"] for _ in vigor.addresses} == {tier}
    for one in ({"role": "root"}, {"role": "admin", "tier": "unlimited"}, {"id": "x"}, {"role": ["admin"]}):
        assert vigor.ask("PATCH", path, one, chief).status == 422, one
    assert (
        vigor.ask(
            "PATCH", path, headers={**chief, "Content-Type": "application/json"}, raw=b'{"role":"user","role":"admin"}'
        ).status
        == 400
    )


def test_the_twenty_first_session_ends_the_first(vigor: House) -> None:
    first = vigor.person("anna.many")
    further = [told(vigor.sign_in("anna.many")) for _ in range(20)]
    listed = vigor.ask("GET", "auth/sessions", headers=bearer(further[-1])).json["items"]
    assert (len(listed), [one["current"] for one in listed].count(True)) == (20, True)
    assert not re.search(r"v1\.|salt|epoch|turn", json.dumps(listed))
    assert [vigor.me(one) for one in (first, further[0], further[-1])] == [401, 200, 200]


def test_the_settings_of_refreshing_act(vigor: House, tmp_path: Path) -> None:
    first = vigor.person("anna.grace")["refresh_token"]
    second = told(vigor.refresh(first))["refresh_token"]
    assert told(vigor.refresh(first))["refresh_token"] == second, "within the grace, the same successor again"
    third = told(vigor.refresh(second))["refresh_token"]
    assert [vigor.refresh(one).status for one in (first, third)] == [401, 401], "the one before it has no grace"
    with house(tmp_path, VIGOR_REFRESH_GRACE_S="0", VIGOR_REFRESH_IDLE_S="3") as hasty:
        spent = hasty.person("anna")["refresh_token"]
        present = told(hasty.refresh(spent))["refresh_token"]
        assert [hasty.refresh(one).status for one in (spent, present)] == [401, 401]
        signed_in = hasty.sign_in("anna", headers=WEB)
        assert attributes(cookies(signed_in)["vigor_refresh"])["max-age"] == "3"
        idle = told(hasty.sign_in("anna"))
        assert hasty.me(idle) == 200
        time.sleep(3.1)  # what has to pass is the session's own time
        assert hasty.refresh(idle["refresh_token"]).status == 401

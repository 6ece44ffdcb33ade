"""Guessing passwords gets slow, whoever guesses and wherever from; the owner of the account comes in all the same."""

import asyncio
from collections import Counter

import aiohttp
import pytest

from shared.auth.devices import Devices, network_of
from shared.config import SecretKey
from tests.functions.conftest import PASSWORD, Api, Response, StartApi
from tests.support import START

BEHIND_A_PROXY = {"VIGOR_TRUSTED_HOPS": "1"}


async def sign_in(api: Api, password: str, *, name: str = "anna", address: str = "", cookies: bool = False) -> Response:
    """A sign-in from somewhere, by default without the cookies that this test's client holds."""
    headers = {"X-Forwarded-For": address} if address else {}
    body = {"identifier": name, "password": password}
    if cookies:
        return await api.nobody("POST", "auth/login", body, **headers)
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{api.server.port}", cookie_jar=aiohttp.DummyCookieJar()) as bare,
        bare.post("/api/auth/login", json=body, headers=headers) as answer,
    ):
        return Response(answer.status, answer.headers, await answer.read(), await answer.json())


async def test_after_five_failures_one_has_to_wait_longer_each_time(api: Api) -> None:
    await api.member("anna")
    failed = [(await sign_in(api, "wrong password")).status for _ in range(5)]
    waits = []
    for _ in range(12):
        held = await sign_in(api, PASSWORD)
        assert (held.status, held.json["code"]) == (429, "too_many_attempts")
        waits.append(int(held.headers["Retry-After"]))
        api.clock.move(seconds=waits[-1])
        assert (await sign_in(api, "wrong password")).status == 401
    assert failed == [401] * 5
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert {"limit", "used", "resets_at"} <= set(held.json)


async def test_an_unknown_person_is_throttled_just_like_a_known_one(api: Api) -> None:
    await api.member("anna")
    known = [await sign_in(api, "wrong password") for _ in range(7)]
    unknown = [await sign_in(api, "wrong password", name="nobody") for _ in range(7)]
    assert [one.status for one in known] == [one.status for one in unknown] == [401] * 5 + [429] * 2
    assert [{**one.json, "correlation_id": ""} for one in known] == [
        {**one.json, "correlation_id": ""} for one in unknown
    ]


async def test_the_owner_gets_in_with_a_device_that_has_been_in_before(api: Api) -> None:
    first = await api.nobody(
        "POST",
        "auth/register",
        {
            "email": "anna@example.com",
            "username": "anna",
            "password": PASSWORD,
            "consent": {"terms": True, "health_data": True},
        },
    )
    assert any(one.startswith("vigor_device=") for one in first.headers.getall("Set-Cookie"))
    for _ in range(30):
        await sign_in(api, "wrong password")
    assert (await sign_in(api, PASSWORD)).status == 429
    assert (await sign_in(api, PASSWORD, cookies=True)).status == 200


async def test_a_hundred_guesses_from_everywhere_do_not_shut_the_owners_network_out(start_api: StartApi) -> None:
    api = await start_api(**BEHIND_A_PROXY)
    await api.member("anna")
    assert (await sign_in(api, PASSWORD, address="203.0.113.7")).status == 200
    statuses = Counter(
        [(await sign_in(api, "wrong password", address=f"198.51.{n}.1, 198.18.{n}.1")).status for n in range(110)]
    )
    assert statuses == {401: 100, 429: 10}
    assert (await sign_in(api, PASSWORD, address="192.0.2.1")).status == 429
    assert (await sign_in(api, PASSWORD, address="203.0.113.99")).status == 200


async def test_one_network_cannot_try_many_accounts(start_api: StartApi) -> None:
    api = await start_api(**BEHIND_A_PROXY)
    statuses = [
        (await sign_in(api, "wrong password", name=f"name{n}", address="198.51.100.1")).status for n in range(52)
    ]
    assert statuses == [401] * 50 + [429] * 2


async def test_made_up_forwarding_gives_nobody_another_five_tries(api: Api) -> None:
    statuses = [(await sign_in(api, "wrong password", address=f"198.51.100.{n}")).status for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2


async def test_a_network_registers_twenty_times_an_hour(start_api: StartApi) -> None:
    api = await start_api(**BEHIND_A_PROXY)
    statuses = []
    for n in range(21):
        body = {
            "email": f"p{n}@example.com",
            "username": f"person{n}",
            "password": PASSWORD,
            "consent": {"terms": True, "health_data": True},
        }
        statuses.append((await api.nobody("POST", "auth/register", body, X_Forwarded_For="198.51.100.1")).status)
    assert statuses == [201] * 20 + [429]


async def test_forty_guesses_at_once_check_no_more_than_five_passwords(api: Api) -> None:
    await api.member("anna")
    statuses = Counter(one.status for one in await asyncio.gather(*(sign_in(api, "wrong one") for _ in range(40))))
    assert (statuses[401], set(statuses) <= {401, 429, 503}) == (5, True)


async def test_ten_good_sign_ins_at_once_all_come_in(api: Api) -> None:
    await api.member("anna")
    answers = await asyncio.gather(*(sign_in(api, PASSWORD) for _ in range(10)))
    assert [one.status for one in answers] == [200] * 10


async def test_a_stolen_session_cannot_guess_the_password_on_and_on(api: Api) -> None:
    anna = await api.member("anna")
    guesses = [
        (await anna("POST", "auth/password", {"current_password": f"guess {n}", "new_password": PASSWORD})).status
        for n in range(7)
    ]
    leaving = await anna("DELETE", "me", {"password": "another guess"})
    assert (guesses, leaving.status) == ([422] * 5 + [429] * 2, 429)
    assert (await sign_in(api, PASSWORD)).status == 200


def test_a_device_mark_is_good_for_one_account_and_half_a_year() -> None:
    devices = Devices([SecretKey("k1", b"s" * 32)])
    mark = devices.mint("anna", now=START)
    assert devices.read(mark, "anna", now=START)
    assert devices.read(mark, "bert", now=START) is None
    assert devices.read(mark[:-1] + ("A" if mark[-1] != "A" else "B"), "anna", now=START) is None
    assert devices.read(mark, "anna", now=START.replace(year=2027, month=6)) is None


@pytest.mark.parametrize(
    ("header", "hops", "network"),
    [
        ("203.0.113.7", 0, ""),
        ("203.0.113.7", 1, "203.0.113.0/24"),
        ("6.6.6.6, 203.0.113.7:4711", 1, "203.0.113.0/24"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.1", 2, "203.0.113.0/24"),
        ("[2001:db8:1:2ff::9]:80", 1, "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.7", 1, "203.0.113.0/24"),
        ("unknown", 1, ""),
        ("", 1, ""),
    ],
)
def test_a_network_is_read_from_the_hops_that_are_ours(header: str, hops: int, network: str) -> None:
    assert network_of(header, trusted_hops=hops) == network

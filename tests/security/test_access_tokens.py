"""Access tokens as somebody would forge them, also somebody who has got hold of a key: what is not exactly ours is refused."""

import base64
import hashlib
import hmac
import json
import string
from datetime import timedelta
from typing import Any

import pytest

from shared.auth.access_tokens import AccessTokens
from shared.config import SecretKey
from shared.errors import NotSignedIn
from tests.functions.conftest import Api
from tests.support import RINGS, START

KEY, OLD = RINGS.signing[0].key, b"o" * 32
NOW = int(START.timestamp())
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
HEADER = {"alg": "HS256", "typ": "at+jwt", "kid": "k1"}

HEADERS: dict[str, dict[str, Any]] = {
    **{f"alg {one}": {"alg": one} for one in ("none", "None", "nOnE", "hs256", "HS512", "RS256", "ES256", "", None, 1)},
    **{f"typ {one}": {"typ": one} for one in ("JWT", "AT+JWT", "application/at+jwt", "id+jwt", "rt+jwt", None, ["at+jwt"])},
    **{f"kid {one}": {"kid": one} for one in ("../k1", "/dev/null", "", 0, None, True, ["k1"], {"k1": 1}, "k1\0", "K1", "k9")},
    **{f"also {one}": {one: "http://127.0.0.1/keys"} for one in ("jku", "jwk", "x5u", "x5c", "crit", "zip", "b64", "cty")},
}  # fmt: skip
CLAIMS: dict[str, dict[str, Any]] = {
    "no subject": {"sub": ""}, "a number as subject": {"sub": 1}, "a list as subject": {"sub": ["a"]},
    "a path as subject": {"sub": "../account"}, "a long subject": {"sub": "a" * 600},
    "no session": {"sid": ""}, "a path as session": {"sid": "a/b"}, "no id": {"jti": ""},
    "exp as text": {"exp": str(NOW + 600)}, "exp far beyond time": {"exp": 10**30}, "exp with a fraction": {"exp": NOW + 9.5},
    "exp true": {"exp": True}, "exp below zero": {"exp": -1}, "exp long ago": {"exp": NOW - 31}, "too long a life": {"exp": NOW + 901},
    "not yet": {"nbf": NOW + 31}, "issued tomorrow": {"iat": NOW + 31, "exp": NOW + 600},
    "signed in tomorrow": {"auth_time": NOW + 3600}, "auth_time as text": {"auth_time": str(NOW)},
    "another audience": {"aud": "other"}, "several audiences": {"aud": ["vigor-api", "other"]}, "a list of one": {"aud": ["vigor-api"]},
    "another issuer": {"iss": "https://evil.example"}, "a list of issuers": {"iss": ["https://vigor.invalid/auth"]},
    "another epoch": {"ver": 1}, "epoch as text": {"ver": "0"}, "epoch false": {"ver": False},
}  # fmt: skip


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def sealed(header: Any, claims: Any, *, key: bytes = KEY) -> str:
    """A token over these, as JSON or as the bytes given, signed as ours are."""
    parts = [coded(one if isinstance(one, bytes) else json.dumps(one).encode()) for one in (header, claims)]
    signature = hmac.digest(key, ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, coded(signature)])


def claims_of(access_token: str) -> dict[str, Any]:
    segment = access_token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))))


async def tried(api: Api, access_token: str) -> int:
    """The status of a request with that access token."""
    return (await api.nobody("GET", "me", X_Vigor_Authorization=f"Bearer {access_token}")).status


async def test_no_header_but_ours_is_believed(api: Api) -> None:
    claims = claims_of((await api.member()).session["access_token"])
    assert await tried(api, sealed(HEADER, claims)) == 200
    for name, change in HEADERS.items():
        assert await tried(api, sealed({**HEADER, **change}, claims)) == 401, name
        unsigned = sealed({**HEADER, **change}, claims).rpartition(".")[0] + "."
        assert await tried(api, unsigned) == 401, name
    for name in HEADER:
        assert await tried(api, sealed({key: value for key, value in HEADER.items() if key != name}, claims)) == 401


async def test_no_claims_but_ours_are_believed_even_under_our_signature(api: Api) -> None:
    claims = claims_of((await api.member()).session["access_token"])
    for name, change in CLAIMS.items():
        assert await tried(api, sealed(HEADER, {**claims, **change})) == 401, name
    for name in claims:
        assert await tried(api, sealed(HEADER, {key: value for key, value in claims.items() if key != name})) == 401, (
            name
        )


@pytest.mark.parametrize("deep", [b"[" * 2500, b'{"a":' * 500, b"[]", b'"text"', b"null", b"\xff\xfe", b"{}x", b""])
async def test_what_is_no_plain_json_object_is_refused_and_no_bug(api: Api, deep: bytes) -> None:
    claims = claims_of((await api.member()).session["access_token"])
    assert await tried(api, sealed(deep, claims)) == 401
    assert await tried(api, sealed(HEADER, deep)) == 401


async def test_a_key_that_stands_twice_or_another_encoding_is_refused(api: Api) -> None:
    claims = json.dumps(claims_of((await api.member()).session["access_token"]))
    twice = claims[:-1] + ', "sub": "somebody-else"}'
    assert await tried(api, sealed(HEADER, twice.encode())) == 401
    assert await tried(api, sealed(HEADER, ('{"sub": "somebody-else", ' + claims[1:]).encode())) == 401
    assert (
        await tried(api, sealed(b'{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"k1"}', json.loads(claims))) == 401
    )
    assert await tried(api, sealed(json.dumps(HEADER).encode("utf-16"), json.loads(claims))) == 401


async def test_one_token_has_one_spelling(api: Api) -> None:
    good = (await api.member()).session["access_token"]
    head, body, signature = good.split(".")
    last = ALPHABET[ALPHABET.index(signature[-1]) ^ 1]
    spellings = [
        f"{good}=", f"{good}==", f"{head}==.{body}.{signature}", f"{good}.", f"{good}.x", f".{good}", f"{good} x", f"Bearer {good}",
        f"{head}. {body}.{signature}", f"{head}.{body}.{signature[:-1]}{last}", f"{head}.{body}.", f"{good},{good}", "a" * 5000, "..",
    ]  # fmt: skip
    for spelling in spellings:
        assert await tried(api, spelling) == 401, spelling
    long = sealed(HEADER, {**claims_of(good), "padding": "a" * 4096})
    assert await tried(api, long) == 401


async def test_other_things_of_ours_are_no_access_tokens(api: Api) -> None:
    anna = await api.member()
    assert await tried(api, anna.session["refresh_token"]) == 401
    assert await tried(api, f"d1.{'a' * 22}.739948.{'b' * 43}") == 401


async def test_our_own_header_wins_and_neither_may_stand_twice(api: Api) -> None:
    good = f"Bearer {(await api.member()).session['access_token']}"

    async def asked(*headers: tuple[str, str]) -> int:
        async with api.client.get("/api/me", headers=headers) as answer:
            return answer.status

    ours, theirs = "X-Vigor-Authorization", "Authorization"
    assert (
        await asked((ours, good))
        == await asked((theirs, good))
        == await asked((ours, good), (theirs, "Basic x"))
        == 200
    )
    assert await asked((ours, "Bearer x"), (theirs, good)) == 401
    for name in (ours, theirs):
        assert await asked((name, good), (name, good)) == 401
        assert await asked((name, good), (name, "Bearer x")) == 401


def test_a_key_of_the_ring_verifies_and_one_that_left_it_does_not() -> None:
    ring = [SecretKey("k1", KEY), SecretKey("k0", OLD)]
    tokens, older = (AccessTokens(keys, ttl=timedelta(minutes=10)) for keys in (ring, ring[1:]))
    made = older.mint(user_id="a", session_id="b", epoch=0, signed_in_at=START, now=START)
    assert tokens.verify(made, now=START).user_id == "a"
    ring.pop()
    for gone in (made, sealed(HEADER, claims_of(made), key=OLD)):
        with pytest.raises(NotSignedIn):
            tokens.verify(gone, now=START)

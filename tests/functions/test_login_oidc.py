"""Signing in by OpenID Connect, against a real provider and against one of our own that lies."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.functions.conftest import Api, Response, StartApi
from tests.oidc.issuer import REDIRECT, Issuer, running_issuer

pytestmark = pytest.mark.xdist_group("oidc")
CONSENT = {"terms": True, "health_data": True}
NONCE = "nonce-of-this-browser"
CLIENT = "vigor-tests"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with running_issuer(tmp_path_factory.mktemp("oidc") / "provider.log") as running:
        yield running


async def sign_in(api: Api, issuer: Issuer, person: str, **more: Any) -> Response:
    """A sign-in from the provider's page to our session."""
    nonce = secrets.token_urlsafe(16)
    id_token = await asyncio.to_thread(issuer.id_token, person, nonce=nonce)
    return await posted(api, issuer.address, id_token, nonce=nonce, **more)


async def posted(api: Api, issuer: str, id_token: str, *, nonce: str = NONCE, **more: Any) -> Response:
    body = {"issuer": issuer, "id_token": id_token, "nonce": nonce, **more}
    return await api.nobody("POST", "auth/oidc", body, X_Vigor_Client="native")


async def test_the_first_sign_in_makes_the_account_and_the_next_one_finds_it(
    start_api: StartApi,
    issuer: Issuer,
) -> None:
    api = await start_api(VIGOR_OIDC_ISSUERS=issuer.setting())
    api.clock.now = datetime.now(UTC)
    first = await sign_in(api, issuer, "anna", consent=CONSENT)
    second = await sign_in(api, issuer, "anna")
    other = await sign_in(api, issuer, "ben", consent=CONSENT)
    assert (first.status, second.status, other.status) == (201, 200, 201), first.json
    assert first.json["user"]["id"] == second.json["user"]["id"] != other.json["user"]["id"]
    assert first.json["user"]["role"] == "user"


async def test_a_browser_brings_a_code_and_the_server_redeems_it_once(start_api: StartApi, issuer: Issuer) -> None:
    api = await start_api(VIGOR_OIDC_ISSUERS=issuer.setting(name="The club"))
    api.clock.now = datetime.now(UTC)
    listed = (await api.nobody("GET", "auth/oidc")).json["items"]
    assert listed == [
        {
            "issuer": issuer.address,
            "client_id": CLIENT,
            "name": "The club",
            "authorization_endpoint": f"{issuer.address}/auth",
        }
    ]
    verifier = secrets.token_urlsafe(48)
    code = await asyncio.to_thread(issuer.code, "carla", nonce=NONCE, verifier=verifier)
    body = {"issuer": issuer.address, "code": code, "redirect_uri": REDIRECT, "nonce": NONCE, "consent": CONSENT}
    other_browser = {**body, "code_verifier": secrets.token_urlsafe(48)}
    assert (await api.nobody("POST", "auth/oidc/code", other_browser)).status == 401
    code = await asyncio.to_thread(issuer.code, "carla", nonce=NONCE, verifier=verifier)
    body = {**body, "code": code, "code_verifier": verifier}
    answers = [await api.nobody("POST", "auth/oidc/code", body) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 401]


async def test_an_address_shown_by_an_issuer_never_opens_an_account_with_a_password(
    start_api: StartApi,
    issuer: Issuer,
) -> None:
    api = await start_api(VIGOR_OIDC_ISSUERS=issuer.setting())
    api.clock.now = datetime.now(UTC)
    owner = await api.member("anna")
    visitor = await sign_in(api, issuer, "anna", consent=CONSENT)
    assert visitor.status == 201
    assert visitor.json["user"]["id"] != owner.id


async def test_the_subject_named_in_the_settings_becomes_the_first_administrator_and_nobody_else(
    start_api: StartApi,
    issuer: Issuer,
) -> None:
    api = await start_api(VIGOR_OIDC_ISSUERS=issuer.setting(admin_subject="chief"))
    api.clock.now = datetime.now(UTC)
    somebody = await sign_in(api, issuer, "anna", consent=CONSENT)
    chief = await sign_in(api, issuer, "chief", consent=CONSENT)
    assert (somebody.json["user"]["role"], chief.json["user"]["role"]) == ("user", "admin")


@pytest.fixture
async def liar() -> AsyncIterator[TestServer]:
    """An issuer of our own, that signs whatever a test asks for."""
    ring = [
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key())) | {"kid": "rsa", "use": "sig"},
        json.loads(jwt.algorithms.ECAlgorithm.to_jwk(CURVE.public_key())) | {"kid": "ec", "use": "sig"},
    ]
    application = web.Application()
    server = TestServer(application, host="127.0.0.1")

    async def discovery(_: web.Request) -> web.Response:
        base = str(server.make_url("")).rstrip("/")
        more = {"authorization_endpoint": f"{base}/auth", "token_endpoint": f"{base}/token"}
        return web.json_response({"issuer": base, "jwks_uri": f"{base}/keys", **more})

    async def keys(_: web.Request) -> web.Response:
        return web.json_response({"keys": ring})

    application.router.add_get("/.well-known/openid-configuration", discovery)
    application.router.add_get("/keys", keys)
    await server.start_server()
    yield server
    await server.close()


def address_of(server: TestServer) -> str:
    return str(server.make_url("")).rstrip("/")


def claims_of(server: TestServer, **changed: Any) -> dict[str, Any]:
    """Good claims, but for those a test changes; None leaves one out."""
    now = int(time.time())
    good = {"iss": address_of(server), "aud": CLIENT, "sub": "anna", "iat": now, "exp": now + 300, "nonce": NONCE}
    return {name: value for name, value in (good | changed).items() if value is not None}


async def lied_to(start: StartApi, server: TestServer) -> Api:
    setting = json.dumps([{"issuer": address_of(server), "client_id": CLIENT}])
    api = await start(VIGOR_OIDC_ISSUERS=setting)
    api.clock.now = datetime.now(UTC)
    return api


@pytest.mark.parametrize(("key", "kid", "algorithm"), [(RSA, "rsa", "RS256"), (CURVE, "ec", "ES256")])
async def test_both_algorithms_are_believed(
    start_api: StartApi,
    liar: TestServer,
    key: Any,
    kid: str,
    algorithm: str,
) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), key, algorithm=algorithm, headers={"kid": kid})
    assert (await posted(api, address_of(liar), good)).status == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"azp": "another-client"},
        {"iss": "https://issuer.example"},
        {"nonce": "nonce-of-another-browser"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"exp": 1},
        {"exp": None},
        {"iat": int(time.time()) - 1200},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_is_refused(
    start_api: StartApi,
    liar: TestServer,
    changed: dict[str, Any],
) -> None:
    api = await lied_to(start_api, liar)
    wrong = jwt.encode(claims_of(liar, **changed), RSA, algorithm="RS256", headers={"kid": "rsa"})
    answer = await posted(api, address_of(liar), wrong)
    assert (answer.status, answer.json["code"]) == (401, "sign_in_refused")


async def test_a_signature_of_anybody_else_is_refused(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    claims = claims_of(liar)
    public = b"the public key is known to everyone!"
    forged = [
        jwt.encode(claims, STRANGER, algorithm="RS256", headers={"kid": "rsa"}),
        jwt.encode(claims, RSA, algorithm="RS512", headers={"kid": "rsa"}),
        jwt.encode(claims, RSA, algorithm="RS256", headers={"kid": "unknown"}),
        jwt.encode(claims, RSA, algorithm="RS256"),
        jwt.encode(claims, public, algorithm="HS256", headers={"kid": "rsa"}),
        jwt.encode(claims, None, algorithm="none", headers={"kid": "rsa"}),
        "no.token.atall",
    ]
    for one in forged:
        assert (await posted(api, address_of(liar), one)).status == 401


async def test_an_issuer_that_is_not_configured_is_never_asked(start_api: StartApi, liar: TestServer) -> None:
    api = await start_api()
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    assert (await posted(api, address_of(liar), good)).status == 401


async def test_an_id_token_signs_in_once(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    answers = await asyncio.gather(*(posted(api, address_of(liar), good) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [201] + [401] * 7


async def test_an_issuer_that_is_away_is_said_to_be_away(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    address = address_of(liar)
    await liar.close()
    answer = await posted(api, address, good)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")


async def test_nothing_about_health_is_taken_before_consent(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    session = (await posted(api, address_of(liar), good)).json
    header = {"X_Vigor_Authorization": f"Bearer {session['access_token']}"}
    refused = await api.nobody("PATCH", "me", {"fitness_level": "beginner"}, **header)
    assert (refused.status, "consent" in refused.json["detail"]) == (403, True)
    assert (await api.nobody("POST", "me/consent", CONSENT, **header)).status == 204
    assert (await api.nobody("PATCH", "me", {"fitness_level": "beginner"}, **header)).status == 200

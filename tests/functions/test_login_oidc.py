"""Signing in by OpenID Connect, against a real provider and against one of our own that lies."""

import asyncio
import base64
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

from shared.auth.oidc import _identity
from shared.errors import SignInRefused
from tests.functions.conftest import Api, Response, StartApi
from tests.oidc.issuer import REDIRECT, Issuer, running_issuer

pytestmark = pytest.mark.xdist_group("oidc")
CONSENT = {"terms": True, "health_data": True}
NONCE = "nonce-of-this-browser"
CLIENT = "vigor-tests"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
READS = web.AppKey("reads", list)
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


async def test_a_first_administrator_whose_making_was_cut_off_is_made_at_the_next_sign_in(
    start_api: StartApi,
    issuer: Issuer,
) -> None:
    api = await start_api(VIGOR_OIDC_ISSUERS=issuer.setting(admin_subject="chief"))
    api.clock.now = datetime.now(UTC)
    chief = await sign_in(api, issuer, "chief", consent=CONSENT)
    unmade = {"role": "user"}
    await api.app.sessions.change_account(chief.json["user"]["id"], lambda one: one.model_copy(update=unmade))
    again = await sign_in(api, issuer, "chief")
    assert again.json["user"]["role"] == "admin"


@pytest.fixture
async def liar() -> AsyncIterator[TestServer]:
    """An issuer of our own, that signs whatever a test asks for."""
    ring = [
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA.public_key())) | {"kid": "rsa", "use": "sig"},
        json.loads(jwt.algorithms.ECAlgorithm.to_jwk(CURVE.public_key())) | {"kid": "ec", "use": "sig"},
    ]
    application = web.Application()
    application[READS] = []
    server = TestServer(application, host="127.0.0.1")

    async def discovery(_: web.Request) -> web.Response:
        base = str(server.make_url("")).rstrip("/")
        more = {"authorization_endpoint": f"{base}/auth", "token_endpoint": f"{base}/token"}
        return web.json_response({"issuer": base, "jwks_uri": f"{base}/keys", **more})

    async def keys(request: web.Request) -> web.Response:
        request.app[READS].append(request.path)
        return web.json_response({"keys": ring})

    application.router.add_get("/.well-known/openid-configuration", discovery)
    application.router.add_get("/keys", keys)
    await server.start_server()
    yield server
    await server.close()


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def address_of(server: TestServer) -> str:
    return str(server.make_url("")).rstrip("/")


def claims_of(server: TestServer, **changed: Any) -> dict[str, Any]:
    """Good claims, but for those a test changes; None leaves one out."""
    now = int(time.time())
    good = {"iss": address_of(server), "aud": CLIENT, "sub": "anna", "iat": now, "exp": now + 300, "nonce": NONCE}
    return {name: value for name, value in (good | changed).items() if value is not None}


async def lied_to(start: StartApi, server: TestServer, **more: str) -> Api:
    setting = json.dumps([{"issuer": address_of(server), "client_id": CLIENT, **more}])
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
        {"sub": "half a pair \ud800"},
        {"nonce": [NONCE]},
        {"nonce": "half a pair \ud800"},
        {"iat": True},
        {"exp": "9999999999"},
        {"exp": 1},
        {"exp": None},
        {"iat": int(time.time()) - 1200},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"auth_time": int(time.time()) + 3600},
        {"auth_time": "just now"},
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
        f"{coded(b'[' * 9000)}.e30.x",
        f"{coded(b'{}')}.{coded(b'[' * 9000)}.x",
    ]
    for one in forged:
        assert (await posted(api, address_of(liar), one)).status == 401


async def test_an_issuer_that_is_not_configured_is_never_asked(start_api: StartApi, liar: TestServer) -> None:
    api = await start_api()
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    assert (await posted(api, address_of(liar), good)).status == 401


async def test_an_administrator_is_as_fresh_as_the_proof_that_the_issuer_tells_of(
    start_api: StartApi, liar: TestServer
) -> None:
    api = await lied_to(start_api, liar, admin_subject="anna")
    limits = {"day": 9, "week": 20, "month": 60, "budget_usd": 1}
    statuses = []
    for proven_s_ago in (1200, 60, None):
        proven = None if proven_s_ago is None else int(time.time()) - proven_s_ago
        claims = claims_of(liar, auth_time=proven, jti=str(proven))
        token = jwt.encode(claims, RSA, algorithm="RS256", headers={"kid": "rsa"})
        chief = (await posted(api, address_of(liar), token, consent=CONSENT)).json["access_token"]
        change = await api.nobody("PUT", "manage/tiers/free", limits, X_Vigor_Authorization=f"Bearer {chief}")
        statuses.append((change.status, change.json.get("code")))
    assert statuses == [(401, "step_up_required"), (200, None), (200, None)]


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


async def test_what_an_issuer_shows_is_no_address_and_no_name_until_it_reads_like_one(
    start_api: StartApi, liar: TestServer
) -> None:
    api = await lied_to(start_api, liar)
    odd = claims_of(liar, email="<b>\ud800@", name="\u202eAnna\ud800\0")
    token = jwt.encode(odd, RSA, algorithm="RS256", headers={"kid": "rsa"})
    user = (await posted(api, address_of(liar), token)).json["user"]
    assert (user["email"], user["display_name"]) == ("", "Anna")


async def test_an_issuer_that_is_away_is_not_asked_for_everybody_who_would_like_to_sign_in(start_api: StartApi) -> None:
    asked = 0

    async def broken(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=500)

    application = web.Application()
    application.router.add_get("/{path:.*}", broken)
    async with TestServer(application, host="127.0.0.1") as server:
        api = await lied_to(start_api, server)
        good = jwt.encode(claims_of(server), RSA, algorithm="RS256", headers={"kid": "rsa"})
        answers = await asyncio.gather(*(posted(api, address_of(server), good) for _ in range(10)))
        assert ({one.status for one in answers}, asked) == ({503}, 1)
        assert (await api.nobody("GET", "auth/oidc")).json["items"] == []
        assert asked == 1
        api.clock.move(seconds=11)
        assert (await posted(api, address_of(server), good)).status == 503
        assert asked == 2


async def test_an_unknown_key_has_the_keys_read_anew_once_a_minute(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    assert (await posted(api, address_of(liar), good)).status == 201
    unknown = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "unknown"})
    for _ in range(5):
        assert (await posted(api, address_of(liar), unknown)).status == 401
    assert len(liar.app[READS]) == 1
    api.clock.move(seconds=61)
    for _ in range(5):
        assert (await posted(api, address_of(liar), unknown)).status == 401
    assert len(liar.app[READS]) == 2


def test_at_entra_a_person_is_their_object_in_the_tenant_of_the_issuer() -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    issuer = f"https://login.microsoftonline.com/{tenant}/v2.0"
    claims = {"sub": "pairwise", "tid": tenant, "oid": "object-1", "email": "chief@example.com"}
    known = _identity(claims, issuer=issuer, proof="p")
    assert known.subject == f"{tenant}/object-1"
    assert _identity({**claims, "sub": "another"}, issuer=issuer, proof="p").key == known.key
    assert _identity({**claims, "oid": "object-2"}, issuer=issuer, proof="p").key != known.key
    for wrong in ({"tid": "another-tenant"}, {"tid": ""}, {"tid": None}, {"oid": ""}, {"oid": None}, {"tid": "v2.0"}):
        with pytest.raises(SignInRefused):
            _identity({**claims, **wrong}, issuer=issuer, proof="p")


async def test_nothing_about_health_is_taken_before_consent(start_api: StartApi, liar: TestServer) -> None:
    api = await lied_to(start_api, liar)
    good = jwt.encode(claims_of(liar), RSA, algorithm="RS256", headers={"kid": "rsa"})
    session = (await posted(api, address_of(liar), good)).json
    header = {"X_Vigor_Authorization": f"Bearer {session['access_token']}"}
    refused = await api.nobody("PATCH", "me", {"fitness_level": "beginner"}, **header)
    assert (refused.status, "consent" in refused.json["detail"]) == (403, True)
    assert (await api.nobody("POST", "me/consent", CONSENT, **header)).status == 204
    assert (await api.nobody("PATCH", "me", {"fitness_level": "beginner"}, **header)).status == 200

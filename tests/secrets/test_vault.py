"""Secrets come from a vault that asks who is there, over TLS; they rotate under a worker, and outlive a vault's outage."""

import asyncio
import base64
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared import wiring
from shared.accounts.sessions import OpenSession
from shared.app import App
from shared.errors import NotSignedIn, Unavailable
from shared.providers.openai_adapter import OpenAIAdapter
from shared.storage.repositories.audit_check import ChainCheck
from shared.vault import read_secrets
from tests.support import FakeClock

CHIEF = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence"}
ACCESS = "https://vault.azure.net/.default"
"""The access token that the vault takes; `Identity` answers with the scope it was asked for."""


class Identity:
    """A credential that the stand-in knows."""

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        return AccessToken(scopes[0], int(time.time()) + 3600)

    async def close(self) -> None:
        """Nothing to let go of."""

    async def __aenter__(self) -> "Identity":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vault")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "vault.pem"
    path.write_bytes(text + made.public_bytes(pem))
    return path


@dataclass
class Vault:
    """A vault on a TLS socket: `secrets` may change, and it may be `away`."""

    secrets: dict[str, str]
    away: bool = False
    instead: tuple[int, str] | None = None
    """The status and text of a reply that no vault gives."""
    url: str = ""
    certificate: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if self.away:
            return web.Response(status=503)
        if request.headers.get("Authorization") != f"Bearer {ACCESS}":
            challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
            return web.json_response({}, status=401, headers={"WWW-Authenticate": challenge})
        if self.instead is not None:
            return web.Response(status=self.instead[0], text=self.instead[1], content_type="application/json")
        name = request.match_info["name"]
        if name not in self.secrets:
            return web.json_response({"error": {"code": "SecretNotFound", "message": "none"}}, status=404)
        return web.json_response({"value": self.secrets[name], "id": f"https://{request.host}/secrets/{name}/1"})

    async def read(self, url: str) -> dict[str, str]:
        """What a worker reads, with the certificate of the stand-in trusted."""
        return await read_secrets(
            url, credential=Identity, connection_verify=self.certificate, verify_challenge_resource=False, retry_total=0
        )


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    """A vault with a ring of one key."""
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    made = Vault({"vigor-signing-keys": ring("k1"), "vigor-pepper-keys": ring("p1"), "openai-api-key": "sk-1"})
    app = web.Application()
    app.router.add_get("/secrets/{name}{rest:/?}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    made.url, made.certificate = f"https://127.0.0.1:{runner.addresses[0][1]}", str(pem)
    yield made
    await runner.cleanup()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Serves a handler on every path of a plain socket; gives its address."""
    runners: list[web.AppRunner] = []

    async def start(handler: Callable[[web.Request], Awaitable[web.Response]]) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@dataclass
class Worker:
    """A worker that started with the vault's secrets, and its clock."""

    app: App
    clock: FakeClock

    async def looked(self) -> None:
        """A request has come in, and what it began in the background has ended."""
        assert self.app.vault is not None
        await self.app.vault.look()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if "VaultWatch" in repr(task.get_coro())))

    async def sign_in(self) -> OpenSession:
        """A session of the administrator's."""
        there = await self.app.accounts.find_by_email(CHIEF["VIGOR_ADMIN_EMAIL"])
        assert there is not None
        return await self.app.sessions.open(there.value, agent="a test")

    async def signs_with(self) -> str:
        """The key id of a new access token."""
        return str(jwt.get_unverified_header((await self.sign_in()).access_token)["kid"])


@pytest.fixture
async def worker(vault: Vault, tmp_path: Path) -> AsyncIterator[Worker]:
    clock = FakeClock()
    environ = {"VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite"), "VIGOR_KEY_VAULT_URL": vault.url, **CHIEF}
    app = await wiring.start(environ, read=vault.read, clock=clock)
    yield Worker(app, clock)
    await app.close()


def ring(*kids: str) -> str:
    """A ring of these keys, the newest first."""
    return json.dumps([{"kid": kid, "key": base64.b64encode(kid.encode() * 16).decode()} for kid in kids])


async def test_secrets_are_read_after_the_challenge_and_absent_ones_are_absent(vault: Vault) -> None:
    assert await vault.read(vault.url) == {
        "VIGOR_SIGNING_KEYS": ring("k1"), "VIGOR_PEPPER_KEYS": ring("p1"), "OPENAI_API_KEY": "sk-1",
    }  # fmt: skip


async def test_the_app_s_managed_identity_opens_the_vault(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., Awaitable[str]]
) -> None:
    asked: list[tuple[str | None, str]] = []

    async def identity(request: web.Request) -> web.Response:
        asked.append((request.headers.get("X-IDENTITY-HEADER"), request.query["resource"]))
        expires = str(int(time.time()) + 3600)
        answer = {"access_token": ACCESS, "expires_on": expires, "resource": request.query["resource"]}
        return web.json_response({**answer, "token_type": "Bearer"})

    monkeypatch.setenv("IDENTITY_ENDPOINT", await serve(identity) + "/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "secret of the host")
    found = await read_secrets(vault.url, connection_verify=vault.certificate, verify_challenge_resource=False)
    assert found["OPENAI_API_KEY"] == "sk-1"
    assert asked == [("secret of the host", "https://vault.azure.net")]


async def test_a_vault_that_is_away_is_unavailable_with_a_time_to_come_back(vault: Vault) -> None:
    vault.away = True
    with pytest.raises(Unavailable) as away:
        await vault.read(vault.url)
    assert away.value.retry_after_s == 5


@pytest.mark.parametrize(
    "reply",
    [(200, "<html>Welcome</html>"), (200, "[1]"), (200, '{"hello": 1}'), (404, "<html>Lost?</html>"), (404, "{}")],
)
async def test_a_reply_that_is_not_a_vaults_is_no_word_on_secrets(vault: Vault, reply: tuple[int, str]) -> None:
    vault.instead = reply
    with pytest.raises(Unavailable):
        await vault.read(vault.url)


async def test_a_vault_that_asks_for_an_access_token_of_another_service_gets_none(vault: Vault) -> None:
    with pytest.raises(Unavailable):
        await read_secrets(vault.url, credential=Identity, connection_verify=vault.certificate, retry_total=0)


async def test_a_warm_worker_goes_on_while_something_else_answers_for_the_vault(vault: Vault, worker: Worker) -> None:
    before = await worker.sign_in()
    vault.instead = (200, "[1]")
    worker.clock.move(minutes=6)
    await worker.looked()
    vault.instead = (404, "<html>Lost?</html>")
    worker.clock.move(minutes=6)
    await worker.looked()
    assert worker.app.sessions.verify((await worker.app.sessions.refresh(before.refresh_token)).access_token)


async def test_a_vault_whose_certificate_is_not_trusted_gets_no_access_token(vault: Vault) -> None:
    with pytest.raises(Unavailable):
        await read_secrets(vault.url, credential=Identity, verify_challenge_resource=False, retry_total=0)


async def test_a_worker_starts_with_the_vault_s_secrets_and_the_environment_has_the_last_word(
    vault: Vault, tmp_path: Path
) -> None:
    environ = {"VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite"), "VIGOR_KEY_VAULT_URL": vault.url}
    app = await wiring.start({**environ, "OPENAI_API_KEY": "sk-of-the-environment"}, read=vault.read)
    assert [key.kid for key in (*app.settings.signing_keys, *app.settings.pepper_keys)] == ["k1", "p1"]
    assert app.settings.providers["openai"].api_key == "sk-of-the-environment"
    await app.close()


async def test_a_signing_key_is_rotated_without_a_restart_and_nobody_is_signed_out(
    vault: Vault, worker: Worker
) -> None:
    before = await worker.sign_in()
    vault.secrets["vigor-signing-keys"] = ring("k2", "k1")
    worker.clock.move(minutes=4)
    await worker.looked()
    assert await worker.signs_with() == "k1", "not read again yet"
    worker.clock.move(minutes=2)
    await worker.looked()
    assert await worker.signs_with() == "k2"
    assert worker.app.sessions.verify(before.access_token).user_id == before.account.id
    after = await worker.app.sessions.refresh(before.refresh_token)
    vault.secrets["vigor-signing-keys"] = ring("k2")
    worker.clock.move(minutes=6)
    await worker.looked()
    assert worker.app.sessions.verify(after.access_token).user_id == before.account.id
    with pytest.raises(NotSignedIn):
        await worker.app.sessions.refresh(before.refresh_token)


async def test_a_password_and_the_audit_outlive_a_new_pepper_key(vault: Vault, worker: Worker) -> None:
    passwords, audit = worker.app.passwords, worker.app.audit
    phc, kid = await passwords.hash("a long enough sentence")
    await audit.append("tier.change", actor_id="u1")
    vault.secrets["vigor-pepper-keys"] = ring("p2", "p1")
    worker.clock.move(minutes=6)
    await worker.looked()
    assert await passwords.matches("a long enough sentence", phc, kid)
    assert passwords.is_outdated(phc, kid)
    await audit.append("tier.change", actor_id="u1")
    assert await audit.check() == ChainCheck(entries=3, broken_at=None)  # with the one about the first administrator


async def test_a_vendor_s_new_key_is_asked_with_from_the_next_call(vault: Vault, worker: Worker) -> None:
    (slot, _), *_ = [one for one in await worker.app.registry.listed() if one[0].vendor == "openai"]
    before = worker.app.fleet.slot(slot).provider
    vault.secrets["openai-api-key"] = "sk-2"
    worker.clock.move(minutes=6)
    await worker.looked()
    after = worker.app.fleet.slot(slot).provider
    assert isinstance(before, OpenAIAdapter)
    assert isinstance(after, OpenAIAdapter)
    assert before.connection is not after.connection


async def test_a_wrong_ring_in_the_vault_changes_nothing(vault: Vault, worker: Worker) -> None:
    before = await worker.sign_in()
    vault.secrets["vigor-signing-keys"] = '[{"kid": "k2", "key": "c2hvcnQ="}]'
    worker.clock.move(minutes=6)
    await worker.looked()
    assert await worker.signs_with() == "k1"
    assert worker.app.sessions.verify(before.access_token)


async def test_a_warm_worker_survives_an_outage_of_a_day_and_not_longer(vault: Vault, worker: Worker) -> None:
    vault.away = True
    for _ in range(23):
        worker.clock.move(hours=1)
        await worker.looked()
    worker.clock.move(hours=2)
    with pytest.raises(Unavailable):
        await worker.looked()
    vault.away = False
    worker.clock.move(minutes=1)
    await worker.looked()


async def test_a_worker_that_slept_for_days_reads_the_vault_before_it_answers(vault: Vault, worker: Worker) -> None:
    vault.secrets["vigor-signing-keys"] = ring("k2", "k1")
    worker.clock.move(days=3)
    assert worker.app.vault is not None
    await worker.app.vault.look()
    assert await worker.signs_with() == "k2"

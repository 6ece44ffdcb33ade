"""Secrets come from a vault that asks who is there, over TLS; a vault that is away lets no worker start."""

import ssl
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.errors import Unavailable
from shared.vault import read_secrets

SECRETS = {"vigor-signing-keys": "ring", "openai-api-key": "sk-x"}


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


async def get_secret(request: web.Request) -> web.Response:
    if request.headers.get("Authorization") != "Bearer https://vault.azure.net/.default":
        challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
        return web.json_response({}, status=401, headers={"WWW-Authenticate": challenge})
    name = request.match_info["name"]
    if name not in SECRETS:
        return web.json_response({"error": {"code": "SecretNotFound", "message": "none"}}, status=404)
    return web.json_response({"value": SECRETS[name], "id": f"https://{request.host}/secrets/{name}/1"})


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[tuple[str, str]]:
    """The vault's address and the certificate to trust."""
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    app = web.Application()
    app.router.add_get("/secrets/{name}{rest:/?}", get_secret)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    yield f"https://127.0.0.1:{port}", str(pem)
    await runner.cleanup()


async def test_secrets_are_read_after_the_challenge_and_absent_ones_are_absent(vault: tuple[str, str]) -> None:
    url, pem = vault
    found = await read_secrets(url, credential=Identity, connection_verify=pem, verify_challenge_resource=False)
    assert found == {"VIGOR_SIGNING_KEYS": "ring", "OPENAI_API_KEY": "sk-x"}


async def test_a_vault_that_is_away_is_unavailable_with_a_time_to_come_back(vault: tuple[str, str]) -> None:
    with pytest.raises(Unavailable) as away:
        await read_secrets("https://127.0.0.1:1", credential=Identity, retry_total=0)
    assert away.value.retry_after_s == 5


async def test_a_vault_whose_certificate_is_not_trusted_gets_no_access_token(vault: tuple[str, str]) -> None:
    with pytest.raises(Unavailable):
        await read_secrets(vault[0], credential=Identity, verify_challenge_resource=False, retry_total=0)

"""Remote stores reached by identity rather than by key, over TLS, as on Azure."""

import base64
import datetime as dt
import ipaddress
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.emulators import servers

pytestmark = pytest.mark.emulator

ROOT = Path(__file__).parents[2]
WAIT_S = 60.0


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for the loopback address, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "emulator")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "emulator.pem", folder / "emulator.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def access_token(*, audience: str) -> str:
    """What an identity would be given; Azurite reads the claims and believes any signature."""
    now = int(dt.datetime.now(dt.UTC).timestamp())
    claims = {"iss": "https://sts.windows.net/tests/", "aud": audience, "nbf": now - 60, "iat": now, "exp": now + 3600}
    parts: tuple[dict[str, object], ...] = ({"alg": "none", "typ": "JWT"}, claims, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def ran(code: str, *arguments: str, trusting: Path) -> list[str]:
    """The lines that another process prints, one that trusts the certificate from its start."""
    program = textwrap.dedent("""
        import asyncio, sys, time
        from azure.core.credentials import AccessToken, AccessTokenInfo
        from shared.storage.store import StoreUnavailable
        class Identity:
            def __init__(self, text):
                self.text = text
            async def get_token(self, *scopes, **_):
                return AccessToken(self.text, int(time.time()) + 3600)
            async def get_token_info(self, *scopes, **_):
                return AccessTokenInfo(self.text, int(time.time()) + 3600)
            async def close(self):
                print("identity closed")
            async def __aenter__(self):
                return self
            async def __aexit__(self, *_):
                await self.close()
    """) + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=ROOT, env=os.environ | {"SSL_CERT_FILE": str(trusting)}, timeout=WAIT_S, stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_tables_are_reached_with_an_identity_and_with_no_other_audience(tmp_path: Path) -> None:
    pem, key = certificate(tmp_path)
    code = """
        from shared.storage.tables import TablesStore
        async def main():
            for text in sys.argv[2:]:
                store = TablesStore.of(endpoint=sys.argv[1], credential=lambda: Identity(text))
                try:
                    made = await store.upsert("user:1", "profile", {"n": 1})
                    print((await store.get("user:1", "profile")) == made)
                except StoreUnavailable:
                    print("unavailable")
                await store.close()
        asyncio.run(main())
    """
    with servers.azurite(tmp_path, "--oauth", "basic", "--cert", str(pem), "--key", str(key)) as azurite:
        texts = [access_token(audience=audience) for audience in ("https://storage.azure.com", "https://example.org")]
        said = ran(code, azurite.tables_endpoint, *texts, trusting=pem)
    assert said == ["True", "identity closed", "unavailable", "identity closed"]


def test_cosmos_is_reached_with_an_identity_in_a_container_that_is_there(tmp_path: Path) -> None:
    pem, key = certificate(tmp_path)
    code = """
        from shared.storage.cosmos import CosmosStore
        async def main():
            endpoint, key = sys.argv[1:]
            store = CosmosStore.of(endpoint=endpoint, credential=lambda: Identity("made up"))
            try:
                await store.find("user:1", "profile")
            except StoreUnavailable:
                print("unavailable")
            await store.close()
            maker = CosmosStore.of(endpoint=endpoint, key=key)
            await maker.ping()
            await maker.close()
            store = CosmosStore.of(endpoint=endpoint, credential=lambda: Identity("made up"))
            made = await store.upsert("user:1", "profile", {"n": 1})
            print((await store.get("user:1", "profile")) == made)
            await store.close()
        asyncio.run(main())
    """
    with servers.cosmos(tmp_path, str(pem), str(key)) as cosmos:
        endpoint = cosmos.cosmos_endpoint.replace("http:", "https:")
        said = ran(code, endpoint, servers.COSMOS_KEY, trusting=pem)
    assert said == ["unavailable", "identity closed", "True", "identity closed"]

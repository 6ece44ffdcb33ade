"""A running OpenID provider, and the code flow with PKCE as a browser walks through it."""

import base64
import hashlib
import json
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.emulators.servers import free_port

HERE = Path(__file__).parent
CLIENT_ID = "vigor-tests"
REDIRECT = "http://127.0.0.1:1/callback"


@dataclass(frozen=True)
class Issuer:
    """A provider that listens on loopback."""

    address: str

    def setting(self, **more: str) -> str:
        """`VIGOR_OIDC_ISSUERS` with this issuer."""
        return json.dumps([{"issuer": self.address, "client_id": CLIENT_ID, **more}])

    def code(self, person: str, *, nonce: str, verifier: str) -> str:
        """The code for whoever signs in as `person` in a browser. Blocks: call it in a thread."""
        browser = _Browser()
        page = browser.get(f"{self.address}/auth?{urlencode(_authorization(verifier, nonce))}")
        page = browser.post(_form(page), prompt="login", login=person, password="any")
        page = browser.post(_form(page), prompt="consent")
        return parse_qs(urlsplit(page.address).query)["code"][0]

    def id_token(self, person: str, *, nonce: str) -> str:
        """What the provider gives a client that signs somebody in and redeems the code itself. Blocks as well."""
        verifier = secrets.token_urlsafe(48)
        code = self.code(person, nonce=nonce, verifier=verifier)
        fields = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT,
            "code": code,
            "code_verifier": verifier,
        }
        answer = _Browser().post(f"{self.address}/token", **fields)
        return str(json.loads(answer.text)["id_token"])


@contextmanager
def running_issuer(log: Path, *, redirect: str = REDIRECT) -> Iterator[Issuer]:
    """The provider, until the block ends; it sends people back to `redirect` and nowhere else."""
    node = shutil.which("node")
    assert node is not None, "the OpenID provider needs node on the PATH"
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen([node, "provider.mjs", str(port), redirect], cwd=HERE, stdout=out, stderr=out)
    issuer = Issuer(f"http://127.0.0.1:{port}")
    try:
        _wait_until_it_answers(issuer, process, log)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


@dataclass(frozen=True)
class _Page:
    address: str
    text: str


class _StayHere(HTTPRedirectHandler):
    """Redirects are followed one by one, so that the one to the client's own address can be read."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _Browser:
    """Cookies and redirects, and no more of a browser than the flow needs."""

    def __init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), _StayHere())

    def get(self, address: str) -> _Page:
        return self._open(Request(address))  # noqa: S310 - a provider of our own on loopback

    def post(self, address: str, **fields: str) -> _Page:
        return self._open(Request(address, data=urlencode(fields).encode()))  # noqa: S310 - as above

    def _open(self, request: Request) -> _Page:
        try:
            with self._opener.open(request, timeout=20) as answer:
                return _Page(answer.url, answer.read().decode())
        except HTTPError as redirected:
            with redirected:
                if redirected.code not in {302, 303}:
                    raise AssertionError(f"{redirected.code}: {redirected.read().decode()[:2000]}") from redirected
                further: str = urljoin(request.full_url, redirected.headers["Location"])
            return _Page(further, "") if further.startswith(REDIRECT) else self.get(further)


def _authorization(verifier: str, nonce: str) -> dict[str, str]:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return {
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid email profile",
        "state": secrets.token_urlsafe(8),
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def _form(page: _Page) -> str:
    found = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert found is not None, page.text[:2000]
    return str(urljoin(page.address, found[1]))


def _wait_until_it_answers(issuer: Issuer, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            _Browser().get(f"{issuer.address}/.well-known/openid-configuration")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the OpenID provider did not start:\n{log.read_text(errors='replace')[-3000:]}")

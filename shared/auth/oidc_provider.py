"""An OpenID Connect issuer over the network: its addresses, its signing keys, and the exchange of a code."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from shared.clock import Clock
from shared.config import OidcIssuer
from shared.errors import SignInRefused, Unavailable

ALGORITHMS = ["RS256", "ES256"]
KEPT_FOR = timedelta(hours=24)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""An unknown key id has the keys read anew, but not more often than this."""

RESTS_FOR = timedelta(seconds=10)
"""An issuer that did not answer is not asked again at once: anybody may begin a sign-in, as often as they like."""

_LARGEST_ANSWER = 256 * 1024
_PATIENCE_S = 5


@dataclass(frozen=True, slots=True)
class _Endpoints:
    """What is used of an issuer's discovery document (OpenID Connect Discovery 1.0, section 3)."""

    authorization: str
    exchange: str
    keys: str


class OidcProvider:
    """One issuer as its discovery document tells of it: addresses and signing keys, kept for a day."""

    def __init__(self, issuer: OidcIssuer, clock: Clock) -> None:
        self.issuer = issuer
        self._clock = clock
        self._endpoints: _Endpoints | None = None
        self._keys: dict[tuple[str, str], Any] = {}
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def endpoints(self) -> _Endpoints:
        """The issuer's addresses; raises `Unavailable`."""
        await self._read_when_older_than(KEPT_FOR)
        assert self._endpoints is not None  # noqa: S101 - reading sets them or raises
        return self._endpoints

    async def key(self, kid: object, algorithm: object) -> Any:
        """The public key under that id for that algorithm; raises `SignInRefused` where the issuer has none."""
        if not isinstance(kid, str) or algorithm not in ALGORITHMS:
            raise sign_in_refused()
        named = (kid, str(algorithm))
        await self._read_when_older_than(KEPT_FOR if named in self._keys else ASKED_AGAIN_AFTER)
        if (key := self._keys.get(named)) is None:
            raise sign_in_refused()
        return key

    async def exchange(self, fields: Mapping[str, str]) -> str:
        """The id token that the issuer's token endpoint gives for these fields."""
        address = (await self.endpoints()).exchange
        try:
            async with _client() as client, client.post(address, data=fields, allow_redirects=False) as answer:
                status, document = answer.status, await _object(answer)
        except _failures() as away:
            raise _away() from away
        if status >= 500:
            raise _away()
        if status != 200 or not isinstance(document.get("id_token"), str):
            raise sign_in_refused()
        return str(document["id_token"])

    async def _read_when_older_than(self, age: timedelta) -> None:
        async with self._reading:
            now = self._clock()
            if self._read_at is not None and now - self._read_at <= age:
                return
            rest = RESTS_FOR if self._endpoints is None else ASKED_AGAIN_AFTER
            if self._failed_at is None or now - self._failed_at > rest:
                await self._read()
            elif self._endpoints is None:
                raise _away()

    async def _read(self) -> None:
        try:
            async with _client() as client:
                address = f"{self.issuer.issuer.rstrip('/')}/.well-known/openid-configuration"
                endpoints = _endpoints(await _json(client, address), self.issuer.issuer)
                self._keys = _public_keys(await _json(client, endpoints.keys))
        except _failures() as away:
            self._failed_at = self._clock()
            if self._endpoints is not None:
                return  # yesterday's keys are better than nobody signing in
            raise _away() from away
        self._endpoints, self._read_at = endpoints, self._clock()


def _client() -> Any:
    """A client that waits no longer than somebody at a sign-in does."""
    import aiohttp  # noqa: PLC0415 - only a sign-in by OpenID Connect needs it

    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_S))


def _failures() -> tuple[type[Exception], ...]:
    """What reading from an issuer may raise where it is away, or answers what no issuer should."""
    import aiohttp  # noqa: PLC0415 - as above

    return aiohttp.ClientError, TimeoutError, ValueError, KeyError


async def _json(client: Any, address: str) -> Mapping[str, Any]:
    """The JSON object at an address; follows no redirect."""
    async with client.get(address, allow_redirects=False) as answer:
        if answer.status != 200:
            raise ValueError("the issuer did not answer its own document")
        return await _object(answer)


async def _object(answer: Any) -> Mapping[str, Any]:
    """The JSON object of an answer, no larger than a key ring can be; raises `ValueError`."""
    content = b""
    while len(content) <= _LARGEST_ANSWER and not answer.content.at_eof():
        content += await answer.content.read(_LARGEST_ANSWER + 1 - len(content))
    document = json.loads(content) if len(content) <= _LARGEST_ANSWER else None
    if isinstance(document, dict):
        return document
    raise ValueError("the issuer answered no JSON object")


def _endpoints(found: Mapping[str, Any], issuer: str) -> _Endpoints:
    """The addresses, all behind the same scheme as the issuer, which is https but for one on loopback."""
    addresses = [str(found[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if found.get("issuer") != issuer or {urlsplit(one).scheme for one in addresses} != {urlsplit(issuer).scheme}:
        raise ValueError("the discovery document is another issuer's")
    return _Endpoints(*addresses)


def _public_keys(ring: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The ring's keys that may sign id tokens, by key id and algorithm."""
    import jwt  # noqa: PLC0415 - as above

    keys = {}
    for row in ring.get("keys", []):
        kid, kind, use = row.get("kid"), row.get("kty"), row.get("use", "sig")
        algorithm = "RS256" if kind == "RSA" else "ES256" if kind == "EC" and row.get("crv") == "P-256" else None
        if isinstance(kid, str) and algorithm is not None and use == "sig" and row.get("alg", algorithm) == algorithm:
            keys[kid, algorithm] = jwt.PyJWK(row, algorithm=algorithm).key
    return keys


def _away() -> Unavailable:
    return Unavailable("The sign-in service does not answer; try again shortly.", retry_after_s=10)


def sign_in_refused() -> SignInRefused:
    """One sentence for all the ways a sign-in can be wrong."""
    return SignInRefused("The sign-in is not valid, or not any more; begin it again.")

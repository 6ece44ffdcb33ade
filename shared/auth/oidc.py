"""OpenID Connect: what an id token of a configured issuer proves, checked before anything is believed of it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from shared.clock import Clock
from shared.config import OidcIssuer
from shared.errors import SignInRefused, Unavailable

ALGORITHMS = ["RS256", "ES256"]
KEYS_KEPT_FOR = timedelta(hours=24)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""An unknown key id has the keys read anew, but not more often than this."""
ISSUED_WITHIN = timedelta(minutes=10)
LEEWAY = timedelta(seconds=60)
LONGEST = 16_384
_LARGEST_ANSWER = 256 * 1024
_PATIENCE_S = 5
_ENTRA_HOST = "login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an issuer says somebody is. `key` is unique for issuer and subject (Entra: tenant and object id), and the
    only thing an account is found by; the e-mail address and the name are what the issuer shows, proven or not."""

    key: str
    issuer: str
    subject: str
    email: str
    name: str
    proof: str
    """A digest of the id token, so that it can be used once."""


class OidcIssuers:
    """The issuers that the settings name, and their signing keys."""

    def __init__(self, issuers: Sequence[OidcIssuer], *, clock: Clock) -> None:
        self.all = tuple(issuers)
        self._rings = {issuer.issuer: _Keys(issuer, clock) for issuer in issuers}
        self._clock = clock

    async def verify(self, *, issuer: str, id_token: str, nonce: str) -> Identity:
        """Who signed in.

        Raises `SignInRefused`, with one sentence for all the ways an id token can be wrong, and `Unavailable` where
        the issuer's keys cannot be read.
        """
        import jwt  # noqa: PLC0415 - only workers that check signatures pay for the import

        ring = self._rings.get(issuer)
        if ring is None:
            raise SignInRefused("That issuer is not one of those configured here.")
        if len(id_token) > LONGEST:
            raise _refused()
        try:
            header = jwt.get_unverified_header(id_token)
            key = await ring.key(header.get("kid"), header.get("alg"))
            claims = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=ring.issuer.client_id,
                issuer=issuer,
                options={
                    "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, jwt.InvalidKeyError) as invalid:
            raise _refused() from invalid
        _check(claims, client_id=ring.issuer.client_id, nonce=nonce, now=self._clock())
        return _identity(claims, issuer=issuer, proof=hashlib.sha256(id_token.encode()).hexdigest()[:40])


class _Keys:
    """One issuer's signing keys, read at its discovery address, kept for a day."""

    def __init__(self, issuer: OidcIssuer, clock: Clock) -> None:
        self.issuer = issuer
        self._clock = clock
        self._keys: dict[tuple[str, str], Any] = {}
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def key(self, kid: object, algorithm: object) -> Any:
        """The public key under that id for that algorithm; raises `SignInRefused` where the issuer has none."""
        if not isinstance(kid, str) or algorithm not in ALGORITHMS:
            raise _refused()
        named = (kid, str(algorithm))
        async with self._reading:
            age = None if self._read_at is None else self._clock() - self._read_at
            if age is None or age > KEYS_KEPT_FOR or (named not in self._keys and age > ASKED_AGAIN_AFTER):
                await self._read()
        if (key := self._keys.get(named)) is None:
            raise _refused()
        return key

    async def _read(self) -> None:
        import aiohttp  # noqa: PLC0415 - only a sign-in by OpenID Connect needs it

        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_S)) as client:
                found = await _json(client, f"{self.issuer.issuer.rstrip('/')}/.well-known/openid-configuration")
                ring = await _json(client, _keys_address(found, self.issuer.issuer))
                self._keys = _public_keys(ring)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as away:
            if self._keys:
                return  # yesterday's keys are better than nobody signing in
            raise Unavailable("The sign-in service does not answer; try again shortly.", retry_after_s=10) from away
        self._read_at = self._clock()


async def _json(client: Any, address: str) -> Mapping[str, Any]:
    """The JSON object at an address; follows no redirect and reads no more than a key ring can be."""
    async with client.get(address, allow_redirects=False) as answer:
        content = await answer.content.read(_LARGEST_ANSWER + 1)
        while len(content) <= _LARGEST_ANSWER and not answer.content.at_eof():
            content += await answer.content.read(_LARGEST_ANSWER + 1 - len(content))
    document = json.loads(content) if answer.status == 200 and len(content) <= _LARGEST_ANSWER else None
    if isinstance(document, dict):
        return document
    raise ValueError("the issuer answered no JSON object")


def _keys_address(found: Mapping[str, Any], issuer: str) -> str:
    """Where the issuer's keys lie: behind the same scheme as the issuer, which is https but for one on loopback."""
    address = str(found.get("jwks_uri"))
    if found.get("issuer") != issuer or urlsplit(address).scheme != urlsplit(issuer).scheme:
        raise ValueError("the discovery document is another issuer's")
    return address


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


def _check(claims: Mapping[str, Any], *, client_id: str, nonce: str, now: datetime) -> None:
    """The checks the library leaves to us: time by our clock, the nonce, and for whom the token was made."""
    issued, expires, begins = claims["iat"], claims["exp"], claims.get("nbf", claims["iat"])
    if not all(isinstance(number, int | float) and 0 <= number < 2**33 for number in (issued, expires, begins)):
        raise _refused()
    moment = now.timestamp()
    leeway = LEEWAY.total_seconds()
    if moment >= expires + leeway or max(issued, begins) > moment + leeway:
        raise _refused()
    if moment - issued > ISSUED_WITHIN.total_seconds():
        raise _refused()
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise _refused()
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise _refused()


def _identity(claims: Mapping[str, Any], *, issuer: str, proof: str) -> Identity:
    subject = claims["sub"]
    if urlsplit(issuer).hostname == _ENTRA_HOST:
        if not claims.get("oid") or f"/{claims.get('tid')}/" not in f"{issuer}/":
            raise _refused()
        subject = f"{claims['tid']}/{claims['oid']}"
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise _refused()
    key = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    shown = {name: claims[name] for name in ("email", "name") if isinstance(claims.get(name), str)}
    return Identity(key, issuer, subject, shown.get("email", "")[:254], shown.get("name", "")[:80], proof)


def _refused() -> SignInRefused:
    return SignInRefused("The sign-in is not valid, or not any more; begin it again.")

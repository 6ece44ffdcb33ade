"""Access tokens: short-lived JWTs signed with a key ring, verified more strictly than the library alone would."""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.errors import NotSignedIn, UnreadableBody
from shared.strict_json import read_json

if TYPE_CHECKING:
    from shared.config import SecretKey

ISSUER = "https://vigor.invalid/auth"
AUDIENCE = "vigor-api"
LEEWAY = timedelta(seconds=30)
"""How far the clocks of workers may be apart. A token ends later by it too, but by no more than a twentieth of its life."""

LONGEST = 4096
LONGEST_LIFE = timedelta(minutes=15)
_SEGMENTS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REQUIRED = ["iss", "aud", "sub", "sid", "ver", "iat", "nbf", "exp", "jti", "auth_time"]


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """What an access token stands for: whose, in which session and epoch, signed in when, good until when."""

    user_id: str
    session_id: str
    epoch: int
    signed_in_at: datetime
    expires_at: datetime


class AccessTokens:
    """Mints and verifies access tokens (HS256 by key ring: one issuer, one audience, all keys ours)."""

    def __init__(self, keys: "Sequence[SecretKey]", *, ttl: timedelta) -> None:
        self._ring = keys  # looked at anew each time: it may be rotated under us
        self.ttl = ttl

    def mint(self, *, user_id: str, session_id: str, epoch: int, signed_in_at: datetime, now: datetime) -> str:
        """A fresh access token; it says nothing of role or tier, which are read anew at each request."""
        import jwt  # noqa: PLC0415 - the import is a fifth of a cold start; only workers that sign pay it

        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": user_id,
            "sid": session_id,
            "ver": epoch,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + self.ttl).timestamp()),
            "jti": secrets.token_urlsafe(12),
            "auth_time": int(signed_in_at.timestamp()),
        }
        newest = self._ring[0]
        return jwt.encode(claims, newest.key, algorithm="HS256", headers={"typ": "at+jwt", "kid": newest.kid})

    def verify(self, access_token: str, *, now: datetime) -> AccessGrant:
        """What the token stands for; raises `NotSignedIn`, with one sentence for all the ways to be wrong."""
        import jwt  # noqa: PLC0415 - as above

        key = self._key_for(access_token)
        try:
            claims = jwt.decode(
                access_token,
                key,
                algorithms=["HS256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError as invalid:
            raise _refused() from invalid
        return _grant(claims, now=now, overtime=min(LEEWAY, self.ttl / 20))

    def _key_for(self, access_token: str) -> bytes:
        """The ring's key that the header names, after the header is exactly what we write."""
        if len(access_token) > LONGEST or not _SEGMENTS.fullmatch(access_token):
            raise _refused()
        header, _ = (_object(segment) for segment in access_token.split(".")[:2])
        if set(header) != {"alg", "typ", "kid"} or header["typ"] != "at+jwt":
            raise _refused()
        key = next((one.key for one in self._ring if one.kid == header["kid"]), None)
        if key is None or header["alg"] != "HS256":
            raise _refused()
        return key


def _object(segment: str) -> dict[str, Any]:
    """The JSON object of a segment, read as strictly as a body: the library takes the last of two equal keys."""
    try:
        value = read_json(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (binascii.Error, UnreadableBody) as unreadable:
        raise _refused() from unreadable
    if not isinstance(value, dict):
        raise _refused()
    return value


def _grant(claims: dict[str, Any], *, now: datetime, overtime: timedelta) -> AccessGrant:
    """The claims as typed values, checked against the clock given."""
    numbers = [claims[name] for name in ("iat", "nbf", "exp", "auth_time", "ver")]
    names = [claims[name] for name in ("sub", "sid", "jti")]
    if not all(type(number) is int and 0 <= number < 2**33 for number in numbers):
        raise _refused()
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        raise _refused()
    issued, begins, expires, signed_in = (datetime.fromtimestamp(number, UTC) for number in numbers[:4])
    if expires - issued > LONGEST_LIFE or signed_in > issued + LEEWAY:
        raise _refused()
    if now >= expires + overtime or now < max(begins, issued) - LEEWAY:
        raise _refused()
    return AccessGrant(claims["sub"], claims["sid"], claims["ver"], signed_in, expires)


def _refused() -> NotSignedIn:
    return NotSignedIn("The access token is not valid any more; refresh it or sign in.")

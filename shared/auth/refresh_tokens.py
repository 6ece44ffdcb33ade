"""Refresh tokens: derived from a key ring and a session's counter, so that no stored row can mint or reveal one."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.config import SecretKey

_FORM = re.compile(r"v1\.([A-Za-z0-9_-]{4,64})\.([A-Za-z0-9_-]{4,64})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class RefreshClaim:
    """What a refresh token claims before its authenticity is known: whose session, and which turn of it."""

    user_id: str
    session_id: str
    turn: int
    mac: str


class RefreshTokens:
    """Derives and checks refresh tokens: `v1.<user>.<session>.<turn>.<mac>`, each with one spelling.

    The key of a session is HKDF-like from the ring's first key and the session's salt; every key of the ring verifies.
    """

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        self._ring = keys  # looked at anew each time: it may be rotated under us

    def derive(self, user_id: str, session_id: str, *, turn: int, salt: str) -> str:
        """The refresh token of this turn of the session; the same inputs always give the same one."""
        mac = _mac(self._ring[0].key, user_id, session_id, turn=turn, salt=salt)
        return f"v1.{user_id}.{session_id}.{turn}.{mac}"

    def read(self, refresh_token: str) -> RefreshClaim | None:
        """What the token claims, or None where it has not even the form of one."""
        matched = _FORM.fullmatch(refresh_token)
        return None if matched is None else RefreshClaim(matched[1], matched[2], int(matched[3]), matched[4])

    def is_authentic(self, claim: RefreshClaim, *, salt: str) -> bool:
        """Whether one of our keys made the token that carries this claim."""
        made = (_mac(one.key, claim.user_id, claim.session_id, turn=claim.turn, salt=salt) for one in self._ring)
        return any(hmac.compare_digest(one, claim.mac) for one in made)


def _mac(key: bytes, user_id: str, session_id: str, *, turn: int, salt: str) -> str:
    session_key = hmac.digest(key, f"vigor refresh v1|{salt}".encode(), hashlib.sha256)
    mac = hmac.digest(session_key, f"{user_id}|{session_id}|{turn}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")

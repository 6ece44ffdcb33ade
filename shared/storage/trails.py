"""Which writes made a row: the ids a remote row remembers, and the etag that carries them to the caller and back."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TypeAlias

Trail: TypeAlias = tuple[str, ...]
"""Ids of the writes that made the row what it is, the latest first; it begins anew with an insert or upsert."""

_REMEMBERED = 8
_ENGINE_ETAG = re.compile(r'(W/)?"?[!#-)+\-.-~]{1,120}"?')
_WRITE_ID = re.compile(r"[A-Za-z0-9_-]{1,24}")


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a row: the engine's own etag for it, and its trail.

    The engine's etag is empty where the state had passed before it could be learned; then the etag is stale at once.
    """

    engine_etag: str
    trail: Trail

    @property
    def written(self) -> str:
        """The etag that callers see."""
        encoded = base64.urlsafe_b64encode(self.engine_etag.encode("ascii")).decode("ascii").rstrip("=")
        return "~".join((encoded, *self.trail))

    def trail_after(self, write_id: str) -> Trail:
        """The trail of the row that the next write makes of this one."""
        return (write_id, *self.trail)[:_REMEMBERED]


def read_etag(etag: str) -> Version:
    """What `Version.written` wrote; `ValueError` for anything it cannot have written."""
    encoded, *trail = etag.split("~")
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError) as unreadable:
        raise ValueError("not an etag of ours") from unreadable
    if not _ENGINE_ETAG.fullmatch(raw) or not 1 <= len(trail) <= _REMEMBERED:
        raise ValueError("not an etag of ours")
    if not all(map(_WRITE_ID.fullmatch, trail)):
        raise ValueError("not an etag of ours")
    return Version(raw, tuple(trail))


def trail_text(trail: Trail) -> str:
    """The trail as one property of a row."""
    return " ".join(trail)


def read_trail(text: str) -> Trail:
    """The trail that `trail_text` wrote."""
    return tuple(text.split())

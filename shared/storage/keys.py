"""Keys and cursors: one encoding of partitions and ids that every engine can hold and sorts alike.

Characters of `[0-9A-Za-z._:@-]` stay as they are; every other one becomes its UTF-8 bytes as `~` and two hex digits
each. So the result is ASCII, has none of the characters that Table storage or Cosmos DB refuse, sorts the same
bytewise, by code point and by UTF-16 unit, and begins with the encoding of whatever the key begins with.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from shared.storage.store import MAX_PAGE, InvalidCursor, InvalidKey

MAX_KEY_CHARS = 200
MAX_ENCODED_CHARS = 500
"""Table storage allows 512 characters. A key of kept characters never gets there; 40 emoji do not either."""

BELOW_ALL = "!"
"""Sorts before every character of an encoded key, so `x + BELOW_ALL` is the least bound above `x` itself."""

_KEPT = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._:@-")
_AS_IT_IS = re.compile(r"[0-9A-Za-z_:@-][0-9A-Za-z._:@-]*")
_SPELT = {byte: chr(byte) if byte in _KEPT else f"~{byte:02X}" for byte in range(256)}
_ESCAPE = re.compile(rb"~([0-9A-F]{2})")
_CHECK_BYTES = 9


@dataclass(frozen=True, slots=True)
class Span:
    """Encoded ids from `low` on, and below `high` where that is given."""

    low: str
    high: str | None

    @property
    def empty(self) -> bool:
        """Whether no id can lie in it."""
        return self.high is not None and self.low >= self.high


def encode(key: str) -> str:
    """The ASCII form of a partition or an id; `InvalidKey` for one that is empty, too long or not Unicode."""
    if not 1 <= len(key) <= MAX_KEY_CHARS:
        raise InvalidKey(f"A key has 1 to {MAX_KEY_CHARS} characters; this one has {len(key)}.")
    encoded = _spell(key)
    if len(encoded) > MAX_ENCODED_CHARS:
        raise InvalidKey(f"A key may take {MAX_ENCODED_CHARS} characters once encoded; this one takes {len(encoded)}.")
    return encoded


def decode(encoded: str) -> str:
    """The key that `encode` was given."""
    if "~" not in encoded:
        return encoded
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), encoded.encode("ascii")).decode("utf-8")


def span(partition: str, *, prefix: str, start: str, before: str | None, cursor: str | None) -> Span:
    """What a page query asks for, as one range of encoded ids; a cursor moves its lower end."""
    low = _bound(start)
    high = None if before is None else _bound(before)
    if prefix:
        first = encode(prefix)
        beyond = first[:-1] + chr(ord(first[-1]) + 1)
        low = max(low, first)
        high = beyond if high is None else min(high, beyond)
    if cursor is not None:
        low = max(low, _read_cursor(cursor, _page_scope(partition, prefix)) + BELOW_ALL)
    return Span(low, high)


def page_cursor(partition: str, prefix: str, last_id: str) -> str:
    """The cursor that goes on after `last_id` in pages of that partition and prefix."""
    return _make_cursor(encode(last_id), _page_scope(partition, prefix))


def walk_cursor(partition: str, last_id: str) -> str:
    """The cursor that goes on after that document in a walk."""
    return _make_cursor(place(encode(partition), encode(last_id)), "walk")


def read_walk_cursor(cursor: str) -> tuple[str, str]:
    """The encoded partition and id that a walk had come to."""
    partition, mark, last_id = _read_cursor(cursor, "walk").partition(BELOW_ALL)
    if not mark:
        raise InvalidCursor("This cursor is not one of ours.")
    return partition, last_id


def place(partition: str, id: str) -> str:  # noqa: A002 - `id` is the seam's own word
    """One text for an encoded partition and id that sorts by the partition first."""
    return partition + BELOW_ALL + id


def checked_limit(limit: int) -> int:
    """The limit, if a page may have it."""
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(f"A page has 1 to {MAX_PAGE} documents, not {limit}.")
    return limit


def _spell(key: str) -> str:
    if _AS_IT_IS.fullmatch(key):
        return key
    try:
        raw = key.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidKey("A key must be Unicode text; this one has half a surrogate pair.") from None
    spelt = "".join(_SPELT[byte] for byte in raw)
    # A path segment of dots means another folder to every HTTP client, so no encoded key begins with one.
    return "~2E" + spelt[1:] if spelt.startswith(".") else spelt


def _bound(text: str) -> str:
    return encode(text) if text else ""


def _page_scope(partition: str, prefix: str) -> str:
    return f"page {encode(partition)} {_bound(prefix)}"


def _check(text: str, scope: str) -> bytes:
    return hashlib.blake2b(f"{scope}\n{text}".encode(), digest_size=_CHECK_BYTES).digest()


def _make_cursor(text: str, scope: str) -> str:
    return base64.urlsafe_b64encode(_check(text, scope) + text.encode("ascii")).decode("ascii").rstrip("=")


def _read_cursor(cursor: str, scope: str) -> str:
    """The text of a cursor made for that scope.

    The check finds accidents and cursors from elsewhere. It is no signature and need not be one: a forged cursor can
    only move within what its caller may list anyway.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        text = raw[_CHECK_BYTES:].decode("ascii")
    except (binascii.Error, ValueError):
        raise InvalidCursor("This cursor is not one of ours.") from None
    if raw[:_CHECK_BYTES] != _check(text, scope) or _make_cursor(text, scope) != cursor:
        raise InvalidCursor("This cursor is not one of ours, or belongs to another list.")
    return text

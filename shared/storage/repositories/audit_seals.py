"""What the audit trail is made of: its entries, its end, its sealed links, and the seals that hold them together."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from shared.config import SecretKey
from shared.domain.words import Shape
from shared.storage.repositories.documents import DamagedDocument, body_of, kept
from shared.storage.store import Document

PARTITION, HEAD, ENTRY, BASE = "audit", "head", "entry:", "base"
WITNESS = "system", "audit-head"
"""Where a sealed copy of the head lies apart from the trail: it tells when the newest entries went together with the
head. Whoever knows of it can put it back too; so every head also goes to the log, which the store's owner keeps elsewhere."""

_LAST = 10**12 - 1
Place = Literal["base", "witness"]


class AuditEntry(Shape):
    """Who did what to whom, when, and how it was before and after."""

    seq: int
    at: datetime
    actor: str
    action: str
    target: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    correlation_id: str | None = None
    previous: str = ""
    seal: str = ""


class Head(Shape):
    """The newest entry's number and seal; 0 before there is one."""

    seq: int = 0
    seal: str = ""


class Link(Shape):
    """An entry's number and seal, sealed once more: the last one that was removed for its age, so that nobody cuts off
    more and calls it age, or the newest one as the witness saw it."""

    seq: int = 0
    seal: str = ""
    sealed: str = ""


class Seals:
    """Makes seals with the newest key of a ring, and knows those of every key in it."""

    def __init__(self, ring: Sequence[SecretKey]) -> None:
        self._ring = ring  # looked at anew each time: it may be rotated under us

    def pseudonym(self, user_id: str) -> str:
        """The name a person has under the newest key; nothing leads from it to them."""
        return _pseudonym(self._ring[0], user_id)

    def pseudonyms(self, user_id: str) -> set[str]:
        """Every name they may have, under whichever key."""
        return {_pseudonym(key, user_id) for key in self._ring}

    def sealed(self, entry: AuditEntry) -> AuditEntry:
        """The entry with its seal, which covers everything else in it."""
        return entry.model_copy(update={"seal": _seal(self._ring[0], entry)})

    def link(self, place: Place, entry: AuditEntry | Head) -> Link:
        """A sealed link to the entry, good at that place only: a witness shall not pass for the end of what was removed."""
        unsealed = Link(seq=entry.seq, seal=entry.seal)
        return unsealed.model_copy(update={"sealed": _seal_link(self._ring[0], place, unsealed)})

    def hold(self, entry: AuditEntry) -> bool:
        """Whether the entry is as it was sealed."""
        return self._is_ours(entry.seal, lambda key: _seal(key, entry))

    def hold_link(self, place: Place, link: Link) -> bool:
        """Whether the link was sealed for that place; there may be none yet, and earlier releases sealed witnesses as
        they did bases."""
        places: tuple[Place, ...] = ("witness", "base") if place == "witness" else ("base",)
        return link.seq == 0 or any(
            self._is_ours(link.sealed, lambda key, at=at: _seal_link(key, at, link))  # type: ignore[misc]
            for at in places
        )

    def _is_ours(self, seal: str, made: Callable[[SecretKey], str]) -> bool:
        return any(hmac.compare_digest(_bytes(seal), _bytes(made(key))) for key in self._ring)


def entry_id(seq: int) -> str:
    """Under which an entry is kept: ids sort newest first."""
    return f"{ENTRY}{_LAST - seq:012d}"


def read_entry(document: Document) -> AuditEntry:
    """The entry; for one that cannot be read a stand-in with its number, whose missing seal breaks the chain there."""
    try:
        return kept(AuditEntry, document).value
    except DamagedDocument:
        return _stand_in(document)


def shown_entry(document: Document) -> AuditEntry:
    """The entry as it can be answered: a stand-in also for one that no text in UTF-8 can hold."""
    entry = read_entry(document)
    try:
        entry.model_dump_json()
    except ValueError:
        return _stand_in(document)
    return entry


def is_in_place(document: Document, entry: AuditEntry) -> bool:
    """Whether the document lies where its entry belongs and holds nothing but the entry."""
    return document.id == entry_id(entry.seq) and document.body == body_of(entry)


def _stand_in(document: Document) -> AuditEntry:
    number = document.id.removeprefix(ENTRY)
    seq = _LAST - int(number) if number.isascii() and number.isdecimal() else 0
    return AuditEntry(seq=seq, at=datetime.fromtimestamp(0, UTC), actor="", action="unreadable")


def _pseudonym(key: SecretKey, user_id: str) -> str:
    name_key = hmac.digest(key.key, b"vigor audit pseudonym", hashlib.sha256)
    return hmac.digest(name_key, user_id.encode(), hashlib.sha256).hex()[:24]


def _seal(key: SecretKey, entry: AuditEntry) -> str:
    content = entry.model_dump(mode="json", exclude={"seal"})
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(_seal_key(key), _bytes(canonical), hashlib.sha256).hex()


def _seal_link(key: SecretKey, place: Place, link: Link) -> str:
    return hmac.digest(_seal_key(key), _bytes(f"{place} {link.seq} {link.seal}"), hashlib.sha256).hex()


def _seal_key(key: SecretKey) -> bytes:
    return hmac.digest(key.key, b"vigor audit seal", hashlib.sha256)


def _bytes(text: str) -> bytes:
    """The text as bytes, whatever somebody put into the store."""
    return text.encode("utf-8", "surrogatepass")

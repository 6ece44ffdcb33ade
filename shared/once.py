"""`Idempotency-Key`: the same request again is answered the same, for a day, and its work is done once."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.clock import Clock
from shared.domain.words import Shape
from shared.errors import InvalidFields, KeyReused, RequestInFlight
from shared.storage.repositories.documents import body_of, kept, user_partition
from shared.storage.store import DocumentExists, DocumentStore, Replace, StaleDocument
from shared.strict_json import read_json

KEPT_FOR = timedelta(hours=24)
WORKING_FOR = timedelta(seconds=90)
"""Longer than any request may take; after that whoever held the key is taken for dead. A worker knows its own requests,
and frees at once what none of them holds: a key whose claim, or whose release, the store was too late for."""
_KEY = re.compile(r"[!-~]{8,255}")


class OnceDocument(Shape):
    """A request under its key: being worked on by that `worker`, or answered."""

    state: Literal["working", "answered"] = "working"
    worker: str = ""
    fingerprint: str
    working_until: datetime
    expires_at: datetime
    status: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered the first time."""

    status: int
    body: str


class Once:
    """One claimed key. An endpoint that keeps what it made in a batch adds `answering(...)` to that batch, so that
    after a crash the work is never done twice; for the others `finish` writes the answer afterwards."""

    def __init__(
        self,
        store: DocumentStore,
        partition: str,
        key_id: str,
        *,
        document: OnceDocument,
        etag: str,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._partition, self._id = store, partition, key_id
        self._document, self._etag, self._let_go = document, etag, let_go
        self._answered = document.state == "answered"

    @property
    def kept(self) -> KeptAnswer | None:
        """The answer of the first time, if it was given."""
        return KeptAnswer(self._document.status, self._document.body) if self._answered else None

    def answering(self, status: int, body: Shape) -> Replace:
        """The operation that keeps this answer, for a batch in the caller's own partition."""
        self._answered = True
        return Replace(self._id, body_of(self._with(status, body.model_dump_json())), self._etag)

    async def finish(self, status: int, body: str) -> None:
        """Keep the answer, unless a batch has done so."""
        try:
            if not self._answered:
                await self._store.replace(self._partition, self._id, body_of(self._with(status, body)), etag=self._etag)
        finally:
            self._let_go()

    async def abandon(self) -> None:
        """Free the key: nothing was made, and the caller may try again."""
        self._answered = False
        try:
            await self._store.delete(self._partition, self._id, etag=self._etag)
        except StaleDocument:
            return  # the batch that kept the answer went through although its reply was lost
        finally:
            self._let_go()

    def _with(self, status: int, body: str) -> OnceDocument:
        return self._document.model_copy(update={"state": "answered", "status": status, "body": body})


class OnceKeys:
    """Claims keys for requests."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._me = secrets.token_hex(8)
        self._at_work: set[tuple[str, str]] = set()

    async def claim(
        self, user_id: str, operation: str, key: str, *, body: bytes, query: Mapping[str, str], is_file: bool
    ) -> Once:
        """Take the key for this request.

        Raises `KeyReused` for another body under the key, `RequestInFlight` while the first one is worked on, and
        `InvalidFields` for a key that is not 8 to 255 visible ASCII characters.
        """
        if not _KEY.fullmatch(key):
            raise InvalidFields("Idempotency-Key must be 8 to 255 visible ASCII characters.")
        place = user_partition(user_id), "once:" + hashlib.sha256(f"{operation}\n{key}".encode()).hexdigest()[:40]
        now = self._clock()
        working = OnceDocument(
            worker=self._me,
            fingerprint=_fingerprint(body, query, is_file=is_file),
            working_until=now + WORKING_FOR,
            expires_at=now + KEPT_FOR,
        )
        if place in self._at_work:
            return await self._second(place, working, now=now, held_here=True)
        self._at_work.add(place)
        try:
            once = await self._first(place, working, now=now)
        except BaseException:
            self._at_work.discard(place)
            raise
        if once.kept is not None:
            self._at_work.discard(place)
        return once

    async def _first(self, place: tuple[str, str], working: OnceDocument, *, now: datetime) -> Once:
        """The claim of the only request of this worker that wants the key."""
        try:
            document = await self._store.insert(*place, body_of(working))
        except DocumentExists:
            return await self._second(place, working, now=now, held_here=False)
        return self._held(place, working, etag=document.etag)

    async def _second(self, place: tuple[str, str], working: OnceDocument, *, now: datetime, held_here: bool) -> Once:
        document = await self._store.find(*place)
        in_flight = RequestInFlight("The first request with that key is still being worked on.", retry_after_s=2)
        if document is None:
            raise in_flight
        there = kept(OnceDocument, document).value
        if there.expires_at > now:
            if there.fingerprint != working.fingerprint:
                raise KeyReused("That Idempotency-Key was used with another body; make a new key for a new request.")
            if there.state == "answered":
                return Once(self._store, *place, document=there, etag=document.etag)
            if there.working_until > now and there.worker != self._me:
                raise in_flight
        if held_here:
            raise in_flight
        try:
            taken = await self._store.replace(*place, body_of(working), etag=document.etag)
        except StaleDocument as overtaken:
            raise in_flight from overtaken
        return self._held(place, working, etag=taken.etag)

    def _held(self, place: tuple[str, str], working: OnceDocument, *, etag: str) -> Once:
        return Once(self._store, *place, document=working, etag=etag, let_go=lambda: self._at_work.discard(place))


def _fingerprint(body: bytes, query: Mapping[str, str], *, is_file: bool) -> str:
    """What makes two requests the same: the query, and what the body says; only of a file every byte counts."""
    told = body if is_file or not body else json.dumps(read_json(body), sort_keys=True).encode()
    return hashlib.sha256(json.dumps(sorted(query.items())).encode() + b"\n" + told).hexdigest()

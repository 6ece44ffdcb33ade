"""Throttles sign-in by account and source, so that guessing gets slow and nobody can lock the owner out by guessing."""

import asyncio
import hashlib
import hmac
import json
import logging
import math
import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.accounts.tries import FREE_TRIES, LONGEST_WAIT, REMEMBERED, Tries, Try
from shared.auth.devices import Devices, Visit
from shared.clock import Clock
from shared.domain.words import Shape
from shared.errors import SignInRefused, TooManyAttempts, Unavailable, VigorError
from shared.storage.repositories.documents import Kept, ShapeT, body_of, etag_after, kept
from shared.storage.store import DocumentExists, DocumentStore, StaleDocument

PARTITION = "attempts"
ACCOUNTS_A_NETWORK = 50
NETWORK_WINDOW = timedelta(minutes=15)
REGISTRATIONS_AN_HOUR = 20
_CAS_TRIES = 30
_PATIENCE = 40
_security = logging.getLogger("vigor.security")


class Seen(Shape):
    """What one network did of a kind lately: a pseudonym of each thing, and when."""

    moments: dict[str, datetime] = {}
    until: datetime | None = None

    def at(self, now: datetime, *, window: timedelta) -> "Seen":
        """What of it still matters now."""
        return Seen(moments={what: at for what, at in self.moments.items() if now - at < window}, until=now + window)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a try comes from: a session, a known device, or else a network, which may be known as well."""

    name: str
    network: str
    is_known: bool


class Throttle:
    """Counts tries in the store, before the password is looked at: however many workers are asked at once, no more
    guesses are checked than the rules of `Tries` allow."""

    def __init__(self, store: DocumentStore, *, key: bytes, devices: Devices, clock: Clock) -> None:
        self._store, self._clock, self.devices = store, clock, devices
        self._key = hmac.digest(key, b"vigor sign-in throttle", hashlib.sha256)

    @asynccontextmanager
    async def attempt(self, subject: str, visit: Visit) -> AsyncIterator[None]:
        """Around the check of a password: `SignInRefused` from within counts against whoever tries.

        `subject` is the account's id, or what was typed where there is no such account, so that both look the same.
        Raises `TooManyAttempts`.
        """
        document_id, source = f"account:{self._name(subject)}", self._source(subject, visit)
        _, there = await asyncio.gather(self._check_network(source), self._read(document_id, Tries))
        try_id, begun = await self._start(document_id, source, there)
        try:
            yield
        except SignInRefused:
            await self._change(document_id, Tries, lambda tries: tries.failed(try_id), there=begun)
            await self._note_failure(document_id, source)
            raise
        except VigorError:
            await self._change(document_id, Tries, lambda tries: tries.without(try_id), there=begun)
            raise
        now = self._clock()
        await self._change(
            document_id, Tries, lambda tries: tries.succeeded(source.name, network=source.network, now=now), there=begun
        )
        _log("sign_in", document_id)

    async def count_registration(self, visit: Visit) -> None:
        """Raise `TooManyAttempts` where a network registers without end; nothing where the network is unknown."""
        if not visit.network:
            return
        document_id, now = f"registrations:{self._name(visit.network)}", self._clock()

        def one_more(seen: Seen) -> Seen:
            recent = seen.at(now, window=REMEMBERED)
            if len(recent.moments) >= REGISTRATIONS_AN_HOUR:
                opens = min(recent.moments.values()) + REMEMBERED
                raise _too_many(opens, now=now, limit=REGISTRATIONS_AN_HOUR, used=len(recent.moments))
            return recent.model_copy(update={"moments": {**recent.moments, secrets.token_hex(6): now}})

        await self._change(document_id, Seen, one_more)

    async def forget(self, user_id: str) -> None:
        """Remove what is remembered of tries on an account, when it is erased."""
        await self._store.delete(PARTITION, f"account:{self._name(user_id)}")

    async def _start(self, document_id: str, source: _Source, there: Kept[Tries]) -> tuple[str, Kept[Tries]]:
        """Reserve a try; its id, and the tries with it. `there` are those read a moment ago; raises `TooManyAttempts`."""
        for _ in range(_PATIENCE):
            now = self._clock()
            tries = there.value.at(now)
            known = source.is_known or source.network in tries.networks
            if (opens := tries.opens_at(source.name, known=known)) is not None and now < opens:
                _log("sign_in_throttled", document_id)
                raise _too_many(opens, now=now, limit=FREE_TRIES, used=len(tries.failures(source.name)))
            if not tries.is_crowded(source.name, known=known):
                mine = Try(id=secrets.token_hex(6), at=now, source=source.name, known=known)
                if begun := await self._written(document_id, tries.started(mine), there.etag):
                    return mine.id, begun
            await asyncio.sleep(random.uniform(0.02, 0.15))  # noqa: S311 - no secret depends on it
            there = await self._read(document_id, Tries)
        now = self._clock()
        raise _too_many(now + timedelta(seconds=1), now=now, limit=FREE_TRIES, used=FREE_TRIES)

    async def _check_network(self, source: _Source) -> None:
        if not source.network or source.is_known:
            return
        now = self._clock()
        there = await self._read(f"network:{source.network}", Seen)
        recent = there.value.at(now, window=NETWORK_WINDOW)
        if len(recent.moments) >= ACCOUNTS_A_NETWORK:
            opens = min(recent.moments.values()) + NETWORK_WINDOW
            raise _too_many(opens, now=now, limit=ACCOUNTS_A_NETWORK, used=len(recent.moments))

    async def _note_failure(self, document_id: str, source: _Source) -> None:
        _log("sign_in_refused", document_id)
        if source.network:
            now = self._clock()

            def noted(seen: Seen) -> Seen:
                recent = seen.at(now, window=NETWORK_WINDOW)
                return recent.model_copy(update={"moments": {**recent.moments, document_id[-12:]: now}})

            await self._change(f"network:{source.network}", Seen, noted)

    def _source(self, subject: str, visit: Visit) -> _Source:
        if visit.session_id:
            return _Source(f"session:{self._name(visit.session_id)}", "", is_known=True)
        device = self.devices.read(visit.device, subject, now=self._clock()) if visit.device else None
        network = self._name(visit.network) if visit.network else ""
        return _Source(f"device:{device}" if device else f"network:{network}", network, is_known=device is not None)

    def _name(self, what: str) -> str:
        return hmac.digest(self._key, what.encode(), hashlib.sha256).hex()[:32]

    async def _change(
        self,
        document_id: str,
        shape: type[ShapeT],
        change: Callable[[ShapeT], ShapeT],
        *,
        there: Kept[ShapeT] | None = None,
    ) -> None:
        """Change what is kept, where known beginning with what was `there` a moment ago, which saves a read."""
        for _ in range(_CAS_TRIES):
            there = there or await self._read(document_id, shape)
            if await self._written(document_id, change(there.value), there.etag):
                return
            there = None
            await asyncio.sleep(random.uniform(0, 0.05))  # noqa: S311 - no secret depends on it
        raise Unavailable("Too many people are signing in at this moment; try again in a second.", retry_after_s=1)

    async def _read(self, document_id: str, shape: type[ShapeT]) -> Kept[ShapeT]:
        document = await self._store.find(PARTITION, document_id)
        return Kept(shape(), "") if document is None else kept(shape, document)

    async def _written(self, document_id: str, value: ShapeT, etag: str) -> Kept[ShapeT] | None:
        """The value as it is kept now; None where another was first."""
        try:
            if etag:
                made = await self._store.replace(PARTITION, document_id, body_of(value, over=etag), etag=etag)
            else:
                made = await self._store.insert(PARTITION, document_id, body_of(value))
        except (StaleDocument, DocumentExists):
            return None
        return Kept(value, etag_after(made, over=etag))


def _too_many(opens: datetime, *, now: datetime, limit: int, used: int) -> TooManyAttempts:
    wait = min(LONGEST_WAIT, opens - now)
    return TooManyAttempts(
        "There were too many attempts; wait a little and try again.",
        extra={"limit": limit, "used": used, "resets_at": (now + wait).isoformat().replace("+00:00", "Z")},
        retry_after_s=max(1, math.ceil(wait.total_seconds())),
    )


def _log(event: str, document_id: str) -> None:
    """A line for whoever watches over the house; the account stands under a pseudonym."""
    _security.info(json.dumps({"event": event, "account": document_id.rpartition(":")[2][:12]}))

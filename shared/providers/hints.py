"""What workers tell each other about failing providers: one small document a provider in the shared store."""

import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, cast, get_args

from shared.providers.breaker import Cause, Hint, ProbeLease
from shared.storage.store import Body, Document, DocumentExists, DocumentStore, StaleDocument, StoreError

log = logging.getLogger(__name__)

PARTITION = "system"
PREFIX = "breaker:"

READ_EVERY_S = 5.0
PROBE_LEASE_S = 30.0
"""Longer than a probe can take, so that a worker that died with it keeps nobody waiting for long."""


class StoreHints:
    """`SharedHints` over the store: read at most every five seconds, written only when a breaker changes.

    A store that cannot answer is logged and done without: the worker then decides on its own.
    """

    def __init__(self, store: DocumentStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._known: dict[str, Hint] = {}
        self._read_at = -math.inf

    async def read(self) -> Mapping[str, Hint]:
        """The last hint about each provider."""
        now = self._time()
        if not 0 <= now - self._read_at < READ_EVERY_S:
            self._read_at = now
            try:
                page = await self._store.page(PARTITION, prefix=PREFIX, limit=100)
            except StoreError as away:
                log.warning("Breaker hints could not be read: %s", away)
            else:
                hints = ((document.id.removeprefix(PREFIX), _hint(document)) for document in page.documents)
                self._known = {name: hint for name, hint in hints if hint is not None}
        return self._known

    async def publish(self, name: str, hint: Hint) -> None:
        """Write the hint unless a younger one is there, or an open one that lasts longer."""
        try:
            present = await self._store.find(PARTITION, PREFIX + name)
            told = _hint(present) if present else None
            if told is not None and (told.since > hint.since or (hint.state == "open" and _outlasts(told, hint))):
                return
            await self._write(name, _body(hint), present)
        except (DocumentExists, StaleDocument):
            log.info("Another worker told of %s first", name)
        except StoreError as away:
            log.warning("The hint about %s could not be written: %s", name, away)

    async def take_probe(self, name: str, *, opened_at: float) -> ProbeLease:
        """Become the one worker that tries the provider, by conditional write."""
        now = self._time()
        try:
            present = await self._store.find(PARTITION, PREFIX + name)
            told = _hint(present) if present else None
            if told is None:
                told = Hint("open", opened_at, now, "failing", 0, "")
            elif told.state == "closed":
                if told.since > opened_at:
                    return "recovered"
                told = Hint("open", opened_at, now, "failing", 0, told.reason)
            elif told.until > now or _probe_until(present) > now:
                return "held"
            await self._write(name, _body(told) | {"probe_until": now + PROBE_LEASE_S}, present)
        except (DocumentExists, StaleDocument):
            return "held"
        except StoreError as away:
            log.warning("The probe of %s could not be leased, so this worker goes alone: %s", name, away)
        return "granted"

    async def _write(self, name: str, body: Body, present: Document | None) -> None:
        if present is None:
            await self._store.insert(PARTITION, PREFIX + name, body)
        else:
            await self._store.replace(PARTITION, PREFIX + name, body, etag=present.etag)

    def _time(self) -> float:
        return self._now().timestamp()


def _outlasts(told: Hint, hint: Hint) -> bool:
    return told.state == "open" and told.until >= hint.until


def _body(hint: Hint) -> Body:
    return {
        "state": hint.state,
        "since": hint.since,
        "until": hint.until,
        "cause": hint.cause,
        "level": hint.level,
        "reason": hint.reason[:300],
        "key": hint.key,
    }


def _hint(document: Document) -> Hint | None:
    """The hint in a document, or None where an older or a newer version wrote something else."""
    body = document.body
    since, until, level = body.get("since"), body.get("until"), body.get("level")
    if body.get("state") not in {"open", "closed"} or body.get("cause") not in get_args(Cause):
        return None
    if not isinstance(since, int | float) or not isinstance(until, int | float) or not isinstance(level, int):
        return None
    state: Literal["open", "closed"] = "open" if body["state"] == "open" else "closed"
    cause = cast("Cause", body["cause"])
    return Hint(state, since, until, cause, level, str(body.get("reason", "")), str(body.get("key", "")))


def _probe_until(document: Document | None) -> float:
    value = document.body.get("probe_until") if document else None
    return value if isinstance(value, int | float) else -math.inf

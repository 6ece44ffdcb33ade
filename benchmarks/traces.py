"""What capabilities ask of the store, recorded from a life over HTTP, so that it can be asked again of any engine."""

# ruff: noqa: A002 - `id` is the seam's own word

import asyncio
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from benchmarks.a_life import Person, every_capability, person
from benchmarks.seldom import ADMIN, ADMIN_PASSWORD, everything_else
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, Document, DocumentStore, Op, Page
from tests.oidc.issuer import REDIRECT, Issuer, running_issuer
from tests.providers.planning_vendor import PlanningVendor

Verb = Literal["get", "page", "insert", "replace", "delete", "batch"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the seam; `size` is how many documents a batch writes."""

    verb: Verb
    size: int = 1


Trace = list[list[Step]]
"""Waves one after the other; the steps of a wave run at once."""


def steps(trace: Trace) -> list[Step]:
    """All steps of the trace."""
    return [step for wave in trace for step in wave]


class TracingStore:
    """A `DocumentStore` that hands everything to another and notes what was called, and in which wave."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._trace: Trace = []
        self._waves_ended = 0

    def taken(self) -> Trace:
        """What was noted since the last time."""
        trace, self._trace, self._waves_ended = self._trace, [], 0
        return trace

    async def get(self, partition: str, id: str) -> Document:
        with self._noted("get"):
            return await self._store.get(partition, id)

    async def find(self, partition: str, id: str) -> Document | None:
        with self._noted("get"):
            return await self._store.find(partition, id)

    async def insert(self, partition: str, id: str, body: Body) -> Document:
        with self._noted("insert"):
            return await self._store.insert(partition, id, body)

    async def replace(self, partition: str, id: str, body: Body, *, etag: str) -> Document:
        with self._noted("replace"):
            return await self._store.replace(partition, id, body, etag=etag)

    async def upsert(self, partition: str, id: str, body: Body) -> Document:
        with self._noted("insert"):
            return await self._store.upsert(partition, id, body)

    async def delete(self, partition: str, id: str, *, etag: str | None = None) -> None:
        with self._noted("delete"):
            await self._store.delete(partition, id, etag=etag)

    async def page(
        self,
        partition: str,
        *,
        prefix: str = "",
        start: str = "",
        before: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page:
        with self._noted("page"):
            return await self._store.page(
                partition, prefix=prefix, start=start, before=before, limit=limit, cursor=cursor
            )

    async def batch(self, partition: str, ops: Sequence[Op]) -> list[Document | None]:
        with self._noted("batch", size=len(ops)):
            return await self._store.batch(partition, ops)

    async def walk(self, *, cursor: str | None = None, limit: int = 500) -> Page:
        return await self._store.walk(cursor=cursor, limit=limit)

    async def ping(self) -> None:
        await self._store.ping()

    async def scrub(self) -> None:
        await self._store.scrub()

    async def close(self) -> None:
        await self._store.close()

    @contextmanager
    def _noted(self, verb: Verb, *, size: int = 1) -> Iterator[None]:
        """Put the step into the wave after the last one of which a call had ended when it began."""
        trace, wave = self._trace, self._waves_ended
        if wave == len(trace):
            trace.append([])
        trace[wave].append(Step(verb, size))
        try:
            yield
        finally:
            if trace is self._trace:  # else it was taken meanwhile: the call went on behind the answer
                self._waves_ended = max(self._waves_ended, wave + 1)


async def recorded() -> dict[str, Trace]:
    """The trace of each API function's last request, with a model that answers and a worker that is warm."""
    traces: dict[str, Trace] = {}
    async with PlanningVendor() as vendor:
        models = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        with tempfile.TemporaryDirectory() as folder, running_issuer(Path(folder) / "issuer.log") as issuer:
            settings = {"VIGOR_OIDC_ISSUERS": issuer.setting()}
            store = TracingStore(SqliteStore(Path(folder) / "traced.sqlite"))

            def note(_what: str) -> None:
                traces[one.trips.last["function"]] = store.taken()

            async with person(Path(folder), over=store, told=note, environ=models | settings) as one:
                await one.app.people.ensure_admin(email=ADMIN, password=ADMIN_PASSWORD)
                store.taken()
                await _sign_in_elsewhere(one, issuer)
                await every_capability(one, logs=5)
                await everything_else(one)
    return traces


async def _sign_in_elsewhere(one: Person, issuer: Issuer) -> None:
    """Sign in with a token and with a code of that issuer: the first makes the account, and the others find it."""
    usual, one.clock.now = one.clock.now, datetime.now(UTC)  # the issuer has no other clock
    native = {"X_Vigor_Client": "native"}

    def asked() -> dict[str, Any]:
        consent = {"consent": {"terms": True, "health_data": True}}
        return consent | {"issuer": issuer.address, "nonce": secrets.token_urlsafe(16)}

    for what in ("register with an issuer", "sign in with an issuer"):
        body = asked()
        id_token = await asyncio.to_thread(issuer.id_token, "olga", nonce=body["nonce"])
        await one.ask(what, "POST", "auth/oidc", body | {"id_token": id_token}, **native)
    body, verifier = asked(), secrets.token_urlsafe(48)
    code = await asyncio.to_thread(issuer.code, "olga", nonce=body["nonce"], verifier=verifier)
    redeemed = {"code": code, "code_verifier": verifier, "redirect_uri": REDIRECT}
    await one.ask("sign in with an issuer's code", "POST", "auth/oidc/code", body | redeemed, **native)
    one.clock.now = usual

"""What capabilities ask of the store, recorded from a life over HTTP, so that it can be asked again of any engine."""

# ruff: noqa: A002 - `id` is the seam's own word

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.a_life import every_capability, person
from shared.storage.sqlite import SqliteStore
from shared.storage.store import Body, Document, DocumentStore, Op, Page
from tests.providers.planning_vendor import PlanningVendor

Verb = Literal["get", "page", "insert", "replace", "batch"]
CAPABILITIES = (
    "read the profile",
    "list workouts",
    "log a workout",
    "generate a plan",
    "see the next session",
    "analyse a workout",
    "chat",
    "refresh a session",
    "register",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the seam; `size` is how many documents a batch writes."""

    verb: Verb
    size: int = 1


Trace = list[list[Step]]
"""Waves one after the other; the steps of a wave run at once."""


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
        wave = self._waves_ended
        if wave == len(self._trace):
            self._trace.append([])
        self._trace[wave].append(Step(verb, size))
        try:
            yield
        finally:
            self._waves_ended = max(self._waves_ended, wave + 1)


async def recorded() -> dict[str, Trace]:
    """The traces of `CAPABILITIES`, with a model that answers and a worker that is warm."""
    traces: dict[str, Trace] = {}
    async with PlanningVendor() as vendor:
        models = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        with tempfile.TemporaryDirectory() as folder:
            store = TracingStore(SqliteStore(Path(folder) / "traced.sqlite"))

            def note(what: str) -> None:
                traces[what] = store.taken()

            async with person(Path(folder), over=store, told=note, environ=models) as one:
                await every_capability(one, logs=5)
    return {what: traces[what] for what in CAPABILITIES}

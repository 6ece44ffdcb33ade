"""One subject of `stores.py` with its documents, run over traces: its pace."""

# ruff: noqa: A001, A002 - `id` is the seam's own word

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from benchmarks.bare_stores import BODY, KIND
from benchmarks.traces import Step, Trace, steps
from shared.storage.store import Document, DocumentStore, Insert

A_PAGE = 20
READ = f"{KIND}000000"
"""The document that is read: the first that was made, which nobody replaces or deletes."""


class Subject(Protocol):
    """Something that does what is measured, all in `partition`; `made` is what its own `insert` answered."""

    partition: str

    async def insert(self, id: str) -> Any: ...
    async def get(self, id: str) -> object: ...
    async def replace(self, made: Any) -> Any: ...
    async def delete(self, made: Any) -> object: ...
    async def page(self) -> object: ...
    async def batch(self, ids: list[str]) -> object: ...
    async def close(self) -> None: ...


class Ours:
    """The work through the seam."""

    partition = ""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def insert(self, id: str) -> Document:
        return await self._store.insert(self.partition, id, BODY)

    async def get(self, id: str) -> Document:
        return await self._store.get(self.partition, id)

    async def replace(self, made: Document) -> Document:
        return await self._store.replace(self.partition, made.id, BODY, etag=made.etag)

    async def delete(self, made: Document) -> None:
        await self._store.delete(self.partition, made.id)

    async def page(self) -> object:
        return await self._store.page(self.partition, prefix=KIND, limit=A_PAGE)

    async def batch(self, ids: list[str]) -> object:
        return await self._store.batch(self.partition, [Insert(id, BODY) for id in ids])

    async def close(self) -> None:
        await self._store.close()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one subject went over a trace: times a second, and the wait for each time in milliseconds."""

    per_s: float
    waits_ms: list[float]


class Course:
    """One subject with a partition's documents: each client writes ids of its own, so that nobody waits for a conflict."""

    def __init__(self, subject: Subject, partition: str) -> None:
        self._subject = subject
        subject.partition = partition
        self._numbers = count()
        self._read: list[Any] = []
        self._replaced: list[Any] = []
        self._doomed: list[Any] = []

    async def run(self, trace: Trace, *, clients: int, calls: int) -> Pace:
        """Go over the trace that many times in all, shared by the clients; each at least once."""
        each = max(1, calls // clients)
        await self._make(self._read, A_PAGE + 1)
        await self._make(self._replaced, clients)
        deletes = sum(step.verb == "delete" for step in steps(trace))
        await self._make(self._doomed, deletes * each * clients)
        waits: list[float] = []

        async def client(number: int) -> None:
            for _ in range(each):
                began = time.perf_counter()
                await self._go_over(trace, number)
                waits.append(time.perf_counter() - began)

        began = time.perf_counter()
        going = [asyncio.create_task(client(number)) for number in range(clients)]
        try:
            await asyncio.gather(*going)
        except BaseException:
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)
            raise
        return Pace(len(waits) / (time.perf_counter() - began), [wait * 1000 for wait in waits])

    async def _go_over(self, trace: Trace, number: int) -> None:
        """One wave after the other, a wave's steps at once."""
        for wave in trace:
            if len(wave) == 1:
                await self._step(wave[0], number)
            else:
                await asyncio.gather(*(self._step(step, number) for step in wave))

    def _step(self, step: Step, number: int) -> Awaitable[object]:
        match step.verb:
            case "get":
                return self._subject.get(READ)
            case "page":
                return self._subject.page()
            case "insert":
                return self._subject.insert(self._new_id())
            case "replace":
                return self._replace(number)
            case "delete":
                return self._subject.delete(self._doomed.pop())
            case "batch":
                return self._subject.batch([self._new_id() for _ in range(step.size)])

    async def _replace(self, number: int) -> None:
        self._replaced[number] = await self._subject.replace(self._replaced[number])

    async def _make(self, kept: list[Any], enough: int) -> None:
        """Documents until there are enough, before the clock runs."""
        while len(kept) < enough:
            kept.append(await self._subject.insert(self._new_id()))

    def _new_id(self) -> str:
        return f"{KIND}{next(self._numbers):06}"

"""A line for those who want one document: who clashed once is served in turn, so that newcomers cannot overtake for ever."""

import asyncio
import random
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary


class Lines:
    """The lines of this worker, one for each name while somebody stands in it; other workers have their own."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def place(self, name: str) -> "Place":
        """A place in that line, not yet taken."""
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return Place(lock)


class Place:
    """A context in which to try again and again; the place in the line is taken at the first clash, and left with it."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock = lock
        self._is_first = False
        self._clashes = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_first:
            self._lock.release()

    async def clashed(self) -> None:
        """Wait for one's turn; at the head of the line, give other workers a moment, the longer the oftener."""
        if not self._is_first:
            await self._lock.acquire()
            self._is_first = True
            return
        self._clashes += 1
        longest_s = min(0.25, 0.005 * 2**self._clashes)
        await asyncio.sleep(random.uniform(0, longest_s))  # noqa: S311 - jitter, no secret depends on it

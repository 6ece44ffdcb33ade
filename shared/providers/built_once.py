"""A thing that is slow to make, made once, in a thread: an SDK takes most of a second to import."""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class BuiltOnce(Generic[T]):
    """The value of `build`, made at the first call of `get` or `warm`, and the same ever after."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._value: T | None = None

    @property
    def built(self) -> T | None:
        """The value if it has been made."""
        return self._value

    async def get(self) -> T:
        """The value; other tasks go on while it is made."""
        return self._value if self._value is not None else await asyncio.to_thread(self._make)

    def warm(self) -> None:
        """Make it in the background, so that nobody has to wait for it later; returns at once."""
        if self._value is None:
            threading.Thread(target=self._make, name="vigor-warm", daemon=True).start()

    def _make(self) -> T:
        with self._lock:
            if self._value is None:
                self._value = self._build()
            return self._value

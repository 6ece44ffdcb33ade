"""Errands for threads: handed over by event loops, done several at a time, and answered together.

To wake another thread takes longer than to read a small document, so errands that wait together share one wake-up each
way.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

W = TypeVar("W")
A = TypeVar("A")
W_contra = TypeVar("W_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)


class Hand(Protocol[W_contra, A_co]):
    """What one thread does its errands with; all its methods are called in that thread."""

    def do(self, errands: Sequence[W_contra]) -> "Sequence[A_co | Exception]":
        """The answer to each, in their order; what it raises is the answer to all of them."""
        ...

    def rest(self) -> None:
        """Called once there was nothing to do for a while."""
        ...

    def close(self) -> None:
        """Called last."""
        ...


class Errands(Generic[W, A]):
    """Threads, begun with the first errand, each of which takes up to `at_once` of those that wait.

    `rest_s` is how long, in seconds, a hand has nothing to do before it rests.
    """

    def __init__(
        self, hand: Callable[[], Hand[W, A]], *, name: str, threads: int = 1, at_once: int, rest_s: float | None = None
    ) -> None:
        self._hand = hand
        self._at_once = at_once
        self._rest_s = rest_s
        self._waiting: queue.SimpleQueue[tuple[W, asyncio.Future[A]] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(threads)]
        self._starting = threading.Lock()
        self._is_begun = self._is_closed = False

    async def done(self, errand: W) -> A:
        """Hand it over and wait for the answer. One whose caller gave up before it was begun is left undone."""
        outcome: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        with self._starting:
            if self._is_closed:
                raise RuntimeError("This store is closed.")
            if not self._is_begun:
                self._is_begun = True
                for thread in self._threads:
                    thread.start()
            self._waiting.put((errand, outcome))
        return await outcome

    async def close(self) -> None:
        """Do what waits, then let go of the threads; more is a bug from now on."""
        with self._starting:
            is_first, self._is_closed = not self._is_closed, True
        if not self._is_begun:
            return
        if is_first:
            for _ in self._threads:
                self._waiting.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _work(self) -> None:
        hand, has_rested = self._hand(), True
        while True:
            try:
                first = self._waiting.get(timeout=None if has_rested else self._rest_s)
            except queue.Empty:
                hand.rest()
                has_rested = True
                continue
            if first is None:
                break
            taken = [one for one in self._with_those_waiting(first) if not one[1].cancelled()]
            if taken:
                _answer([outcome for _, outcome in taken], _done_by(hand, [errand for errand, _ in taken]))
                has_rested = False
        hand.close()

    def _with_those_waiting(self, first: tuple[W, asyncio.Future[A]]) -> list[tuple[W, asyncio.Future[A]]]:
        taken = [first]
        with suppress(queue.Empty):
            while len(taken) < self._at_once:
                waiting = self._waiting.get_nowait()
                if waiting is None:
                    self._waiting.put(None)
                    break
                taken.append(waiting)
        return taken


def _done_by(hand: Hand[W, A], errands: list[W]) -> Sequence[A | Exception]:
    try:
        return hand.do(errands)
    except Exception as failure:  # noqa: BLE001 - handed to whoever waits, bugs included
        return [failure] * len(errands)


def _answer(outcomes: list[asyncio.Future[A]], answers: Sequence[A | Exception]) -> None:
    """One wake-up for each event loop that waits, which is nearly always one."""
    pairs = list(zip(outcomes, answers, strict=True))
    for loop in {outcome.get_loop() for outcome in outcomes}:
        with suppress(RuntimeError):  # a loop that was closed meanwhile has nobody who waits
            loop.call_soon_threadsafe(_settle, [pair for pair in pairs if pair[0].get_loop() is loop])


def _settle(pairs: list[tuple[asyncio.Future[A], A | Exception]]) -> None:
    for outcome, answer in pairs:
        if outcome.done():
            continue
        if isinstance(answer, Exception):
            outcome.set_exception(answer)
        else:
            outcome.set_result(answer)

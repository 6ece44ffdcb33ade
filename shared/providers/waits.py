"""Who waits for which provider in this worker: once a few have waited in vain, the others need not find out as well.

A breaker learns of a hang when a call has waited all its time, and by then a crowd may have begun to wait. So a provider
that has answered nobody for longer than it ever takes is *silent*: the oldest callers, as many as its breaker still needs
to open, wait on; everybody behind them goes on to the next provider at once, and nobody joins the queue. Any answer ends
the silence, and so does the breaker that opens over it.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.providers.failures import InVain, TimedOut
from shared.providers.provider import Completion, Prompt, Provider, ProviderDown, ProviderFailure, Purpose

REMEMBERED = 20
FEWEST_KNOWN = 5
"""From so many answers on it is known how long a provider takes for a purpose."""

TIMES_LONGEST = 3.0
SHORTEST_PATIENCE_S = 1.0
MOST_OF_LIMIT = 0.8


def patience_s(took_s: "deque[float]", limit_s: float) -> float:
    """Seconds of silence after which a provider seems to hang: three times the longest of its last answers, at least a
    second, and never past the middle between that longest answer and the limit, where it is too late to help anybody.

    Half of the limit while too few answers are known: what comes later counts as late anyway.
    """
    if len(took_s) < FEWEST_KNOWN:
        return limit_s / 2
    longest_s = min(max(took_s), MOST_OF_LIMIT * limit_s)
    return min(max(TIMES_LONGEST * longest_s, SHORTEST_PATIENCE_S), (longest_s + limit_s) / 2)


@dataclass(slots=True, eq=False)
class _Wait:
    """One caller that waits: since when, how long silence is borne, and how to end it. Times are the clock's."""

    began: float
    patience_s: float
    scope: asyncio.Timeout


@dataclass(slots=True)
class _Queue:
    """Who waits for one provider, the oldest first; when it last gave a sign of life, and when the call began that last
    waited all its time."""

    waiting: list[_Wait] = field(default_factory=list)
    last_sign: float = -math.inf
    felt_since: float = -math.inf
    took_s: dict[Purpose, "deque[float]"] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None

    def answers_of(self, purpose: Purpose) -> "deque[float]":
        """How long the last answers for that purpose took, in seconds."""
        return self.took_s.setdefault(purpose, deque(maxlen=REMEMBERED))

    def silent_from(self, witnesses: int) -> float:
        """When it will count as silent unless it answers somebody before; infinity while too few wait to tell."""
        needed = max(witnesses, 1)
        if len(self.waiting) < needed:
            return math.inf
        if not witnesses and self.last_sign < self.felt_since:
            return -math.inf
        return max(max(self.last_sign, one.began) + one.patience_s for one in self.waiting[:needed])


class Waits:
    """The waiting of this worker, on a `clock` in seconds; `witnesses` says of a provider how many more callers may wait
    all their time before its breaker opens."""

    def __init__(self, *, clock: Callable[[], float], witnesses: Callable[[str], int]) -> None:
        self._clock, self._witnesses = clock, witnesses
        self._queues: dict[str, _Queue] = {}

    def is_silent(self, name: str) -> bool:
        """Whether it is of no use to join those who wait."""
        queue = self._queues.get(name)
        return queue is not None and queue.silent_from(self._witnesses(name)) <= self._clock()

    async def complete(self, provider: Provider, prompt: Prompt, *, timeout_s: float) -> Completion:
        """The provider's answer, as `Provider.complete`; raises `InVain` too, when others have found it silent."""
        queue = self._queue(provider.name)
        began = self._clock()
        try:
            async with asyncio.timeout(None) as scope:
                wait = _Wait(began, patience_s(queue.answers_of(prompt.purpose), timeout_s), scope)
                queue.waiting.append(wait)
                try:
                    self.look(provider.name)
                    return await self.watched(provider, prompt, timeout_s=timeout_s)
                finally:
                    self._end(queue, wait)
        except TimeoutError as told:
            if not scope.expired():
                raise
            raise InVain(f"it answers nobody, so {self._clock() - began:.1f} s were enough") from told

    async def watched(self, provider: Provider, prompt: Prompt, *, timeout_s: float) -> Completion:
        """The provider's answer, whose caller waits to the end: what comes of it is noted, but nobody calls it off."""
        queue, began = self._queue(provider.name), self._clock()
        try:
            completion = await provider.complete(prompt, timeout_s=timeout_s)
        except TimedOut:
            queue.felt_since = began
            raise
        except ProviderDown:
            raise  # a dropped connection is no sign of life
        except ProviderFailure:
            queue.last_sign = self._clock()
            raise
        queue.last_sign = self._clock()
        queue.answers_of(prompt.purpose).append(queue.last_sign - began)
        return completion

    def look(self, name: str) -> None:
        """Send everybody on who waits for a silent provider, or see to it that this is looked at in time."""
        queue, witnesses = self._queue(name), self._witnesses(name)
        if len(queue.waiting) <= witnesses:
            return
        left_s = queue.silent_from(witnesses) - self._clock()
        if left_s <= 0:
            sent_on, queue.waiting = queue.waiting[witnesses:], queue.waiting[:witnesses]
            now = asyncio.get_running_loop().time()
            for one in sent_on:
                one.scope.reschedule(now)
        elif queue.timer is None:
            queue.timer = asyncio.get_running_loop().call_later(left_s, self._look_again, name)

    def _look_again(self, name: str) -> None:
        self._queue(name).timer = None
        self.look(name)

    def _queue(self, name: str) -> _Queue:
        return self._queues.get(name) or self._queues.setdefault(name, _Queue())

    @staticmethod
    def _end(queue: _Queue, wait: _Wait) -> None:
        if wait in queue.waiting:
            queue.waiting.remove(wait)
        if not queue.waiting and queue.timer is not None:
            queue.timer.cancel()
            queue.timer = None

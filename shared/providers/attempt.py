"""One provider asked once: its money set aside, the question, the verdict, and the money settled or given back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from shared.providers.breaker import Breakers, Pass
from shared.providers.failures import InVain, TimedOut
from shared.providers.models import ProviderModel
from shared.providers.provider import (
    Completion,
    Prompt,
    Provider,
    ProviderBusy,
    ProviderFailure,
    ProviderRefused,
    UnusableReply,
)
from shared.providers.waits import Waits

T = TypeVar("T")

SHARE_OF_REST = 0.55
"""The most that one attempt may take of the time that is left, so that another can still answer."""

SHARE_OF_PROBE = 0.3
"""The same while a provider is only being tried: whoever tries it should hardly feel it."""

SHORTEST_ATTEMPT_S = 0.05

Outcome = Literal[
    "answered", "busy", "down", "timed_out", "called_off", "refused", "unusable", "rejected", "over_budget"
]
Turn = Literal["first", "fallback", "repair"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Money of a provider's pool set aside for one attempt, in micro-dollars."""

    id: str
    provider: str
    micro_usd: int


class Pool(Protocol):
    """The providers' budgets. A hold is settled or released exactly once, by whoever got it.

    `settle` and `release` do not raise when the store is away: what could not be written stays spent, and is put right
    by whoever keeps the pool.
    """

    async def reserve(self, model: ProviderModel, worst_micro_usd: int, *, user: str) -> Hold | None:
        """Set money aside, or None: the provider's budget, or this user's share of it, does not allow it."""
        ...

    async def settle(self, hold: Hold, actual_micro_usd: int) -> None:
        """The attempt cost so much; the rest goes back."""
        ...

    async def release(self, hold: Hold) -> None:
        """The attempt surely cost nothing."""
        ...


class Repairable(UnusableReply):
    """What `accept` may raise: the reply breaks rules, and the same provider may mend it if asked `again`."""

    def __init__(self, reason: str, *, again: Prompt) -> None:
        super().__init__(reason, billed=True)
        self.again = again


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking one provider, and what its pool was charged. "rejected" is a whole reply that the rules
    refused; "called_off" one whose vendor was found to hang meanwhile; "over_budget" means that it was not asked, as no
    money could be set aside for it in time."""

    provider: str
    model: str
    outcome: Outcome
    reason: str
    turn: Turn
    latency_ms: float
    charged_micro_usd: int
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def fallback(self) -> bool:
        """Whether somebody preferred had failed or was resting."""
        return self.turn == "fallback"

    @property
    def repair(self) -> bool:
        """Whether the same provider was asked to mend its reply."""
        return self.turn == "repair"


@dataclass(frozen=True, slots=True)
class Tried(Generic[T]):
    """An attempt and, where it succeeded, what `accept` made of the completion; `again` is how to repair it."""

    attempt: Attempt
    accepted: tuple[T, Completion] | None = None
    again: Prompt | None = None


class Attempts:
    """Makes attempts for a router; `clock` is in seconds."""

    def __init__(self, *, breakers: Breakers, pool: Pool, clock: Callable[[], float]) -> None:
        self._breakers = breakers
        self._pool = pool
        self._clock = clock
        self._waits = Waits(clock=clock, witnesses=breakers.witnesses)

    def is_silent(self, name: str) -> bool:
        """Whether those who wait for this provider find at this moment that it hangs."""
        return self._waits.is_silent(name)

    async def make(
        self,
        provider: Provider,
        model: ProviderModel,
        *,
        prompt: Prompt,
        worst_micro_usd: int,
        leave: Pass,
        deadline: float,
        accept: Callable[[Completion], T],
        user: str,
        turn: Turn,
    ) -> Tried[T]:
        """Ask once before `deadline`. Gives back `leave` to the breaker and the money to the pool whatever happens,
        cancellation too.

        The pool keeps what may have been billed: all that was set aside, unless the vendor surely did not do the work.
        """
        try:
            hold = await self._set_aside(model, worst_micro_usd, user=user, deadline=deadline)
        except BaseException:
            self._breakers.undecided(leave)
            raise
        if hold is None:
            self._breakers.undecided(leave)
            return Tried(Attempt(model.name, model.model, "over_budget", "its budget does not allow it", turn, 0.0, 0))
        started = self._clock()
        try:
            # Whoever tries a resting provider is alone, and has been given little time already.
            ask = self._waits.watched if leave.probe else self._waits.complete
            completion = await ask(provider, prompt, timeout_s=_time_for(model, leave, deadline - started))
        except ProviderFailure as failure:
            latency_ms = (self._clock() - started) * 1000
            self._breakers.failed(leave, failure)
            self._waits.look(model.name)
            charged = await self._charge_failure(hold, failure)
            return Tried(Attempt(model.name, model.model, _outcome(failure), failure.reason, turn, latency_ms, charged))
        except BaseException:
            self._breakers.undecided(leave)
            await asyncio.shield(self._pool.settle(hold, hold.micro_usd))
            raise
        latency_ms = (self._clock() - started) * 1000
        self._breakers.succeeded(leave, share_of_time=latency_ms / (model.timeout_s * 1000))
        await self._pool.settle(hold, completion.cost_micro_usd)
        return _judged(completion, accept, turn, latency_ms)

    async def _set_aside(self, model: ProviderModel, micro_usd: int, *, user: str, deadline: float) -> Hold | None:
        """Money for one attempt; None where there is none, or where a slow store leaves no time to spend it in."""
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock())):
                hold = await self._pool.reserve(model, micro_usd, user=user)
        except TimeoutError:
            return None  # a lease that was written meanwhile counts as spent until it is given back
        if hold is not None and deadline - self._clock() < SHORTEST_ATTEMPT_S:
            await self._pool.release(hold)
            return None
        return hold

    async def _charge_failure(self, hold: Hold, failure: ProviderFailure) -> int:
        if failure.billed:
            await self._pool.settle(hold, hold.micro_usd)
            return hold.micro_usd
        await self._pool.release(hold)
        return 0


def _time_for(model: ProviderModel, leave: Pass, left_s: float) -> float:
    return min(model.timeout_s, (SHARE_OF_PROBE if leave.brief else SHARE_OF_REST) * left_s)


def _judged(completion: Completion, accept: Callable[[Completion], T], turn: Turn, latency_ms: float) -> Tried[T]:
    def attempt(outcome: Outcome, reason: str) -> Attempt:
        return Attempt(
            completion.provider,
            completion.model,
            outcome,
            reason,
            turn,
            latency_ms,
            completion.cost_micro_usd,
            completion.tokens_in,
            completion.tokens_out,
        )

    try:
        answer = accept(completion)
    except Repairable as broken:
        return Tried(attempt("rejected", broken.reason), again=broken.again)
    except UnusableReply as broken:
        return Tried(attempt("rejected", broken.reason))
    return Tried(attempt("answered", ""), accepted=(answer, completion))


def _outcome(failure: ProviderFailure) -> Outcome:
    if isinstance(failure, ProviderBusy):
        return "busy"
    if isinstance(failure, ProviderRefused):
        return "refused"
    if isinstance(failure, UnusableReply):
        return "unusable"
    if isinstance(failure, InVain):
        return "called_off"
    return "timed_out" if isinstance(failure, TimedOut) else "down"

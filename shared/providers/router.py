"""Which provider answers: the eligible by priority, then price; the next at once when one fails, never a wait."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.auth.account import Tier
from shared.providers.attempt import SHORTEST_ATTEMPT_S, Attempt, Attempts, Hold, Pool, Repairable, Tried, Turn
from shared.providers.breaker import Breakers, Pass
from shared.providers.models import ProviderModel
from shared.providers.pricing import cost_micro_usd, most_tokens_in, worst_case_micro_usd
from shared.providers.provider import Completion, Prompt, Provider
from shared.providers.retry_allowance import RetryAllowance
from shared.providers.slots import Slot

__all__ = ["Attempt", "Hold", "NoProvider", "Pool", "Repairable", "Routed", "Router"]

T = TypeVar("T")

REPAIR_NEEDS_S = 1.2


@dataclass(frozen=True, slots=True)
class Routed(Generic[T]):
    """What `accept` made of the reply, the reply, and every attempt up to it."""

    answer: T
    completion: Completion
    attempts: tuple[Attempt, ...]


class NoProvider(Exception):
    """No provider gave an acceptable answer; `skipped` says of each that was not asked why."""

    def __init__(self, attempts: Sequence[Attempt], skipped: Mapping[str, str]) -> None:
        tried = [f"{attempt.provider}: {attempt.outcome} ({attempt.reason})" for attempt in attempts]
        passed = [f"{name}: {why}" for name, why in skipped.items()]
        super().__init__("; ".join(tried + passed) or "there is no provider")
        self.attempts = tuple(attempts)
        self.skipped = dict(skipped)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A slot that may be asked, and whose turn it is by preference."""

    model: ProviderModel
    provider: Provider
    worst_micro_usd: int


@dataclass(slots=True)
class _Request(Generic[T]):
    """One question on its way from provider to provider."""

    prompt: Prompt
    deadline: float
    accept: Callable[[Completion], T]
    user: str
    reserved_micro_usd: int | None
    skipped: dict[str, str]
    attempts: list[Attempt] = field(default_factory=list)
    asked: int = 0
    repaired: bool = False


class Router:
    """Asks the providers for this worker: `slots` gives those of today, `clock` is monotonic seconds."""

    def __init__(
        self,
        slots: Callable[[], Awaitable[Sequence[Slot]]],
        *,
        breakers: Breakers,
        pool: Pool,
        clock: Callable[[], float],
    ) -> None:
        self._slots = slots
        self._breakers = breakers
        self._clock = clock
        self._attempts = Attempts(breakers=breakers, pool=pool, clock=clock)
        self._allowance = RetryAllowance()

    async def complete(
        self,
        prompt: Prompt,
        *,
        deadline: float,
        accept: Callable[[Completion], T],
        tier: Tier,
        user: str,
        reserved_micro_usd: int | None = None,
    ) -> Routed[T]:
        """The first acceptable answer before `deadline` (on the router's clock).

        `reserved_micro_usd` is what the user set aside for it: nobody is asked for anything that could cost more.

        `accept` turns a completion into the answer, or raises `UnusableReply` (the next provider is asked) or
        `Repairable` (the same one is asked once more first, where time, money and the retry allowance permit). Raises
        `NoProvider` when nobody is left.
        """
        self._allowance.earn()
        await self._breakers.refresh()
        candidates, skipped = _eligible(await self._slots(), prompt, tier, most_micro_usd=reserved_micro_usd)
        request = _Request(prompt, deadline, accept, user, reserved_micro_usd, skipped)
        resting: list[_Candidate] = []
        for candidate in candidates:
            turn: Turn = "first" if candidate is candidates[0] else "fallback"
            leave = await self._breakers.admit(candidate.model.name)
            if leave is None:
                resting.append(candidate)
                skipped[candidate.model.name] = "it is given a rest after failures"
            elif not leave.probe and self._attempts.is_silent(candidate.model.name):
                skipped[candidate.model.name] = "those who wait for it get no answer"
            elif (routed := await self._ask(request, candidate, leave, turn)) is not None:
                return routed
        if not request.asked and (routed := await self._bypass(request, resting)) is not None:
            return routed
        raise NoProvider(request.attempts, skipped)

    async def worst_case_micro_usd(
        self, prompt: Prompt, *, tier: Tier, room_micro_usd: int | None = None
    ) -> int | None:
        """The most that the answer to this prompt can cost its user; None when nobody can be asked.

        A user pays for the one answer received, so this is the dearest provider's worst case, not their sum: of those
        that `room_micro_usd` still covers, or the cheapest one's where it covers none.
        """
        candidates, _ = _eligible(await self._slots(), prompt, tier)
        worst = [candidate.worst_micro_usd for candidate in candidates]
        covered = [one for one in worst if room_micro_usd is None or one <= room_micro_usd]
        return max(covered) if covered else min(worst, default=None)

    async def preferred(self, prompt: Prompt, *, tier: Tier) -> ProviderModel | None:
        """The model that would be asked first at this moment, or None."""
        candidates, _ = _eligible(await self._slots(), prompt, tier)
        return next((each.model for each in candidates if not self._breakers.is_open(each.model.name)), None)

    async def _bypass(self, request: _Request[T], resting: Sequence[_Candidate]) -> Routed[T] | None:
        """Ask one of those that rest, where nobody else could be asked."""
        by_name = {one.model.name: one for one in resting if not self._attempts.is_silent(one.model.name)}
        leave = self._breakers.bypass(list(by_name))
        if leave is None:
            return None
        request.skipped.pop(leave.name)
        return await self._ask(request, by_name[leave.name], leave, "fallback")

    async def _ask(self, request: _Request[T], candidate: _Candidate, leave: Pass, turn: Turn) -> Routed[T] | None:
        """Ask one provider, and once more where it may mend its reply; None: ask the next."""
        obstacle = None
        if request.deadline - self._clock() < SHORTEST_ATTEMPT_S:
            obstacle = "no time was left for it"
        elif request.asked >= 2 and not self._allowance.spend():
            obstacle = "this worker has used up its allowance of retries"
        if obstacle is not None:
            self._breakers.undecided(leave)
            request.skipped[candidate.model.name] = obstacle
            return None
        tried = await self._attempt(request, candidate, leave, turn, request.prompt)
        if tried.again is not None and self._may_repair(request, candidate.model, tried.again):
            request.repaired = True
            again = Pass(candidate.model.name, probe=False)
            tried = await self._attempt(request, candidate, again, "repair", tried.again)
        if tried.accepted is None:
            return None
        answer, completion = tried.accepted
        return Routed(answer, completion, tuple(request.attempts))

    async def _attempt(
        self, request: _Request[T], candidate: _Candidate, leave: Pass, turn: Turn, prompt: Prompt
    ) -> Tried[T]:
        tried = await self._attempts.make(
            candidate.provider,
            candidate.model,
            prompt=prompt,
            worst_micro_usd=candidate.worst_micro_usd
            if turn != "repair"
            else worst_case_micro_usd(candidate.model, prompt),
            leave=leave,
            deadline=request.deadline,
            accept=request.accept,
            user=request.user,
            turn=turn,
        )
        request.attempts.append(tried.attempt)
        request.asked += tried.attempt.outcome != "over_budget"
        return tried

    def _may_repair(self, request: _Request[T], model: ProviderModel, again: Prompt) -> bool:
        """Once a request, while the time would do for a whole answer and its user's reservation for its price."""
        in_time = request.deadline - self._clock() >= REPAIR_NEEDS_S
        reserved = request.reserved_micro_usd
        is_paid = reserved is None or worst_case_micro_usd(model, again) <= reserved
        return in_time and is_paid and not request.repaired and self._allowance.spend()


def _eligible(
    slots: Sequence[Slot], prompt: Prompt, tier: Tier, *, most_micro_usd: int | None = None
) -> tuple[list[_Candidate], dict[str, str]]:
    """Who may be asked, the preferred first, and why the others may not."""
    candidates: list[_Candidate] = []
    skipped: dict[str, str] = {}
    size, tokens_in = prompt.input_bytes(), most_tokens_in(prompt)
    for slot in slots:
        model = slot.model
        obstacle = slot.obstacle or _unfit(model, prompt, tier, size)
        if slot.provider is None or obstacle is not None:
            skipped[model.name] = obstacle or "nothing asks it"
        else:
            worst = cost_micro_usd(model, tokens_in, prompt.max_output)
            if most_micro_usd is not None and worst > most_micro_usd:
                skipped[model.name] = "it may cost more than was set aside"
            else:
                candidates.append(_Candidate(model, slot.provider, worst))
    candidates.sort(key=lambda each: (each.model.priority, each.worst_micro_usd, each.model.name))
    return candidates, skipped


def _unfit(model: ProviderModel, prompt: Prompt, tier: Tier, size: int) -> str | None:
    """Why this model is not for this request, if it is not."""
    if tier not in model.tiers:
        return f"it is not for the tier {tier}"
    if prompt.purpose not in model.purposes:
        return f"it is not for {prompt.purpose}"
    if prompt.max_output > model.max_output:
        return "the reply may be longer than it writes"
    return "the prompt is longer than it reads" if size > model.max_input_bytes else None

"""What the router is tested with: a clock that is set, providers that do as they are told, a pool in memory."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.providers.attempt import Hold
from shared.providers.models import ProviderModel
from shared.providers.pricing import cost_micro_usd, micro_usd
from shared.providers.provider import Completion, Message, Prompt, ProviderFailure
from shared.providers.slots import Slot

PROMPT = Prompt("chat", "Be kind.", (Message("user", "Hello"),), None, 50)


@dataclass
class Clock:
    """Seconds that pass when told to, as monotonic seconds and as a date."""

    seconds: float = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Scripted:
    """A provider that answers, or fails as `script` says; it notes the time it was given."""

    model: ProviderModel
    clock: Clock
    script: Callable[[], ProviderFailure | None] = lambda: None
    takes_s: float = 0.0
    text: str = "Drink water."
    given_s: list[float] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def calls(self) -> int:
        return len(self.given_s)

    async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
        self.given_s.append(timeout_s)
        self.prompts.append(prompt)
        self.clock.passes(min(self.takes_s, timeout_s))
        if failure := self.script():
            raise failure
        return Completion(self.text, self.name, self.model.model, 10, 5, cost_micro_usd(self.model, 10, 5))

    async def close(self) -> None:
        return None

    def slot(self) -> Slot:
        return Slot(self.model, self)


@dataclass
class MemoryPool:
    """Budgets of one process; `spent` and `held` are micro-dollars by provider."""

    limits: dict[str, int] = field(default_factory=dict)
    spent: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    held: dict[str, Hold] = field(default_factory=dict)
    made: int = 0

    async def reserve(self, model: ProviderModel, worst_micro_usd: int, *, user: str) -> Hold | None:
        limit = self.limits.get(model.name, micro_usd(model.weekly_budget_usd))
        held = sum(hold.micro_usd for hold in self.held.values() if hold.provider == model.name)
        if self.spent[model.name] + held + worst_micro_usd > limit:
            return None
        self.made += 1
        hold = Hold(str(self.made), model.name, worst_micro_usd)
        self.held[hold.id] = hold
        return hold

    async def settle(self, hold: Hold, actual_micro_usd: int) -> None:
        del self.held[hold.id]
        self.spent[hold.provider] += actual_micro_usd

    async def release(self, hold: Hold) -> None:
        del self.held[hold.id]

"""SEAM Provider: one prompt in, one whole completion out, or one of four failures; nothing here retries or waits."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shared.domain import words

Purpose = words.Purpose


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: what a person or the coach said, or data fenced as such."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked: trusted instructions, the turns, the JSON schema a reply must fit (None = plain text), and the
    most tokens the reply may use."""

    purpose: Purpose
    instructions: str
    messages: tuple[Message, ...]
    schema: dict[str, Any] | None
    max_output: int

    def input_bytes(self) -> int:
        """UTF-8 bytes of everything sent; byte-level vocabularies never need more tokens than that."""
        sent = len(self.instructions.encode()) + sum(len(message.text.encode()) + 8 for message in self.messages) + 8
        return sent + (len(repr(self.schema).encode()) if self.schema else 0)


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole reply and what it cost: tokens as the provider counted them, price in micro-dollars, rounded up."""

    text: str
    provider: str
    model: str
    tokens_in: int
    tokens_out: int
    cost_micro_usd: int


class ProviderFailure(Exception):
    """A provider did not give a usable answer. `billed` says whether the vendor may still charge for the attempt."""

    def __init__(self, reason: str, *, billed: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.billed = billed


class ProviderDown(ProviderFailure):
    """Not reachable, too slow, broken (5xx), or its key or model is refused."""


class ProviderBusy(ProviderFailure):
    """Too many requests; `retry_after_s` is how long it asked to be left alone, if it said."""

    def __init__(self, reason: str, *, retry_after_s: float | None) -> None:
        super().__init__(reason, billed=False)
        self.retry_after_s = retry_after_s


class ProviderRefused(ProviderFailure):
    """The model or its filter declined, or the vendor rejects this very request (4xx): trying again is no use."""


class UnusableReply(ProviderFailure):
    """A reply came, but empty, cut short, not JSON, or not what the schema or the rules ask."""


class Provider(Protocol):
    """A language model that can be asked. Adapters translate and nothing more."""

    @property
    def name(self) -> str:
        """The slot it answers for."""
        ...

    async def complete(self, prompt: Prompt, *, timeout_s: float) -> Completion:
        """Ask once, within `timeout_s` seconds; raises one of the `ProviderFailure`s."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

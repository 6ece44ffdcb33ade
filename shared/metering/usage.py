"""What a person sees of their usage, and the immutable row that every answer leaves behind."""

from datetime import datetime

from shared.auth.account import Tier
from shared.domain.words import Purpose, Shape


class WindowUsage(Shape):
    """Requests used of those allowed, and when the count starts again."""

    used: int
    limit: int
    resets_at: datetime


class BudgetUsage(Shape):
    """Dollars spent of those allowed this month."""

    spent_usd: float
    limit_usd: float
    resets_at: datetime


class MyUsage(Shape):
    """Where a person stands in their tier."""

    tier: Tier
    day: WindowUsage
    week: WindowUsage
    month: WindowUsage
    budget: BudgetUsage


class UsageRow(Shape):
    """One answer of the coach: who wrote it, what it took and cost. Rows are never changed, so that every counter can
    be computed again from them.

    `charged` is what every provider's pool was charged for it in micro-dollars, failed attempts included. `month` is
    the one whose count and budget it went into, "" where it went into none. `fallback` means that a preferred provider
    had failed or was given a rest, `cached` that no model was asked.
    """

    id: str
    at: datetime
    day: str
    tier: Tier
    purpose: Purpose
    provider: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_micro_usd: int = 0
    ms: int = 0
    attempts: int = 0
    fallback: bool = False
    repaired: bool = False
    cached: bool = False
    charged: dict[str, int] = {}
    month: str = ""

    @property
    def is_fallback(self) -> bool:
        """Whether somebody preferred had failed or was resting. Rows of before `fallback` tell by their attempts."""
        return self.fallback or self.attempts - self.repaired > 1 or (self.provider == "offline" and self.attempts > 0)

"""What a person sees of their usage, and the immutable row that every answer leaves behind."""

from datetime import datetime

from shared.auth.account import Tier
from shared.domain.words import Shape
from shared.metering.ledger import Ledger
from shared.metering.periods import resets_at
from shared.metering.tiers import MICRO, TierLimits
from shared.providers.provider import Purpose


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
    be computed again from them."""

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
    repaired: bool = False

    @property
    def is_fallback(self) -> bool:
        """Whether another provider than the first one asked gave the answer."""
        return self.attempts > 1 or (self.provider == "offline" and self.attempts > 0)


def my_usage(ledger: Ledger, limits: TierLimits, *, now: datetime) -> MyUsage:
    """The view of a ledger as of `now`."""
    ledger = ledger.at(now)
    return MyUsage(
        tier=limits.tier,
        day=WindowUsage(used=ledger.used("day"), limit=limits.day, resets_at=resets_at("day", now)),
        week=WindowUsage(used=ledger.used("week"), limit=limits.week, resets_at=resets_at("week", now)),
        month=WindowUsage(used=ledger.used("month"), limit=limits.month, resets_at=resets_at("month", now)),
        budget=BudgetUsage(
            spent_usd=ledger.spent_micro_usd / MICRO,
            limit_usd=limits.budget_usd,
            resets_at=resets_at("month", now),
        ),
    )

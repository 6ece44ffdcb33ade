"""A tier's limits and budget as a shape, and what they are until the owner sets others."""

from typing import Annotated

from pydantic import Field

from shared.auth.account import Tier
from shared.domain.words import Shape

TIERS: tuple[Tier, ...] = ("free", "premium", "unlimited")
MICRO = 1_000_000
Limit = Annotated[int, Field(ge=0, le=1_000_000)]


class TierLimits(Shape):
    """How many requests a day, ISO week and month, and how many dollars a month."""

    tier: Tier
    day: Limit
    week: Limit
    month: Limit
    budget_usd: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]

    @property
    def budget_micro_usd(self) -> int:
        return round(self.budget_usd * MICRO)


DEFAULTS: dict[Tier, tuple[int, int, int, float]] = {
    "free": (10, 50, 200, 5),
    "premium": (50, 300, 1000, 25),
    "unlimited": (1000, 5000, 20_000, 100),
}
"""Requests a day, a week and a month, and dollars a month, until the owner sets others."""


def default_limits(tier: Tier) -> TierLimits:
    """The limits of a tier that nobody changed."""
    day, week, month, budget_usd = DEFAULTS[tier]
    return TierLimits(tier=tier, day=day, week=week, month=month, budget_usd=budget_usd)

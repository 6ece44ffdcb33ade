"""Writing plans: a model's where one answers acceptably, the engine's where none does."""

import asyncio
import hashlib
from dataclasses import dataclass

from shared.auth.account import Tier
from shared.clock import Clock
from shared.coach.asking import Asked, Models
from shared.coach.plan_prompt import plan_prompt
from shared.coach.plan_reply import read_plan
from shared.domain.engine import PlanWish, write_plan
from shared.domain.plan import DraftPlan, Plan
from shared.domain.profile import Profile
from shared.domain.words import Goal, Muscle
from shared.metering.meter import Spending
from shared.metering.usage import UsageRow


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """What was asked for; None is as in the profile. `another_than` is the plan that the new one should differ from."""

    goal: Goal | None = None
    days_per_week: int | None = None
    session_minutes: int | None = None
    focus: tuple[Muscle, ...] = ()
    notes: str | None = None
    another_than: Plan | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A plan that breaks no rule, and the row that says who wrote it."""

    draft: DraftPlan
    row: UsageRow


class PlanWriter:
    """Writes plans."""

    def __init__(self, models: Models, clock: Clock) -> None:
        self._models, self._clock = models, clock

    async def write(self, order: PlanOrder, profile: Profile, *, spending: Spending, tier: Tier) -> Written:
        """A plan for the person; raises `QuotaExceeded` and `BudgetExceeded`."""
        today = self._clock().date()
        seed = _seed(order, spending.user_id)
        wish = PlanWish(
            goal=order.goal,
            days_per_week=order.days_per_week,
            session_minutes=order.session_minutes,
            focus=order.focus,
        )
        frame = await asyncio.to_thread(write_plan, wish, profile, seed=seed, today=today)
        asked = plan_prompt(frame, profile, notes=order.notes, year=today.year, seed=seed)
        answer: Asked[DraftPlan] = await self._models.ask(
            asked.prompt,
            accept=lambda reply: read_plan(reply, asked, frame, profile=profile, wish=wish, year=today.year),
            spending=spending,
            tier=tier,
        )
        return Written(answer.answer or frame, answer.row)


def _seed(order: PlanOrder, user_id: str) -> int:
    """The same for the same person, so that asking twice gives one plan; another one for `another_than`."""
    text = order.another_than.id if order.another_than else user_id
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])

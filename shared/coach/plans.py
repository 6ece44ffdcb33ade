"""Writing plans: a model's where one answers acceptably, the engine's where none does."""

import asyncio
import hashlib
from dataclasses import dataclass

from shared.auth.account import Tier
from shared.clock import Clock
from shared.coach.asking import Asked, Models
from shared.coach.plan_prompt import plan_prompt
from shared.coach.plan_reply import read_plan
from shared.coach.replies import Memory, ReplyCache
from shared.domain.engine import PlanWish, write_plan
from shared.domain.plan import DraftPlan, Plan
from shared.domain.profile import Profile
from shared.domain.words import Goal, Muscle
from shared.metering.meter import Spending
from shared.metering.usage import UsageRow


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """What was asked for; None is as in the profile. `fresh` asks a model in any case; `another_than` is the plan that
    the new one should then differ from."""

    goal: Goal | None = None
    days_per_week: int | None = None
    session_minutes: int | None = None
    focus: tuple[Muscle, ...] = ()
    notes: str | None = None
    fresh: bool = False
    another_than: Plan | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A plan that breaks no rule, the row that says who wrote it, and what to remember of it for equal inputs."""

    draft: DraftPlan
    row: UsageRow
    memory: Memory | None = None


class PlanWriter:
    """Writes plans, and remembers what models answered where nothing in the question is a person's own words."""

    def __init__(self, models: Models, clock: Clock, *, replies: ReplyCache | None) -> None:
        self._models, self._clock, self._replies = models, clock, replies

    async def write(self, order: PlanOrder, profile: Profile, *, spending: Spending, tier: Tier) -> Written:
        """A plan for the person; raises `QuotaExceeded` and `BudgetExceeded`."""
        today = self._clock().date()
        seed = _seed(order)
        wish = PlanWish(
            goal=order.goal,
            days_per_week=order.days_per_week,
            session_minutes=order.session_minutes,
            focus=order.focus,
        )
        frame = await asyncio.to_thread(write_plan, wish, profile, seed=seed, today=today)
        asked = plan_prompt(frame, profile, notes=order.notes, year=today.year, seed=seed)
        replies = None if order.fresh or order.notes else self._replies
        answer: Asked[DraftPlan] = await self._models.ask(
            asked.prompt,
            accept=lambda reply: read_plan(reply, asked, frame, profile=profile, wish=wish, year=today.year),
            spending=spending,
            tier=tier,
            remembered=replies,
        )
        memory = Memory(asked.prompt, answer.reply) if replies and answer.reply else None
        return Written(answer.answer or frame, answer.row, memory)

    async def remember(self, written: Written) -> None:
        """Keep a model's reply for equal inputs, if it is one to keep."""
        if written.memory is not None and self._replies is not None:
            await self._replies.keep(written.memory)


def _seed(order: PlanOrder) -> int:
    """The same for equal inputs, so that they give one plan; another one for `another_than`, or where it is to be a
    fresh one."""
    text = order.another_than.id if order.another_than else "fresh" if order.fresh else ""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])

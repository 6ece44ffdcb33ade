"""GenerateWorkout: a plan that fits the person, checked against the training rules before anybody sees it."""

import asyncio
from typing import Annotated

from pydantic import Field

from shared.app import App
from shared.auth.callers import Arriving
from shared.domain.plan import Plan
from shared.domain.words import Goal, Muscle, Note, Shape
from shared.errors import BudgetExceeded, KeyReused, QuotaExceeded, RequestInFlight, SafetyStop
from shared.http import blueprint, endpoint
from shared.metering.usage import MyUsage
from shared.operations import Answer, Call

bp = blueprint()


class PlanRequest(Shape):
    """What this plan should be like; whatever is left out is as in the profile. `fresh` asks for another one than the
    last."""

    goal: Goal | None = None
    days_per_week: Annotated[int, Field(ge=1, le=6)] | None = None
    session_minutes: Annotated[int, Field(ge=20, le=180)] | None = None
    focus: Annotated[list[Muscle], Field(max_length=5)] = []
    notes: Note | None = None
    fresh: bool = False


class PlanMade(Shape):
    """The plan, and what is left of the tier."""

    plan: Plan
    usage: MyUsage


@endpoint(
    bp,
    "POST",
    "workouts/generate",
    takes=PlanRequest,
    gives=PlanMade,
    status=201,
    keyed=True,
    raises=[QuotaExceeded, BudgetExceeded, SafetyStop, KeyReused, RequestInFlight],
)
async def generate_workout(asked: PlanRequest, caller: Arriving, call: Call, app: App) -> Answer[PlanMade]:
    """Let the coach write a plan that the rules accept, and keep it as the one to train by."""
    from shared.coach.plans import PlanOrder  # noqa: PLC0415 - not at the cold start
    from shared.domain.safety.screen import screen  # noqa: PLC0415 - not at the cold start

    if asked.notes and (hit := screen(asked.notes)) is not None:
        raise SafetyStop(hit.reply, extra={"reply": hit.reply})
    member, profile, spending, recent, _ = await asyncio.gather(
        caller.member(),
        app.profiles.get(caller.id),
        app.meter.open(caller.id),
        app.plans.page(caller.id, limit=1, cursor=None),
        app.coach.ready(),
    )
    order = PlanOrder(
        goal=asked.goal,
        days_per_week=asked.days_per_week,
        session_minutes=asked.session_minutes,
        focus=tuple(asked.focus),
        notes=asked.notes,
        fresh=asked.fresh,
        another_than=recent[0][0] if asked.fresh and recent[0] else None,
    )
    async with spending:
        written = await app.coach.write_plan(order, profile.value, spending=spending, tier=member.tier)
        plan = app.plans.new(written.draft, now=app.clock())
        usage = await spending.usage_after(written.row, member.tier)
        made = PlanMade(plan=plan, usage=usage)
        ops = app.plans.keeping(plan)
        await asyncio.gather(
            spending.settle([*ops, *call.answering(201, made)], written.row, tier=member.tier),
            app.coach.remember(written),
        )
    call.provider, call.cost_micro_usd = written.row.provider, written.row.cost_micro_usd
    return Answer(made)

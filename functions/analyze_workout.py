"""AnalyzeWorkout: a session, a week or a month, read back honestly: facts first, then words over them."""

import asyncio
from datetime import timedelta
from typing import Literal, Self

from pydantic import model_validator

from shared.app import App
from shared.auth.callers import Arriving
from shared.domain.analysis.facts import Facts
from shared.domain.local_time import local_date
from shared.domain.log import Log
from shared.domain.plan import Source
from shared.domain.profile import ExerciseId
from shared.domain.words import Shape
from shared.errors import BudgetExceeded, KeyReused, NotFound, QuotaExceeded, RequestInFlight
from shared.http import blueprint, endpoint
from shared.metering.usage import MyUsage
from shared.operations import Answer, Call

bp = blueprint()
EARLIER = timedelta(days=180)
"""How far back a session is compared."""
PERIOD_REACH = timedelta(days=60)
"""A month against the month before it."""


class AnalysisRequest(Shape):
    """Either one workout or a period."""

    log_id: ExerciseId | None = None
    period: Literal["week", "month"] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.log_id is None) == (self.period is None):
            raise ValueError("give either log_id or period")
        return self


class Analysis(Shape):
    """What was found, in words whose every number is among the facts, who worded it, and what is left of the tier."""

    facts: Facts
    narrative: str
    source: Source
    usage: MyUsage


@endpoint(
    bp,
    "POST",
    "workouts/analyze",
    takes=AnalysisRequest,
    gives=Analysis,
    keyed=True,
    raises=[NotFound, QuotaExceeded, BudgetExceeded, KeyReused, RequestInFlight],
)
async def analyze_workout(asked: AnalysisRequest, caller: Arriving, call: Call, app: App) -> Answer[Analysis]:
    """Compute the facts and let the coach word them."""
    member, profile, spending, plan, (metrics, _), ((log, others), _) = await asyncio.gather(
        caller.member(),
        app.profiles.get(caller.id),
        app.meter.open(caller.id),
        app.plans.active(caller.id),
        app.metrics.page(caller.id, limit=60),
        asyncio.gather(_logs_of(asked, caller.id, app), app.coach.ready()),
    )
    plans = [plan.value] if plan else []
    if log is not None:
        facts = await asyncio.to_thread(
            app.coach.session_facts, log, others, profile.value, plans=plans, metrics=metrics
        )
    else:
        assert asked.period is not None  # noqa: S101 - the shape asks for one of the two
        today = local_date(app.clock(), profile.value.timezone)
        facts = await asyncio.to_thread(
            app.coach.period_facts,
            others,
            profile.value,
            period=asked.period,
            plans=plans,
            metrics=metrics,
            today=today,
        )
    async with spending:
        told = await app.coach.narrate(facts, profile.value, spending=spending, tier=member.tier)
        usage = await spending.usage_after(told.row, member.tier)
        analysis = Analysis(facts=facts, narrative=told.text, source=told.source, usage=usage)
        await spending.settle(call.answering(200, analysis), told.row, tier=member.tier)
    call.provider, call.cost_micro_usd = told.row.provider, told.row.cost_micro_usd
    return Answer(analysis)


async def _logs_of(asked: AnalysisRequest, user_id: str, app: App) -> tuple[Log | None, list[Log]]:
    """The workout asked about and those before it, or none and those of the period; raises `NotFound`."""
    if asked.log_id is None:
        now = app.clock()
        return None, await app.logs.between(user_id, since=now - PERIOD_REACH, until=now + timedelta(days=1))
    log = (await app.logs.get(user_id, asked.log_id)).value
    return log, await app.logs.between(user_id, since=log.started_at - EARLIER, until=log.started_at)

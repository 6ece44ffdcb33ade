"""The coach: plans, narratives and talk, by a model where one answers acceptably and offline where none does."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.auth.account import Tier
from shared.clock import Clock
from shared.coach.asking import OFFLINE_MODEL, Models, offline_row
from shared.coach.cited import cited
from shared.coach.flags import flag, open_flag
from shared.coach.motivations import SaidToday
from shared.coach.offline import answer, motivation, narrate, rest_instead
from shared.coach.plans import PlanOrder, PlanWriter, Written
from shared.coach.records import log_lines, plan_lines
from shared.coach.replies import ReplyCache
from shared.coach.talk import believed, chat_prompt, narrative_prompt
from shared.domain.analysis.facts import Fact, Facts
from shared.domain.analysis.period_facts import period_facts
from shared.domain.analysis.session_facts import session_facts
from shared.domain.analysis.standing_facts import standing_facts
from shared.domain.log import Log
from shared.domain.messages import CoachMessage, Safety
from shared.domain.metrics import Metric, body_weight_on
from shared.domain.plan import Plan, Source
from shared.domain.profile import Profile
from shared.metering.meter import Spending
from shared.metering.usage import UsageRow
from shared.providers.provider import Prompt
from shared.storage.repositories.documents import newest_first_id

OFFLINE = Source(kind="offline", provider="offline", model=OFFLINE_MODEL)
TICK = timedelta(milliseconds=1)
"""What two turns are apart at least: ids count milliseconds."""
SKEW = timedelta(minutes=1)
"""How far ahead another worker's clock is believed to be; a turn that claims more came with a restored export."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a person stands today: what every answer is grounded in."""

    profile: Profile
    plan: Plan | None
    logs: Sequence[Log]
    facts: Facts
    today: date


@dataclass(frozen=True, slots=True)
class Told:
    """What the coach said, who worded it, and the row that says what it took."""

    text: str
    source: Source
    row: UsageRow
    safety: Safety | None = None
    facts: Sequence[Fact] = ()
    """What the numbers in the text come from."""


class Coach:
    """Writes, reads back and answers."""

    def __init__(self, models: Models, clock: Clock, *, replies: ReplyCache | None = None) -> None:
        self._models, self._clock = models, clock
        self._plans = PlanWriter(models, clock, replies=replies)
        self._replies = replies

    async def ready(self) -> None:
        """Read what asking a model needs; call it along with the request's own reads."""
        await self._models.ready()

    @property
    def offline(self) -> Source:
        """The offline coach as an author."""
        return OFFLINE

    async def write_plan(self, order: PlanOrder, profile: Profile, *, spending: Spending, tier: Tier) -> Written:
        """A plan that breaks no rule; raises `QuotaExceeded` and `BudgetExceeded`."""
        return await self._plans.write(order, profile, spending=spending, tier=tier)

    async def remember(self, written: Written) -> None:
        """Keep a model's plan for equal inputs; never fails."""
        await self._plans.remember(written)

    async def tidy(self) -> int:
        """Forget replies that have grown old; how many."""
        return await self._replies.prune() if self._replies else 0

    def session_facts(
        self, log: Log, earlier: Sequence[Log], profile: Profile, *, plans: Sequence[Plan], metrics: Sequence[Metric]
    ) -> Facts:
        """What happened in a workout, against the ones before it."""
        plan = next((one for one in plans if one.id == log.plan_id), None)
        weight = body_weight_on(log.started_at.date(), metrics)
        return session_facts(log, earlier, profile, plan=plan, body_weight_kg=weight)

    def period_facts(
        self,
        logs: Sequence[Log],
        profile: Profile,
        *,
        period: Literal["week", "month"],
        plans: Sequence[Plan],
        metrics: Sequence[Metric],
        today: date,
    ) -> Facts:
        """What the last week or month holds, against the one before."""
        return period_facts(logs, profile, period=period, today=today, plans=plans, metrics=metrics)

    def situation(
        self, *, profile: Profile, plan: Plan | None, logs: Sequence[Log], metrics: Sequence[Metric], today: date
    ) -> Situation:
        """Where the person stands today."""
        plans = [plan] if plan else []
        facts = standing_facts(logs, profile, today=today, plans=plans, metrics=metrics)
        return Situation(profile, plan, logs, facts, today)

    def rest_instead(self, history: Sequence[CoachMessage], today: date) -> SaidToday | None:
        """What is said in place of encouragement while something alarming in the chat (oldest first) is open."""
        if open_flag(history) is None:
            return None
        return SaidToday(day=today, message=rest_instead(), translations={"de": rest_instead("de")})

    def said_today(self, situation: Situation) -> SaidToday:
        """Today's encouragement."""
        day, facts = situation.today, situation.facts
        german = motivation(facts, day=day, language="de")
        return SaidToday(day=day, message=motivation(facts, day=day), translations={"de": german})

    async def narrate(self, facts: Facts, profile: Profile, *, spending: Spending, tier: Tier) -> Told:
        """The facts in words; raises `QuotaExceeded` and `BudgetExceeded`."""
        prompt = narrative_prompt(facts, locale=profile.locale)
        offline: Callable[[], str] = lambda: narrate(facts, seed=spending.user_id)  # noqa: E731 - read in place
        return await self._told(prompt, facts, offline, also=(), spending=spending, tier=tier)

    async def reply(
        self,
        message: str,
        history: Sequence[CoachMessage],
        situation: Situation,
        *,
        spending: Spending,
        tier: Tier,
    ) -> Told:
        """An answer to `message` after `history` (oldest first).

        Alarming words get their fixed message, before any model and before any charge, and go on getting it until the
        person says that it is over. Raises `QuotaExceeded` and `BudgetExceeded`.
        """
        if (hit := flag(message, history)) is not None:
            row = offline_row(spending, "chat", tier=tier, began=time.perf_counter())
            return Told(hit.reply, OFFLINE, row, Safety(rule=hit.rule, action=hit.action))
        plan, sessions = plan_lines(situation.plan), log_lines(situation.logs, situation.profile.units)
        prompt = chat_prompt(
            message, history, facts=situation.facts, profile=situation.profile, plan=plan, sessions=sessions
        )
        said = [one.text for one in history if one.role == "user"]
        return await self._told(
            prompt,
            situation.facts,
            lambda: answer(message, situation.facts, situation.profile, plan=situation.plan, today=situation.today),
            also=(message, *said, *plan, *sessions),
            spending=spending,
            tier=tier,
        )

    def turns(self, message: str, told: Told, *, newest: CoachMessage | None) -> list[CoachMessage]:
        """Both sides of an exchange as they are kept; the flag stands on what the person said and on its reply.

        They sort after `newest`, the chat's last turn, also where the clock of the worker that kept it is a little
        ahead: an all-clear that sorted before the alarm would leave the flag up.
        """
        now = self._clock()
        if newest is not None and now <= newest.at <= now + SKEW:
            now = newest.at + TICK
        then = now + TICK
        return [
            CoachMessage(id=newest_first_id(now), at=now, role="user", text=message, safety=told.safety),
            CoachMessage(
                id=newest_first_id(then),
                at=then,
                role="coach",
                text=told.text,
                source=told.source,
                safety=told.safety,
                facts=list(told.facts),
            ),
        ]

    async def _told(
        self,
        prompt: Prompt,
        facts: Facts,
        offline: Callable[[], str],
        *,
        also: Sequence[str],
        spending: Spending,
        tier: Tier,
    ) -> Told:
        asked = await self._models.ask(prompt, accept=believed(prompt, facts, also=also), spending=spending, tier=tier)
        if asked.answer is None:
            text, source = offline(), OFFLINE
        else:
            text, source = asked.answer, Source(kind="model", provider=asked.row.provider, model=asked.row.model)
        return Told(text, source, asked.row, facts=cited(text, facts))

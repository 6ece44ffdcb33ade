"""CoachChat and Motivation: questions answered from one's own facts, with alarming words answered first and fixed."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.app import App
from shared.auth.callers import Arriving, Member
from shared.domain.analysis.facts import Fact
from shared.domain.local_time import local_date
from shared.domain.messages import CoachMessage, Safety
from shared.domain.plan import Source
from shared.domain.words import Shape
from shared.errors import BudgetExceeded, KeyReused, QuotaExceeded, RequestInFlight
from shared.http import blueprint, endpoint
from shared.metering.usage import MyUsage
from shared.operations import Answer, Call, ListQuery

if TYPE_CHECKING:
    from shared.coach.coach import Situation
    from shared.coach.motivations import SaidToday

bp = blueprint()
RECENT_MESSAGES = 30
RECENT_LOGS = 60


def _visible(message: str) -> str:
    """Refuse what looks empty, such as joiners and marks of direction alone: a model would be asked about nothing."""
    if not any(sign.isprintable() and not sign.isspace() for sign in message):
        raise ValueError("must have some text")
    return message


class ChatRequest(Shape):
    """What the person says."""

    message: Annotated[
        str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), AfterValidator(_visible)
    ]


class ChatAnswer(Shape):
    """The coach's reply and what its numbers come from; `safety` stands where a fixed message was answered instead."""

    reply: str
    source: Source
    safety: Safety | None
    facts: list[Fact] = Field(default_factory=list)
    usage: MyUsage


class MessageList(Shape):
    """A page of the chat, newest first."""

    items: list[CoachMessage]
    next_cursor: str | None


class TodaysWords(Shape):
    """Today's message in another language."""

    message: str


class TodaysMotivation(Shape):
    """Today's message."""

    message: str
    source: Source
    translations: dict[Literal["de"], TodaysWords] = Field(
        default_factory=dict, description="the same by language code; `message` is English"
    )

    @classmethod
    def of(cls, said: "SaidToday", source: Source) -> "TodaysMotivation":
        others = {code: {"message": message} for code, message in said.translations.items()}
        return cls.model_validate({"message": said.message, "source": source, "translations": others})


@endpoint(
    bp,
    "POST",
    "coach/chat",
    takes=ChatRequest,
    gives=ChatAnswer,
    keyed=True,
    raises=[QuotaExceeded, BudgetExceeded, KeyReused, RequestInFlight],
)
async def coach_chat(asked: ChatRequest, caller: Arriving, call: Call, app: App) -> Answer[ChatAnswer]:
    """Answer a question from the person's own facts."""
    member, spending, (said, _), situation, _ = await asyncio.gather(
        caller.member(),
        app.meter.open(caller.id),
        app.messages.page(caller.id, limit=RECENT_MESSAGES),
        _situation(caller.id, app),
        app.coach.ready(),
    )
    async with spending:
        told = await app.coach.reply(
            asked.message, list(reversed(said)), situation, spending=spending, tier=member.tier
        )
        usage = await spending.usage_after(told.row, member.tier)
        answer = ChatAnswer(
            reply=told.text, source=told.source, safety=told.safety, facts=list(told.facts), usage=usage
        )
        newest = said[0] if said else None
        ops = [app.messages.keeping(one.id, one) for one in app.coach.turns(asked.message, told, newest=newest)]
        await spending.settle([*ops, *call.answering(200, answer)], told.row, tier=member.tier)
    call.provider, call.cost_micro_usd = told.row.provider, told.row.cost_micro_usd
    return Answer(answer)


@endpoint(bp, "GET", "coach/messages", name="CoachMessages", query=ListQuery, gives=MessageList)
async def messages(asked: ListQuery, caller: Arriving, app: App) -> MessageList:
    """The chat so far."""
    items, cursor = await app.messages.page(caller.id, limit=asked.limit, cursor=asked.cursor)
    return MessageList(items=items, next_cursor=cursor)


@endpoint(bp, "DELETE", "coach/messages", name="CoachMessagesDelete", status=204)
async def delete_messages(caller: Member, app: App) -> None:
    """Forget the chat."""
    await app.messages.delete_all(caller.id)


@endpoint(bp, "GET", "coach/motivation", gives=TodaysMotivation)
async def motivation(caller: Arriving, app: App) -> TodaysMotivation:
    """Today's message: the same all day, and free; no nudge to train while an alarming word in the chat is open."""
    profile, last, (said, _) = await asyncio.gather(
        app.profiles.get(caller.id),
        app.motivations.find(caller.id),
        app.messages.page(caller.id, limit=RECENT_MESSAGES),
    )
    today = local_date(app.clock(), profile.value.timezone)
    if (rest := app.coach.rest_instead(list(reversed(said)), today)) is not None:
        return TodaysMotivation.of(rest, app.coach.offline)
    if last is not None and last.value.day == today:
        return TodaysMotivation.of(last.value, app.coach.offline)
    _, situation = await asyncio.gather(caller.member(), _situation(caller.id, app))
    stands = await app.motivations.say(caller.id, app.coach.said_today(situation), after=last)
    return TodaysMotivation.of(stands, app.coach.offline)


async def _situation(user_id: str, app: App) -> "Situation":
    """Where the person stands, read in one round trip and one more for the plan."""
    profile, plan, (logs, _), (metrics, _) = await asyncio.gather(
        app.profiles.get(user_id),
        app.plans.active(user_id),
        app.logs.page(user_id, limit=RECENT_LOGS),
        app.metrics.page(user_id, limit=RECENT_LOGS),
    )
    return await asyncio.to_thread(
        app.coach.situation,
        profile=profile.value,
        plan=plan.value if plan else None,
        logs=logs,
        metrics=metrics,
        today=local_date(app.clock(), profile.value.timezone),
    )

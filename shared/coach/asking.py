"""Asking models within a person's limits: reserve, route, and the row that says what it took."""

import asyncio
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from shared.auth.account import Tier
from shared.coach.canary import gives_away
from shared.coach.fence import MOST_OF_COMPLAINT, MOST_OF_REPLY
from shared.coach.replies import ReplyCache
from shared.metering.meter import Spending
from shared.metering.usage import UsageRow
from shared.providers.provider import Completion, Message, Prompt, Purpose, UnusableReply
from shared.providers.router import Attempt, NoProvider, Router

_security = logging.getLogger("vigor.security")

T = TypeVar("T")
OFFLINE_MODEL = "vigor-1"
OnLeak = Callable[[str], Awaitable[object]]
"""Told whose request it was where a reply gave its instructions away."""
ROOM_FOR_REPAIR = MOST_OF_REPLY + MOST_OF_COMPLAINT + 500
"""Bytes that a repair may add to a prompt; held from the start, so that the repair is never refused for money."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """What came of asking: the answer and its row; `answer` is None where no model gave an acceptable one, and then
    the row is the offline coach's. `reply` is what a model answered just now, None where it was remembered."""

    answer: T | None
    row: UsageRow
    reply: Completion | None = None


class Models:
    """The models that may be asked today. `week_share_micro_usd` is what one person may use of the providers' week."""

    def __init__(
        self,
        router: Router,
        *,
        prepare: Callable[[], Awaitable[object]],
        deadline_s: float,
        week_share_micro_usd: int,
        on_leak: OnLeak | None = None,
    ) -> None:
        self._router, self._prepare, self._on_leak = router, prepare, on_leak
        self._deadline_s, self._share = deadline_s, week_share_micro_usd

    async def ready(self) -> None:
        """Read what routing needs, if it is time to: so that a request can do so while it reads other things."""
        await self._prepare()

    async def ask(
        self,
        prompt: Prompt,
        *,
        accept: Callable[[Completion], T],
        spending: Spending,
        tier: Tier,
        remembered: ReplyCache | None = None,
    ) -> Asked[T]:
        """The first acceptable answer of any provider, its price reserved before the first is asked.

        Where `remembered` holds what the preferred model answered to this very prompt, that is the answer, if it is
        still acceptable; it is a request like any other, at no price. Raises `QuotaExceeded` and `BudgetExceeded`. What
        was reserved for an answer that did not come is given back.
        """
        began = time.perf_counter()
        roomy = replace(prompt, messages=(*prompt.messages, Message("user", " " * ROOM_FOR_REPAIR)))
        room = await spending.room_micro_usd(tier, week_share_micro_usd=self._share)
        worst = await self._router.worst_case_micro_usd(roomy, tier=tier, room_micro_usd=room)
        if worst is None:
            return Asked(None, offline_row(spending, prompt.purpose, tier=tier, began=began))
        held, earlier = await asyncio.gather(
            spending.hold(tier, worst, week_share_micro_usd=self._share), self._earlier(prompt, remembered, tier=tier)
        )
        if not held:
            return Asked(None, offline_row(spending, prompt.purpose, tier=tier, began=began))
        if earlier is not None:
            try:
                row = _row(earlier, (), spending, prompt.purpose, tier=tier, began=began)
                return Asked(accept(earlier), row.model_copy(update={"cached": True}))
            except UnusableReply:
                pass  # the rules have changed since, or are stricter for this person: a model is asked anew
        return await self._ask_anew(
            prompt, accept=accept, spending=spending, tier=tier, began=began, reserved_micro_usd=worst
        )

    async def _ask_anew(
        self,
        prompt: Prompt,
        *,
        accept: Callable[[Completion], T],
        spending: Spending,
        tier: Tier,
        began: float,
        reserved_micro_usd: int,
    ) -> Asked[T]:
        leaks: list[Completion] = []

        def discreet(completion: Completion) -> T:
            if gives_away(prompt, completion.text):
                leaks.append(completion)
                raise UnusableReply("the reply gives its instructions away", billed=True)
            return accept(completion)

        try:
            routed = await self._router.complete(
                prompt,
                deadline=time.monotonic() + self._deadline_s,
                accept=discreet,
                tier=tier,
                user=spending.user_id,
                reserved_micro_usd=reserved_micro_usd,
            )
        except NoProvider as nobody:
            row = offline_row(spending, prompt.purpose, tier=tier, began=began, attempts=nobody.attempts)
            return Asked(None, row.model_copy(update={"fallback": True}))
        finally:
            await self._told_of(leaks, spending.user_id, prompt.purpose)
        row = _row(routed.completion, routed.attempts, spending, prompt.purpose, tier=tier, began=began)
        return Asked(routed.answer, row, routed.completion)

    async def _told_of(self, leaks: Sequence[Completion], user_id: str, purpose: Purpose) -> None:
        for leak in leaks:
            line = {"event": "instructions_leaked", "provider": leak.provider, "model": leak.model, "purpose": purpose}
            _security.warning(json.dumps(line))
            if self._on_leak is not None:
                await self._on_leak(user_id)

    async def _earlier(self, prompt: Prompt, remembered: ReplyCache | None, *, tier: Tier) -> Completion | None:
        """What the model that would be asked first answered to this prompt before, if that is remembered."""
        model = await self._router.preferred(prompt, tier=tier) if remembered else None
        return await remembered.find(prompt, model) if remembered and model else None


def offline_row(
    spending: Spending, purpose: Purpose, *, tier: Tier, began: float, attempts: Sequence[Attempt] = ()
) -> UsageRow:
    """The row of an answer that the offline coach gave: free and uncounted. `began` is of `time.perf_counter`."""
    return spending.new_row(
        tier=tier,
        purpose=purpose,
        provider="offline",
        model=OFFLINE_MODEL,
        attempts=len(attempts),
        charged=_charged(attempts, spending),
        ms=_ms_since(began),
    )


def _row(
    completion: Completion,
    attempts: Sequence[Attempt],
    spending: Spending,
    purpose: Purpose,
    *,
    tier: Tier,
    began: float,
) -> UsageRow:
    return spending.new_row(
        tier=tier,
        purpose=purpose,
        provider=completion.provider,
        model=completion.model,
        tokens_in=completion.tokens_in,
        tokens_out=completion.tokens_out,
        cost_micro_usd=completion.cost_micro_usd,
        ms=_ms_since(began),
        attempts=len(attempts),
        fallback=any(attempt.fallback for attempt in attempts),
        repaired=any(attempt.repair for attempt in attempts),
        charged=_charged(attempts, spending),
    )


def _charged(attempts: Sequence[Attempt], spending: Spending) -> dict[str, int]:
    """What the attempts took from each provider's pool, which counts against the person's share of them."""
    charged = Counter[str]()
    for attempt in attempts:
        charged[attempt.provider] += attempt.charged_micro_usd
    spending.draw(charged.total())
    return {provider: micro_usd for provider, micro_usd in charged.items() if micro_usd}


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)

"""Asking models within a person's limits: reserve, route, and the row that says what it took."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from shared.auth.account import Tier
from shared.metering.meter import Spending
from shared.metering.usage import UsageRow
from shared.providers.provider import Completion, Message, Prompt, Purpose
from shared.providers.router import NoProvider, Routed, Router

T = TypeVar("T")
OFFLINE_MODEL = "vigor-1"
ROOM_FOR_REPAIR = 6000
"""Bytes that a repair may add to a prompt; held from the start, so that the repair is never refused for money."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """What came of asking: the answer and its row; `answer` is None where no model gave an acceptable one, and then
    the row is the offline coach's."""

    answer: T | None
    row: UsageRow


class Models:
    """The models that may be asked today. `week_share_micro_usd` is what one person may use of the providers' week."""

    def __init__(
        self,
        router: Router,
        *,
        prepare: Callable[[], Awaitable[object]],
        deadline_s: float,
        week_share_micro_usd: int,
    ) -> None:
        self._router, self._prepare = router, prepare
        self._deadline_s, self._share = deadline_s, week_share_micro_usd

    async def ready(self) -> None:
        """Read what routing needs, if it is time to: so that a request can do so while it reads other things."""
        await self._prepare()

    async def ask(
        self, prompt: Prompt, *, accept: Callable[[Completion], T], spending: Spending, tier: Tier
    ) -> Asked[T]:
        """The first acceptable answer of any provider, its price reserved before the first is asked.

        Raises `QuotaExceeded` and `BudgetExceeded`. What was reserved for an answer that did not come is given back.
        """
        began = time.perf_counter()
        roomy = replace(prompt, messages=(*prompt.messages, Message("user", " " * ROOM_FOR_REPAIR)))
        worst = await self._router.worst_case_micro_usd(roomy, tier=tier)
        if worst == 0 or not await spending.hold(tier, worst, week_share_micro_usd=self._share):
            return Asked(None, offline_row(spending, prompt.purpose, tier=tier, began=began))
        try:
            routed = await self._router.complete(
                prompt,
                deadline=time.monotonic() + self._deadline_s,
                accept=accept,
                tier=tier,
                user=spending.user_id,
            )
        except NoProvider as nobody:
            row = offline_row(spending, prompt.purpose, tier=tier, began=began, attempts=len(nobody.attempts))
            return Asked(None, row)
        return Asked(routed.answer, _row(routed, spending, prompt.purpose, tier=tier, began=began))


def offline_row(spending: Spending, purpose: Purpose, *, tier: Tier, began: float, attempts: int = 0) -> UsageRow:
    """The row of an answer that the offline coach gave: free and uncounted. `began` is of `time.perf_counter`."""
    return spending.new_row(
        tier=tier,
        purpose=purpose,
        provider="offline",
        model=OFFLINE_MODEL,
        attempts=attempts,
        ms=_ms_since(began),
    )


def _row(routed: Routed[T], spending: Spending, purpose: Purpose, *, tier: Tier, began: float) -> UsageRow:
    return spending.new_row(
        tier=tier,
        purpose=purpose,
        provider=routed.completion.provider,
        model=routed.completion.model,
        tokens_in=routed.completion.tokens_in,
        tokens_out=routed.completion.tokens_out,
        cost_micro_usd=routed.completion.cost_micro_usd,
        ms=_ms_since(began),
        attempts=len(routed.attempts),
        repaired=any(attempt.repair for attempt in routed.attempts),
    )


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)

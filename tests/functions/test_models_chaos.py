"""Three vendors failing at random half of the time behind the whole app: everybody is served, and no cent goes missing."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from random import Random

import pytest

from shared.domain.engine import PlanWish
from shared.domain.profile import Profile
from shared.domain.validator import validate
from shared.metering.limits import TierLimits
from shared.providers.pricing import cost_micro_usd
from tests.functions.conftest import PASSWORD, Api, Someone, StartApi
from tests.providers.fake_vendors import TOKENS_IN, TOKENS_OUT, Fault
from tests.providers.planning_vendor import PlanningVendor

REQUESTS, AT_ONCE, ROUND, DEADLINE_S = 2000, 10, 100, 10
PLANS = 5
"""One request in so many is for a plan, the others for an answer of the coach."""
FAULTS: list[Fault] = [
    "busy", "busy_seconds", "broken", "gateway", "drop", "cut_body", "garbage", "truncated", "empty", "filtered",
    "declined", "bad_request", "no_usage", "odd_usage", "not_json", "wrong_schema", "fenced",
]  # fmt: skip


@pytest.mark.slow
async def test_two_thousand_requests_are_all_answered_in_time_and_every_billed_cent_is_recorded(
    start_api: StartApi,
) -> None:
    random = Random(11)
    async with AsyncExitStack() as stack:
        vendors = {
            name: await stack.enter_async_context(PlanningVendor()) for name in ("openai", "gemini", "perplexity")
        }
        for vendor in vendors.values():
            vendor.fault = lambda: random.choice(FAULTS) if random.random() < 0.5 else "none"
        access = {f"{name.upper()}_API_KEY": "key" for name in vendors}
        access |= {f"{name.upper()}_BASE_URL": vendor.base_url for name, vendor in vendors.items()}
        access["OPENAI_BASE_URL"] += "/v1"
        api = await start_api(VIGOR_WEEKLY_BUDGET_USD="10000", VIGOR_MODEL_DEADLINE_S=str(DEADLINE_S), **access)
        await _lift_limits(api)
        served: list[str] = []
        people = [await api.member(f"anna{at}") for at in range(AT_ONCE)]
        for _ in range(REQUESTS // ROUND):
            people = [await _again(api, person) for person in people]
            rounds = [
                _ask(api, person, at, served) for at, person in enumerate(people) for _ in range(ROUND // AT_ONCE)
            ]
            await asyncio.gather(*rounds)
        await api.app.pool.close()
        spent = await api.app.pool.spent()
        asked = {name: vendor.billed for name, vendor in vendors.items()}
    assert len(served) == REQUESTS
    assert {"model", "offline"} <= set(served), "some were served by models, and some by the coach that is always there"
    assert all(asked.values()), asked
    slots = [slot for slot, _ in await api.app.registry.listed()]
    for vendor_name, billed in asked.items():
        mine = [slot for slot in slots if slot.vendor == vendor_name]
        least = min(cost_micro_usd(slot, TOKENS_IN, TOKENS_OUT) for slot in mine)
        assert sum(spent.account(slot.name).week_spent for slot in mine) >= billed * least


async def _ask(api: Api, person: Someone, at: int, served: list[str]) -> None:
    """One request, which has to be answered with something that holds."""
    api.clock.move(seconds=1)  # so that breakers let vendors be asked again
    async with asyncio.timeout(3 * DEADLINE_S):
        if at % PLANS:
            answer = await person("POST", "coach/chat", {"message": "How long should I rest?"})
            assert (answer.status, bool(answer.json["reply"].strip())) == (200, True), answer.json
            served.append(answer.json["source"]["kind"])
            return
        made = await person("POST", "workouts/generate", {"fresh": True})
        assert made.status == 201, made.json
        broken = validate(made.json["plan"], profile=Profile(), wish=PlanWish(), year=api.clock().year)
        assert not [one for one in broken if one.severity == "E"]
        served.append(made.json["plan"]["source"]["kind"])


async def _lift_limits(api: Api) -> None:
    """Money and requests enough for everybody, so that only the vendors fail."""
    await api.app.tiers.write(
        TierLimits(tier="free", day=100_000, week=100_000, month=100_000, budget_usd=1000), etag=None
    )
    for slot, etag in await api.app.registry.listed():
        rich = replace(slot, weekly_budget_usd=1000.0, monthly_budget_usd=4000.0)
        await api.app.registry.write(rich, etag=etag)


async def _again(api: Api, person: Someone) -> Someone:
    """Signed in anew, as access tokens do not last as long as the clock moves on."""
    who = {"identifier": person.session["user"]["username"], "password": PASSWORD}
    answer = await api.nobody("POST", "auth/login", who)
    assert answer.status == 200, answer.json
    return Someone(person.client, answer.json)

"""What an administrator sets and sees of models: who answered instead, what costs nothing, who is at a cap."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.functions.conftest import Api, StartApi
from tests.providers.planning_vendor import PlanningVendor


@pytest.fixture
async def vendor() -> AsyncIterator[PlanningVendor]:
    running = PlanningVendor()
    async with running:
        yield running


@pytest.fixture
async def api(start_api: StartApi, vendor: PlanningVendor) -> Api:
    return await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")


async def test_when_a_preferred_model_rests_every_answer_of_another_counts_as_a_fallback(
    start_api: StartApi, vendor: PlanningVendor
) -> None:
    async with PlanningVendor(fault=lambda: "broken") as broken:
        vendor.reply = "Keep it simple."
        api = await start_api(
            GEMINI_API_KEY="k",
            GEMINI_BASE_URL=broken.base_url,
            OPENAI_API_KEY="k",
            OPENAI_BASE_URL=f"{vendor.base_url}/v1",
        )
        chief, anna = await api.admin(), await api.member()
        for _ in range(6):
            await anna("POST", "coach/chat", {"message": "Any advice?"})
        assert len(broken.asked) == 3
        [row] = (await chief("GET", "manage/usage")).json["items"]
        assert (row["provider"], row["requests"], row["fallbacks"]) == ("openai-mini", 6, 6)


async def test_a_model_that_costs_nothing_is_asked(api: Api, vendor: PlanningVendor) -> None:
    chief, anna = await api.admin(), await api.member()
    free = {"price_in_usd": 0, "price_out_usd": 0, "price_request_usd": 0}
    assert (await chief("PUT", "manage/providers/openai", {"enabled": False})).status == 200
    assert (await chief("PUT", "manage/providers/openai-mini", free)).status == 200
    made = await anna("POST", "workouts/generate", {})
    assert made.json["plan"]["source"]["kind"] == "model"
    assert (made.json["usage"]["day"]["used"], made.json["usage"]["budget"]["spent_usd"]) == (1, 0)


async def test_a_small_share_of_the_pool_is_spent_on_whoever_it_covers(
    start_api: StartApi, vendor: PlanningVendor
) -> None:
    api = await start_api(
        OPENAI_API_KEY="k", OPENAI_BASE_URL=f"{vendor.base_url}/v1", VIGOR_WEEKLY_BUDGET_USD="0.05"
    )  # a quarter of it pays for the small model at its worst, and not for the large one
    anna = await api.member()
    made = await anna("POST", "workouts/generate", {})
    assert made.json["plan"]["source"] == {"kind": "model", "provider": "openai-mini", "model": "gpt-6-luna"}


async def test_at_its_cap_a_provider_says_until_when_and_answers_again_at_the_boundary(
    api: Api, vendor: PlanningVendor
) -> None:
    chief, anna = await api.admin(), await api.member()
    vendor.reply = "Keep it simple."
    assert (await chief("PUT", "manage/providers/openai", {"enabled": False})).status == 200
    assert (await chief("PUT", "manage/providers/openai-mini", {"weekly_budget_usd": 0.004})).status == 200

    async def chats(times: int) -> set[str]:
        said = [await anna("POST", "coach/chat", {"message": "Any advice?"}) for _ in range(times)]
        return {answer.json["source"]["kind"] for answer in said}

    async def obstacle() -> str | None:
        slots = {one["name"]: one for one in (await chief("GET", "manage/providers")).json["items"]}
        return slots["openai-mini"]["obstacle"]  # type: ignore[no-any-return]

    vendor.fault = lambda: "no_usage"  # charged as the worst it can be
    assert await chats(1) == {"model"}
    assert await obstacle() is None
    assert "offline" in await chats(8)
    assert await obstacle() == "its budget is used up until 2026-11-30 00:00 UTC"
    api.clock.move(days=7)
    chief, anna = await api.admin(), await api.member("ben")
    assert await obstacle() is None
    assert await chats(1) == {"model"}


async def test_a_model_nobody_knows_yet_is_set_up_whole_tried_and_kept_for_some(
    api: Api, vendor: PlanningVendor
) -> None:
    chief, anna = await api.admin(), await api.member()
    vendor.reply = "Keep it simple."
    wanted = {"model": "gpt-9-nova", "price_in_usd": 0.2, "price_out_usd": 0.8, "effort": "none", "tiers": ["premium"]}
    slot = "manage/providers/openai-mini"
    assert (await chief("POST", f"{slot}/test", {"model": "gpt-9-nova"})).json["ok"] is False, "its price is unknown"
    tried = await chief("POST", f"{slot}/test", wanted)
    assert (tried.json["ok"], tried.json["model"], tried.json["cost_usd"] > 0) == (True, "gpt-9-nova", True)
    assert vendor.asked[-1].body["reasoning_effort"] == "none"
    kept = await chief("PUT", slot, wanted)
    assert (kept.status, kept.json["effort"], kept.json["tiers"]) == (200, "none", ["premium"])
    told = await anna("POST", "coach/chat", {"message": "Any advice?"})
    assert told.json["source"]["provider"] == "openai", "the free tier passes it over"
    refused: list[dict[str, Any]] = [{"tiers": []}, {"effort": "high"}, {"max_output": 1}, {"purposes": ["gossip"]}]
    for wrong in refused:
        assert (await chief("PUT", slot, wrong)).status == 422, wrong


async def test_a_try_by_hand_is_paid_from_the_pool_and_leaves_a_row_that_counts_against_nobody(
    api: Api, vendor: PlanningVendor
) -> None:
    chief = await api.admin()
    vendor.reply = "ready"
    tried = (await chief("POST", "manage/providers/openai-mini/test")).json
    vendor.fault = lambda: "odd_usage"
    costly = (await chief("POST", "manage/providers/openai-mini/test")).json
    vendor.fault = lambda: "busy"
    busy = (await chief("POST", "manage/providers/openai-mini/test")).json
    assert (await chief("POST", "manage/providers/gemini/test")).json["ok"] is False, "without a key it is not asked"
    assert (tried["ok"], costly["ok"], busy["ok"], busy["cost_usd"]) == (True, True, False, 0)
    [row] = (await chief("GET", "manage/usage")).json["items"]
    assert (row["provider"], row["requests"]) == ("openai-mini", 3)
    assert row["cost_usd"] == pytest.approx(tried["cost_usd"] + costly["cost_usd"])
    await api.app.pool.close()
    drift = (await chief("GET", "manage/usage?verify=true")).json["drift"]
    [provider] = drift["providers"]
    assert provider["rows_usd"] == provider["spent_usd"] == provider["leased_usd"] == pytest.approx(row["cost_usd"])
    assert (drift["people_off"], (await chief("GET", "me/usage")).json["day"]["used"]) == (0, 0)


@pytest.mark.parametrize("name", ["http://169.254.169.254/latest", "a//b", "/models/x", "models/", "gpt 6", ""])
async def test_a_models_name_is_no_address(api: Api, name: str) -> None:
    chief = await api.admin()
    for method, path in (("PUT", "manage/providers/openai-mini"), ("POST", "manage/providers/openai-mini/test")):
        refused = await chief(method, path, {"model": name})
        assert (refused.status, refused.json["errors"][0]["path"]) == (422, "model")

"""Plans of equal inputs come from what a model said before: no second call, nobody's words kept, no bad reply kept."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.coach.replies import LASTS, PARTITION
from tests.functions.conftest import Api, Someone, StartApi
from tests.providers.planning_vendor import PlanningVendor


@pytest.fixture
async def vendor() -> AsyncIterator[PlanningVendor]:
    running = PlanningVendor()
    async with running:
        yield running


@pytest.fixture
async def api(start_api: StartApi, vendor: PlanningVendor) -> Api:
    return await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")


async def plan(person: Someone, **asked: Any) -> Any:
    made = await person("POST", "workouts/generate", asked)
    assert made.status == 201, made.json
    return made.json


async def remembered(api: Api) -> list[Any]:
    return [document.body for document in (await api.app.store.page(PARTITION, limit=100)).documents]


async def test_two_people_with_equal_profiles_share_one_call_and_each_pays_for_their_own_request(
    api: Api, vendor: PlanningVendor
) -> None:
    anna, ben = await api.member("anna"), await api.member("ben")
    first, second = await plan(anna), await plan(ben)
    assert len(vendor.asked) == 1
    assert first["plan"]["id"] != second["plan"]["id"]
    assert first["plan"]["days"] == second["plan"]["days"]
    assert first["plan"]["source"] == second["plan"]["source"]
    assert first["plan"]["source"]["kind"] == "model"
    assert (second["usage"]["day"]["used"], second["usage"]["budget"]["spent_usd"]) == (1, 0)


async def test_what_is_remembered_names_nobody(api: Api) -> None:
    anna = await api.member()
    await plan(anna)
    [kept] = await remembered(api)
    assert set(kept) == {"v", "provider", "model", "text", "at"}
    assert anna.id not in json.dumps(kept)


async def test_fresh_asks_a_model_again(api: Api, vendor: PlanningVendor) -> None:
    anna = await api.member()
    await plan(anna)
    await plan(anna, fresh=True)
    assert len(vendor.asked) == 2


@pytest.mark.parametrize("asked", [{"fresh": True}, {"notes": "I like mornings"}], ids=["fresh", "notes"])
async def test_a_persons_own_words_and_fresh_plans_are_never_remembered(api: Api, asked: dict[str, Any]) -> None:
    await plan(await api.member(), **asked)
    assert await remembered(api) == []


async def test_other_inputs_are_another_question(api: Api, vendor: PlanningVendor) -> None:
    anna = await api.member()
    await plan(anna)
    await plan(anna, days_per_week=2)
    await anna("PATCH", "me", {"injuries": [{"region": "knee"}]})
    await plan(anna)
    assert len(vendor.asked) == 3


async def test_a_changed_model_does_not_answer_with_anothers_words(api: Api, vendor: PlanningVendor) -> None:
    anna, chief = await api.member(), await api.admin()
    await plan(anna)
    changed = await chief("PUT", "manage/providers/openai-mini", {"model": "gpt-6.1-sol"})
    assert changed.status == 200, changed.json
    again = await plan(anna)
    assert (len(vendor.asked), again["plan"]["source"]["model"]) == (2, "gpt-6.1-sol")


async def test_nothing_is_remembered_of_failures_and_of_the_offline_coach(api: Api, vendor: PlanningVendor) -> None:
    vendor.fault = lambda: "broken"
    assert (await plan(await api.member()))["plan"]["source"]["kind"] == "offline"
    assert await remembered(api) == []


async def test_a_reply_that_raises_an_alarm_is_neither_shown_nor_remembered(api: Api, vendor: PlanningVendor) -> None:
    def spoil(proposal: dict[str, Any]) -> None:
        proposal["reason"] = "Push on even though you have crushing chest pain right now."

    vendor.spoil = spoil  # type: ignore[assignment]  # this vendor proposes so
    made = await plan(await api.member())
    assert "chest pain" not in json.dumps(made["plan"])
    assert await remembered(api) == []


async def test_what_is_remembered_is_judged_anew_by_the_rules_of_whoever_asks(api: Api, vendor: PlanningVendor) -> None:
    anna = await api.member()
    await plan(anna)
    [document] = (await api.app.store.page(PARTITION)).documents
    spoilt = {**document.body, "text": '{"reason": "Trust me.", "days": []}'}
    await api.app.store.upsert(PARTITION, document.id, spoilt)
    made = await plan(await api.member("ben"))
    assert made["plan"]["rationale"] != "Trust me."
    assert len(vendor.asked) == 2


async def test_a_damaged_memory_is_no_memory_and_is_tidied_away(api: Api, vendor: PlanningVendor) -> None:
    await plan(await api.member())
    [document] = (await api.app.store.page(PARTITION)).documents
    await api.app.store.upsert(PARTITION, document.id, {"v": 9, "text": 1})
    assert (await plan(await api.member("ben"), fresh=True))["plan"]["source"]["kind"] == "model"
    assert (await plan(await api.member("carla")))["plan"]["source"]["kind"] == "model"
    assert len(vendor.asked) == 3
    await api.app.store.upsert(PARTITION, document.id, {"v": 9, "text": 1})
    assert await api.app.coach.tidy() == 1


async def test_old_replies_are_forgotten(api: Api, vendor: PlanningVendor) -> None:
    await plan(await api.member())
    assert await api.app.coach.tidy() == 0
    api.clock.move(seconds=LASTS.total_seconds())
    await plan(await api.member("ben"))
    assert len(vendor.asked) == 2, "an old reply is not used, whether or not it was tidied away"
    api.clock.move(seconds=LASTS.total_seconds())
    assert await api.app.coach.tidy() == 1
    assert await remembered(api) == []


async def test_whoever_makes_models_fail_draws_on_their_own_share_of_the_pool(
    start_api: StartApi, vendor: PlanningVendor
) -> None:
    api = await start_api(
        OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1", VIGOR_WEEKLY_BUDGET_USD="0.1"
    )
    vendor.reply, vendor.fault = "You squatted 183.5 kg last Tuesday.", lambda: "odd_usage"  # charged as the worst
    anna = await api.member()
    asked = []
    for n in range(30):
        answer = await anna("POST", "coach/chat", {"message": f"How am I doing? {n}"})
        assert answer.json["source"]["kind"] == "offline"
        asked.append(len(vendor.asked))
    assert asked[-1] == asked[-10], "the person's share of the week is used up"
    spent = (await api.app.pool.spent()).account("openai-mini")
    assert spent.week_leased < 100_000
    ben = await api.member("ben")
    vendor.reply, vendor.fault = "Keep it simple.", lambda: "none"
    assert (await ben("POST", "coach/chat", {"message": "Any advice?"})).json["source"]["kind"] == "model"

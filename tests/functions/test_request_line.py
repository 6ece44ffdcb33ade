"""The one line that each request leaves: who answered, what that cost, and why it was refused."""

import json
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


def last_line(caplog: pytest.LogCaptureFixture, function: str) -> dict[str, Any]:
    lines = [json.loads(record.message) for record in caplog.records if record.name == "vigor.requests"]
    return next(one for one in reversed(lines) if one["function"] == function)


async def test_a_models_answer_says_who_gave_it_and_what_it_cost(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    anna = await api.member()
    made = await anna("POST", "workouts/generate", {})
    line = last_line(caplog, "GenerateWorkout")
    assert line["provider"].startswith("openai")
    assert line["cost_micro_usd"] == round(made.json["usage"]["budget"]["spent_usd"] * 1_000_000)
    assert line["problem"] is None


async def test_an_answer_of_the_offline_coach_costs_nothing(
    api: Api, vendor: PlanningVendor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    vendor.fault = lambda: "bad_key"
    anna = await api.member()
    await anna("POST", "coach/chat", {"message": "How many sets are enough?"})
    line = last_line(caplog, "CoachChat")
    assert (line["provider"], line["cost_micro_usd"]) == ("offline", 0)


async def test_a_refusal_says_by_which_rule(start_api: StartApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    api = await start_api()
    anna = await api.member()
    await anna("GET", "plans/nowhere")
    line = last_line(caplog, "PlansOne")
    assert (line["status"], line["problem"], line["provider"]) == (404, "not_found", None)

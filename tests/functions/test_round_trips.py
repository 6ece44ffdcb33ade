"""What each capability asks of the store, held to the design's bounds: waits, not guesses."""

import json
from typing import Any

import pytest

from tests.functions.conftest import Api
from tests.functions.test_training import a_log, with_plan


def trips(caplog: pytest.LogCaptureFixture, function: str) -> tuple[int, int]:
    """Round trips and operations of the last request to a function, as its log line says."""
    lines = [json.loads(record.message) for record in caplog.records if record.name == "vigor.requests"]
    line: dict[str, Any] = next(one for one in reversed(lines) if one["function"] == function)
    return line["store_round_trips"], line["store_operations"]


async def test_the_store_is_waited_for_no_oftener_than_the_design_allows(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    anna, plan = await with_plan(api)
    day = plan["days"][0]["day"]
    await anna("POST", "workouts/logs", a_log(plan_id=plan["id"], day=day))
    await anna("GET", "me")
    await anna("GET", "workouts/logs")
    await anna("GET", "plans")
    await anna("GET", "progress/metrics")
    await anna("GET", "coach/messages")
    await anna("GET", "me/usage")
    await anna("GET", "workouts/next")
    bounds = {
        "Profile": 1,
        "LogWorkout": 2,
        "LogWorkoutList": 1,
        "Plans": 1,
        "ProgressMetrics": 1,
        "CoachMessages": 1,
        "GenerateWorkout": 3,
        "NextWorkout": 2,
    }
    waited = {name: trips(caplog, name)[0] for name in bounds}
    assert {name: n for name, n in waited.items() if n > bounds[name]} == {}


async def test_a_page_costs_the_same_however_long_the_history_is(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    anna = await api.member()
    costs = []
    for n in range(60):
        await anna("POST", "workouts/logs", a_log(f"log-{n:08d}"))
        if n in {4, 59}:
            await anna("GET", "workouts/logs?limit=5")
            costs.append(trips(caplog, "LogWorkoutList"))
    assert costs[0] == costs[1]


async def test_a_request_leaves_one_line_with_no_word_of_the_person(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="vigor.requests")
    anna = await api.member()
    await anna("POST", "workouts/logs", a_log(notes="my knee hurts"))
    text = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("vigor"))
    assert text.count('"function": "LogWorkout"') == 1
    for private in ("anna", "example.com", "knee", anna.id, anna.session["access_token"], "log-00000001"):
        assert private not in text

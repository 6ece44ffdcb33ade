"""Analysing over HTTP: one workout or a period, and who is turned away hears that first."""

from tests.functions.conftest import Api
from tests.functions.test_training import a_log, with_plan


async def test_a_workout_and_a_period_are_analysed_and_an_unknown_workout_is_not_found(api: Api) -> None:
    anna, plan = await with_plan(api)
    log = a_log(plan_id=plan["id"], day=plan["days"][0]["day"])
    assert (await anna("POST", "workouts/logs", log)).status == 201
    for asked in ({"log_id": log["id"]}, {"period": "week"}, {"period": "month"}):
        answer = await anna("POST", "workouts/analyze", asked)
        assert answer.status == 200, answer.json
        assert answer.json["narrative"]
    used = (await anna("GET", "me/usage")).json["day"]["used"]
    missing = await anna("POST", "workouts/analyze", {"log_id": "no-such-log"})
    assert (missing.status, missing.json["code"]) == (404, "not_found")
    assert (await anna("GET", "me/usage")).json["day"]["used"] == used


async def test_a_session_that_has_ended_learns_of_no_workout(api: Api) -> None:
    anna = await api.member()
    assert (await anna("POST", "auth/logout", {"everywhere": True})).status == 204
    answer = await anna("POST", "workouts/analyze", {"log_id": "no-such-log"})
    assert (answer.status, answer.json["code"]) == (401, "not_signed_in")

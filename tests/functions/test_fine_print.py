"""The fine print of the contract that a careful client leans on: keys, versions, days at the end of the calendar."""

import asyncio
from typing import Any

import pytest

from shared.storage.store import Document
from tests.functions.conftest import Api, Someone
from tests.functions.test_training import a_log, with_plan

METRIC = {"date": "2026-11-22", "weight_kg": 80.5}


async def test_a_metric_posted_again_under_its_key_is_kept_once(api: Api) -> None:
    anna = await api.member()
    made = [await anna("POST", "progress/metrics", METRIC, Idempotency_Key="metric-00000001") for _ in range(2)]
    assert [one.status for one in made] == [201, 201]
    assert made[0].json == made[1].json
    assert made[1].headers["Idempotent-Replayed"] == "true"
    assert (await anna("GET", "progress/metrics")).json["items"] == [made[0].json]


async def test_the_order_of_fields_does_not_make_another_request_of_it(api: Api) -> None:
    anna = await api.member()
    key = "plan-00000001"
    first = await anna("POST", "workouts/generate", b'{"goal": "strength", "days_per_week": 3}', Idempotency_Key=key)
    again = await anna("POST", "workouts/generate", b'{"days_per_week":3,"goal":"strength"}', Idempotency_Key=key)
    other = await anna("POST", "workouts/generate", b'{"days_per_week":2,"goal":"strength"}', Idempotency_Key=key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


async def test_the_query_is_part_of_the_request_under_a_key(api: Api) -> None:
    anna = await api.member()
    csv = b"Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n2026-10-01 10:00:00,Push,Bench Press,1,100,5\n"
    sent = {"Content_Type": "text/csv", "Idempotency_Key": "file-00000001"}
    assert (await anna("POST", "workouts/imports?unit=kg", csv, **sent)).status == 201
    other = await anna("POST", "workouts/imports?unit=lb", csv, **sent)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


async def test_what_is_no_workout_at_all_holds_no_other_back(api: Api) -> None:
    anna = await api.member()
    sent = [a_log("log-00000001"), 5, None, "x", [], {"id": 7}]
    answer = await anna("POST", "workouts/sync", {"logs": sent})
    verdicts = [(one["id"], one["verdict"]) for one in answer.json["verdicts"]]
    assert verdicts == [("log-00000001", "created"), *[(None, "rejected")] * 5]
    assert {one["problem"]["code"] for one in answer.json["verdicts"][1:]} == {"invalid_fields"}


async def test_of_several_workouts_under_one_id_the_first_sent_is_kept(api: Api) -> None:
    anna = await api.member()
    sent = [a_log("log-00000001", title=f"version {n}") for n in range(12)]
    answer = await anna("POST", "workouts/sync", {"logs": sent})
    assert [one["verdict"] for one in answer.json["verdicts"]] == ["created", *["conflict"] * 11]
    assert (await anna("GET", "workouts/logs/log-00000001")).json["title"] == "version 0"


async def test_times_are_answered_in_utc_whatever_offset_they_came_with(api: Api) -> None:
    anna = await api.member()
    log = a_log(started_at="2026-11-20T23:30:00-05:00", ended_at="2026-11-21T06:00:00+01:00")
    made = await anna("POST", "workouts/logs", log)
    assert (made.json["started_at"], made.json["ended_at"]) == ("2026-11-21T04:30:00Z", "2026-11-21T05:00:00Z")
    assert (await anna("POST", "workouts/logs", {**log, "started_at": "2026-11-21T04:30:00Z"})).status == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00+14:00"])
async def test_a_time_no_calendar_of_the_person_can_hold_is_a_wrong_field(api: Api, moment: str) -> None:
    anna = await api.member()
    await anna("PATCH", "me", {"timezone": "America/New_York"})
    refused = await anna("POST", "workouts/logs", a_log(started_at=moment))
    assert (refused.status, refused.json["errors"][0]["path"]) == (422, "started_at")
    for path in ("progress", "coach/motivation", "workouts/logs"):
        assert (await anna("GET", path)).status == 200


@pytest.mark.parametrize(
    "days", ["from=0001-01-01", "to=0001-01-01", "to=9999-12-31", "from=9999-12-31&to=9999-12-31", "from=1899-12-31"]
)
async def test_the_ends_of_the_calendar_are_wrong_fields_and_no_bug(api: Api, days: str) -> None:
    anna, chief = await api.member(), await api.admin()
    for answer in (await anna("GET", f"progress?{days}"), await chief("GET", f"manage/usage?{days}")):
        assert (answer.status, answer.json["code"]) == (422, "invalid_fields")
        assert "1900-01-01" in answer.json["detail"] or "2199-12-31" in answer.json["detail"]


async def test_a_screening_question_nobody_asked_is_absent_and_an_answer_left_out_stays(api: Api) -> None:
    anna = await api.member()
    assert (await anna("GET", "me")).json["screening"] == {}
    await anna("PATCH", "me", {"screening": {"heart_condition": True, "pregnant": False}})
    changed = await anna("PATCH", "me", {"screening": {"medication": False, "pregnant": None}})
    assert changed.json["screening"] == {"heart_condition": True, "medication": False}
    assert (await anna("GET", "me")).json["screening"] == changed.json["screening"]
    plan = (await anna("POST", "workouts/generate", {})).json["plan"]
    assert max(one["rpe"] for day in plan["days"] for one in day["exercises"] if one["rpe"] is not None) <= 4


async def test_the_message_of_the_day_stays_whatever_the_day_brings(api: Api) -> None:
    anna, plan = await with_plan(api)
    said = [(await anna("GET", "coach/motivation")).json]
    for n, day in enumerate(plan["days"]):
        await anna("POST", "workouts/logs", a_log(f"log-{n:08d}", plan_id=plan["id"], day=day["day"]))
        said.append((await anna("GET", "coach/motivation")).json)
    await anna("POST", "workouts/generate", {"fresh": True, "goal": "endurance"})
    said.append((await anna("GET", "coach/motivation")).json)
    assert [one for one in said if one != said[0]] == []
    assert "Einheit" in said[0]["translations"]["de"]["message"]
    messages = {said[0]["message"]}
    for _ in range(5):
        api.clock.move(days=1)
        anna = await signed_in_again(api)
        messages.add((await anna("GET", "coach/motivation")).json["message"])
    assert len(messages) > 1


async def test_nobody_is_nudged_to_train_while_an_alarming_word_is_open(api: Api) -> None:
    anna, _ = await with_plan(api)
    usual = (await anna("GET", "coach/motivation")).json["message"]
    await anna("POST", "coach/chat", {"message": "I have chest pain since the last set"})
    instead = (await anna("GET", "coach/motivation")).json
    assert "rest until what you told the coach has been checked" in instead["message"]
    assert "Das Training kann warten" in instead["translations"]["de"]["message"]
    api.clock.move(seconds=-5)  # the worker that answers next is behind: what was said last stays last
    await anna("POST", "coach/chat", {"message": "A doctor has checked it and cleared me"})
    assert (await anna("GET", "coach/motivation")).json["message"] == usual


async def test_twenty_who_ask_first_at_once_hear_the_same(api: Api) -> None:
    anna, _ = await with_plan(api)
    said = await asyncio.gather(*(anna("GET", "coach/motivation") for _ in range(20)))
    assert {one.status for one in said} == {200}
    assert len({one.json["message"] for one in said}) == 1


async def test_an_administrator_overwrites_no_other_administrators_change(api: Api) -> None:
    anna, chief = await api.member(), await api.admin()
    path = f"manage/users/{anna.id}"
    read = (await chief("GET", path)).headers["ETag"]
    changed = await chief("PATCH", path, {"disabled": True}, If_Match=read)
    assert (changed.status, changed.json["disabled"]) == (200, True)
    stale: list[tuple[str, str, Any]] = [
        ("PATCH", path, {"disabled": False}),
        ("PUT", f"{path}/tier", {"tier": "premium"}),
        ("DELETE", path, None),
    ]
    refused = [await chief(method, where, body, If_Match=read) for method, where, body in stale]
    assert [(one.status, one.json["code"]) for one in refused] == [(412, "stale_version")] * 3
    moved = await chief("PUT", f"{path}/tier", {"tier": "premium"}, If_Match=changed.headers["ETag"])
    assert (moved.status, moved.json["tier"]) == (200, "premium")
    assert (await chief("DELETE", path, If_Match=moved.headers["ETag"])).status == 204


async def signed_in_again(api: Api) -> Someone:
    """Anna, whose access token does not outlive the day."""
    body = {"identifier": "anna", "password": "a long enough sentence"}
    return Someone(api.client, (await api.nobody("POST", "auth/login", body)).json)


async def test_two_devices_that_change_the_profile_at_once_and_insist_on_no_version_are_both_heard(api: Api) -> None:
    anna = await api.member()
    changes: list[dict[str, Any]] = [
        {"days_per_week": 4},
        {"session_minutes": 50},
        {"height_cm": 171},
        {"locale": "de"},
    ]
    answers = await asyncio.gather(*(anna("PATCH", "me", one) for one in changes))
    assert [one.status for one in answers] == [200] * len(changes)
    kept = (await anna("GET", "me")).json
    assert all(kept[name] == value for one in changes for name, value in one.items())


async def test_devices_that_edit_a_workout_at_once_and_insist_on_no_version_are_all_heard(api: Api) -> None:
    anna = await api.member()
    await anna("POST", "workouts/logs", a_log("log-00000001"))
    edits = [a_log("log-00000001", notes=f"edit {n}", started_at=f"2026-11-2{n % 2}T10:00:00Z") for n in range(8)]
    answers = await asyncio.gather(*(anna("PUT", "workouts/logs/log-00000001", one) for one in edits))
    assert [one.status for one in answers] == [200] * 8
    kept = (await anna("GET", "workouts/logs/log-00000001")).json
    assert (kept["notes"], kept["started_at"]) in [(one["notes"], one["started_at"]) for one in edits]
    assert [one["id"] for one in (await anna("GET", "workouts/logs")).json["items"]] == ["log-00000001"]


async def test_a_workout_whose_date_is_edited_between_the_two_reads_of_it_is_found(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await api.member()
    await anna("POST", "workouts/logs", a_log("log-00000001"))
    find, edited = api.app.store.find, a_log("log-00000001", started_at="2026-11-20T10:00:00Z")

    async def find_and_edit(partition: str, name: str) -> Document | None:
        found = await find(partition, name)
        if name == "log:log-00000001":
            monkeypatch.undo()
            assert (await anna("PUT", "workouts/logs/log-00000001", edited)).status == 200
        return found

    monkeypatch.setattr(api.app.store, "find", find_and_edit)
    answer = await anna("GET", "workouts/logs/log-00000001")
    assert (answer.status, answer.json["started_at"]) == (200, "2026-11-20T10:00:00Z")


async def test_devices_that_swap_at_once_and_insist_on_no_version_are_all_heard(api: Api) -> None:
    anna, plan = await with_plan(api)
    out = [(plan["days"][0]["day"], one["exercise_id"]) for one in plan["days"][0]["exercises"][:3]]
    answers = await asyncio.gather(
        *(anna("POST", f"plans/{plan['id']}/swap", {"day": day, "exercise_id": one}) for day, one in out)
    )
    assert [one.status for one in answers] == [200] * 3
    kept = (await anna("GET", f"plans/{plan['id']}")).json
    assert {one for _, one in out} & {one["exercise_id"] for day in kept["days"] for one in day["exercises"]} == set()
    assert {one for _, one in out} <= set((await anna("GET", "me")).json["excluded_exercises"])

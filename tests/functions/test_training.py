"""The main job over HTTP: profile, plan, next session, logs online and off, all of it one's own."""

import asyncio
from typing import Any

import pytest

from shared.domain.catalogue import catalogue
from tests.functions.conftest import Api, Someone

HOME = {
    "fitness_level": "intermediate",
    "goals": ["hypertrophy"],
    "equipment": ["dumbbells", "bench"],
    "injuries": [{"region": "knee"}],
    "days_per_week": 3,
    "session_minutes": 60,
    "timezone": "Europe/Berlin",
}


def a_log(log_id: str = "log-00000001", **other: Any) -> dict[str, Any]:
    return {
        "id": log_id,
        "started_at": "2026-11-22T17:00:00Z",
        "ended_at": "2026-11-22T18:00:00Z",
        "entries": [
            {
                "exercise_id": "dumbbell-bench-press",
                "sets": [{"kind": "working", "reps": 8, "weight_kg": 24, "rpe": 8}, {"reps": 7, "weight_kg": 24}],
            }
        ],
        **other,
    }


async def with_plan(api: Api) -> tuple[Someone, dict[str, Any]]:
    anna = await api.member()
    assert (await anna("PATCH", "me", HOME)).status == 200
    made = await anna("POST", "workouts/generate", {})
    assert made.status == 201, made.json
    return anna, made.json["plan"]


async def test_a_profile_keeps_what_is_not_sent_and_guards_against_lost_changes(api: Api) -> None:
    anna = await api.member()
    first = await anna("GET", "me")
    assert first.json["equipment"] == []
    changed = await anna("PATCH", "me", HOME, If_Match=first.headers["ETag"])
    assert (changed.status, changed.json["days_per_week"], changed.json["units"]) == (200, 3, "kg")
    late = await anna("PATCH", "me", {"units": "lb"}, If_Match=first.headers["ETag"])
    assert (late.status, late.json["code"]) == (412, "stale_version")
    assert (await anna("GET", "me")).json["units"] == "kg"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"equipment": ["barbell", "moon boots"]}, "equipment[1]"),
        ({"excluded_exercises": ["nothing"]}, "excluded_exercises[0]"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "Europe"}, "timezone"),
        ({"days_per_week": 7}, "days_per_week"),
        ({"goals": []}, "goals"),
        ({"tier": "unlimited"}, "tier"),
        ({"units": None}, "units"),
    ],
)
async def test_a_profile_names_what_it_does_not_take(api: Api, change: dict[str, Any], path: str) -> None:
    anna = await api.member()
    answer = await anna("PATCH", "me", change)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)


async def test_without_a_key_a_plan_is_free_uncounted_and_says_who_wrote_it(api: Api) -> None:
    anna, plan = await with_plan(api)
    assert plan["source"]["kind"] == "offline"
    assert len(plan["days"]) == 3
    usage = (await anna("GET", "me/usage")).json
    assert (usage["day"]["used"], usage["budget"]["spent_usd"]) == (0, 0)


async def test_a_plan_respects_equipment_and_injuries(api: Api) -> None:
    anna, plan = await with_plan(api)
    safe = await anna("GET", "exercises?safe_for=me&equipment=dumbbells,bench&limit=100")
    allowed: set[str] = set()
    page = safe
    while True:
        allowed |= {one["id"] for one in page.json["items"]}
        if page.json["next_cursor"] is None:
            break
        cursor = page.json["next_cursor"]
        page = await anna("GET", f"exercises?safe_for=me&equipment=dumbbells,bench&limit=100&cursor={cursor}")
    planned = {row["exercise_id"] for day in plan["days"] for row in day["exercises"]}
    assert planned <= allowed


async def test_an_exercise_is_found_by_its_german_name_and_brings_its_german_words(api: Api) -> None:
    anna = await api.member()
    first = (await anna("GET", "exercises?q=bankdruecken&limit=1")).json["items"][0]
    assert (first["id"], first["name"]) == ("barbell-bench-press", "Barbell Bench Press")
    one = (await anna("GET", "exercises/barbell-bench-press")).json
    assert one["translations"] == first["translations"]
    assert one["translations"]["de"]["name"] == "Bankdrücken"
    assert len(one["translations"]["de"]["cues"]) == len(one["cues"])


async def test_equipment_brings_its_german_name(api: Api) -> None:
    items = (await (await api.member())("GET", "equipment")).json["items"]
    named = {item["id"]: item["translations"]["de"]["name"] for item in items}
    assert named["smith_machine"] == "Multipresse"


async def test_plans_are_listed_newest_first_and_the_newest_is_active(api: Api) -> None:
    anna, first = await with_plan(api)
    api.clock.move(seconds=1)
    second = (await anna("POST", "workouts/generate", {"fresh": True})).json["plan"]
    listed = (await anna("GET", "plans")).json["items"]
    assert [(one["id"], one["active"]) for one in listed] == [(second["id"], True), (first["id"], False)]
    assert second["days"] != first["days"]
    assert (await anna("POST", f"plans/{first['id']}/activate")).json["active"] is True
    assert (await anna("GET", f"plans/{second['id']}")).json["active"] is False


async def test_the_same_key_makes_one_plan_and_another_body_under_it_is_refused(api: Api) -> None:
    anna = await api.member()
    answers = [await anna("POST", "workouts/generate", {}, Idempotency_Key="generate-0001") for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    other = await anna("POST", "workouts/generate", {"fresh": True}, Idempotency_Key="generate-0001")
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert len((await anna("GET", "plans")).json["items"]) == 1


async def test_a_swap_is_safe_remembered_and_says_why(api: Api) -> None:
    anna, plan = await with_plan(api)
    day = plan["days"][0]
    out = day["exercises"][0]["exercise_id"]
    answer = await anna("POST", f"plans/{plan['id']}/swap", {"day": day["day"], "exercise_id": out, "reason": "dull"})
    assert answer.status == 200, answer.json
    assert out not in {row["exercise_id"] for one in answer.json["days"] for row in one["exercises"]}
    assert answer.json["changes"][-1]["rule"] == "swap"
    assert out in (await anna("GET", "me")).json["excluded_exercises"]
    api.clock.move(seconds=1)
    new = (await anna("POST", "workouts/generate", {})).json["plan"]
    assert out not in {row["exercise_id"] for one in new["days"] for row in one["exercises"]}


async def test_of_swaps_at_once_only_those_are_remembered_that_were_made(api: Api) -> None:
    anna, plan = await with_plan(api)
    day = plan["days"][0]
    going = [row["exercise_id"] for row in day["exercises"][:3]]
    swaps = [anna("POST", f"plans/{plan['id']}/swap", {"day": day["day"], "exercise_id": one}) for one in going]
    answers = await asyncio.gather(*swaps)
    made = {one for one, answer in zip(going, answers, strict=True) if answer.status == 200}
    assert {answer.status for answer in answers} <= {200, 412}
    assert made
    assert set((await anna("GET", "me")).json["excluded_exercises"]) == made


async def test_a_swap_that_could_not_be_remembered_is_not_made(api: Api) -> None:
    anna, plan = await with_plan(api)
    day = plan["days"][0]
    out = day["exercises"][0]["exercise_id"]
    planned = {row["exercise_id"] for one in plan["days"] for row in one["exercises"]}
    everything = [one for one in catalogue().exercises if one not in planned][:200]
    assert (await anna("PATCH", "me", {"excluded_exercises": everything})).status == 200
    answer = await anna("POST", f"plans/{plan['id']}/swap", {"day": day["day"], "exercise_id": out})
    assert answer.status == 422
    assert "allow one of them again" in answer.json["detail"]
    assert (await anna("GET", f"plans/{plan['id']}")).json["days"] == plan["days"]


async def test_a_deleted_plan_is_gone_and_no_longer_trained_by(api: Api) -> None:
    anna, plan = await with_plan(api)
    assert (await anna("GET", "workouts/next")).status == 200
    assert (await anna("DELETE", f"plans/{plan['id']}")).status == 204
    assert (await anna("GET", f"plans/{plan['id']}")).status == 404
    assert (await anna("GET", "workouts/next")).status == 404


async def test_the_next_session_asks_to_find_a_weight_first_and_builds_on_the_log_then(api: Api) -> None:
    anna, plan = await with_plan(api)
    first = (await anna("GET", "workouts/next")).json
    loaded = [one for one in first["exercises"] if one["load_kg"] is None and "find your weight" in one["why"]]
    assert first["plan_id"] == plan["id"]
    assert loaded
    chosen = loaded[0]
    entry = {
        "exercise_id": chosen["exercise_id"],
        "sets": [{"reps": chosen["reps"]["max"], "weight_kg": 20, "rpe": 7}] * chosen["sets"],
    }
    log = a_log(plan_id=plan["id"], day=first["day"], entries=[entry])
    assert (await anna("POST", "workouts/logs", log)).status == 201
    api.clock.move(days=6)
    signed = await api.nobody("POST", "auth/login", {"identifier": "anna", "password": "a long enough sentence"})
    anna = Someone(api.client, signed.json)
    sessions = [(await anna("GET", "workouts/next")).json]
    again = [one for one in sessions[0]["exercises"] if one["exercise_id"] == chosen["exercise_id"]]
    assert all(one["why"] for one in sessions[0]["exercises"])
    assert all(one["load_kg"] is not None and one["load_kg"] <= 22 for one in again)


async def test_a_log_is_kept_once_and_the_same_again_is_no_error(api: Api) -> None:
    anna = await api.member()
    answers = [await anna("POST", "workouts/logs", a_log()) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 200]
    other = await anna("POST", "workouts/logs", a_log(notes="another"))
    assert (other.status, other.json["code"]) == (409, "log_conflict")
    assert (await anna("GET", "workouts/logs/log-00000001")).json["entries"] == answers[0].json["entries"]


async def test_one_log_sent_by_twenty_at_once_is_kept_once(api: Api) -> None:
    anna = await api.member()
    answers = await asyncio.gather(*(anna("POST", "workouts/logs", a_log()) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len((await anna("GET", "workouts/logs")).json["items"]) == 1


async def test_logs_are_paged_newest_first_whatever_order_they_came_in(api: Api) -> None:
    anna = await api.member()
    for day in (3, 1, 2, 5, 4):
        body = a_log(f"log-0000000{day}", started_at=f"2026-11-0{day}T08:00:00Z", ended_at=None)
        assert (await anna("POST", "workouts/logs", body)).status == 201
    first = (await anna("GET", "workouts/logs?limit=2")).json
    second = (await anna("GET", f"workouts/logs?limit=2&cursor={first['next_cursor']}")).json
    third = (await anna("GET", f"workouts/logs?limit=2&cursor={second['next_cursor']}")).json
    ids = [one["id"][-1] for page in (first, second, third) for one in page["items"]]
    assert (ids, third["next_cursor"]) == (["5", "4", "3", "2", "1"], None)


async def test_an_edited_log_moves_to_its_new_time_and_a_stale_edit_is_refused(api: Api) -> None:
    anna = await api.member()
    first = await anna("POST", "workouts/logs", a_log())
    await anna("POST", "workouts/logs", a_log("log-00000002", started_at="2026-11-20T08:00:00Z", ended_at=None))
    moved = a_log(started_at="2026-11-19T17:00:00Z", ended_at=None)
    answer = await anna("PUT", "workouts/logs/log-00000001", moved, If_Match=first.headers["ETag"])
    assert answer.status == 200
    assert [one["id"][-1] for one in (await anna("GET", "workouts/logs")).json["items"]] == ["2", "1"]
    late = await anna("PUT", "workouts/logs/log-00000001", moved, If_Match=first.headers["ETag"])
    assert late.status == 412
    assert (await anna("DELETE", "workouts/logs/log-00000001", If_Match=first.headers["ETag"])).status == 412
    assert (await anna("DELETE", "workouts/logs/log-00000001")).status == 204
    assert (await anna("GET", "workouts/logs/log-00000001")).status == 404


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"started_at": "2026-11-25T12:00:00Z", "ended_at": None}, "started_at"),
        ({"started_at": "2026-11-22T17:00:00"}, "started_at"),
        ({"plan_id": "no-such-plan"}, "plan_id"),
        ({"session_rpe": 7.3}, "session_rpe"),
        ({"entries": [{"sets": []}]}, "entries[0]"),
        ({"entries": [{"name": "x", "sets": [{"weight_kg": 1001}]}]}, "entries[0].sets[0].weight_kg"),
        ({"entries": [{"name": "x", "sets": [{"reps": "8"}]}]}, "entries[0].sets[0].reps"),
        ({"id": "short"}, "id"),
    ],
)
async def test_a_log_names_what_is_wrong_with_it(api: Api, change: dict[str, Any], path: str) -> None:
    anna = await api.member()
    answer = await anna("POST", "workouts/logs", a_log(**change))
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)


async def test_a_log_by_somebody_elses_plan_is_refused_and_their_things_look_absent(api: Api) -> None:
    anna, plan = await with_plan(api)
    await anna("POST", "workouts/logs", a_log())
    bert = await api.member("bert")
    assert (await bert("POST", "workouts/logs", a_log(plan_id=plan["id"]))).json["code"] == "unknown_plan"
    for path in (f"plans/{plan['id']}", "workouts/logs/log-00000001"):
        theirs, absent = await bert("GET", path), await bert("GET", path[:-1] + "x")
        assert theirs.status == 404
        assert {**theirs.json, "correlation_id": ""} == {**absent.json, "correlation_id": ""}


async def test_syncing_judges_every_workout_for_itself(api: Api) -> None:
    anna = await api.member()
    await anna("POST", "workouts/logs", a_log("log-00000001"))
    await anna("POST", "workouts/logs", a_log("log-00000002"))
    logs = [
        a_log("log-00000001"),
        a_log("log-00000002", notes="changed on another phone"),
        {"id": "log-00000003", "started_at": "not a time"},
        a_log("log-00000004"),
        "not even an object",
    ]
    answer = await anna("POST", "workouts/sync", {"logs": logs})
    verdicts = [one["verdict"] for one in answer.json["verdicts"]]
    assert verdicts == ["unchanged", "conflict", "rejected", "created", "rejected"]
    assert answer.json["verdicts"][2]["problem"]["errors"][0]["path"] == "started_at"
    assert (await anna("POST", "workouts/sync", {"logs": [*logs] * 21})).status == 422


async def test_a_disabled_member_can_neither_read_nor_write(api: Api) -> None:
    anna = await api.member()
    await api.app.sessions.change_account(anna.id, lambda account: account.model_copy(update={"disabled": True}))
    assert (await anna("GET", "workouts/logs")).status == 401
    assert (await anna("POST", "workouts/logs", a_log())).status == 401
    assert await api.app.logs.find(anna.id, "log-00000001") is None


async def test_a_plan_that_changed_since_it_was_read_is_not_removed(api: Api) -> None:
    anna = await api.member()
    plan = (await anna("POST", "workouts/generate", {})).json["plan"]
    refused = await anna("DELETE", f"plans/{plan['id']}", If_Match='"1"')
    assert (refused.status, refused.json["code"]) == (412, "stale_version")
    etag = (await anna("GET", f"plans/{plan['id']}")).headers["ETag"]
    assert (await anna("DELETE", f"plans/{plan['id']}", If_Match=etag)).status == 204


async def test_a_swap_is_taken_back_by_naming_what_was_there(api: Api) -> None:
    anna, plan = await with_plan(api)
    day, first = plan["days"][0], plan["days"][0]["exercises"][0]
    path = f"plans/{plan['id']}/swap"
    changed = (await anna("POST", path, {"day": day["day"], "exercise_id": first["exercise_id"]})).json
    came = changed["days"][0]["exercises"][0]["exercise_id"]
    back = await anna("POST", path, {"day": day["day"], "exercise_id": came, "to": first["exercise_id"]})
    assert back.status == 200
    assert [one["exercises"] for one in back.json["days"]] == [one["exercises"] for one in plan["days"]]
    assert (await anna("GET", "me")).json["excluded_exercises"] == []


@pytest.mark.parametrize("to", ["no-such-exercise", "itself", "running"])
async def test_what_cannot_take_an_exercises_place_is_refused_with_a_sentence(api: Api, to: str) -> None:
    anna, plan = await with_plan(api)
    day, first = plan["days"][0]["day"], plan["days"][0]["exercises"][0]["exercise_id"]
    wish = {"day": day, "exercise_id": first, "to": first if to == "itself" else to}
    refused = await anna("POST", f"plans/{plan['id']}/swap", wish)
    assert (refused.status, refused.json["errors"][0]["path"]) == (422, "to")
    assert (await anna("GET", f"plans/{plan['id']}")).json["days"] == plan["days"]

"""Microsoft's own worker library indexes Vigor and invokes every function of it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support import app_index

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("functions_runtime")]

ROOT = Path(__file__).parents[2]
ADMIN = {"VIGOR_ADMIN_EMAIL": "owner@example.com", "VIGOR_ADMIN_PASSWORD": "a long enough sentence for the owner"}
PERSON = {
    "email": "anna@example.com",
    "username": "anna",
    "password": "a long enough sentence for anna",
    "consent": {"terms": True, "health_data": True},
}


@pytest.fixture
def vigor(worker: Callable[..., Any]) -> Any:
    return worker(ROOT, **ADMIN)


def test_the_worker_and_the_local_host_index_the_same_functions(vigor: Any) -> None:
    index = app_index()
    assert set(vigor.functions) == {each.name for each in index.http} | {each.name for each in index.timers}
    for function in index.http:
        trigger = _trigger(vigor, function.name)
        assert function.route.text == f"api/{trigger['route']}"
        assert function.methods == frozenset(trigger["methods"])
        assert trigger["authLevel"] == "ANONYMOUS"
    for timer in index.timers:
        assert _trigger(vigor, timer.name)["schedule"] == timer.schedule


def test_every_function_answers_whoever_calls(vigor: Any) -> None:
    anna = _signed_in(vigor.invoke("register", body=PERSON))
    login = {"identifier": ADMIN["VIGOR_ADMIN_EMAIL"], "password": ADMIN["VIGOR_ADMIN_PASSWORD"]}
    owner = _signed_in(vigor.invoke("Login", body=login))
    broken = []
    for caller, headers in (("nobody", {}), ("anna", anna), ("owner", owner)):
        for name in vigor.functions:
            answers = _answers(vigor, name, headers)
            broken += [(caller, name, answer) for answer in answers if not _is_proper(answer)]
    assert broken == []


def test_every_timer_runs_late_and_in_time(vigor: Any) -> None:
    timers = [name for name in vigor.functions if _trigger(vigor, name)["type"] == "timerTrigger"]
    assert timers == ["ResetUsage"]
    assert vigor.fire("ResetUsage", past_due=True) == {}
    assert vigor.fire("ResetUsage", past_due=False) == {}


def test_the_main_job_is_done_under_the_worker(vigor: Any) -> None:
    anna = _signed_in(vigor.invoke("register", body=PERSON))
    generated = _ok(vigor.invoke("GenerateWorkout", body={"days_per_week": 2}, headers=anna))
    plan = generated["plan"]
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    exercise = plan["days"][0]["exercises"][0]["exercise_id"]
    log = {
        "id": "11111111-1111-4111-8111-111111111111",
        "started_at": now,
        "entries": [{"exercise_id": exercise, "sets": [{"kind": "working", "reps": 8, "weight_kg": 20}]}],
    }
    _ok(vigor.invoke("LogWorkout", body=log, headers=anna))
    assert _ok(vigor.invoke("AnalyzeWorkout", body={"log_id": log["id"]}, headers=anna))["narrative"]
    assert _ok(vigor.invoke("CoachChat", body={"message": "How much should I rest?"}, headers=anna))["reply"]


def _trigger(vigor: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(raw for raw in vigor.functions[name] if raw["type"].endswith("Trigger"))
    return found


def _answers(vigor: Any, name: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """One plain call for every method a function takes, with something in every part of its route."""
    trigger = _trigger(vigor, name)
    if trigger["type"] != "httpTrigger":
        return []
    values = dict.fromkeys(re.findall(r"{\*?(\w+)", trigger["route"]), "nothing-of-this-name")
    return [
        vigor.invoke(
            name,
            method,
            trigger["route"],
            body=None if method in {"GET", "DELETE"} else {},
            headers=headers,
            route_params=values,
        )
        for method in trigger["methods"]
    ]


def _is_proper(answer: dict[str, Any]) -> bool:
    """An answer below 500 with a correlation id; a failure is a problem document."""
    if "failed" in answer or answer["status"] >= 500:
        return False
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    is_problem = headers["content-type"].startswith("application/problem+json")
    return "x-correlation-id" in headers and is_problem == (answer["status"] >= 400)


def _ok(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer.get("status") in {200, 201}, answer
    body: dict[str, Any] = json.loads(answer["body"])
    return body


def _signed_in(answer: dict[str, Any]) -> dict[str, str]:
    return {"x-vigor-authorization": f"Bearer {_ok(answer)['access_token']}"}

"""A restored export that somebody has edited: a record is kept or refused by its line, and whatever was kept can be read."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.functions.conftest import Api, Someone
from tests.functions.test_training import a_log, with_plan

Path = tuple[str | int, ...]
ODD: Sequence[Any] = (
    None, "", "x", "../x" * 300, "a" * 70_000, -1, 0, 10**12, 1.5, True, [], {}, [[]], {"x": 1},
    "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", "9999-12-31", "0001-01-01",
)  # fmt: skip
READS = (
    "me", "me/usage", "me/export", "me/export?format=csv", "plans", "workouts/logs", "workouts/next", "workouts/imports",
    "progress", "progress/metrics", "coach/messages", "coach/motivation",
)  # fmt: skip


async def test_whatever_was_done_to_an_exports_records_what_is_kept_can_be_read(api: Api) -> None:
    anna, plan = await with_plan(api)
    await anna("POST", "workouts/logs", a_log("log-00000001", plan_id=plan["id"], day=plan["days"][0]["day"]))
    await anna("POST", "progress/metrics", {"date": "2026-11-20", "weight_kg": 80, "measurements_cm": {"waist": 80}})
    await anna("POST", "coach/chat", {"message": "I have chest pain"})
    export = (await anna("GET", "me/export")).json
    export["plans"][0]["days"] = export["plans"][0]["days"][:1]
    broken = export | {
        kind: [other for one in export[kind][:1] for other in _spoilt(one)]
        for kind in ("plans", "logs", "metrics", "messages")
    }
    bob = await api.member("bob")
    restored = await bob("POST", "workouts/imports", json.dumps(broken).encode())
    assert restored.status == 201
    assert restored.json["warnings"] != []
    await _reads_everything(bob)
    assert (await bob("DELETE", f"workouts/imports/{restored.json['id']}")).status == 204
    assert (await bob("GET", "coach/messages")).json["items"] == []


@pytest.mark.parametrize("part", ["profile", "plans"])
async def test_an_account_can_be_used_with_whatever_profile_or_plan_it_restored(api: Api, part: str) -> None:
    anna, plan = await with_plan(api)
    export = (await anna("GET", "me/export")).json | {"plans": [], "logs": []}
    one = export["profile"] if part == "profile" else plan | {"days": plan["days"][:1]}
    bob = await api.member("bob")
    for spoilt in _spoilt(one, odd=("x", 10**12, "9999-12-31T23:59:59Z", "0001-01-01")):
        changed = spoilt if part == "profile" else [spoilt]
        restored = await bob("POST", "workouts/imports", json.dumps(export | {part: changed}).encode())
        assert restored.status == 201
        await _reads_everything(bob)
        assert (await bob("DELETE", f"workouts/imports/{restored.json['id']}")).status == 204


def _spoilt(record: dict[str, Any], odd: Sequence[Any] = ODD) -> Iterator[dict[str, Any]]:
    """The record with each of its values in turn replaced by each odd one; those that keep an id get one of their own."""
    for at, path in enumerate(_paths(record)):
        for nth, value in enumerate(odd):
            spoilt = copy.deepcopy(record)
            if "id" in spoilt:
                spoilt["id"] = f"{at:015d}-{nth:016x}"
            inner: Any = spoilt
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = value
            yield spoilt


def _paths(value: Any, above: Path = ()) -> Iterator[Path]:
    """Where values stand in it: of every object each, of every list the first."""
    steps = list(value) if isinstance(value, dict) else [0] if isinstance(value, list) and value else []
    for step in steps:
        yield (*above, step)
        yield from _paths(value[step], (*above, step))


async def _reads_everything(person: Someone) -> None:
    answers = {path: (await person("GET", path)).status for path in READS}
    assert {path: status for path, status in answers.items() if status != 200} in (
        {},
        {"workouts/next": 404},
    )  # which is so without a plan

"""What alerts and the workbook look for is what a running Vigor logs: events, fields, functions' names, and who answered."""

import json
import logging
import re
from pathlib import Path

import pytest

from functions.reset_usage import tidy
from infrastructure.check.queries import read_queries
from shared.parking import TRIES
from shared.providers.breaker import Breakers
from shared.storage.repositories.audit_seals import entry_id
from shared.storage.store import StoreUnavailable
from tests.functions.conftest import Api, StartApi, api, start_api  # the fixtures, used by name
from tests.providers.stand_ins import Clock
from tests.providers.test_breaker import fail, worker
from tests.support import app_index

__all__ = ["StartApi", "api", "start_api"]

ROOT = Path(__file__).parents[2]
QUERIES = read_queries(ROOT / "infrastructure")
EVENT = re.compile(r"message startswith '([^']+)'")


def about(event: str) -> dict[str, str]:
    """The queries that read the lines of an event."""
    return {name: text for name, text in QUERIES.items() if f'"event": "{event}"' in text}


async def test_the_line_of_a_plan_is_found_and_read_by_every_query_of_requests(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="vigor.requests")
    anna = await api.member()
    assert (await anna("POST", "workouts/generate", {})).status == 201
    message = caplog.messages[-1]
    line = json.loads(message)
    assert (line["function"], line["provider"]) == ("GenerateWorkout", "offline")
    assert len(about("request")) >= 6
    for name, text in about("request").items():
        assert [message.startswith(prefix) for prefix in EVENT.findall(text)] == [True], name
        assert set(re.findall(r"\bline\.(\w+)", text)) <= set(line), name


def test_functions_and_sources_that_queries_name_are_there() -> None:
    names = {function.name for function in app_index().http}
    for name, text in QUERIES.items():
        asked = re.findall(r"line\.function\) (?:==|in) \(?((?:'\w+'(?:, )?)+)", text)
        assert {one for part in asked for one in re.findall(r"\w+", part)} <= names, name
        assert set(re.findall(r"line\.provider\) == '(\w+)'", text)) <= {"offline"}, name


async def test_the_line_of_the_night_is_found_and_read_by_every_query_of_it(api: Api) -> None:
    line = await tidy(api.app)
    assert len(about("reset_usage")) >= 4
    for name, text in about("reset_usage").items():
        assert sum(json.dumps(line).startswith(prefix) for prefix in EVENT.findall(text)) == 1, name
        assert set(re.findall(r"\bline\.(\w+)", text)) <= set(line), name
        assert set(re.findall(r"\bline\.night\.(\w+)", text)) <= set(line["night"]), name
        assert set(re.findall(r"\bline\.trail\.(\w+)", text)) <= set(line["trail"]), name


async def test_a_provider_that_is_given_a_rest_is_found(caplog: pytest.LogCaptureFixture) -> None:
    breakers: Breakers = worker(Clock())
    await fail(breakers)
    (message,) = caplog.messages
    for name in ("queries/breaker_open.kql", "workbook.json#breakers"):
        patterns = re.findall(r"@'([^']+)'", QUERIES[name])
        assert [bool(re.search(pattern, message)) for pattern in patterns] == [True] * len(patterns), name


async def test_a_document_that_is_parked_is_found_and_read_by_its_query(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    await api.app.store.insert("audit", "base", {"v": 1, "seq": "once"})
    for _ in range(TRIES):
        await tidy(api.app)
        api.clock.move(hours=1)
    (name,) = about("parked")
    assert name == "queries/parked.kql"
    prefixes = EVENT.findall(QUERIES[name])
    (message,) = [one for one in caplog.messages if any(one.startswith(prefix) for prefix in prefixes)]
    assert set(re.findall(r"\bline(?:\.|\[')(\w+)", QUERIES[name])) <= set(json.loads(message))


async def test_a_trail_that_is_broken_or_misses_an_entry_is_found_and_an_entry_that_was_kept_is_not(
    api: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, logger="vigor.security")
    trail, store = api.app.audit, api.app.store
    for _ in range(3):
        await trail.append("user.read", actor_id="chief")
    second = await store.get("audit", entry_id(2))
    await store.upsert("audit", entry_id(2), {**second.body, "action": "user.list"})
    api.clock.move(days=2)
    assert await trail.prune(before=api.clock()) == 1
    assert (await tidy(api.app))["trail"]["broken_at"] == 2

    async def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(store, "batch", away)
    await trail.note("password.change", actor_id="anna")

    query = QUERIES["queries/trail_broken.kql"]
    logged = [one.getMessage() for one in caplog.records if one.name == "vigor.security"]
    _, prefix = EVENT.findall(query)
    found = [json.loads(one) for one in logged if one.startswith(prefix)]
    assert {one["event"] for one in found} == {"audit_broken", "audit_missed"}
    assert set(re.findall(r"\btold\.(\w+)", query)) == {"event", "seq", "action"}
    assert {one["seq"] for one in found if one["event"] == "audit_broken"} == {2}
    assert [one["action"] for one in found if one["event"] == "audit_missed"] == ["password.change"]
    assert sum(json.loads(one)["event"] == "audit" for one in logged) == 3  # whose lines begin almost alike

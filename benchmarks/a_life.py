"""One person's life with Vigor over HTTP, request by request, and what each asked of the store and of the models."""

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from benchmarks.charging import Charge, ChargingStore
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers
from shared import wiring
from shared.app import App
from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore
from tests.support import RINGS, FakeClock, app_index, settings_for

PASSWORD = "a long enough sentence"  # noqa: S105 - a made-up person's
HOME = {
    "fitness_level": "intermediate",
    "goals": ["hypertrophy"],
    "equipment": ["barbell", "rack", "bench", "dumbbells"],
    "days_per_week": 4,
    "session_minutes": 60,
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request cost: waits for the store and what those come to, milliseconds, bytes of the prompts sent."""

    function: str
    waits: int
    charge: Charge
    ms: float
    prompt_bytes: int


@dataclass
class Person:
    """Someone who uses the API over a socket; every request is measured."""

    client: aiohttp.ClientSession
    app: App
    store: ChargingStore
    clock: FakeClock
    trips: "_Trips"
    headers: dict[str, str] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)
    prompts: Callable[[], list[int]] = list
    """The sizes of all prompts that a model was sent so far, in bytes."""

    told: Callable[[str], None] = lambda _what: None
    """Called after every request with what it was."""

    async def ask(self, what: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request, its cost kept under `what`; raises for an answer that is no success. Bytes are sent as they are."""
        before, prompts = self.store.bill, len(self.prompts())
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.client.request(method, f"/api/{path}", headers=sent, **content) as answer:
            answered = await answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{what}: {answer.status} {answered[:300]!r}")
        line = self.trips.last
        charge, sent_bytes = self.store.bill.less(before), sum(self.prompts()[prompts:])
        self.told(what)
        self.costs[what] = Cost(line["function"], line["store_round_trips"], charge, line["ms"], sent_bytes)
        return json.loads(answered) if answered else None


class _Trips(logging.Handler):
    """Remembers the log line of the last request."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, Any] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.last = json.loads(record.getMessage())


@asynccontextmanager
async def person(
    folder: Path,
    *,
    over: DocumentStore | None = None,
    told: Callable[[str], None] = lambda _what: None,
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Person]:
    """A stranger at an empty Vigor, whose store charges; by default it is a file in that folder."""
    clock, settings = FakeClock(), settings_for(folder, **(environ or {}))
    store, trips = ChargingStore(over or SqliteStore(settings.sqlite_path)), _Trips()
    app = wiring.build(settings, RINGS, store, clock=clock)
    wiring.use(app)
    invocations = Invocations()
    timers = Timers(app_index().timers, invocations, folder=folder / "timers", now=clock)
    host = LocalHost(app_index(), invocations=invocations, timers=timers, site=None, route_prefix="api")
    server = TestServer(host.application(), host="127.0.0.1")
    await server.start_server()
    requests = logging.getLogger("vigor.requests")
    level = requests.level
    requests.addHandler(trips)
    requests.setLevel(logging.INFO)
    try:
        async with aiohttp.ClientSession(
            f"http://127.0.0.1:{server.port}", cookie_jar=aiohttp.DummyCookieJar()
        ) as client:
            yield Person(client, app, store, clock, trips, told=told)
    finally:
        requests.removeHandler(trips)
        requests.setLevel(level)
        await server.close()
        await app.close()


async def sign_up(one: Person) -> None:
    """Register, fill in the profile, and get a plan."""
    consent = {"consent": {"terms": True, "health_data": True}}
    member = {"email": "anna@example.com", "username": "anna", "password": PASSWORD}
    native = {"X_Vigor_Client": "native", "X_Forwarded_For": "203.0.113.7"}
    one.session = await one.ask("register", "POST", "auth/register", member | consent, **native)
    _carry(one)
    await one.ask("change the profile", "PATCH", "me", HOME)


async def every_capability(one: Person, *, logs: int) -> None:
    """Everything a person does, once; the history is `logs` workouts long before what is listed is measured."""
    await sign_up(one)
    native = {"X_Vigor_Client": "native", "X_Forwarded_For": "203.0.113.7"}
    identifier = {"identifier": "anna", "password": PASSWORD}
    one.session = await one.ask("sign in", "POST", "auth/login", identifier, **native)
    spent = {"refresh_token": one.session["refresh_token"]}
    one.session = await one.ask("refresh a session", "POST", "auth/refresh", spent, **native)
    _carry(one)
    await one.ask("generate a worker's first plan", "POST", "workouts/generate", {"fresh": True})
    plan = (await one.ask("generate a plan", "POST", "workouts/generate", {"fresh": True}))["plan"]
    for n in range(logs):
        await one.ask("log a workout", "POST", "workouts/logs", a_session(n, plan))
    await one.ask(
        "sync ten workouts", "POST", "workouts/sync", {"logs": [a_session(logs + n, plan) for n in range(10)]}
    )
    last = a_session(logs - 1, plan)["id"]
    for what, path in {
        "read the profile": "me",
        "list workouts": "workouts/logs?limit=20",
        "read a workout": f"workouts/logs/{last}",
        "list plans": "plans?limit=20",
        "see the next session": "workouts/next",
        "see progress": "progress",
        "see one's usage": "me/usage",
        "list measurements": "progress/metrics",
        "read the chat": "coach/messages",
        "read a motivation": "coach/motivation",
    }.items():
        await one.ask(what, "GET", path)
    await one.ask("analyse a workout", "POST", "workouts/analyze", {"log_id": last})
    await one.ask("chat", "POST", "coach/chat", {"message": "How long should I rest between sets?"})


def a_session(number: int, plan: Any) -> dict[str, Any]:
    """The workout of so many days ago, by a plan's first day, about as large as real ones are."""
    day = plan["days"][0]
    entries = [
        {
            "exercise_id": row["exercise_id"],
            "sets": [{"kind": "working", "reps": 8, "weight_kg": 40 + number % 20, "rpe": 8}] * row["sets"],
        }
        for row in day["exercises"]
    ]
    began = datetime(2026, 11, 22, 17, tzinfo=UTC) - timedelta(days=number)
    started = {"started_at": began.isoformat(), "ended_at": (began + timedelta(hours=1)).isoformat()}
    return {"id": f"log-{number:08d}", "plan_id": plan["id"], "day": day["day"], "entries": entries, **started}


def _carry(one: Person) -> None:
    one.headers = {"X-Vigor-Authorization": f"Bearer {one.session['access_token']}"}

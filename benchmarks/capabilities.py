"""Requests a second for reading a profile and logging a workout, 1 and 50 clients, beside a bare aiohttp handler; and
what each capability waits for the store."""

import asyncio
import json
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from local_host.app_index import index_app
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers
from shared import wiring
from shared.clock import utc_now
from shared.operations import OPERATIONS

SECONDS = 3.0
PERSON: dict[str, Any] = {
    "email": "anna@example.com",
    "username": "anna",
    "password": "a long enough sentence",
    "consent": {"terms": True, "health_data": True},
}
ADMIN = {"email": "admin@example.com", "password": "keep the whole house in order"}
Call = Callable[[aiohttp.ClientSession], Awaitable[None]]


class _Trips(logging.Handler):
    """Remembers the round trips of each function's last request."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, tuple[int, int, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        line = json.loads(record.getMessage())
        self.last[line["function"]] = (line["status"], line["store_round_trips"], line["store_operations"])


async def _serving(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


async def _rate(call: Call, client: aiohttp.ClientSession, *, clients: int) -> float:
    """Calls a second by so many clients at once."""
    done, until = 0, time.perf_counter() + SECONDS

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await call(client)
            done += 1

    await asyncio.gather(*(one() for _ in range(clients)))
    return done / SECONDS


async def main() -> int:
    """Print the table; 0 unless a request fails."""
    import function_app  # noqa: PLC0415 - after the environment is set

    trips = _Trips()
    requests = logging.getLogger("vigor.requests")
    requests.addHandler(trips)
    requests.setLevel(logging.INFO)
    requests.propagate = False
    invocations, index = Invocations(), index_app(function_app.app, route_prefix="api")
    timers = Timers(index.timers, invocations, folder=Path(os.environ["VIGOR_SQLITE_PATH"]).parent, now=utc_now)
    host = LocalHost(index, invocations=invocations, timers=timers, site=None, route_prefix="api")
    runner, address = await _serving(host.application())
    bare_app = web.Application()
    bare_app.router.add_get("/", lambda _: _hello())
    bare_runner, bare = await _serving(bare_app)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        async with client.post(f"{address}/api/auth/register", json=PERSON) as answer:
            session = await answer.json()
        signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}

        async def nothing(client: aiohttp.ClientSession) -> None:
            async with client.get(bare) as answer:
                await answer.read()

        async def profile(client: aiohttp.ClientSession) -> None:
            async with client.get(f"{address}/api/me", headers=signed_in) as answer:
                await answer.read()
                answer.raise_for_status()

        async def log(client: aiohttp.ClientSession) -> None:
            body = {"id": uuid.uuid4().hex, "started_at": "2026-11-22T17:00:00Z", "entries": [_ENTRY]}
            async with client.post(f"{address}/api/workouts/logs", json=body, headers=signed_in) as answer:
                await answer.read()
                answer.raise_for_status()

        for clients in (1, 50):
            yardstick = await _rate(nothing, client, clients=clients)
            print(f"{clients:3} clients  bare aiohttp handler {yardstick:8.0f} /s")
            for name, call in (("read the profile", profile), ("log a workout", log)):
                rate = await _rate(call, client, clients=clients)
                print(f"{clients:3} clients  {name:20} {rate:8.0f} /s   {yardstick / rate:5.1f} times slower")
        await _Walk(client, f"{address}/api").all()
    print("\nstore round trips (operations) of each capability:")
    for name, (status, round_trips, operations) in sorted(trips.last.items()):
        print(f"  {name:22} {round_trips} ({operations})   status {status}")
    print("not asked:", ", ".join(sorted(set(OPERATIONS) - set(trips.last))) or "none")
    await runner.cleanup()
    await bare_runner.cleanup()
    await wiring.close()
    return 0


class _Walk:
    """One person and one administrator who use every capability once."""

    def __init__(self, client: aiohttp.ClientSession, base: str) -> None:
        self._client, self._base, self._headers = client, base, {"X-Vigor-Client": "native"}

    async def all(self) -> None:
        """Ask for everything, in an order in which each request finds what it needs."""
        session = await self._sign_in("auth/register", {**PERSON, "email": "ben@example.com", "username": "ben"})
        session = await self._sign_in("auth/refresh", {"refresh_token": session["refresh_token"]})
        user_id = session["user"]["id"]
        await self._train()
        await self._read()
        await self._ask("DELETE", "coach/messages")
        password = PERSON["password"] + " of words"
        await self._ask("POST", "auth/password", {"current_password": PERSON["password"], "new_password": password})
        await self._manage(user_id)
        await self._sign_in("auth/login", {"identifier": "ben", "password": password})
        await self._ask("POST", "auth/logout", {})
        await self._sign_in("auth/login", {"identifier": "ben", "password": password})
        await self._ask("DELETE", "me", {"password": password})

    async def _train(self) -> None:
        await self._ask("PATCH", "me", {"equipment": ["dumbbells"], "days_per_week": 3})
        plan = (await self._ask("POST", "workouts/generate", {}))["plan"]
        await self._ask("POST", f"plans/{plan['id']}/activate")
        day = plan["days"][0]
        swap = {"day": day["day"], "exercise_id": day["exercises"][0]["exercise_id"]}
        await self._ask("POST", f"plans/{plan['id']}/swap", swap)
        log = {"id": uuid.uuid4().hex, "started_at": "2026-11-22T17:00:00Z", "entries": [_ENTRY]}
        await self._ask("POST", "workouts/logs", log)
        await self._ask("PUT", f"workouts/logs/{log['id']}", {**log, "notes": "Felt light."})
        await self._ask("POST", "workouts/sync", {"logs": [{**log, "id": uuid.uuid4().hex}]})
        await self._ask("GET", f"workouts/logs/{log['id']}")
        await self._ask("POST", "workouts/analyze", {"log_id": log["id"]})
        await self._ask("POST", "coach/chat", {"message": "How much should I rest between sets?"})
        await self._ask("GET", "workouts/next")
        metric = await self._ask("POST", "progress/metrics", {"date": "2026-11-22", "weight_kg": 70})
        await self._ask("DELETE", f"progress/metrics/{metric['id']}")
        report = await self._import()
        await self._ask("GET", f"workouts/imports/{report['id']}")
        await self._ask("DELETE", f"workouts/imports/{report['id']}")
        await self._ask("GET", f"plans/{plan['id']}")
        await self._ask("DELETE", f"workouts/logs/{log['id']}")
        await self._ask("DELETE", f"plans/{plan['id']}")

    async def _read(self) -> None:
        paths = (
            "me", "me/usage", "me/export", "auth/sessions", "auth/oidc", "exercises", "exercises/dumbbell-bench-press", "equipment",
            "plans", "workouts/logs", "progress", "progress/metrics", "coach/messages", "coach/motivation", "health/live",
            "health/ready", "openapi.json", "docs",
        )  # fmt: skip
        for path in paths:
            await self._ask("GET", path)
        sessions = await self._ask("GET", "auth/sessions")
        await self._sign_in("auth/login", {"identifier": "ben", "password": PERSON["password"]})
        await self._ask("DELETE", f"auth/sessions/{sessions['items'][0]['id']}")

    async def _manage(self, user_id: str) -> None:
        await self._sign_in("auth/login", {"identifier": ADMIN["email"], "password": ADMIN["password"]})
        for what in ("tiers", "users", "providers", "usage", "audit"):
            await self._ask("GET", f"manage/{what}")
        await self._ask("GET", f"manage/users/{user_id}")
        await self._ask("PATCH", f"manage/users/{user_id}", {"disabled": False})
        await self._ask("PUT", f"manage/users/{user_id}/tier", {"tier": "premium"})
        await self._ask("PUT", "manage/tiers/free", {"day": 12, "week": 60, "month": 200, "budget_usd": 1})
        await self._ask("PUT", "manage/providers/openai", {"timeout_s": 20})
        await self._ask("POST", "manage/providers/openai/test")
        spare = {**PERSON, "email": "carl@example.com", "username": "carl"}
        async with self._client.post(f"{self._base}/auth/register", json=spare) as answer:
            spare_id = (await answer.json())["user"]["id"]
        await self._ask("DELETE", f"manage/users/{spare_id}")

    async def _import(self) -> dict[str, Any]:
        table = "Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n2026-01-05 18:00:00,Legs,Squat,1,60,8\n"
        kind = {"Content-Type": "text/csv"}
        at = f"{self._base}/workouts/imports?unit=kg"
        async with self._client.post(at, data=table.encode(), headers={**self._headers, **kind}) as answer:
            return await _body(answer)

    async def _sign_in(self, path: str, body: object) -> dict[str, Any]:
        session = await self._ask("POST", path, body)
        self._headers["X-Vigor-Authorization"] = f"Bearer {session['access_token']}"
        return session

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        async with self._client.request(method, f"{self._base}/{path}", json=body, headers=self._headers) as answer:
            return await _body(answer)


async def _body(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """The JSON of an answer, {} where it has none; a request that fails is shown by its status in the table."""
    given: dict[str, Any] = await answer.json(content_type=None) if "json" in answer.content_type else {}
    return given


_ENTRY = {"exercise_id": "dumbbell-bench-press", "sets": [{"reps": 8, "weight_kg": 24, "rpe": 8}] * 3}


async def _hello() -> web.Response:
    return web.json_response({"ok": True})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIGOR_SQLITE_PATH"] = str(Path(folder) / "vigor.sqlite")
        os.environ["VIGOR_ACCESS_TTL_S"] = "900"
        os.environ["VIGOR_ADMIN_EMAIL"], os.environ["VIGOR_ADMIN_PASSWORD"] = ADMIN["email"], ADMIN["password"]
        sys.exit(asyncio.run(main()))

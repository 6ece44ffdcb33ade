"""Requests a second for reading a profile and logging a workout, 1 and 50 clients, beside a bare aiohttp handler; and what
each capability waited for the store."""

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

import aiohttp
from aiohttp import web

from local_host.app_index import index_app
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers
from shared import wiring
from shared.clock import utc_now

SECONDS = 3.0
PERSON = {
    "email": "anna@example.com",
    "username": "anna",
    "password": "a long enough sentence",
    "consent": {"terms": True, "health_data": True},
}
Call = Callable[[aiohttp.ClientSession], Awaitable[None]]


class _Trips(logging.Handler):
    """Remembers the round trips of each function's last request."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, tuple[int, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        line = json.loads(record.getMessage())
        self.last[line["function"]] = (line["store_round_trips"], line["store_operations"])


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
        for path in ("workouts/logs", "plans", "me/usage", "coach/motivation"):
            async with client.get(f"{address}/api/{path}", headers=signed_in) as answer:
                await answer.read()
        async with client.post(f"{address}/api/workouts/generate", json={}, headers=signed_in) as answer:
            await answer.read()
    print("\nstore round trips (operations) of each capability:")
    for name, (round_trips, operations) in sorted(trips.last.items()):
        print(f"  {name:18} {round_trips} ({operations})")
    await runner.cleanup()
    await bare_runner.cleanup()
    await wiring.close()
    return 0


_ENTRY = {"exercise_id": "dumbbell-bench-press", "sets": [{"reps": 8, "weight_kg": 24, "rpe": 8}] * 3}


async def _hello() -> web.Response:
    return web.json_response({"ok": True})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIGOR_SQLITE_PATH"] = str(Path(folder) / "vigor.sqlite")
        os.environ["VIGOR_ACCESS_TTL_S"] = "900"
        sys.exit(asyncio.run(main()))

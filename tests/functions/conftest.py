"""The whole app on a real socket: the local host over `function_app`, a SQLite file, and a clock that tests move."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers
from shared import wiring
from shared.app import App
from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore
from tests.support import RINGS, FakeClock, app_index, settings_for

PASSWORD = "a long enough sentence"
BEGUN = ["admin.sign_in", "admin.first"]
"""What the audit trail holds, newest first, as soon as `Api.admin` has signed in."""


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: Any
    body: bytes
    json: Any = None


@dataclass
class Someone:
    """A client of the API, signed in or not."""

    client: aiohttp.ClientSession
    session: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.session["user"]["id"])

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """One request; `body` is sent as JSON, or as it is when it is bytes. `_` in header names stands for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.session:
            sent = {"X-Vigor-Authorization": f"Bearer {self.session['access_token']}", **sent}
        given: dict[str, Any] = (
            {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        )
        if isinstance(body, bytes):
            sent = {"Content-Type": "application/json", **sent}
        async with self.client.request(method, f"/api/{path}", headers=sent, **given) as answer:
            content = await answer.read()
            is_json = "json" in answer.headers.get("Content-Type", "")
            return Response(
                answer.status, answer.headers, content, await answer.json(content_type=None) if is_json else None
            )


@dataclass
class Api:
    """The API under test."""

    app: App
    clock: FakeClock
    client: aiohttp.ClientSession
    server: TestServer

    @property
    def nobody(self) -> Someone:
        """A client that has not signed in."""
        return Someone(self.client)

    async def member(self, name: str = "anna") -> Someone:
        """A freshly registered person."""
        body = {
            "email": f"{name}@example.com",
            "username": name,
            "password": PASSWORD,
            "consent": {"terms": True, "health_data": True},
        }
        answer = await self.nobody("POST", "auth/register", body, X_Vigor_Client="native")
        assert answer.status == 201, answer.json
        return Someone(self.client, answer.json)

    async def admin(self) -> Someone:
        """The first administrator, signed in just now."""
        email = "chief@example.com"
        await self.app.people.ensure_admin(email=email, password=PASSWORD)
        answer = await self.nobody("POST", "auth/login", {"identifier": email, "password": PASSWORD})
        assert answer.status == 200, answer.json
        return Someone(self.client, answer.json)


StartApi = Callable[..., Awaitable[Api]]


@pytest.fixture
async def start_api(tmp_path: Path) -> AsyncIterator[StartApi]:
    """Starts the API with settings of a test's own, over a store of its own if one is given."""
    started: list[Api] = []

    async def start(store: DocumentStore | None = None, **environ: str) -> Api:
        clock = FakeClock()
        settings = settings_for(tmp_path, **environ)
        app = wiring.build(settings, RINGS, store or SqliteStore(settings.sqlite_path), clock=clock)
        wiring.use(app)
        invocations = Invocations()
        timers = Timers(app_index().timers, invocations, folder=tmp_path / "timers", now=clock)
        host = LocalHost(app_index(), invocations=invocations, timers=timers, site=None, route_prefix="api")
        server = TestServer(host.application(), host="127.0.0.1")
        await server.start_server()
        jar = aiohttp.CookieJar(unsafe=True)
        client = aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", cookie_jar=jar)
        api = Api(app, clock, client, server)
        started.append(api)
        return api

    yield start
    for api in started:
        await api.client.close()
        await api.server.close()
        await api.app.close()


@pytest.fixture
async def api(start_api: StartApi) -> Api:
    """The API as it is on a machine without any key."""
    return await start_api()

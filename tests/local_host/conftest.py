"""A host on a real socket for any FunctionApp a test defines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import azure.functions as func
import pytest
from aiohttp.test_utils import TestServer

from local_host.app_index import index_app
from local_host.cors import Cors
from local_host.invocations import Invocations
from local_host.server import LocalHost, SimulatedSwa
from local_host.static_site import StaticSite
from local_host.timers import Timers


@dataclass(frozen=True, slots=True)
class Running:
    """A host that answers at `port`; `client` never follows redirects by itself unless asked."""

    client: aiohttp.ClientSession
    port: int
    timers: Timers
    invocations: Invocations
    server: TestServer

    async def no_connection(self) -> None:
        """Come back when the server has noticed that every client is gone."""
        server = self.server.runner.server if self.server.runner else None
        async with asyncio.timeout(10):
            while server and server.connections:  # noqa: ASYNC110 - aiohttp has no event for it
                await asyncio.sleep(0.001)

    async def raw(self, request: bytes) -> bytes:
        """Whatever comes back for these bytes, sent as they are."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    closing: list[Callable[[], Awaitable[object]]] = []

    async def start(
        app: func.FunctionApp | None = None,
        *,
        site: Path | None = None,
        prefix: str = "api",
        swa: SimulatedSwa | None = None,
        cors: Cors | None = None,
        body_limit: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Running:
        invocations = Invocations()
        index = index_app(app or _empty_app(), route_prefix=prefix)
        timers = Timers(index.timers, invocations, folder=tmp_path / "timers", now=now)
        host = LocalHost(
            index,
            invocations=invocations,
            timers=timers,
            site=StaticSite(site) if site else None,
            route_prefix=prefix,
            swa=swa,
            cors=cors,
            body_limit=body_limit,
        )
        server = TestServer(host.application(), host="127.0.0.1")
        await server.start_server()
        client = aiohttp.ClientSession(
            f"http://127.0.0.1:{server.port}", cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        closing.extend([client.close, timers.stop, server.close, lambda: invocations.drain(5)])
        return Running(client, server.port or 0, timers, invocations, server)

    yield start
    for close in closing:
        await close()


def _empty_app() -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route("ping")
    def ping(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("pong")

    return app

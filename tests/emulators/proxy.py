"""A loopback proxy that does to HTTP what networks do: loses replies, repeats requests, hangs, cuts, and lies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web
from yarl import URL

from tests.emulators.servers import free_port

_LARGEST_BODY = 16 * 1024 * 1024
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}


class Fault(Enum):
    """What becomes of one request."""

    NONE = auto()
    LOSE_REPLY = auto()
    """It is done, and the connection breaks before the reply."""
    LOSE_REQUEST = auto()
    """The connection breaks before anything is done."""
    TWICE = auto()
    """It is delivered twice, and the second delivery is answered."""
    HANG = auto()
    """It is never done nor answered, for as long as the client waits."""
    CUT = auto()
    """It is done, and the reply breaks off half way."""
    GARBAGE = auto()
    """It is done, and the reply is a 200 that is not JSON."""
    NONSENSE = auto()
    """It is done, and the reply is a 200 with JSON of something else."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the proxy's own, instead of asking the server."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


Plan = Callable[[web.BaseRequest], Awaitable[Fault | Reply] | Fault | Reply]


class Proxy:
    """Stands before the server on `upstream` and treats every request as `plan` says; `requests` counts them."""

    def __init__(self, upstream: int) -> None:
        self.port = free_port()
        self.plan: Plan = lambda _request: Fault.NONE
        self.requests = 0
        self._upstream = upstream
        self._client: aiohttp.ClientSession | None = None
        server = web.Server(self._handle, request_factory=_request)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        everything_at_once = aiohttp.TCPConnector(limit=0)  # what hangs keeps nothing else from the server
        self._client = aiohttp.ClientSession(auto_decompress=False, connector=everything_at_once)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests += 1
        body = await request.read()
        planned = self.plan(request)
        fault = planned if isinstance(planned, Fault | Reply) else await planned
        if isinstance(fault, Reply):
            return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
        if fault is Fault.HANG:
            await self._closing.wait()
        if fault in (Fault.HANG, Fault.LOSE_REQUEST):
            return _broken(request)
        try:
            if fault is Fault.TWICE:
                await self._pass_on(request, body)
            return await _spoilt(fault, request, await self._pass_on(request, body))
        except aiohttp.ClientError:
            return _broken(request)  # there is no server just now

    async def _pass_on(self, request: web.BaseRequest, body: bytes) -> web.Response:
        assert self._client is not None
        url = URL(f"http://127.0.0.1:{self._upstream}{request.raw_path}", encoded=True)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        async with self._client.request(request.method, url, headers=headers, data=body or None) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    """A request whose body may be larger than aiohttp would have it."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY)


async def _spoilt(fault: Fault, request: web.BaseRequest, reply: web.Response) -> web.StreamResponse:
    """What is left of the reply."""
    match fault:
        case Fault.LOSE_REPLY:
            return _broken(request)
        case Fault.CUT:
            return await _cut(request, reply)
        case Fault.GARBAGE:
            return web.Response(text="<html>Welcome to the hotel's network</html>", content_type="text/html")
        case Fault.NONSENSE:
            return web.json_response({"hello": ["world"]})
        case _:
            return reply


def _broken(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.BaseRequest, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    cut = web.StreamResponse(status=whole.status, headers=whole.headers)
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    return _broken(request)

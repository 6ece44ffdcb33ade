"""Answers every request: administration, functions in the host's own order, and the static site for the rest."""

import asyncio
import ipaddress
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from local_host.app_index import AppIndex, HttpFunction, Router
from local_host.cors import Cors
from local_host.http_bridge import UnreadableRequest, to_function, to_response, worker_headers
from local_host.invocations import Invocations
from local_host.routes import split_path
from local_host.static_site import StaticSite
from local_host.timers import Timers

_log = logging.getLogger("local_host.server")

BODY_LIMIT = 104_857_600
"""Bytes a request body may have on Azure; FUNCTIONS_REQUEST_BODY_SIZE_LIMIT overrides it, there as here."""

_SLOW_START_S, _LEAST_BYTES_PER_S = 5.0, 240
"""A body that has come at fewer bytes a second, after so many seconds, is given up: the limits of Azure's web server."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SimulatedSwa:
    """What a Static Web App's own proxy does to a call of the API, which nothing else shows on one machine."""

    limit_s: float = 45.0
    authorization: str = "Bearer put-here-by-the-static-web-app"


class LocalHost:
    """The whole of it: give `handle` a request, get the answer Azure would give."""

    def __init__(
        self,
        index: AppIndex,
        *,
        invocations: Invocations,
        timers: Timers,
        site: StaticSite | None = None,
        route_prefix: str = "api",
        swa: SimulatedSwa | None = None,
        cors: Cors | None = None,
        headers: Mapping[str, str] | None = None,
        body_limit: int | None = None,
    ) -> None:
        self._router = Router(index.http, route_prefix=route_prefix)
        self._invocations = invocations
        self._timers = timers
        self._site = site
        self._prefix = [part.lower() for part in route_prefix.split("/") if part]
        self._swa = swa
        self._cors = cors or Cors()
        self._headers = headers or {}
        self._body_limit = body_limit or int(os.environ.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", BODY_LIMIT))

    def application(self) -> web.Application:
        """The aiohttp application; without a server header, which would tell versions."""
        application = web.Application(client_max_size=self._body_limit)
        application.router.add_route("*", r"/{path:[\s\S]*}", self.handle)  # a line break may be in a path
        application.on_response_prepare.append(_drop_server_header)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Administration first, then functions under the prefix, then files; nothing else exists."""
        path = split_path(request.rel_url.raw_path)
        if path[:1] == ["admin"]:
            return await self._administer(request, path)
        if [part.lower() for part in path[: len(self._prefix)]] == self._prefix:
            answer = self._cors.preflight(request)
            if answer is None:
                answer = await self._call(request, path)
            if answer is not None:
                for name, value in self._headers.items():
                    answer.headers.setdefault(name, value)
                return self._cors.marked(request, answer)
        return await self._site.serve(request) if self._site else web.Response(status=404)

    async def _call(self, request: web.Request, path: Sequence[str]) -> web.Response | None:
        """What the API answers; None where no function has the route and files may have it, for want of a prefix."""
        refusal = self._site.gate(request) if self._site else None
        if refusal is not None:
            return refusal
        if (found := self._router.find(request.method, path)) is not None:
            return await self._serve(request, *found)
        return web.Response(status=404) if self._prefix else None

    async def _serve(self, request: web.Request, function: HttpFunction, values: dict[str, str]) -> web.Response:
        if (request.content_length or 0) > self._body_limit:
            return _too_large()
        try:
            body = await self._body(request) if request.can_read_body else b""
            headers = worker_headers(request.headers)
        except web.HTTPRequestEntityTooLarge:
            return _too_large()
        except TimeoutError:
            return _too_slow()
        except (UnreadableRequest, web.RequestPayloadError):
            return web.Response(status=400)
        if self._swa is not None:
            headers["authorization"] = self._swa.authorization
        if headers.pop("transfer-encoding", None) is not None:
            headers["content-length"] = str(len(body))  # Azure's front end collects the chunks and says how long it is
        given = to_function(request, body=body, route_params=values, headers=headers)
        answering = self._invocations.begin(self._answer(function, given, headers))
        if self._swa is None:
            return await asyncio.shield(answering)
        await asyncio.wait({answering}, timeout=self._swa.limit_s)
        return answering.result() if answering.done() else web.Response(status=500, text="Backend call failure")

    async def _body(self, request: web.Request) -> bytes:
        """The whole body, as long as it comes as fast as Azure's web server wants it to; raises `TimeoutError`."""
        body, began = bytearray(), asyncio.get_running_loop().time()
        async with asyncio.timeout_at(began + _SLOW_START_S) as patience:
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > self._body_limit:
                    raise web.HTTPRequestEntityTooLarge(self._body_limit, len(body))
                patience.reschedule(began + _SLOW_START_S + len(body) / _LEAST_BYTES_PER_S)
        return bytes(body)

    async def _answer(self, function: HttpFunction, given: object, headers: dict[str, str]) -> web.Response:
        try:
            return to_response(await self._invocations.call(function, given, headers))
        except (Exception, asyncio.CancelledError):  # noqa: BLE001 - whatever it raised, the host answers 500
            _log.exception("Function %s failed.", function.name)
            return web.Response(status=500)

    async def _administer(self, request: web.Request, path: Sequence[str]) -> web.Response:
        """Fire a timer by hand, for callers on this machine only, and not for pages of other sites in its browser."""
        if not _is_local(request):
            return web.Response(status=403)
        if len(path) != 3 or path[1] != "functions" or request.method != "POST":
            return web.Response(status=404)
        body = await request.read()
        try:
            json.loads(body or b"{}")
        except ValueError:
            return web.Response(status=400, text="Send a JSON body, {} for example.")
        return web.Response(status=202 if self._timers.fire(path[2]) else 404)


def _too_large() -> web.Response:
    return web.Response(status=413)


def _too_slow() -> web.Response:
    """What came of a body that stopped coming; the rest of it, should it come, is no request."""
    answer = web.Response(status=408)
    answer.force_close()
    return answer


def _is_local(request: web.BaseRequest) -> bool:
    """From a loopback address, under a loopback name (DNS rebinding brings another), and not sent by a foreign page."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    try:
        from_here = peer is not None and ipaddress.ip_address(peer[0]).is_loopback
    except ValueError:
        from_here = False
    origin = request.headers.get("Origin")
    return from_here and _is_loopback_name(f"//{request.host}") and (origin is None or _is_loopback_name(origin))


def _is_loopback_name(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _LOOPBACK_NAMES
    except ValueError:
        return False


async def _drop_server_header(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.pop("Server", None)

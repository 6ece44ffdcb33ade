"""Connections whose broken requests are told to nobody: what the parser says of them repeats what was in them."""

import logging
from typing import Any

from aiohttp import web, web_protocol
from aiohttp.http_exceptions import HttpProcessingError

_log = logging.getLogger("local_host.connections")

_NO_BUGS = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""What a client does, not we: bytes that are no HTTP, a body that is not what it says, an end before the end."""


class Connection(web_protocol.RequestHandler):
    """Answers what is no HTTP with the bare status, as Azure's web server does, and logs no byte of it."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)
        bare = _Unsigned(status=status)
        bare.force_close()
        return bare

    def log_exception(self, *args: Any, **more: Any) -> None:
        failed = more.get("exc_info")
        if isinstance(failed, _NO_BUGS):
            _log.info("A request could not be read: %s.", type(failed).__name__)
        else:
            super().log_exception(*args, **more)


class Runner(web.AppRunner):
    """A runner whose connections are ours; bodies reach functions as they were sent, compressed ones too."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler, request_factory=made.request_factory, auto_decompress=False, **self._kwargs
        )


class _Server(web.Server):
    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._kwargs)


class _Unsigned(web.Response):
    """A response without the header that tells the server's version; signals for responses do not reach this one."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.pop("Server", None)

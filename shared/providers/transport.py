"""The one HTTP transport under every vendor's SDK: a whole 2xx body within a size, or one of our failures."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.request import getproxies_environment

from shared.providers.failures import failure_of_status
from shared.providers.provider import ProviderDown, ProviderFailure, UnusableReply

if TYPE_CHECKING:
    import aiohttp
    import httpx2

CONNECT_S = 2.0
"""A vendor that does not take the connection in this time is down; nothing was sent, so nothing is billed."""

KEEP_ALIVE_S = 15.0
"""Shorter than any vendor's own, so that a request is not sent into a connection that is just being closed."""

MAX_REPLY_BYTES = 2 * 1024 * 1024
"""Many times the longest reply that is asked for."""

_HOP_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})


def vendor_client() -> "httpx2.AsyncClient":
    """A client for an SDK whose requests end in a whole 2xx reply or in a `ProviderFailure`.

    aiohttp carries it: both SDKs raise other exceptions over other transports, neither caps a reply, and httpx2's own
    transport takes half as long again. Importing both is left until the first SDK is built.
    """
    import httpx2  # noqa: PLC0415 - only a worker with a key pays for it

    class WholeReplies(httpx2.AsyncBaseTransport):
        def __init__(self) -> None:
            self._session: aiohttp.ClientSession | None = None
            self._loop: asyncio.AbstractEventLoop | None = None

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            body = await _exchange(self._open(), request)
            headers = {"content-type": "application/json"}
            return httpx2.Response(200, headers=headers, content=body, request=request)

        def _open(self) -> "aiohttp.ClientSession":
            """The session of this event loop; made inside it, because connections belong to a loop."""
            loop = asyncio.get_running_loop()
            if self._session is None or self._session.closed or self._loop is not loop:
                self._session, self._loop = _session(), loop
            return self._session

        async def aclose(self) -> None:
            if self._session is not None:
                await self._session.close()

    return httpx2.AsyncClient(transport=WholeReplies(), trust_env=False, timeout=None, follow_redirects=False)


def _session() -> "aiohttp.ClientSession":
    import aiohttp  # noqa: PLC0415 - see vendor_client

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=bool(
            getproxies_environment()
        ),  # looking a proxy up takes a thread each time, so only where there is one
    )


async def _exchange(session: "aiohttp.ClientSession", request: "httpx2.Request") -> bytes:
    """Send once and read all of a 2xx reply. Raises a `ProviderFailure`."""
    import aiohttp  # noqa: PLC0415 - see vendor_client

    headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_HEADERS}
    headers["Accept-Encoding"] = "gzip, deflate"
    try:
        async with session.request(
            request.method, str(request.url), headers=headers, data=request.content or None, allow_redirects=False
        ) as response:
            body = await _capped(response)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as unsent:
        raise ProviderDown(f"cannot be reached ({type(unsent).__name__})", billed=False) from unsent
    except (aiohttp.ClientError, OSError, TimeoutError) as broken:
        raise ProviderDown(f"the connection broke ({type(broken).__name__})", billed=True) from broken
    if not 200 <= response.status < 300:
        lowered = {name.lower(): value for name, value in response.headers.items()}
        raise failure_of_status(response.status, lowered, body, now=datetime.now(UTC))
    return body


async def _capped(response: "aiohttp.ClientResponse") -> bytes:
    """The body, decompressed; raises `UnusableReply` past `MAX_REPLY_BYTES`, and reads no further."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > MAX_REPLY_BYTES:
            response.close()
            raise UnusableReply(f"the reply is over {MAX_REPLY_BYTES} bytes", billed=True)
        parts.append(part)
    return b"".join(parts)


def failure_within(raised: BaseException) -> ProviderFailure | None:
    """The failure of ours that an SDK wrapped in an exception of its own, if there is one."""
    seen: BaseException | None = raised
    while seen is not None:
        if isinstance(seen, ProviderFailure):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None

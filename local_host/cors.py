"""Cross-origin calls of the API, answered in the host's place as the platform does it: exact origins, any header."""

import re
from collections.abc import Iterable

from aiohttp import web

from local_host.errors import CannotStart

_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?")
_ASKED_METHOD, _ASKED_HEADERS = "Access-Control-Request-Method", "Access-Control-Request-Headers"


class Cors:
    """Which origins may call, as `func start --cors` and the Function App's `cors.allowedOrigins` take them.

    No origin means that the platform keeps out of it: preflights arrive at the functions, and no answer is marked.
    Cookies are never allowed, as on Azure; which headers of an answer scripts may read is for the app to say.
    """

    def __init__(self, origins: Iterable[str] = ()) -> None:
        """Raises `CannotStart` for what is no origin: a path, a wildcard, a capital that no browser would send."""
        self._origins = frozenset(origins)
        for origin in self._origins:
            if not _ORIGIN.fullmatch(origin):
                raise CannotStart(f"{origin!r} is no origin; write it as a browser sends it: https://host, no path.")

    def preflight(self, request: web.BaseRequest) -> web.Response | None:
        """The answer to a preflight, which no function sees; None for every other request."""
        is_preflight = request.method == "OPTIONS" and "Origin" in request.headers and _ASKED_METHOD in request.headers
        if not self._origins or not is_preflight:
            return None
        answer = web.Response(status=204)
        if self._allows(request):
            answer.headers["Access-Control-Allow-Methods"] = request.headers[_ASKED_METHOD]
            if asked := request.headers.get(_ASKED_HEADERS):
                answer.headers["Access-Control-Allow-Headers"] = asked
        return answer

    def marked(self, request: web.BaseRequest, answer: web.Response) -> web.Response:
        """The answer, readable for the page that asked if its origin is one of ours; it says that it depends on that."""
        if self._origins:
            answer.headers.add("Vary", "Origin")
        if self._allows(request):
            answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        return answer

    def _allows(self, request: web.BaseRequest) -> bool:
        return request.headers.get("Origin") in self._origins

"""A store that is behind the times: reads of one kind of document are answered as they were some while ago."""

import math
import random
from dataclasses import replace
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from tests.emulators.proxy import Fault, Reply

MARKS = {"tables": "x-ms-client-request-id", "cosmos": "x-ms-activity-id"}
"""What a service sends back of a request, so that a reply can be told from one to another request. The stand-in for
Cosmos DB does not, so its answers are marked here as the service would have."""


class Replayed:
    """A plan for a proxy: passes reads on, keeps the answer to one, or gives the kept one again, as `state` says.

    Only reads whose address holds `of` are meant. A `share` of them is answered from the past, `left` at most;
    `times` counts these. A proxy gives the very reply it once got; with `by_service` the service itself is behind,
    whose reply is to the request at hand and cannot be told from a good one.
    """

    def __init__(
        self, upstream: int, of: str, *, share: float = 1.0, by_service: bool = False, engine: str = "tables"
    ) -> None:
        self._upstream, self._of, self._share, self._by_service = upstream, of, share, by_service
        self._mark = MARKS[engine]
        self._reply: Reply | None = None
        self._dice = random.Random(2)
        self.state, self.times = "pass", 0
        self.left = math.inf

    async def __call__(self, request: web.BaseRequest) -> Fault | Reply:
        if request.method != "GET" or self._of not in unquote(request.raw_path):
            return Fault.NONE
        if self.state != "replay" or self._reply is None or self.left < 1 or self._dice.random() >= self._share:
            now = await self._answer_of_now(request)
            if self.state == "keep":
                self._reply = now
            return now
        self.times += 1
        self.left -= 1
        if self._by_service:
            return replace(self._reply, headers=self._reply.headers | {self._mark: request.headers[self._mark]})
        return self._reply

    async def _answer_of_now(self, request: web.BaseRequest) -> Reply:
        place = URL(f"http://127.0.0.1:{self._upstream}{request.raw_path}", encoded=True)
        async with aiohttp.ClientSession() as client, client.get(place, headers=request.headers) as answer:
            kept = {name: answer.headers[name] for name in ("Content-Type", "ETag") if name in answer.headers}
            kept[self._mark] = request.headers[self._mark]
            return Reply(answer.status, kept, await answer.text())

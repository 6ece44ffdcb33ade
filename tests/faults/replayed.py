"""A store that is behind the times: reads of one kind of document are answered as they were some while ago."""

import math
import random
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from tests.emulators.proxy import Fault, Reply


class Replayed:
    """A plan for a proxy: passes reads on, keeps the answer to one, or gives the kept one again, as `state` says.

    Only reads whose address holds `of` are meant. A `share` of them is answered from the past, `left` at most;
    `times` counts these.
    """

    def __init__(self, upstream: int, of: str, *, share: float = 1.0) -> None:
        self._upstream, self._of, self._share = upstream, of, share
        self._reply: Reply | None = None
        self._dice = random.Random(2)
        self.state, self.times = "pass", 0
        self.left = math.inf

    async def __call__(self, request: web.BaseRequest) -> Fault | Reply:
        if request.method != "GET" or self._of not in unquote(request.raw_path) or self.state == "pass":
            return Fault.NONE
        if self.state == "keep":
            self._reply = await self._answer_of_now(request)
            return Fault.NONE
        if self._reply is None or self.left < 1 or self._dice.random() >= self._share:
            return Fault.NONE
        self.times += 1
        self.left -= 1
        return self._reply

    async def _answer_of_now(self, request: web.BaseRequest) -> Reply:
        place = URL(f"http://127.0.0.1:{self._upstream}{request.raw_path}", encoded=True)
        async with aiohttp.ClientSession() as client, client.get(place, headers=request.headers) as answer:
            kept = {name: answer.headers[name] for name in ("Content-Type", "ETag") if name in answer.headers}
            return Reply(answer.status, kept, await answer.text())

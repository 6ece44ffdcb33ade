"""Whoever stops reading does not stop the answer: it is finished, kept and paid for at its true price."""

import asyncio
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from shared.metering.limits import MICRO
from shared.providers.models import slot_for
from shared.providers.pricing import cost_micro_usd
from tests.functions.conftest import StartApi
from tests.providers.fake_vendors import TOKENS_IN, TOKENS_OUT, FakeVendor


@dataclass
class WaitingVendor(FakeVendor):
    """A vendor that answers when it is told to."""

    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._handle(request)
        await self.may_answer.wait()
        return answer


async def test_an_answer_that_nobody_waits_for_is_kept_and_settled_at_its_true_price(start_api: StartApi) -> None:
    vendor = WaitingVendor(reply="Keep it simple.")
    async with vendor:
        api = await start_api(OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")
        anna = await api.member()
        signed_in = {"X-Vigor-Authorization": f"Bearer {anna.session['access_token']}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{api.server.port}") as reader:
            asking = asyncio.create_task(
                reader.post("/api/coach/chat", json={"message": "Any advice?"}, headers=signed_in)
            )
            await vendor.arrived.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        vendor.may_answer.set()
        kept: list[dict[str, str]] = []
        async with asyncio.timeout(30):
            while not kept:
                kept = (await anna("GET", "coach/messages")).json["items"]
        usage = (await anna("GET", "me/usage")).json
    price = cost_micro_usd(slot_for("openai-mini", "gpt-6-luna", title="O"), TOKENS_IN, TOKENS_OUT)
    assert [one["text"] for one in kept] == ["Keep it simple.", "Any advice?"]
    assert (usage["day"]["used"], usage["budget"]["spent_usd"]) == (1, price / MICRO)
    assert vendor.billed == 1

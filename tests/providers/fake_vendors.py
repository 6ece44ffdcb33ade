"""A server that speaks OpenAI's two dialects and Gemini's, and fails in every way that vendors do."""

import asyncio
import functools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal

from aiohttp import web

Fault = Literal[
    "none",
    "busy",
    "busy_seconds",
    "busy_date",
    "busy_milliseconds",
    "busy_google",
    "overloaded",
    "no_credit",
    "broken",
    "gateway",
    "hang",
    "drop",
    "cut_body",
    "garbage",
    "not_an_object",
    "truncated",
    "no_finish",
    "not_json",
    "wrong_schema",
    "fenced",
    "empty",
    "filtered",
    "declined",
    "prompt_blocked",
    "huge",
    "bomb",
    "drip",
    "bad_key",
    "google_bad_key",
    "forbidden",
    "gone",
    "bad_request",
    "redirect",
    "no_usage",
    "odd_usage",
]

TOKENS_IN, TOKENS_OUT = 40, 20
NOT_BILLED: frozenset[Fault] = frozenset(
    {
        "busy",
        "busy_seconds",
        "busy_date",
        "busy_milliseconds",
        "busy_google",
        "overloaded",
        "no_credit",
        "bad_key",
        "google_bad_key",
        "forbidden",
        "gone",
        "bad_request",
        "redirect",
    }
)


@dataclass
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class FakeVendor:
    """`fault` is called for every request; `reply` is the text of a good answer, which `twist` may change.

    Use it as an async context.
    """

    reply: str = "Drink water."
    fault: Callable[[], Fault] = lambda: "none"
    twist: Callable[[dict[str, Any]], object] = lambda answer: answer
    asked: list[Asked] = field(default_factory=list)
    billed: int = 0
    base_url: str = ""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "FakeVendor":
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=0.05, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path, dict(request.headers), await request.json()))
        self.arrived.set()
        fault = self.fault()
        if fault not in NOT_BILLED:
            self.billed += 1
        if fault in _STATUSES:
            status, headers, body = _STATUSES[fault]
            return web.json_response(body, status=status, headers=headers)
        if fault == "drop":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "hang":
            await self._closing.wait()
            return web.Response(status=500)
        if fault in {"huge", "bomb", "drip", "cut_body"}:
            return await self._stream(request, fault)
        if fault in {"garbage", "not_an_object"}:
            return web.Response(body=b"<html>" if fault == "garbage" else b'["a"]', content_type="application/json")
        return web.json_response(self.twist(_answer(request.path, self._text(fault), fault)))

    def _text(self, fault: Fault) -> str:
        match fault:
            case "empty":
                return "  \n"
            case "not_json":
                return '{"answer": "yes'
            case "wrong_schema":
                return '{"other": 1}'
            case "fenced":
                return f"```json\n{self.reply}\n```"
            case "truncated":
                return self.reply[: len(self.reply) // 2]
            case _:
                return self.reply

    async def _stream(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        whole = json.dumps(_answer(request.path, self.reply, "none")).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if fault == "cut_body":
            response.content_length = len(whole) + 100
        if fault == "bomb":
            response.headers["Content-Encoding"] = "deflate"
        await response.prepare(request)
        try:
            match fault:
                case "cut_body":
                    await response.write(whole[: len(whole) // 2])
                    assert request.transport is not None
                    request.transport.close()
                case "huge":
                    for _ in range(50):
                        await response.write(b" " * 1024 * 1024)
                case "bomb":
                    await response.write(_bomb())
                case _:
                    for byte in whole:
                        await response.write(bytes([byte]))
                        await asyncio.sleep(0.05)
            await response.write_eof()
        except ConnectionError:
            pass  # the client hung up, as it should
        return response


@functools.cache
def _bomb() -> bytes:
    """Fifty megabytes in fifty kilobytes."""
    return zlib.compress(b" " * 50 * 1024 * 1024)


_STATUSES: dict[Fault, tuple[int, dict[str, str], Any]] = {
    "busy": (429, {}, {"error": {"code": "rate_limit_exceeded"}}),
    "busy_seconds": (429, {"Retry-After": "7"}, {}),
    "busy_date": (429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}, {}),
    "busy_milliseconds": (429, {"retry-after-ms": "1500"}, {}),
    "busy_google": (
        429,
        {},
        {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "13s"}]}},
    ),
    "overloaded": (503, {"Retry-After": "9"}, {"error": {"code": 503, "status": "UNAVAILABLE"}}),
    "no_credit": (429, {}, {"error": {"code": "insufficient_quota"}}),
    "broken": (500, {}, {"error": {"message": "secret prose"}}),
    "gateway": (503, {}, "nothing to read"),
    "bad_key": (401, {}, {"error": {"code": "invalid_api_key"}}),
    "google_bad_key": (
        400,
        {},
        {"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}},
    ),
    "forbidden": (403, {}, {"error": {"status": "PERMISSION_DENIED"}}),
    "gone": (404, {}, {"error": {"code": "model_not_found"}}),
    "bad_request": (400, {}, {"error": {"code": "context_length_exceeded", "message": "secret prose"}}),
    "redirect": (307, {"Location": "http://127.0.0.1:9/elsewhere"}, {}),
}


def _answer(path: str, text: str, fault: Fault) -> dict[str, Any]:
    if path.endswith("/chat/completions"):
        answer = _chat(text, fault)
    elif path.endswith("/responses"):
        answer = _response(text, fault)
    else:
        answer = _gemini(text, fault)
    for usage in ("usage", "usageMetadata"):
        if usage in answer and fault == "no_usage":
            del answer[usage]
        elif usage in answer and fault == "odd_usage":
            answer[usage] = dict.fromkeys(answer[usage], -5)
    return answer


def _chat(text: str, fault: Fault) -> dict[str, Any]:
    reasons = {"truncated": "length", "filtered": "content_filter", "no_finish": None}
    message = {"role": "assistant", "content": text, "refusal": "No." if fault == "declined" else None}
    choices = [{"index": 0, "message": message, "finish_reason": reasons.get(fault, "stop")}]
    return {
        "id": "c1",
        "object": "chat.completion",
        "choices": [] if fault == "prompt_blocked" else choices,
        "usage": {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT},
    }


def _response(text: str, fault: Fault) -> dict[str, Any]:
    part = {"type": "refusal", "refusal": "No."} if fault == "declined" else {"type": "output_text", "text": text}
    reason = {"truncated": "max_output_tokens", "filtered": "content_filter"}.get(fault)
    return {
        "id": "r1",
        "object": "response",
        "status": "incomplete" if reason else "in_progress" if fault == "no_finish" else "completed",
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [] if fault == "prompt_blocked" else [part]},
        ],
        "usage": {"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT},
    }


def _gemini(text: str, fault: Fault) -> dict[str, Any]:
    reasons = {"truncated": "MAX_TOKENS", "filtered": "SAFETY", "declined": "PROHIBITED_CONTENT", "no_finish": None}
    candidate = {
        "content": {"role": "model", "parts": [{"text": "hm", "thought": True}, {"text": text}]},
        "finishReason": reasons.get(fault, "STOP"),
    }
    usage = {"promptTokenCount": TOKENS_IN, "candidatesTokenCount": TOKENS_OUT - 5, "thoughtsTokenCount": 5}
    if fault == "prompt_blocked":
        return {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": usage}
    return {"candidates": [candidate], "usageMetadata": usage}

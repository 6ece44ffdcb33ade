"""Runs the app of a folder under Microsoft's own worker library, and invokes what it is asked to, line by line.

Started by the test with a Python of 3.13 or later: `driver.py FOLDER`. Writes one JSON line with the indexed functions,
then reads one JSON line per invocation and writes one with its outcome. The library talks in protobuf messages that its
wheel does not contain; plain objects with the same fields stand in for them.
"""

import asyncio
import json
import os
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Message:
    """A protobuf message: the fields it was made with, and which of them is set."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 - protobuf's name
        return next((name for name in self.__dict__ if name != "name"), None)


class BindingInfo(Message):
    inout, out, undefined = 2, 1, 0


class StatusResult(Message):
    Failure, Success = "failure", "success"


class RpcHttpCookie(Message):
    SameSite = SimpleNamespace(**{"None": "", "Lax": "lax", "Strict": "strict", "ExplicitNone": "none"})


PLAIN = (
    "FunctionLoadResponse FunctionMetadataResponse InvocationResponse NullableBool NullableDouble NullableString "
    "NullableTimestamp ParameterBinding RpcException RpcFunctionMetadata RpcHttp Timestamp TypedData "
    "WorkerInitResponse WorkerMetadata"
)
PROTOS = SimpleNamespace(
    BindingInfo=BindingInfo,
    StatusResult=StatusResult,
    RpcHttpCookie=RpcHttpCookie,
    **{name: type(name, (Message,), {}) for name in PLAIN.split()},
)


async def main(folder: Path) -> None:
    """Index the app in `folder`, then serve invocations until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the app prints must not mix with the answers
    sys.path.insert(0, str(folder))
    import azure_functions_runtime as runtime  # type: ignore[import-not-found]

    runtime.start_threadpool_executor()
    asked = Message(worker_init_request=Message(capabilities={}, function_app_directory=str(folder)))
    properties = {"host": "127.0.0.1", "protos": PROTOS}
    began = await runtime.worker_init_request(Message(request=asked, properties=properties))
    if began.result.status != StatusResult.Success:
        sys.exit(f"{began.result.exception.message}\n{began.result.exception.stack_trace}")
    indexed = await runtime.functions_metadata_request(None)
    functions = {each.name: each for each in indexed.function_metadata_results}
    _say(answers, {name: [json.loads(raw) for raw in each.raw_bindings] for name, each in functions.items()})
    for function in functions.values():
        await runtime.function_load_request(
            Message(request=Message(function_load_request=Message(function_id=function.function_id)))
        )
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        wish = json.loads(line)
        _say(answers, await _invoke(runtime, functions[wish["function"]], wish))
    runtime.stop_threadpool_executor()


async def _invoke(runtime: Any, function: Any, wish: dict[str, Any]) -> dict[str, Any]:
    trigger = next(raw for raw in map(json.loads, function.raw_bindings) if raw["type"].endswith("Trigger"))
    is_http = trigger["type"] == "httpTrigger"
    given = Message(http=_http(wish)) if is_http else Message(json=json.dumps(wish["timer"]))
    invocation = Message(
        invocation_id=str(uuid.uuid4()),
        function_id=function.function_id,
        input_data=[Message(name=trigger["name"], data=given)],
        trigger_metadata={},
        trace_context=Message(trace_parent="", trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
    )
    outcome = await runtime.invocation_request(Message(request=Message(invocation_request=invocation)))
    if outcome.result.status != StatusResult.Success:
        return {"failed": outcome.result.exception.message}
    return _answer(outcome.return_value) if is_http else {}


def _http(wish: dict[str, Any]) -> Message:
    body = Message(bytes=wish["body"].encode()) if wish["body"] else Message()
    return Message(
        method=wish["method"],
        url=wish["url"],
        headers=wish["headers"],
        params=wish["route_params"],
        query=wish["query"],
        body=body,
    )


def _answer(value: Any) -> dict[str, Any]:
    if value.WhichOneof("data") == "string":
        return {"text": value.string}
    http = value.http
    return {
        "status": int(http.status_code),
        "headers": http.headers,
        "cookies": [_cookie(cookie) for cookie in http.cookies or []],
        "body": http.body.bytes.decode(),
    }


def _cookie(cookie: Any) -> dict[str, Any]:
    return {
        "name": cookie.name,
        "value": cookie.value,
        "path": cookie.path.value,
        "max_age": cookie.max_age.value if cookie.max_age else None,
        "expires": cookie.expires.value.seconds if cookie.expires else None,
        "secure": cookie.secure.value,
        "http_only": cookie.http_only.value,
        "same_site": cookie.same_site,
    }


def _say(answers: Any, what: object) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

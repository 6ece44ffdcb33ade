"""Runs functions as the Python worker does: async ones on the loop, sync ones in a pool, and none cut short."""

import asyncio
import logging
import os
import secrets
import threading
import uuid
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar

import azure.functions as func

from local_host.app_index import HttpFunction, TimerFunction

Result = TypeVar("Result")

_log = logging.getLogger("local_host.invocations")
_thread = threading.local()


@dataclass(frozen=True, slots=True)
class TraceContext:
    """W3C trace context; the real host always hands one over, so one is made where the caller sent none."""

    trace_parent: str
    trace_state: str
    attributes: dict[str, str]


class Context(func.Context):
    """What a function with a `context` parameter is given."""

    def __init__(self, *, invocation_id: str, function_name: str, directory: str, trace: TraceContext) -> None:
        self._invocation_id = invocation_id
        self._function_name = function_name
        self._directory = directory
        self._trace = trace

    @property
    def invocation_id(self) -> str:
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:
        return _thread

    @property
    def function_name(self) -> str:
        return self._function_name

    @property
    def function_directory(self) -> str:
        return self._directory

    @property
    def trace_context(self) -> Any:
        return self._trace

    @property
    def retry_context(self) -> Any:
        return SimpleNamespace(retry_count=0, max_retry_count=0, exception=None)


class Invocations:
    """Every call in flight; a call ends when its function ends, whoever has stopped waiting for it."""

    def __init__(self) -> None:
        threads = os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT", "")
        self._pool = ThreadPoolExecutor(int(threads) if threads.isdecimal() and int(threads) else None, "function")
        self._running: set[asyncio.Task[Any]] = set()
        self._directory = os.getcwd()  # noqa: PTH109 - the worker gives a string

    def begin(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Start `work` detached from whoever asks for it; `drain` knows of it until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def call(self, function: HttpFunction | TimerFunction, argument: object, headers: Mapping[str, str]) -> Any:
        """Call the user's function with its trigger's `argument`; raises what it raises."""
        invocation_id = str(uuid.uuid4())
        arguments = {function.parameter: argument}
        if function.wants_context:
            arguments["context"] = Context(
                invocation_id=invocation_id,
                function_name=function.name,
                directory=self._directory,
                trace=_trace(headers),
            )
        if function.is_async:
            return await function.call(**arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _call_in_thread, invocation_id, function, arguments)

    async def drain(self, seconds: float) -> int:
        """Wait up to `seconds` for what is in flight; returns how many calls were still running then."""
        left: set[asyncio.Task[Any]] = set()
        if self._running:
            _log.info("Calls in flight that are waited for: %d.", len(self._running))
            _, left = await asyncio.wait(self._running, timeout=seconds)
        self._pool.shutdown(wait=False, cancel_futures=True)
        return len(left)


def _call_in_thread(
    invocation_id: str, function: HttpFunction | TimerFunction, arguments: Mapping[str, object]
) -> object:
    _thread.invocation_id = invocation_id
    try:
        return function.call(**arguments)
    finally:
        _thread.invocation_id = None


def _trace(headers: Mapping[str, str]) -> TraceContext:
    made = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
    return TraceContext(headers.get("traceparent", made), headers.get("tracestate", ""), {})

"""The local host treats a small app as Microsoft's own worker library does."""

import importlib.util
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from local_host.app_index import index_app, only_app
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("functions_runtime")]

SAMPLE = Path(__file__).parent / "sample"


async def test_both_answer_alike(worker: Callable[..., Any], tmp_path: Path) -> None:
    theirs = worker(SAMPLE)
    body = json.dumps({"a": "ü"})
    ours: dict[str, dict[str, Any]] = {}
    async with _served(tmp_path) as client:
        for name in ("Headers", "Sync", "Text", "Nothing", "Breaks"):
            async with client.post(f"/api/{name.lower()}") as response:
                ours[name] = {"status": response.status, "headers": response.headers, "body": await response.text()}
        headers = {"X-Some": "value", "Content-Type": "application/json"}
        async with client.post("/api/echo/7?q=1", data=body, headers=headers) as response:
            echoed = (response.status, await response.json(), response.headers["Content-Type"])

    answer = theirs.invoke("Echo", body=body, query={"q": "1"}, route_params={"id": "7"}, headers={"x-some": "value"})
    assert (answer["status"], json.loads(answer["body"]), answer["headers"]["content-type"]) == echoed

    answer = theirs.invoke("Headers")
    assert answer["headers"]["X-Dup"] == ours["Headers"]["headers"]["X-Dup"] == "2"
    assert [_written(cookie) for cookie in answer["cookies"]] == ours["Headers"]["headers"].getall("Set-Cookie")

    assert theirs.invoke("Sync")["body"] == ours["Sync"]["body"] == "False"
    assert theirs.invoke("Text") == {"text": ours["Text"]["body"]}
    assert "TypeError" in theirs.invoke("Nothing")["failed"]
    assert "RuntimeError: on purpose" in theirs.invoke("Breaks")["failed"]
    for name in ("Nothing", "Breaks"):
        assert (ours[name]["status"], ours[name]["body"]) == (500, "")


def test_a_late_timer_is_told_so(worker: Callable[..., Any]) -> None:
    theirs = worker(SAMPLE)
    assert theirs.fire("Tick", past_due=True) == {}
    assert "not late" in theirs.fire("Tick", past_due=False)["failed"]


def test_both_index_the_same_functions(worker: Callable[..., Any]) -> None:
    index = index_app(only_app(_sample()), route_prefix="api")
    theirs = worker(SAMPLE).functions
    assert set(theirs) == {each.name for each in index.http} | {each.name for each in index.timers}
    for function in index.http:
        trigger = next(raw for raw in theirs[function.name] if raw["type"] == "httpTrigger")
        assert function.route.text == f"api/{trigger['route']}"
        assert function.methods == frozenset(trigger["methods"])


def _written(cookie: dict[str, Any]) -> str:
    """The Set-Cookie line the host makes of what the worker hands it."""
    parts = [f"{cookie['name']}={cookie['value']}"]
    parts += ["expires=Thu, 01 Jan 1970 00:00:00 GMT"] if cookie["expires"] == 0 else []
    parts += [f"max-age={cookie['max_age']:.0f}"] if cookie["max_age"] is not None else []
    parts += [f"path={cookie['path']}"] if cookie["path"] else []
    parts += ["secure"] if cookie["secure"] else []
    parts += [f"samesite={cookie['same_site']}"] if cookie["same_site"] else []
    parts += ["httponly"] if cookie["http_only"] else []
    return "; ".join(parts)


def _sample() -> Any:
    spec = importlib.util.spec_from_file_location("sample_function_app", SAMPLE / "function_app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """The sample under the local host, on a socket."""
    index = index_app(only_app(_sample()), route_prefix="api")
    invocations = Invocations()
    host = LocalHost(index, invocations=invocations, timers=Timers(index.timers, invocations, folder=folder))
    server = TestServer(host.application(), host="127.0.0.1")
    await server.start_server()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
        yield client
    await server.close()
    assert await invocations.drain(5) == 0

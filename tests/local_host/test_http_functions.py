"""HTTP functions over a real socket: what reaches the function, and what reaches the caller."""

import asyncio
import json
import logging
import threading
from typing import Any

import azure.functions as func
import pytest
from multidict import CIMultiDict

from local_host import server
from local_host.server import SimulatedSwa

Serve = Any
"""The `serve` fixture of conftest.py."""


def anonymous() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def as_json(value: object) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(value), mimetype="application/json")


def mirror() -> func.FunctionApp:
    """Tells a caller what its request looked like from the inside."""
    app = anonymous()

    @app.function_name("Mirror")
    @app.route("mirror/{id?}")
    async def show(req: func.HttpRequest) -> func.HttpResponse:
        seen = {
            "method": req.method,
            "url": req.url,
            "headers": dict(req.headers),
            "params": dict(req.params),
            "route": dict(req.route_params),
            "body": req.get_body().decode(),
        }
        return as_json(seen)

    return app


async def test_the_alphabetically_first_name_wins_over_the_more_specific_route(serve: Serve) -> None:
    app = anonymous()

    @app.function_name("GetItem")
    @app.route("items/{id}")
    async def get_item(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(f"item {req.route_params['id']}")

    @app.function_name("ListStats")
    @app.route("items/stats")
    async def list_stats(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("stats")

    host = await serve(app)
    async with host.client.get("/api/items/stats") as response:
        assert await response.text() == "item stats"


async def test_a_constraint_lets_the_second_route_through(serve: Serve) -> None:
    app = anonymous()

    @app.function_name("GetItem")
    @app.route("items/{id:int}")
    async def get_item(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("item")

    @app.function_name("ListStats")
    @app.route("items/stats")
    async def list_stats(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("stats")

    host = await serve(app)
    async with host.client.get("/api/items/stats") as stats, host.client.get("/api/items/7") as item:
        assert (await stats.text(), await item.text()) == ("stats", "item")


async def test_a_wrong_method_tries_the_next_route_and_then_is_not_found(serve: Serve) -> None:
    app = anonymous()

    @app.function_name("Make")
    @app.route("things", methods=["POST"])
    async def make(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("made")

    @app.function_name("Read")
    @app.route("{kind}", methods=["GET"])
    async def read(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("read")

    host = await serve(app)
    async with host.client.get("/api/things") as response:
        assert await response.text() == "read"
    for method in ("DELETE", "HEAD", "OPTIONS"):
        async with host.client.request(method, "/api/things") as response:
            assert (response.status, await response.read()) == (404, b"")


async def test_a_function_sees_its_request_as_under_the_real_worker(serve: Serve) -> None:
    host = await serve(mirror())
    headers = CIMultiDict([("X-Many", "1"), ("X-Many", "2"), ("X-One", "a")])
    async with host.client.post("/API/Mirror/7?x=1&x=2&e=&Y=z&y=w", headers=headers, data="ok") as response:
        seen = await response.json()
    assert seen["method"] == "POST"
    assert seen["url"] == f"http://127.0.0.1:{host.port}/API/Mirror/7?x=1&x=2&e=&Y=z&y=w"
    assert seen["params"] == {"x": "1,2", "Y": "z,w"}
    assert seen["route"] == {"id": "7"}
    assert seen["body"] == "ok"
    assert (seen["headers"]["x-many"], seen["headers"]["x-one"]) == ("1,2", "a")
    assert all(name == name.lower() for name in seen["headers"])


async def test_an_absent_optional_value_is_not_among_the_route_values(serve: Serve) -> None:
    host = await serve(mirror())
    async with host.client.get("/api/mirror") as response:
        assert (await response.json())["route"] == {}


async def test_a_chunked_body_arrives_whole_and_with_its_length(serve: Serve) -> None:
    async def pieces() -> Any:
        yield b"one,"
        yield b"two"

    host = await serve(mirror())
    async with host.client.post("/api/mirror", data=pieces()) as response:
        seen = await response.json()
    assert seen["body"] == "one,two"
    assert seen["headers"]["content-length"] == "7"
    assert "transfer-encoding" not in seen["headers"]


async def test_header_bytes_that_are_no_text_are_a_bad_request(serve: Serve) -> None:
    host = await serve(mirror())
    answer = await host.raw(b"GET /api/mirror HTTP/1.1\r\nHost: localhost\r\nX-A: \xff\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(serve: Serve) -> None:
    host = await serve(mirror(), body_limit=10)
    async with host.client.post("/api/mirror", data=b"x" * 10) as response:
        assert response.status == 200
    async with host.client.post("/api/mirror", data=b"x" * 11) as response:
        assert (response.status, await response.read()) == (413, b"")


async def test_a_chunked_body_over_the_limit_is_too_large(serve: Serve) -> None:
    async def pieces() -> Any:
        for _ in range(30):
            yield b"x"

    host = await serve(mirror(), body_limit=10)
    async with host.client.post("/api/mirror", data=pieces()) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    "begun",
    [
        b"Content-Length: 100\r\n\r\nhalf of it",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"Content-Length: 9\r\n\r\n",
    ],
)
async def test_a_body_that_stops_coming_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(server, "_SLOW_START_S", 0.05)
    host = await serve(mirror())
    answer = await host.raw(b"POST /api/mirror HTTP/1.1\r\nHost: localhost\r\n" + begun)
    assert answer.startswith(b"HTTP/1.1 408")


async def test_headers_collapse_to_the_last_and_cookies_are_kept_apart(serve: Serve) -> None:
    app = anonymous()

    @app.route("cookies")
    async def cookies(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse("ok", status_code=201)
        response.headers.add("X-Dup", "1")
        response.headers.add("X-Dup", "2")
        response.headers.add("x-dup", "3")
        response.headers.add(
            "Set-Cookie", "session=a/b=; Path=/api/auth; Max-Age=60; HttpOnly; Secure; SameSite=Strict"
        )
        response.headers.add("Set-Cookie", "old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=vigor.example")
        return response

    host = await serve(app)
    async with host.client.get("/api/cookies") as response:
        assert response.status == 201
        assert response.headers.getall("X-Dup") == ["3"]
        assert response.headers.getall("Set-Cookie") == [
            "session=a%2Fb%3D; max-age=60; path=/api/auth; secure; samesite=strict; httponly",
            "old=; expires=Thu, 01 Jan 1970 00:00:00 GMT; domain=vigor.example",
        ]
        assert "Server" not in response.headers


async def test_text_is_answered_as_text(serve: Serve) -> None:
    app = anonymous()

    @app.route("text")
    def text(req: func.HttpRequest) -> str:
        return "grüezi"

    host = await serve(app)
    async with host.client.get("/api/text") as response:
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert await response.text() == "grüezi"


async def test_an_exception_or_no_answer_is_an_empty_500_and_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    app = anonymous()

    @app.function_name("Breaks")
    @app.route("breaks")
    async def breaks(req: func.HttpRequest) -> func.HttpResponse:
        raise RuntimeError("the reason")

    @app.function_name("Silent")
    @app.route("silent")
    async def silent(req: func.HttpRequest) -> func.HttpResponse:
        return None  # type: ignore[return-value] # the mistake under test

    @app.function_name("Cancelled")
    @app.route("cancelled")
    async def cancelled(req: func.HttpRequest) -> func.HttpResponse:
        raise asyncio.CancelledError

    host = await serve(app)
    with caplog.at_level(logging.ERROR):
        for path in ("breaks", "silent", "cancelled"):
            async with host.client.get(f"/api/{path}") as response:
                assert (response.status, await response.read()) == (500, b"")
    assert [record.getMessage() for record in caplog.records] == [
        "Function Breaks failed.",
        "Function Silent failed.",
        "Function Cancelled failed.",
    ]
    assert "the reason" in caplog.text


async def test_a_sync_function_runs_off_the_loop(serve: Serve) -> None:
    app = anonymous()
    both_inside = threading.Barrier(2, timeout=10)

    @app.route("wait")
    def wait(req: func.HttpRequest) -> func.HttpResponse:
        both_inside.wait()
        return func.HttpResponse(threading.current_thread().name)

    host = await serve(app)

    async def thread() -> str:
        async with host.client.get("/api/wait") as response:
            return str(await response.text())

    assert set(await asyncio.gather(thread(), thread())) == {"function_0", "function_1"}


async def test_a_context_tells_the_invocation_and_its_trace(serve: Serve) -> None:
    app = anonymous()

    @app.function_name("Traced")
    @app.route("traced")
    async def traced(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        trace = context.trace_context
        return as_json([context.function_name, context.invocation_id, trace.trace_parent, trace.trace_state])

    host = await serve(app)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with host.client.get("/api/traced", headers={"traceparent": parent, "tracestate": "a=b"}) as response:
        name, first_id, seen, state = await response.json()
    assert (name, seen, state) == ("Traced", parent, "a=b")
    async with host.client.get("/api/traced") as response:
        _, second_id, made, _ = await response.json()
    assert first_id != second_id
    assert made.startswith("00-")


async def test_a_client_that_leaves_does_not_cancel_the_function(serve: Serve) -> None:
    app = anonymous()
    entered, go_on, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @app.route("slow")
    async def slow(req: func.HttpRequest) -> func.HttpResponse:
        entered.set()
        await go_on.wait()
        finished.set()
        return func.HttpResponse("nobody hears this")

    host = await serve(app)
    _, writer = await asyncio.open_connection("127.0.0.1", host.port)
    writer.write(b"GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await asyncio.wait_for(entered.wait(), 10)
    writer.close()
    await writer.wait_closed()
    await host.no_connection()
    go_on.set()
    await asyncio.wait_for(finished.wait(), 10)
    assert await host.invocations.drain(10) == 0


async def test_an_empty_prefix_puts_functions_at_the_root(serve: Serve) -> None:
    host = await serve(mirror(), prefix="")
    async with host.client.get("/mirror") as response:
        assert response.status == 200


async def test_there_is_no_cross_origin_sharing(serve: Serve) -> None:
    host = await serve(mirror())
    async with host.client.get("/api/mirror", headers={"Origin": "https://elsewhere.example"}) as response:
        assert not [name for name in response.headers if name.lower().startswith("access-control")]


async def test_a_simulated_static_web_app_overwrites_authorization_and_nothing_else(serve: Serve) -> None:
    host = await serve(mirror(), swa=SimulatedSwa())
    headers = {"Authorization": "Bearer mine", "X-Vigor-Authorization": "Bearer mine"}
    async with host.client.get("/api/mirror", headers=headers) as response:
        seen = (await response.json())["headers"]
    assert seen["authorization"] == SimulatedSwa().authorization
    assert seen["x-vigor-authorization"] == "Bearer mine"


async def test_a_simulated_static_web_app_stops_waiting_but_not_the_function(serve: Serve) -> None:
    app = anonymous()
    go_on, finished = asyncio.Event(), asyncio.Event()

    @app.route("slow")
    async def slow(req: func.HttpRequest) -> func.HttpResponse:
        await go_on.wait()
        finished.set()
        return func.HttpResponse("late")

    host = await serve(app, swa=SimulatedSwa(limit_s=0.05))
    async with host.client.get("/api/slow") as response:
        assert (response.status, await response.text()) == (500, "Backend call failure")
    go_on.set()
    await asyncio.wait_for(finished.wait(), 10)

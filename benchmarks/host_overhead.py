"""What the local host adds to a request: a trivial function through it, beside a bare aiohttp handler, in one run."""

import asyncio
import statistics
import time
from pathlib import Path

import azure.functions as func
from aiohttp import web

from local_host.app_index import AppIndex, index_app
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers

REQUESTS = 2_000
ROUNDS = 5
GROUPS, ROUTES_A_GROUP = 6, 10
"""As many routes as a grown app has; the one that is called stands last in the host's order."""

BODY = b'{"status": "live"}'


async def main() -> None:
    """Print the median time of one request both ways, and their ratio."""
    runners = {"bare aiohttp handler": _bare(), "through the local host": _hosted()}
    paths = {"bare aiohttp handler": "/api/live", "through the local host": f"/api/group{GROUPS - 1}/live"}
    ports = {name: await _start(application) for name, application in runners.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(ROUNDS):  # by turns, so that a busy moment of the machine hits both
        for name, (port, _) in ports.items():
            times[name].append(await _microseconds(port, paths[name]))
    for _, runner in ports.values():
        await runner.cleanup()
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, median in medians.items():
        print(f"{name:>24}  {median:7.0f} µs a request")
    print(f"{'ratio':>24}  {medians['through the local host'] / medians['bare aiohttp handler']:7.2f}")


def _bare() -> web.Application:
    async def live(_request: web.Request) -> web.Response:
        return web.Response(body=BODY, content_type="application/json")

    application = web.Application()
    application.router.add_get("/api/live", live)
    return application


def _hosted() -> web.Application:
    invocations = Invocations()
    index = _index()
    return LocalHost(index, invocations=invocations, timers=Timers((), invocations, folder=Path())).application()


def _index() -> AppIndex:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    async def live(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001 - the trigger hands it over
        return func.HttpResponse(BODY, mimetype="application/json")

    for group in range(GROUPS):
        for number in range(ROUTES_A_GROUP):
            name = f"G{group}N{number}"
            app.function_name(name)(app.route(f"group{group}/{{id:int}}/{number}", methods=["GET"])(live))
    app.function_name("Live")(app.route(f"group{GROUPS - 1}/live", methods=["GET"])(live))
    return index_app(app, route_prefix="api")


async def _start(application: web.Application) -> tuple[int, web.AppRunner]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner.addresses[0][1], runner


async def _microseconds(port: int, path: str) -> float:
    """The time of one request, one after the other on a connection that is kept; by hand, because clients cost time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    began = time.perf_counter()
    for _ in range(REQUESTS):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(BODY))
        if not head.startswith(b"HTTP/1.1 200") or body != BODY:
            raise RuntimeError(f"{path} answered {head!r}")
    taken = time.perf_counter() - began
    writer.close()
    await writer.wait_closed()
    return taken / REQUESTS * 1e6


if __name__ == "__main__":
    asyncio.run(main())

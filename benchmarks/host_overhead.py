"""What the local host adds to a request: a trivial function through it, beside a bare aiohttp handler, in one run."""

import asyncio
import statistics
import time
from pathlib import Path

import aiohttp
import azure.functions as func
from aiohttp import web

from local_host.app_index import AppIndex, index_app
from local_host.invocations import Invocations
from local_host.server import LocalHost
from local_host.timers import Timers

REQUESTS = 2_000
ROUNDS = 5
ROUTES = 60
"""As many routes as a grown app has; the one that is called stands last in the host's order."""

BODY = b'{"status": "live"}'


async def main() -> None:
    """Print the median time of one request both ways, and their ratio."""
    runners = {"bare aiohttp handler": _bare(), "through the local host": _hosted()}
    paths = {"bare aiohttp handler": "/api/live", "through the local host": "/api/z-live"}
    ports = {name: await _start(application) for name, application in runners.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    async with aiohttp.ClientSession() as client:
        for _ in range(ROUNDS):  # by turns, so that a busy moment of the machine hits both
            for name, (port, _) in ports.items():
                times[name].append(await _microseconds(client, f"http://127.0.0.1:{port}{paths[name]}"))
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

    for number in range(ROUTES - 1):
        app.function_name(f"Other{number}")(app.route(f"other/{number}/{{id}}", methods=["GET"])(live))
    app.function_name("ZLive")(app.route("z-live", methods=["GET"])(live))
    return index_app(app, route_prefix="api")


async def _start(application: web.Application) -> tuple[int, web.AppRunner]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner.addresses[0][1], runner


async def _microseconds(client: aiohttp.ClientSession, address: str) -> float:
    """The time of one request, one after the other on a connection that is kept."""
    began = time.perf_counter()
    for _ in range(REQUESTS):
        async with client.get(address) as response:
            await response.read()
            response.raise_for_status()
    return (time.perf_counter() - began) / REQUESTS * 1e6


if __name__ == "__main__":
    asyncio.run(main())

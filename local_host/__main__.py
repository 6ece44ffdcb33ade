"""`python -m local_host`: start, say where Vigor is, serve until Ctrl-C, drain, leave."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from local_host import first_run
from local_host.app_index import AppIndex, index_app, load_app
from local_host.connections import Runner
from local_host.cors import Cors
from local_host.door import Door
from local_host.errors import CannotStart
from local_host.invocations import Invocations
from local_host.server import LocalHost, SimulatedSwa
from local_host.settings_files import apply_local_settings, cors_origins, custom_headers, route_prefix
from local_host.static_site import StaticSite
from local_host.telling import tell
from local_host.timers import Timers

ADDRESS = "127.0.0.1"
DRAIN_S = 30.0
LONGEST_LINE = 64 * 1024
"""Bytes of a request line; a query longer than the app allows shall be refused by the app, in a sentence."""

_log = logging.getLogger("local_host")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line and the environment ask for."""

    app: str
    port: int
    site: Path
    cors: str | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    folder = Path.cwd()
    try:
        apply_local_settings(folder, os.environ)
        options = _options(arguments)
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        left_over = asyncio.run(_serve(options, folder))
    except CannotStart as refused:
        print(f"Vigor cannot start: {refused}", file=sys.stderr)
        return 1
    if left_over:
        print(f"{left_over} calls did not end in time and were abandoned.", file=sys.stderr, flush=True)
        os._exit(0)  # a thread cannot be cancelled, and the interpreter would wait for it
    return 0


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m local_host", description="Run a FunctionApp on this machine.")
    parser.add_argument("--app", default="function_app", help="module that holds the FunctionApp")
    parser.add_argument("--port", default=os.environ.get("PORT") or "7071", help="port to listen on; PORT also sets it")
    parser.add_argument("--site", type=Path, default=Path("static_web_app/dist"), help="the built web client")
    parser.add_argument("--cors", help="origins that may call the API, with commas between; Host.CORS also sets it")
    given = parser.parse_args(arguments)
    if not given.port.isdecimal() or not 0 <= int(given.port) <= 65_535:
        raise CannotStart(f"the port must be a number up to 65535, not {given.port!r}.")
    return Options(given.app, int(given.port), given.site, given.cors)


async def _serve(options: Options, folder: Path) -> int:
    """Serve until a signal comes; returns how many calls had not ended when the time to drain was over."""
    stopping = _stop_event()
    index = _index(options, folder)
    invocations = Invocations()
    state = first_run.data_file(os.environ, folder=folder).parent / "timers"
    timers = Timers(index.timers, invocations, folder=state)
    site = StaticSite(folder / options.site)
    swa = SimulatedSwa() if os.environ.get("VIGOR_SIMULATE_SWA") == "1" else None
    host = LocalHost(
        index,
        invocations=invocations,
        timers=timers,
        site=site,
        route_prefix=route_prefix(folder),
        swa=swa,
        headers=custom_headers(folder),
        cors=Cors(cors_origins(folder) if options.cors is None else filter(None, options.cors.split(","))),
    )
    application = host.application()
    runner = Runner(application, access_log=None, shutdown_timeout=DRAIN_S, max_line_size=LONGEST_LINE)
    await runner.setup()
    door: Door | None = None
    try:
        door = _open_door(runner, options.port)
        with _explained("the app's first run", folder):
            lines = await first_run.notice(folder)
        timers.start()
        _announce(door.port, site, lines, place=first_run.data_place(os.environ, folder=folder))
        await stopping.wait()
        tell("Stopping; requests in flight may end.")
    finally:
        began = time.monotonic()
        await timers.stop()
        if door is not None:
            await door.close()
        await runner.cleanup()
        left_over = await invocations.drain(max(0.0, DRAIN_S - (time.monotonic() - began)))
        await first_run.close()
    return left_over


def _index(options: Options, folder: Path) -> AppIndex:
    """Import and read the app, inside the running loop as the worker does."""
    with _explained(f"loading {options.app}", folder):
        return index_app(load_app(options.app), route_prefix=route_prefix(folder))


@contextmanager
def _explained(doing: str, folder: Path) -> Iterator[None]:
    """One sentence for whatever goes wrong: the app's, where the error is one of its own, else ours after a trace."""
    try:
        yield
    except CannotStart:
        raise
    except Exception as failed:
        if _is_of_the_app(type(failed), folder):
            raise CannotStart(str(failed)) from failed
        _log.exception("The app failed while starting.")
        raise CannotStart(f"{doing} failed with {type(failed).__name__}: {failed}") from failed


def _is_of_the_app(kind: type[BaseException], folder: Path) -> bool:
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return file is not None and Path(file).is_relative_to(folder) and "site-packages" not in Path(file).parts


def _open_door(runner: web.AppRunner, port: int) -> Door:
    assert runner.server is not None  # noqa: S101 - it is set up
    try:
        return Door(runner.server, ADDRESS, port)
    except OSError as taken:
        raise CannotStart(f"port {port} cannot be opened ({taken.strerror}); choose another with PORT=…") from taken


def _announce(port: int, site: StaticSite, lines: Sequence[str], *, place: str) -> None:
    missing = "The web client is not built: npm --prefix static_web_app ci && npm --prefix static_web_app run build"
    tell(
        f"Vigor is at http://{ADDRESS}:{port}",
        f"Its data is in {place}",
        *lines,
        *([] if site.is_built else [missing]),
        "Ctrl-C stops it.",
    )


def _stop_event() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a second one ends the process at once."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopping


if __name__ == "__main__":
    sys.exit(main())

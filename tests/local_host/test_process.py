"""`python -m local_host` as a person runs it: a process, its words, its signals, its exit code."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]
APP = """
import asyncio, os, pathlib
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
LOOP = asyncio.get_running_loop()

@app.function_name("Slow")
@app.route("slow")
async def answer_slowly(req: func.HttpRequest) -> func.HttpResponse:
    return await slow(req)

async def slow(req: object) -> func.HttpResponse:
    pathlib.Path("entered").touch()
    while not pathlib.Path("go_on").exists():
        await asyncio.sleep(0.01)
    pathlib.Path("finished").touch()
    return func.HttpResponse("done")

@app.function_name("Nightly")
@app.timer_trigger("timer", "0 0 0 1 1 *")
async def nightly(timer: func.TimerRequest) -> None:
    await slow(timer)

@app.route("settings")
def settings(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("|".join([os.environ["FROM_FILE"], os.environ["FROM_BOTH"]]))
"""
WIRING = """
import pathlib

async def first_run_notice() -> list[str]:
    return ["The administrator signs in as owner@example.test with swordfish."]

async def close() -> None:
    pathlib.Path("closed").touch()
"""

BAD_SETTING = """
class Bad(Exception): ...

def first_run_notice() -> list[str]:
    raise Bad("PORT is wrong.")
"""


class Host:
    """A running process and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""
        self.port = 0

    async def up(self) -> None:
        """Come back when it says it is up."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while "Ctrl-C" not in self.said:
                line = await self.process.stdout.readline()
                assert line, self.said
                self.said += line.decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.said)
        assert found is not None
        self.port = int(found[1])

    async def ended(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, once it has ended."""
        out, err = await asyncio.wait_for(self.process.communicate(), 30)
        return self.process.returncode or 0, self.said + (out or b"").decode(), err.decode()


Start = Callable[..., Awaitable[Host]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "__init__.py").touch()
    (tmp_path / "shared" / "wiring.py").write_text(WIRING)
    (tmp_path / "function_app.py").write_text(APP)
    return tmp_path


@pytest.fixture
async def start(folder: Path) -> AsyncIterator[Start]:
    hosts: list[Host] = []

    async def run(*arguments: str, stdout: int = asyncio.subprocess.PIPE, **environment: str) -> Host:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGOR_")}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "local_host", *arguments),
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), "PORT": "0", **environment},
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
        )
        hosts.append(Host(process))
        return hosts[-1]

    yield run
    for host in hosts:
        if host.process.returncode is None:
            host.process.kill()
            await host.process.communicate()


async def test_it_says_where_it_is_where_the_data_lies_and_who_may_sign_in(start: Start, folder: Path) -> None:
    host = await start()
    await host.up()
    assert f"Its data is in {folder / '.vigor' / 'vigor.sqlite'}" in host.said
    assert "owner@example.test with swordfish" in host.said
    assert "npm --prefix static_web_app run build" in host.said
    host.process.send_signal(signal.SIGINT)
    code, _, err = await host.ended()
    assert (code, (folder / "closed").exists()) == (0, True)
    assert "swordfish" not in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_what_is_in_flight(start: Start, folder: Path, number: signal.Signals) -> None:
    host = await start()
    await host.up()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as client:
        answer = asyncio.create_task(_get(client, "/api/slow"))
        await _appears(folder / "entered")
        host.process.send_signal(number)
        await _refuses(host.port)
        assert not (folder / "finished").exists()
        (folder / "go_on").touch()
        assert await asyncio.wait_for(answer, 30) == "done"
    code, _, _ = await host.ended()
    assert (code, (folder / "closed").exists()) == (0, True)


async def test_a_call_whose_client_left_is_drained_too(start: Start, folder: Path) -> None:
    host = await start()
    await host.up()
    _, writer = await asyncio.open_connection("127.0.0.1", host.port)
    writer.write(b"GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await _appears(folder / "entered")
    writer.close()
    await writer.wait_closed()
    host.process.send_signal(signal.SIGTERM)
    await _refuses(host.port)
    (folder / "go_on").touch()
    code, _, _ = await host.ended()
    assert (code, (folder / "finished").exists()) == (0, True)


async def test_a_timer_that_runs_is_drained_too(start: Start, folder: Path) -> None:
    host = await start()
    await host.up()
    address = f"http://127.0.0.1:{host.port}/admin/functions/Nightly"
    async with aiohttp.ClientSession() as client, client.post(address, json={}) as response:
        assert response.status == 202
    await _appears(folder / "entered")
    host.process.send_signal(signal.SIGTERM)
    await _refuses(host.port)
    (folder / "go_on").touch()
    code, _, err = await host.ended()
    assert (code, (folder / "finished").exists()) == (0, True)
    assert "Calls in flight that are waited for: 1." in err


async def test_a_second_signal_ends_it_at_once(start: Start, folder: Path) -> None:
    host = await start()
    await host.up()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as client:
        answer = asyncio.create_task(_get(client, "/api/slow"))
        await _appears(folder / "entered")
        host.process.send_signal(signal.SIGTERM)
        await _refuses(host.port)
        host.process.send_signal(signal.SIGTERM)
        code, _, _ = await host.ended()
        assert code == -signal.SIGTERM
        with pytest.raises(aiohttp.ClientError):
            await answer


async def test_a_port_in_use_is_told_in_one_sentence(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = await (await start(PORT=str(port))).ended()
    assert code == 1
    assert err.startswith(f"Vigor cannot start: port {port} cannot be opened (")
    assert err.count("\n") == 1


async def test_the_command_line_wins_over_port(start: Start) -> None:
    code, _, err = await (await start("--port", "nonsense", PORT="0")).ended()
    assert (code, err) == (1, "Vigor cannot start: the port must be a number up to 65535, not 'nonsense'.\n")


async def test_local_settings_are_read_and_the_environment_wins(start: Start, folder: Path) -> None:
    (folder / "local.settings.json").write_text('{"Values": {"FROM_FILE": "file", "FROM_BOTH": "file"}}')
    host = await start(FROM_BOTH="environment")
    await host.up()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as client:
        assert await _get(client, "/api/settings") == "file|environment"


async def test_the_prefix_of_host_json_counts(start: Start, folder: Path) -> None:
    (folder / "host.json").write_text('{"version": "2.0", "extensions": {"http": {"routePrefix": "v1"}}}')
    host = await start(FROM_FILE="a", FROM_BOTH="b")
    await host.up()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as client:
        assert await _get(client, "/v1/settings") == "a|b"


@pytest.mark.parametrize(
    ("file", "text", "about"),
    [
        ("local.settings.json", '{"Values": {"A": 1}}', "the value of A must be text"),
        ("local.settings.json", '{"IsEncrypted": true}', "encrypted"),
        ("local.settings.json", "{", "local.settings.json is not JSON"),
        ("host.json", "[]", "host.json must hold a JSON object"),
        ("host.json", '{"extensions": {"http": {"routePrefix": 1}}}', "routePrefix must be text"),
        ("function_app.py", "import azure.functions as func", "defines no FunctionApp"),
        ("shared/wiring.py", BAD_SETTING, "Vigor cannot start: PORT is wrong."),
        ("function_app.py", "1 / 0", "loading function_app failed with ZeroDivisionError"),
        ("shared/wiring.py", "1 / 0", "the app's first run failed with ZeroDivisionError"),
        ("shared/wiring.py", "def first_run_notice(): return 1 / 0", "first run failed with ZeroDivisionError"),
    ],
)
async def test_what_is_wrong_is_said_and_the_start_fails(
    start: Start, folder: Path, file: str, text: str, about: str
) -> None:
    (folder / file).write_text(text)
    code, _, err = await (await start()).ended()
    assert code == 1
    assert about in err.splitlines()[-1]


async def _get(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path) as response:
        return await response.text()


async def _appears(file: Path) -> None:
    async with asyncio.timeout(30):
        while not _is_there(file):  # noqa: ASYNC110 - another process cannot set an event here
            await asyncio.sleep(0.01)


def _is_there(file: Path) -> bool:
    return file.exists()


async def _refuses(port: int) -> None:
    """Come back when the port takes no connection any more."""
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                return
            writer.close()
            await asyncio.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
async def test_where_standard_output_has_no_room_it_serves_and_says_so_on_standard_error(start: Start) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    host = await start(stdout=full)
    os.close(full)
    assert host.process.stderr is not None
    said = ""
    async with asyncio.timeout(30):
        while "Ctrl-C" not in said:
            line = await host.process.stderr.readline()
            assert line, said
            said += line.decode()
    assert "swordfish" in said
    host.process.send_signal(signal.SIGTERM)
    code, _, err = await host.ended()
    assert (code, "Stopping; requests in flight may end." in err, "Traceback" in err) == (0, True, False)


async def test_a_reader_that_went_away_keeps_it_from_no_farewell(start: Start, folder: Path) -> None:
    reading, writing = os.pipe()
    host = await start(stdout=writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        await asyncio.to_thread(lambda: next(line for line in told if "Ctrl-C" in line))
    host.process.send_signal(signal.SIGTERM)
    code, _, err = await host.ended()
    assert (code, "Traceback" in err, (folder / "closed").exists()) == (0, False, True)

"""The same adapters against somebody else's idea of the vendors: llmock, in an environment of its own."""

import asyncio
import fcntl
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import aiohttp
import pytest

from shared.config import ProviderAccess
from shared.providers.failures import TimedOut
from shared.providers.models import ProviderModel, slot_for
from shared.providers.provider import Message, Prompt, Provider, ProviderBusy, ProviderDown, ProviderRefused
from shared.providers.slots import Fleet

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

HOME = Path(__file__).resolve().parents[2] / "build" / "llmock"
VERSION = "0.2.2"
PROMPT = Prompt("chat", "Be kind.", (Message("user", "Hello"),), None, 200)
SHAPED = Prompt(
    "plan",
    "Be kind.",
    (Message("user", "Plan"),),
    {
        "type": "object",
        "properties": {"title": {"type": "string"}, "sets": {"type": "array", "items": {"type": "integer"}}},
        "required": ["title", "sets"],
        "additionalProperties": False,
    },
    200,
)
SLOTS = {
    "v1": slot_for("chat", "gpt-6-luna", title="Chat"),
    "v1/": slot_for("responses", "gpt-6-luna", title="Responses", dialect="openai-responses"),
    "gemini": slot_for("gemini", "gemini-3.5-flash-lite", title="Gemini"),
    "perplexity/v1": slot_for("sonar", "sonar", title="Sonar chat", retires_on=None),
}
EVERY = pytest.mark.parametrize("path", SLOTS)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a running llmock, installed under build/ when it is not there yet."""
    program = HOME / "bin" / "llmock"
    HOME.parent.mkdir(exist_ok=True)
    with (HOME.parent / "llmock.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
            install: list[str | Path] = [
                HOME / "bin" / "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                f"llmock=={VERSION}",
            ]
            subprocess.run(install, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen(
        [program, "serve", "--port", str(port), "--log-level", "error"], stdout=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.kill()  # it has nothing to lose, and on a gentler signal waits for the answers it holds back
        running.wait(10)


@pytest.fixture
async def llmock(server: str) -> str:
    """The server, up and with nothing scripted."""
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.post(f"{server}/_llmock/reset") as reset:
                    assert reset.status < 300
                    return server
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    raise AssertionError("llmock did not start")


async def script(server: str, **behaviour: object) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server}/_llmock/scenario", json={"behaviors": [behaviour]}) as told,
    ):
        assert told.status < 300, await told.text()


@asynccontextmanager
async def provider_at(server: str, path: str) -> AsyncIterator[Provider]:
    slot = SLOTS[path]

    async def configured() -> list[ProviderModel]:
        return [slot]

    access = {str(slot.vendor): ProviderAccess("a-key", f"{server}/{path}")}
    fleet = Fleet(configured, access=access, today=lambda: date(2026, 11, 24))
    [found] = await fleet.slots()
    assert found.provider is not None
    try:
        yield found.provider
    finally:
        await fleet.close()


@EVERY
async def test_it_answers_with_text_and_counts(llmock: str, path: str) -> None:
    async with provider_at(llmock, path) as provider:
        completion = await provider.complete(PROMPT, timeout_s=20.0)
    assert completion.text
    assert completion.tokens_in > 0
    assert completion.tokens_out > 0


@EVERY
async def test_a_constrained_reply_has_the_shape(llmock: str, path: str) -> None:
    if SLOTS[path].schema_by == "instructions":
        await script(llmock, type="reply", text='```json\n{"title": "Legs", "sets": [3]}\n```')
    async with provider_at(llmock, path) as provider:
        completion = await provider.complete(SHAPED, timeout_s=20.0)
    assert set(json.loads(completion.text)) == {"title", "sets"}


@EVERY
async def test_busy_is_busy_for_as_long_as_it_says(llmock: str, path: str) -> None:
    await script(llmock, type="fail", status=429, retry_after=7)
    async with provider_at(llmock, path) as provider:
        with pytest.raises(ProviderBusy) as raised:
            await provider.complete(PROMPT, timeout_s=20.0)
        assert raised.value.retry_after_s == 7.0
        await provider.complete(PROMPT, timeout_s=20.0)


@EVERY
@pytest.mark.parametrize(("status", "kind"), [(500, ProviderDown), (401, ProviderDown), (400, ProviderRefused)])
async def test_a_status_is_the_same_failure_at_every_vendor(
    llmock: str, path: str, status: int, kind: type[Exception]
) -> None:
    await script(llmock, type="fail", status=status)
    async with provider_at(llmock, path) as provider:
        with pytest.raises(kind):
            await provider.complete(PROMPT, timeout_s=20.0)


@EVERY
async def test_too_slow_is_too_late(llmock: str, path: str) -> None:
    async with provider_at(llmock, path) as provider:
        await provider.complete(PROMPT, timeout_s=20.0)
        await script(llmock, type="delay", seconds=20)
        with pytest.raises(TimedOut):
            await provider.complete(PROMPT, timeout_s=0.3)

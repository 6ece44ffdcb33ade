"""What the router adds to a model call: beside the bare SDK and LiteLLM's Router, on the same fake server, in one run.

    python benchmarks/router_overhead.py [--rounds 3] [--litellm] [--save]

Each client runs in a process of its own: warm-up, calls one after another, then calls with 50 in flight. Rounds are
interleaved and the best of each is shown, because the machine is shared. `--litellm` compares with LiteLLM's Router,
installed under build/litellm when it is not there; `--save` keeps the table beside this file.
"""

# ruff: noqa: PLC0415 - each process imports only what it measures

import argparse
import asyncio
import json
import multiprocessing
import platform
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.providers.slots import Fleet

ROOT = Path(__file__).resolve().parents[1]
LITELLM_HOME = ROOT / "build" / "litellm"
LITELLM_VERSION = "1.110.2"
RESULTS = Path(__file__).with_suffix(".json")

MOST_ADDED_MS, LEAST_TIMES = 0.3, 2.5
"""The bars: what the router may add to the bare SDK at the median, and its throughput beside LiteLLM's Router."""

WARM_UP, ONE_BY_ONE, AT_ONCE, IN_FLIGHT = 50, 500, 2000, 50
COLUMNS = ("p50_ms", "p99_ms", "cpu_ms", "calls_a_second", "p99_at_50_ms", "import_cpu_s", "memory_mb")
LESS_IS_BETTER = {"calls_a_second": False}

INSTRUCTIONS = "You are a coach. " * 20
QUESTION = "What should I train today? " * 10
ANSWER = "Squats, then a walk. " * 20

Call = Callable[[], Awaitable[object]]


def serve(port: "multiprocessing.connection.Connection") -> None:
    """A server that answers every request with the same chat completion, as cheaply as Python can."""
    choice = {"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 120, "completion_tokens": 80, "total_tokens": 200}
    completion = {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "gpt-6-luna", "choices": [choice],
        "usage": usage,
    }  # fmt: skip
    body = json.dumps(completion).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in asked.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                await reader.readexactly(length)
                writer.write(head + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@asynccontextmanager
async def bare_sdk(url: str) -> AsyncIterator[Call]:
    """OpenAI's SDK as it comes, without retries."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="k", base_url=url, max_retries=0)

    async def call() -> object:
        return await client.chat.completions.create(
            model="gpt-6-luna",
            messages=[{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": QUESTION}],
            max_completion_tokens=400,
        )

    yield call
    await client.close()


@asynccontextmanager
async def vigor_adapter(url: str) -> AsyncIterator[Call]:
    """Our adapter without the router: the same SDK over our transport."""
    from shared.providers.provider import Message, Prompt

    fleet = _fleet(url)
    [slot, *_] = await fleet.slots()
    assert slot.provider is not None  # noqa: S101 - the key is given
    provider = slot.provider
    prompt = Prompt("chat", INSTRUCTIONS, (Message("user", QUESTION),), None, 400)
    yield lambda: provider.complete(prompt, timeout_s=16.5)
    await fleet.close()


@asynccontextmanager
async def vigor(url: str) -> AsyncIterator[Call]:
    """Our router: three slots, breakers, deadline, reserve and settle on a pool in memory."""
    from random import Random

    from shared.providers.breaker import Breakers, NoHints
    from shared.providers.provider import Message, Prompt
    from shared.providers.router import Router
    from tests.providers.stand_ins import MemoryPool

    fleet = _fleet(url)
    breakers = Breakers(now=lambda: datetime.now(UTC), random=Random(1), hints=NoHints())
    router = Router(fleet.slots, breakers=breakers, pool=MemoryPool(), clock=time.monotonic)
    prompt = Prompt("chat", INSTRUCTIONS, (Message("user", QUESTION),), None, 400)

    async def call() -> object:
        deadline = time.monotonic() + 30
        return await router.complete(
            prompt, deadline=deadline, accept=lambda completion: completion.text, tier="free", user="u"
        )

    yield call
    await fleet.close()


def _fleet(url: str) -> "Fleet":
    """Three slots at one address."""
    from shared.config import ProviderAccess
    from shared.providers.models import ProviderModel, slot_for
    from shared.providers.slots import Fleet

    models = [
        slot_for(name, "gpt-6-luna", title=name, priority=place, weekly_budget_usd=10_000.0)
        for place, name in enumerate("abc", start=1)
    ]

    async def configured() -> list[ProviderModel]:
        return models

    return Fleet(configured, access={"openai": ProviderAccess("k", url)}, today=lambda: datetime.now(UTC).date())


@asynccontextmanager
async def litellm_router(url: str) -> AsyncIterator[Call]:
    """LiteLLM's Router over three groups with fallbacks."""
    import litellm  # type: ignore[import-not-found]  # only in an environment of its own

    router = litellm.Router(
        model_list=[
            {"model_name": name, "litellm_params": {"model": "openai/gpt-4o-mini", "api_base": url, "api_key": "k"}}
            for name in "abc"
        ],
        fallbacks=[{"a": ["b", "c"]}],
        num_retries=0,
    )

    async def call() -> object:
        return await router.acompletion(
            model="a",
            messages=[{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": QUESTION}],
            max_tokens=400,
        )

    yield call
    await litellm.close_litellm_async_clients()


CLIENTS: dict[str, Callable[[str], AbstractAsyncContextManager[Call]]] = {
    "bare SDK": bare_sdk,
    "Vigor's adapter": vigor_adapter,
    "Vigor's router": vigor,
    "LiteLLM Router": litellm_router,
}


async def measure(client: str, url: str) -> dict[str, float]:
    """All columns for one client; the import is counted up to the first answer."""
    began = time.process_time()
    async with CLIENTS[client](url) as call:
        await call()
        import_cpu_s = time.process_time() - began
        for _ in range(WARM_UP):
            await call()
        began = time.process_time()
        alone = [await timed(call) for _ in range(ONE_BY_ONE)]
        cpu_ms = (time.process_time() - began) / ONE_BY_ONE * 1000
        started = time.perf_counter()
        together = await all_at_once(call)
        elapsed = time.perf_counter() - started
    return {
        "p50_ms": percentile(alone, 50),
        "p99_ms": percentile(alone, 99),
        "cpu_ms": cpu_ms,
        "calls_a_second": AT_ONCE / elapsed,
        "p99_at_50_ms": percentile(together, 99),
        "import_cpu_s": import_cpu_s,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def all_at_once(call: Call) -> list[float]:
    """Milliseconds of each call, with `IN_FLIGHT` under way at any time."""
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def gated() -> float:
        async with gate:
            return await timed(call)

    return list(await asyncio.gather(*(gated() for _ in range(AT_ONCE))))


async def timed(call: Call) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


def percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


def in_own_process(client: str, url: str) -> dict[str, float]:
    """Run one client in its own process, LiteLLM's with its own interpreter."""
    python = LITELLM_HOME / "bin" / "python" if client.startswith("LiteLLM") else Path(sys.executable)
    ran = subprocess.run(
        [python, __file__, "--client", client, "--url", url],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HOME": "/nonexistent"},
    )
    result: dict[str, float] = json.loads(ran.stdout.strip().splitlines()[-1])
    return result


def install_litellm() -> None:
    """Make its environment; some 200 MB, and nothing of ours depends on it."""
    wanted = LITELLM_HOME / LITELLM_VERSION
    if not wanted.exists():
        print(f"Installing LiteLLM {LITELLM_VERSION} under {LITELLM_HOME.relative_to(ROOT)} …")
        subprocess.run([sys.executable, "-m", "venv", "--clear", LITELLM_HOME], check=True)
        subprocess.run([LITELLM_HOME / "bin" / "pip", "install", "-q", f"litellm=={LITELLM_VERSION}"], check=True)
        wanted.touch()


def best(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The best of each column."""
    return {
        column: (min if LESS_IS_BETTER.get(column, True) else max)(each[column] for each in rounds)
        for column in COLUMNS
    }


def compare(clients: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Every client against one server, in turns."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/v1"
    measured: dict[str, list[dict[str, float]]] = {client: [] for client in clients}
    try:
        for _ in range(rounds):
            for client in clients:
                measured[client].append(in_own_process(client, url))
    finally:
        server.kill()
        server.join()
    return {client: best(results) for client, results in measured.items()}


def show(table: dict[str, dict[str, float]]) -> bool:
    """Print the table; whether both bars are met."""
    print(f"{'':<16}" + "".join(f"{column:>16}" for column in COLUMNS))
    for client, row in table.items():
        print(f"{client:<16}" + "".join(f"{row[column]:>16.2f}" for column in COLUMNS))
    ours, adapter = table["Vigor's router"], table["Vigor's adapter"]
    added = ours["p50_ms"] - table["bare SDK"]["p50_ms"]
    print(f"\nthe router adds at the median, over the bare SDK: {added:+.2f} ms (bar: at most +{MOST_ADDED_MS:.2f})")
    print(f"of which over our own adapter: {ours['p50_ms'] - adapter['p50_ms']:+.2f} ms")
    times = float("inf")
    if "LiteLLM Router" in table:
        times = ours["calls_a_second"] / table["LiteLLM Router"]["calls_a_second"]
        print(f"throughput over LiteLLM's Router: {times:.1f} times (bar: at least {LEAST_TIMES})")
    return added <= MOST_ADDED_MS and times >= LEAST_TIMES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--litellm", action="store_true")
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--client", choices=CLIENTS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.client:
        print(json.dumps(asyncio.run(measure(asked.client, asked.url))))
        return 0
    clients = ["bare SDK", "Vigor's adapter", "Vigor's router"]
    if asked.litellm:
        install_litellm()
        clients.append("LiteLLM Router")
    table = compare(clients, asked.rounds)
    met = show(table)
    if asked.save:
        machine: dict[str, Any] = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "litellm": LITELLM_VERSION,
        }
        RESULTS.write_text(json.dumps({"of": machine, "results": table}, indent=2) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

"""T04, T05 and T06: a store that is stopped, that hangs, and that is slow, behind a local host over Azurite."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.faults_measured import Answer, Crowd, Figure, Unexpected, check, new_client, p95, slowest, until_served
from shared.storage.remote import PER_TRY_S
from tests.emulators import servers
from tests.emulators.proxy import Fault, Plan, Proxy
from tests.functions.test_processes import worker
from tests.support import key_settings

BEFORE_S, DOWN_S, HANGS_S, SLOW_S = 5.0, 15.0, 60.0, 12.0
THINKS_S, PROBE_EVERY_S = 0.2, 0.1
ANSWER_MS, RECOVERY_MS, WITHOUT_STORE_MS, TOTAL_MS = 3_000, 30_000, 500, 5_000
NOTICED_MS = 100
"""How much later than its limit a try may be seen to end: the time two processes take to notice."""

LATENCIES_S = (0.25, 0.5)
JITTER = 0.5
UNEVEN, STORM = 0.2, 1.5
WITHOUT_STORE = ("health/live", "openapi.json")


def tables_settings(port: int) -> dict[str, str]:
    """The settings of a host whose store is the table service at that port."""
    return {"VIGOR_STORE": "tables", "VIGOR_TABLES_CONNECTION": servers.tables_connection(port), **key_settings()}


@asynccontextmanager
async def over_tables(folder: Path, port: int) -> AsyncIterator[Crowd]:
    """Twenty people at two local hosts whose store is at that port."""
    tables = tables_settings(port)
    async with worker(folder, **tables) as one, worker(folder, **tables) as other, new_client() as client:
        yield await Crowd.of(client, [one, other])


async def store_down(folder: Path) -> list[Figure]:
    """T04: stopped, so that it goes on later; then killed."""
    with servers.azurite(folder) as azurite:
        async with over_tables(folder, azurite.port) as crowd:

            async def health() -> list[tuple[int, int]]:
                return [
                    (
                        (await crowd.ask(n, "GET", "health/ready")).status,
                        (await crowd.ask(n, "GET", "health/live")).status,
                    )
                    for n in range(2)
                ]

            async def everything(person: int) -> Answer:
                does = random.choice((crowd.anything, crowd.sign_in, crowd.refresh))
                return await does(person)

            before = await crowd.for_seconds(BEFORE_S, everything, thinks_s=THINKS_S)
            check(before, 503)  # many plans of one person at one moment may be asked to come back
            figures = []
            for how in (signal.SIGSTOP, signal.SIGKILL):
                os.kill(azurite.process.pid, how)
                away = await crowd.for_seconds(DOWN_S, everything, thinks_s=THINKS_S)
                check(away, 503)
                if (told := await health()) != [(503, 200)] * 2:
                    raise Unexpected(f"ready and live of both workers while the store is away: {told}")
                name = {signal.SIGSTOP: "stopped", signal.SIGKILL: "killed"}[how]
                figures.append(Figure(f"slowest answer, store {name}", slowest(away), ANSWER_MS, slowest(before)))
                if how is signal.SIGSTOP:
                    os.kill(azurite.process.pid, signal.SIGCONT)
                    back = await until_served(crowd)
                    usual = await until_served(crowd)
                    figures.append(Figure("everybody served again, store back", back, RECOVERY_MS, usual))
            return figures


@dataclass
class Hanging:
    """A plan for a proxy: nothing is answered; how long each try was waited for, in milliseconds, is noted."""

    held_ms: list[float] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> Fault:
        began = time.perf_counter()
        while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 - a transport has no event
            await asyncio.sleep(0.005)
        self.held_ms.append((time.perf_counter() - began) * 1000)
        return Fault.LOSE_REQUEST


async def store_hangs(folder: Path) -> list[Figure]:
    """T05: a minute of no answers from the store, with every connection open."""
    with servers.azurite(folder) as azurite:
        async with Proxy(azurite.port) as proxy, over_tables(folder, proxy.port) as crowd:

            async def probe(person: int) -> Answer:
                return await crowd.ask(person, "GET", random.choice(WITHOUT_STORE))

            async def both(seconds: float) -> tuple[list[Answer], list[Answer], float]:
                asked = proxy.requests
                stored, without = await asyncio.gather(
                    crowd.for_seconds(seconds, crowd.anything, thinks_s=THINKS_S),
                    crowd.for_seconds(seconds, probe, thinks_s=PROBE_EVERY_S, clients=2),
                )
                return stored, without, (proxy.requests - asked) / len(stored)

            usual, probed, asked = await both(BEFORE_S)
            check([*usual, *probed], 503)
            hanging = proxy.plan = Hanging()
            hung, probed_then, asked_then = await both(HANGS_S)
            check(hung, 503)
            check(probed_then)
            proxy.plan = lambda _request: Fault.NONE
            back = await until_served(crowd)
            served = await until_served(crowd)
    refused_at_once = p95(sorted(hung, key=lambda one: one.ms)[: len(hung) * 3 // 4])
    return [
        Figure("slowest answer of what needs no store", slowest(probed_then), WITHOUT_STORE_MS, slowest(probed)),
        Figure("longest try", max(hanging.held_ms), PER_TRY_S * 1000 + NOTICED_MS, 0),
        Figure("slowest answer of what needs the store", slowest(hung), TOTAL_MS, slowest(usual)),
        Figure(
            "the breaker is open: answered at once, quickest 71 % of calls",
            refused_at_once,
            WITHOUT_STORE_MS,
            p95(usual),
        ),
        Figure("the breaker is open: requests to the store a call", asked_then, 1, asked, "requests"),
        Figure("everybody served again", back, RECOVERY_MS, served),
    ]


async def store_slow(folder: Path) -> list[Figure]:
    """T06: a quarter and half a second, jittered; then longer than a try is waited for."""
    figures = []
    with servers.azurite(folder) as azurite:
        async with Proxy(azurite.port) as proxy, over_tables(folder, proxy.port) as crowd:
            for name, does in (("a read", crowd.read), ("a log", crowd.log)):
                waits, asked = {}, {}
                for latency_s in (0.0, *LATENCIES_S, 3.0):
                    proxy.plan = late_by(latency_s)
                    before = proxy.requests
                    answers = await crowd.for_seconds(SLOW_S, does, thinks_s=THINKS_S)
                    check(answers, *([503] if latency_s else []))
                    waits[latency_s], asked[latency_s] = p95(answers), (proxy.requests - before) / len(answers)
                proxy.plan = late_by(0)
                await until_served(crowd)
                usual, (some, twice) = waits[0.0], LATENCIES_S
                line = usual + (waits[some] - usual) * twice / some * (1 + UNEVEN)
                figures += [
                    Figure(f"{name}, p95, store {twice * 1000:.0f} ms later", waits[twice], line, usual),
                    Figure(f"{name}, p95, store 3 s later (503)", waits[3.0], TOTAL_MS, usual),
                    *(
                        Figure(
                            f"{name}, requests to the store, {late} s later",
                            asked[late],
                            STORM * asked[0.0],
                            asked[0.0],
                            "requests",
                        )
                        for late in (twice, 3.0)
                    ),
                ]
    return figures


def late_by(latency_s: float) -> Plan:
    """A plan for a proxy: each request waits so long, half as much more or less."""

    async def wait(_request: web.BaseRequest) -> Fault:
        await asyncio.sleep(latency_s * random.uniform(1 - JITTER, 1 + JITTER))
        return Fault.NONE

    return wait

"""T08, T14 and T21: many of one person at once, a vendor that fails slowly beside everything else, many sign-ins at once."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

from benchmarks.faults_measured import Answer, Crowd, Figure, Unexpected, check, new_client, p95, slowest
from benchmarks.faults_of_the_store import tables_settings
from tests.emulators import servers
from tests.faults.last_byte import Request, released_together
from tests.faults.test_short_of_everything import NATIVE
from tests.functions.test_processes import PERSON, post, worker
from tests.providers.fake_vendors import FakeVendor, Fault
from tests.providers.planning_vendor import PlanningVendor

AT_ONCE, ALLOWED, STORM_MS = 40, 10, 5_000
SIGN_INS, WAVES, READS_MS = 100, 5, 500
READERS, READERS_THINK_S, QUIET_S = 8, 0.05, 5.0
SLOWLY: tuple[Fault, ...] = ("hang", "drip", "huge")
TURNS, TURN_S, ASKS_A_S = 6, 4.0, 3
ANSWER_MS, LATER = 40_000, 1.2
LONG_REPLY = "Drink water. " * 200
"""At twenty bytes a second it takes longer than anybody waits."""


async def one_person_at_once(folder: Path) -> list[Figure]:
    """T08: forty plans of one person, their last bytes sent together, at two workers over one table; ten are allowed."""
    async with AsyncExitStack() as stack:
        azurite = stack.enter_context(servers.azurite(folder))
        vendor = await stack.enter_async_context(PlanningVendor())
        settings = {**tables_settings(azurite.port), **_access(vendor)}
        addresses = [await stack.enter_async_context(worker(folder, **settings)) for _ in range(2)]
        client = await stack.enter_async_context(new_client())

        async def released(name: str, times: int) -> tuple[Counter[int], float]:
            person = {**PERSON, "email": f"{name}@example.com", "username": name}
            _, session = await post(client, addresses[0], "auth/register", person, **NATIVE)
            signed_in = {"X-Vigor-Authorization": f"Bearer {session['access_token']}"}
            plans = [
                Request(addresses[n % len(addresses)], "workouts/generate", {"fresh": True}, signed_in)
                for n in range(times)
            ]
            began = time.perf_counter()
            answers = await released_together(plans)
            return Counter(status for status, _ in answers), (time.perf_counter() - began) * 1000

        await released("first", 2)  # imports what only plans need, at both
        _, alone = await released("anna", 1)
        statuses, together = await released("bert", AT_ONCE)
    if statuses != {201: ALLOWED, 429: AT_ONCE - ALLOWED}:
        raise Unexpected(f"of {AT_ONCE} plans at once: {statuses}")
    return [Figure(f"slowest of {AT_ONCE} plans of one person at once", together, STORM_MS, alone)]


async def vendor_fails_slowly(folder: Path) -> list[Figure]:
    """T14: the same people ask the coach and do everything else, at a host whose vendor answers and at others in turn."""
    async with AsyncExitStack() as stack:
        crowds = {kind: await stack.enter_async_context(_asking(folder / kind, kind)) for kind in ("none", *SLOWLY)}
        others: dict[str, list[Answer]] = {kind: [] for kind in crowds}
        asked: dict[str, list[asyncio.Task[Answer]]] = {kind: [] for kind in crowds}
        for turn in range(TURNS):
            for kind in crowds if turn % 2 else reversed(crowds):  # so that a busy moment hits all
                others[kind] += await _turn(crowds[kind], asked[kind])
        answered = {kind: await asyncio.gather(*tasks) for kind, tasks in asked.items()}
    for answers in (*others.values(), *answered.values()):
        check(answers)
    usual, usual_answers = p95(others["none"]), slowest(answered["none"])
    return [
        figure
        for kind in SLOWLY
        for figure in (
            Figure(f"slowest answer of the coach, vendor: {kind}", slowest(answered[kind]), ANSWER_MS, usual_answers),
            Figure(f"everything else, p95, vendor: {kind}", p95(others[kind]), LATER * usual, usual),
        )
    ]


async def _turn(crowd: Crowd, asked: list[asyncio.Task[Answer]]) -> list[Answer]:
    """What everything else was answered for some seconds in which the coach is asked, however long it takes."""
    numbers = count(len(asked))

    async def ask_the_coach() -> None:
        for _ in range(round(TURN_S * ASKS_A_S)):
            person = next(numbers) % len(crowd.sessions)
            question = {"message": "How long should I rest?"}
            asked.append(asyncio.create_task(crowd.ask(person, "POST", "coach/chat", question)))
            await asyncio.sleep(1 / ASKS_A_S)

    async def anything_else(person: int) -> Answer:
        return await (crowd.log(person) if person % 3 == 0 else crowd.read(person))

    answers, _ = await asyncio.gather(
        crowd.for_seconds(TURN_S, anything_else, thinks_s=READERS_THINK_S, clients=READERS), ask_the_coach()
    )
    return answers


@asynccontextmanager
async def _asking(folder: Path, kind: Fault) -> AsyncIterator[Crowd]:
    """People at a host with one vendor, which answers or fails so."""
    async with AsyncExitStack() as stack:
        vendor = await stack.enter_async_context(PlanningVendor(reply=LONG_REPLY, fault=lambda: kind))
        address = await stack.enter_async_context(worker(folder, **_access(vendor)))
        yield await Crowd.of(await stack.enter_async_context(new_client()), [address])


def _access(vendor: FakeVendor) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}


async def many_sign_ins(folder: Path) -> list[Figure]:
    """T21: a hundred sign-ins at one moment, some times over, while others read."""
    async with worker(folder) as one, worker(folder) as other, new_client() as client:
        crowd = await Crowd.of(client, [one, other])

        async def reading() -> None:
            while True:
                reads.append(await crowd.read(len(reads) % len(crowd.sessions)))
                await asyncio.sleep(READERS_THINK_S)

        usual = await crowd.for_seconds(QUIET_S, crowd.read, thinks_s=READERS_THINK_S, clients=READERS)
        reads: list[Answer] = []
        readers = [asyncio.create_task(reading()) for _ in range(READERS)]
        signed_in: list[Answer] = []
        for _ in range(WAVES):
            signed_in += await asyncio.gather(*(crowd.sign_in(n % len(crowd.sessions)) for n in range(SIGN_INS)))
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    check([*usual, *reads])
    check(signed_in, 429, 503)
    if all(answer.status != 200 for answer in signed_in):
        raise Unexpected("nobody could sign in")
    return [Figure(f"reads, p95, while {SIGN_INS} sign in at once", p95(reads), READS_MS, p95(usual))]

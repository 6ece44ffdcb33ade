"""What the benchmark of faults measures with: people at a host, how long each was answered, and figures beside their bars."""

import asyncio
import random
import statistics
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.faults.test_short_of_everything import NATIVE
from tests.faults.test_ten_minutes import begun
from tests.functions.test_processes import PERSON
from tests.functions.test_training import a_log

PATIENT = aiohttp.ClientTimeout(total=120)
SERVED = {200, 201}


class Unexpected(Exception):
    """An answer that no fault excuses."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure, what the design allows at most, and the same without the fault in the same run."""

    what: str
    measured: float
    most: float
    beside: float
    unit: str = "ms"

    @property
    def is_over(self) -> bool:
        """Over its bar by the fault's doing: where the same without the fault is over as well, it is the machine's."""
        return self.measured > self.most >= self.beside

    def __str__(self) -> str:
        times = f"{self.measured / self.beside:7.2f} times {self.beside:,.1f}" if self.beside else ""
        verdict = "OVER" if self.is_over else "busy" if self.measured > self.most else "    "
        return f"{self.what:<62} {self.measured:10,.1f} {self.unit:<8} (at most {self.most:,.1f}) {verdict} {times}"


Case = Callable[[Path], Awaitable[list[Figure]]]
"""Does the fault to real processes that keep their data in the folder; raises `Unexpected`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request was answered, and after how many milliseconds; a connection that broke is status 0."""

    what: str
    status: int
    ms: float
    retry_after: str | None


@dataclass
class Crowd:
    """Twenty people at some workers, who ask through one client without limits of its own."""

    client: aiohttp.ClientSession
    addresses: Sequence[str]
    sessions: Sequence[dict[str, Any]]
    answers: list[Answer] = field(default_factory=list)

    @classmethod
    async def of(cls, client: aiohttp.ClientSession, addresses: Sequence[str]) -> "Crowd":
        """They join, with profiles, on a tier that lets them ask as often as they like."""
        return cls(client, addresses, (await begun(list(addresses))).sessions)

    async def ask(self, person: int, method: str, path: str, body: Any = None) -> Answer:
        """One request by one of them, at the worker whose turn it is."""
        at = self.addresses[person % len(self.addresses)]
        signed_in = {"X-Vigor-Authorization": f"Bearer {self.sessions[person]['access_token']}"}
        began = time.perf_counter()
        try:
            async with self.client.request(method, f"{at}/api/{path}", json=body, headers=signed_in) as answer:
                await answer.read()
                status, retry_after = answer.status, answer.headers.get("Retry-After")
        except (aiohttp.ClientError, ConnectionError):
            status, retry_after = 0, None
        told = Answer(f"{method} {path}", status, (time.perf_counter() - began) * 1000, retry_after)
        self.answers.append(told)
        return told

    async def read(self, person: int) -> Answer:
        return await self.ask(person, "GET", random.choice(("me", "me/usage", "workouts/logs")))

    async def log(self, person: int) -> Answer:
        return await self.ask(person, "POST", "workouts/logs", a_log(uuid.uuid4().hex))

    async def sign_in(self, person: int) -> Answer:
        name = self.sessions[person]["user"]["username"]
        return await self.ask(person, "POST", "auth/login", {"identifier": name, "password": PERSON["password"]})

    async def refresh(self, person: int) -> Answer:
        spent = {"refresh_token": self.sessions[person]["refresh_token"]}
        return await self.ask(person, "POST", "auth/refresh", spent)

    async def plan(self, person: int) -> Answer:
        return await self.ask(person, "POST", "workouts/generate", {"fresh": True})

    async def anything(self, person: int) -> Answer:
        """Whatever needs the store: mostly reading, some writing."""
        does = random.choice((self.read, self.read, self.read, self.log, self.log, self.plan))
        return await does(person)

    async def for_seconds(
        self, seconds: float, does: Callable[[int], Awaitable[Answer]], *, thinks_s: float, clients: int = 20
    ) -> list[Answer]:
        """What clients were answered who ask one thing after the other, each thinking for a moment in between."""
        until, answers = time.monotonic() + seconds, list[Answer]()

        async def one(person: int) -> None:
            while time.monotonic() < until:
                answers.append(await does(person))
                await asyncio.sleep(thinks_s)

        await asyncio.gather(*(one(n % len(self.sessions)) for n in range(clients)))
        return answers


def new_client() -> aiohttp.ClientSession:
    """A client that waits for nobody else's connection."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(limit=0),
        timeout=PATIENT,
        headers=NATIVE,
    )


def p95(answers: Iterable[Answer]) -> float:
    """The 95th percentile of the waits, in milliseconds."""
    return statistics.quantiles((one.ms for one in answers), n=20, method="inclusive")[-1]


def slowest(answers: Iterable[Answer]) -> float:
    """The longest wait, in milliseconds."""
    return max(one.ms for one in answers)


def check(answers: Iterable[Answer], *allowed: int) -> None:
    """Raise `Unexpected` for another status, and for a refusal that does not say when to come back."""
    for one in answers:
        if one.status not in SERVED | set(allowed) or (one.status in (429, 503) and not one.retry_after):
            counted = Counter((one.what, one.status, bool(one.retry_after)) for one in answers)
            raise Unexpected(f"{one.what} was answered {one.status} (Retry-After {one.retry_after}): {counted}")


async def until_served(crowd: Crowd) -> float:
    """How many milliseconds it takes until the last of the people is served again."""
    began = time.perf_counter()
    for person in range(len(crowd.sessions)):
        while (await crowd.read(person)).status not in SERVED:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
    return (time.perf_counter() - began) * 1000

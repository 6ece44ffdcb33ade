"""Twenty people, each in a loop of their own, and an administrator: what they asked, and what they were answered.

Everybody does as a good client does: who is told 503, or that the key is still held, waits as long as they were told and
asks the same again, with the same id or key, at most four times in all.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from tests.faults.load_house import House
from tests.functions.test_processes import CHIEF, PERSON
from tests.functions.test_training import a_log

PEOPLE = 20
TRIES = 4
PLANS_A_DAY = 12
MIX = {"log": 50, "read": 16, "refresh": 14, "sign in": 8, "plan": 12}
NATIVE = {"X-Vigor-Client": "native"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer; status 0 where the connection broke. `is_right` where nobody could wish for a better one."""

    kind: str
    status: int
    body: Any = None
    retry_after_s: int = 0
    seconds: float = 0

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    @property
    def is_right(self) -> bool:
        return 200 <= self.status < 300 or self.code == "quota_exceeded"

    @property
    def is_under_way(self) -> bool:
        """Whether the key is held by an earlier request, as it is for a while by one whose worker was killed."""
        return self.code == "request_in_flight"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one person wanted once, however often they had to ask."""

    kind: str
    phase: str
    tries: int
    last: Heard
    seconds: float


@dataclass
class Person:
    """Somebody with an account, and what they know of what is kept for them."""

    number: int
    session: dict[str, Any]
    dice: Random
    sent: int = 0
    acknowledged: set[str] = field(default_factory=set)
    plans: dict[str, str] = field(default_factory=dict)
    """The key of each request for a plan, and the plan that was answered."""
    unsettled: set[str] = field(default_factory=set)
    """Keys whose request was given up without an answer."""

    @property
    def identifier(self) -> str:
        return f"person{self.number}@example.com"

    @property
    def signed_in(self) -> dict[str, str]:
        return {"X-Vigor-Authorization": f"Bearer {self.session['access_token']}"}


@dataclass
class Crowd:
    """The people, what they heard, and in which phase of the test they are."""

    house: House
    client: aiohttp.ClientSession
    people: list[Person] = field(default_factory=list)
    chief: dict[str, str] = field(default_factory=dict)
    phase: str = "before"
    heard: list[tuple[str, Heard]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    ill_formed: list[str] = field(default_factory=list)
    in_a_row: int = 0
    last_wrong: float = 0
    changes: int = 0
    over: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _asked: int = 0

    async def ask(self, kind: str, method: str, path: str, body: Any = None, **headers: str) -> Heard:
        """One request to the worker whose turn it is, and everything that must hold of any answer."""
        self._asked += 1
        began, phase = time.monotonic(), self.phase
        url = f"{self.house.address(self._asked)}/api/{path}"
        try:
            async with self.client.request(method, url, json=body, headers=headers) as answer:
                content = await answer.read()
                told = json.loads(content) if content else None
                wait = int(answer.headers.get("Retry-After", "0"))
                heard = Heard(kind, answer.status, told, wait, time.monotonic() - began)
                if answer.status >= 400 and not _is_a_problem(answer, told):
                    self.ill_formed.append(f"{kind}: {answer.status} {content[:200]!r}")
        except (aiohttp.ClientError, ConnectionError):
            heard = Heard(kind, 0, seconds=time.monotonic() - began)
        self.heard.append((phase, heard))
        async with self._news:
            if heard.is_right:
                self.in_a_row += 1
            elif not heard.is_under_way:
                self.in_a_row, self.last_wrong = 0, time.monotonic()
            self._news.notify_all()
        return heard

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until that is so; it is looked at after every answer."""
        async with self._news:
            await self._news.wait_for(reached)

    async def answers(self, count: int) -> None:
        """Wait for so many more answers, or for the end of work."""
        goal = len(self.heard) + count
        await self.until(lambda: self.over or len(self.heard) >= goal)

    async def live(self, person: Person) -> None:
        """One thing after the other, until work is over."""
        does = dict(zip(MIX, (self._log, self._read, self._refresh, self.sign_in, self._plan), strict=True))
        while not self.over:
            (kind,) = person.dice.choices(list(MIX), list(MIX.values()))
            await does[kind](person)

    async def rule(self) -> None:
        """The administrator changes a tier that nobody is in, every now and then."""
        while not self.over:
            await self.answers(40)
            self.changes += 1
            tier = {"day": self.changes % 100, "week": 999, "month": 999, "budget_usd": 1}
            await self._insist("change", "PUT", "manage/tiers/premium", tier, **self.chief)

    async def sign_in(self, person: Person) -> None:
        credentials = {"identifier": person.identifier, "password": PERSON["password"]}
        heard = await self._insist("sign in", "POST", "auth/login", credentials, **NATIVE)
        if heard.status == 200:
            person.session = heard.body

    async def order(self, person: Person, key: str) -> Heard:
        """A plan under that key, which is the person's once it was answered."""
        headers = {**person.signed_in, "Idempotency-Key": key}
        heard = await self._insist("plan", "POST", "workouts/generate", {"fresh": True}, **headers)
        if heard.status == 201:
            person.plans[key] = heard.body["plan"]["id"]
        if heard.is_right:
            person.unsettled.discard(key)
        else:
            person.unsettled.add(key)
        return heard

    async def _log(self, person: Person) -> None:
        person.sent += 1
        log_id = f"log-{person.number:02}-{person.sent:06}"
        heard = await self._insist("log", "POST", "workouts/logs", a_log(log_id), **person.signed_in)
        if heard.status in (200, 201):
            person.acknowledged.add(log_id)

    async def _read(self, person: Person) -> None:
        path = person.dice.choice(["me/usage", "workouts/logs?limit=5", "workouts/next"])
        await self._insist("read", "GET", path if person.plans else "me/usage", **person.signed_in)

    async def _refresh(self, person: Person) -> None:
        given = {"refresh_token": person.session["refresh_token"]}
        heard = await self._insist("refresh", "POST", "auth/refresh", given, **NATIVE)
        if heard.status == 200:
            person.session = heard.body
        elif heard.status == 401:
            await self.sign_in(person)

    async def _plan(self, person: Person) -> None:
        again = person.unsettled and person.dice.random() < 0.5
        await self.order(person, min(person.unsettled) if again else f"key-{person.dice.getrandbits(64):016x}")

    async def _insist(self, kind: str, method: str, path: str, body: Any = None, **headers: str) -> Heard:
        """Ask, and ask again as long as that may help."""
        began, phase = time.monotonic(), self.phase
        for tries in range(1, TRIES + 1):
            heard = await self.ask(kind, method, path, body, **headers)
            if heard.status not in (0, 503) and not heard.is_under_way:
                break
            if tries < TRIES:
                await asyncio.sleep(max(heard.retry_after_s, 0.1))
        self.operations.append(Operation(kind, phase, tries, heard, time.monotonic() - began))
        return heard


@asynccontextmanager
async def crowd(house: House, people: int = PEOPLE) -> AsyncIterator[Crowd]:
    """So many people registered, the tiers set, nobody at work yet."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    jar, patience = aiohttp.DummyCookieJar(), aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(cookie_jar=jar, connector=connector, timeout=patience) as client:
        made = Crowd(house, client)
        credentials = {"identifier": CHIEF["VIGOR_ADMIN_EMAIL"], "password": CHIEF["VIGOR_ADMIN_PASSWORD"]}
        admin = await made.ask("seed", "POST", "auth/login", credentials, **NATIVE)
        made.chief = {"X-Vigor-Authorization": f"Bearer {admin.body['access_token']}"}
        tier = {"day": PLANS_A_DAY, "week": 10 * PLANS_A_DAY, "month": 10 * PLANS_A_DAY, "budget_usd": 5}
        assert (await made.ask("seed", "PUT", "manage/tiers/free", tier, **made.chief)).status == 200
        for number in range(people):
            person = Person(number, {}, Random(number))
            body = {**PERSON, "email": person.identifier, "username": f"person{number}"}
            registered = await made.ask("seed", "POST", "auth/register", body, **NATIVE)
            assert registered.status == 201, registered
            person.session = registered.body
            made.people.append(person)
        yield made


@asynccontextmanager
async def at_work(crowd: Crowd) -> AsyncIterator[None]:
    """Everybody at work; afterwards everybody has ended what they had begun."""
    working = [asyncio.create_task(crowd.live(person)) for person in crowd.people]
    working.append(asyncio.create_task(crowd.rule()))
    try:
        yield
    finally:
        crowd.over = True
        await asyncio.gather(*working)


def _is_a_problem(answer: aiohttp.ClientResponse, told: Any) -> bool:
    """Whether it is a problem document that names its request."""
    return (
        answer.content_type == "application/problem+json"
        and isinstance(told, dict)
        and told.get("status") == answer.status
        and told.get("correlation_id") == answer.headers.get("X-Correlation-ID")
    )

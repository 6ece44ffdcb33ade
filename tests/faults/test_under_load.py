"""Two workers over Azurite, twenty people at work, and the store goes wrong: nothing is lost, charged twice or made up, and all
comes back. Azurite keeps what it acknowledged when it is stopped or asked to leave, not when it is killed, so it never is.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.emulators.proxy import Fault
from tests.faults import load_faults as faults
from tests.faults.load import TRIES, Crowd, at_work, crowd
from tests.faults.load_criteria import PATIENT_S, base, recovers
from tests.faults.load_house import House, house

pytestmark = [pytest.mark.slow, pytest.mark.emulator, pytest.mark.xdist_group("processes")]

FOR_S = 30
OPERATIONS = 400
"""Enough that one in a hundred means something."""

OPERATION_S = 20
"""How long a person goes on wanting the same thing, in seconds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the store and the workers were asked while something was so."""

    of_the_store: int
    of_the_workers: int

    @property
    def each(self) -> float:
        """Requests to the store for one of a person."""
        return self.of_the_store / max(1, self.of_the_workers)


Check = Callable[[Crowd, Asked, Asked], None]
Meanwhile = Callable[[Crowd], Awaitable[None]]


async def for_a_while(_crowd: Crowd) -> None:
    await asyncio.sleep(FOR_S)


async def for_many_operations(crowd: Crowd) -> None:
    begun = len(crowd.operations)
    await crowd.until(lambda: len(crowd.operations) >= begun + OPERATIONS)


async def out_of_reach(crowd: Crowd) -> None:
    """Whatever needs the store is refused, with a time to come back; what needs none is answered."""
    await asyncio.sleep(FOR_S / 2)
    anna = crowd.people[0]
    for method, path, body, headers in (
        ("GET", "health/ready", None, {}),
        ("GET", "me/usage", None, anna.signed_in),
        ("POST", "workouts/generate", {}, anna.signed_in),
        ("POST", "auth/refresh", {"refresh_token": anna.session["refresh_token"]}, {"X-Vigor-Client": "native"}),
        ("POST", "auth/login", {"identifier": anna.identifier, "password": "a wrong sentence"}, {}),
        ("GET", "manage/audit", None, crowd.chief),
    ):
        heard = await crowd.ask("probe", method, path, body, **headers)
        assert heard.status == 503, (path, heard)
        assert heard.retry_after_s >= 1
    for path in ("health/live", "openapi.json"):
        assert (await crowd.ask("probe", "GET", path)).status == 200
    await asyncio.sleep(FOR_S / 2)


def nothing_more(_crowd: Crowd, _before: Asked, _during: Asked) -> None:
    """The criteria of every fault are enough."""


def no_storm(_crowd: Crowd, before: Asked, during: Asked) -> None:
    assert during.each <= 1.5 * before.each


def not_asked_in_vain(crowd: Crowd, before: Asked, during: Asked) -> None:
    """Whoever operates it is told, and the store is asked less, not more."""
    assert during.each <= before.each
    assert "The store refuses to serve" in crowd.house.told()


def hardly_anybody_notices(crowd: Crowd, before: Asked, during: Asked) -> None:
    """At least 99 % get what they want, each asking at most four times, and the store is not stormed."""
    wanted = [one for one in crowd.operations if one.phase == "during"]
    missed = [one for one in wanted if not one.last.is_right or one.seconds > OPERATION_S]
    assert len(wanted) >= OPERATIONS - len(crowd.people) - 1, "but for those begun before"
    assert len(missed) <= 0.01 * len(wanted), [(one.kind, one.tries, one.last.status, one.seconds) for one in missed]
    assert during.each <= TRIES * before.each


KILLED = faults.replaced(by=signal.SIGKILL, every_s=2)
LEFT = faults.replaced(by=signal.SIGTERM, every_s=2)
LOST = faults.some(0.1, Fault.LOSE_REPLY)
SPOILT = faults.some(0.1, Fault.CUT, Fault.GARBAGE, Fault.NONSENSE)

LONG: dict[str, tuple[faults.Injected, Meanwhile, Check]] = {
    "T01 a worker killed every two seconds": (KILLED, for_a_while, nothing_more),
    "T04 the store stopped": (faults.stopped, out_of_reach, no_storm),
    "T04 the store gone": (faults.gone, out_of_reach, no_storm),
    "T05 the store hangs": (faults.always(Fault.HANG), out_of_reach, no_storm),
    "T06 half a second later": (faults.slow(0.25, 0.75), for_a_while, no_storm),
    "T06 three seconds later": (faults.slow(2, 4), for_a_while, no_storm),
    "T07 busy": (faults.some(0.3, faults.BUSY), for_many_operations, hardly_anybody_notices),
    "T07 busy for a second": (faults.some(0.3, faults.BUSY_FOR_A_SECOND), for_many_operations, hardly_anybody_notices),
    "T09 no access": (faults.always(faults.REFUSED), out_of_reach, not_asked_in_vain),
    "T09 no table": (faults.always(faults.GONE), out_of_reach, not_asked_in_vain),
    "T10 replies lost": (LOST, for_many_operations, hardly_anybody_notices),
    "T11 writes delivered twice": (faults.writes_twice(), for_many_operations, hardly_anybody_notices),
    "T12 replies cut and garbled": (SPOILT, for_many_operations, hardly_anybody_notices),
    "T23 workers replaced": (LEFT, for_a_while, nothing_more),
}


async def asked_while(crowd: Crowd, house: House, so: Awaitable[None]) -> Asked:
    """What was asked until that is over."""
    stored, heard = house.proxy.requests, len(crowd.heard)
    await so
    return Asked(house.proxy.requests - stored, len(crowd.heard) - heard)


@pytest.mark.faults
@pytest.mark.parametrize("name", LONG)
async def test_people_at_work_survive(name: str, tmp_path: Path) -> None:
    injected, meanwhile, check = LONG[name]
    async with house(tmp_path) as there, crowd(there) as people:
        async with at_work(people):
            before = await asked_while(people, there, people.answers(300))
            people.phase = "during"
            async with injected(there):
                during = await asked_while(people, there, meanwhile(people))
            people.phase = "after"
            await recovers(people)
        check(people, before, during)
        await base(people, may_break=name.startswith(("T01", "T23")))


@pytest.mark.parametrize(
    "injected", [faults.some(0.1, Fault.LOSE_REPLY, Fault.CUT), faults.stopped], ids=["replies are lost", "it stops"]
)
async def test_a_few_people_survive_that_for_a_moment(injected: faults.Injected, tmp_path: Path) -> None:
    async with house(tmp_path) as there, crowd(there, people=8) as people:
        async with at_work(people):
            await people.answers(60)
            people.phase = "during"
            async with injected(there):
                await people.answers(60)
            people.phase = "after"
            await recovers(people, in_a_row=50, within_s=PATIENT_S)
        await base(people)

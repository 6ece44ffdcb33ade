"""What must be true after any fault: nothing acknowledged lost, nothing counted wrong, no bug shown, the audit trail whole."""

import asyncio
import time
from collections import Counter
from typing import Any

from tests.faults.load import PLANS_A_DAY, Crowd, Heard, Person
from tests.faults.load_house import RESERVED_FOR_S

IN_A_ROW = 200
"""So many right answers one after the other are an error rate under 0.5 %."""

RECOVERED_WITHIN_S = 30
PATIENT_S = 300
_KEY_HELD_FOR_S = 90
"""How long a key counts as worked on whose worker was killed."""

ALLOWED = {200, 201, 429, 503, 504}


async def recovers(crowd: Crowd, *, in_a_row: int = IN_A_ROW, within_s: float = RECOVERED_WITHIN_S) -> None:
    """Wait until so many answers in a row are right; the first of them within so many seconds from now."""
    began, crowd.in_a_row = time.monotonic(), 0
    async with asyncio.timeout(PATIENT_S):
        await crowd.until(lambda: crowd.in_a_row >= in_a_row)
    assert crowd.last_wrong - began <= within_s, told(crowd)


async def base(crowd: Crowd, *, may_break: bool = False) -> None:
    """The criteria of every fault, read back through the API once everybody has stopped.

    `may_break` allows connections that broke: those of requests whose worker was ended.
    """
    assert crowd.ill_formed == []
    assert all(_is_allowed(one, may_break=may_break) for _, one in crowd.heard), told(crowd)
    await _settled(crowd)
    async with asyncio.timeout(PATIENT_S):
        for person in crowd.people:
            await _kept_once(crowd, person)
            await _charged_once(crowd, person)
        await _nobody_invented(crowd)
        await _books_agree(crowd)


def told(crowd: Crowd) -> dict[str, dict[str, int]]:
    """Kinds of answers by phase, for whoever reads why a test failed."""
    counted: dict[str, Counter[str]] = {}
    for phase, one in crowd.heard:
        counted.setdefault(phase, Counter())[f"{one.kind} {one.status} {one.code}".strip()] += 1
    return {phase: dict(counts.most_common()) for phase, counts in counted.items()}


def _is_allowed(heard: Heard, *, may_break: bool) -> bool:
    return heard.status in ALLOWED or heard.is_under_way or (may_break and heard.status == 0)


async def _settled(crowd: Crowd) -> None:
    """Everybody hears what became of the plans they were never answered."""
    async with asyncio.timeout(_KEY_HELD_FOR_S + PATIENT_S):
        for person in crowd.people:
            for key in sorted(person.unsettled):
                while key in person.unsettled:
                    heard = await crowd.order(person, key)
                    await asyncio.sleep(0 if heard.is_right else max(1, heard.retry_after_s))


async def _kept_once(crowd: Crowd, person: Person) -> None:
    kept = Counter([one["id"] for one in await _all(crowd, "workouts/logs", **person.signed_in)])
    assert set(kept.values()) <= {1}, "a log is there once"
    assert person.acknowledged <= set(kept), "an acknowledged log is missing"
    assert all(one.startswith(f"log-{person.number:02}-") for one in kept)
    assert len(kept) <= person.sent


async def _charged_once(crowd: Crowd, person: Person) -> None:
    """As many plans are there, and were charged, as keys were answered; what was only reserved is given back in time."""
    plans = [one["id"] for one in await _all(crowd, "plans", **person.signed_in)]
    assert sorted(plans) == sorted(person.plans.values()), "a plan for each key that was answered, and no other"
    async with asyncio.timeout(2 * RESERVED_FOR_S + PATIENT_S):
        while True:
            usage = await _get(crowd, "me/usage", **person.signed_in)
            used = {usage[window]["used"] for window in ("day", "week", "month")}
            assert max(used) <= PLANS_A_DAY
            if used == {len(plans)}:
                return
            assert min(used) > len(plans), "something was made and not charged"
            await asyncio.sleep(1)  # until the reservation that was left behind ends


async def _nobody_invented(crowd: Crowd) -> None:
    emails = [one["email"] for one in await _all(crowd, "manage/users", **crowd.chief)]
    assert len(emails) == len(set(emails)) == len(crowd.people) + 1


async def _books_agree(crowd: Crowd) -> None:
    assert (await _get(crowd, "manage/audit", **crowd.chief))["chain"]["whole"]
    drift = (await _get(crowd, "manage/usage?verify=true", **crowd.chief))["drift"]
    assert (drift["people_off"], drift["requests_off"], drift["usd_off"], drift["people_unreadable"]) == (0, 0, 0, 0)
    assert [one["missing_usd"] for one in drift["providers"]] == [0] * len(drift["providers"])


async def _all(crowd: Crowd, path: str, **headers: str) -> list[Any]:
    items: list[Any] = []
    cursor = ""
    while True:
        page = await _get(crowd, f"{path}?limit=100{cursor}", **headers)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = f"&cursor={page['next_cursor']}"


async def _get(crowd: Crowd, path: str, **headers: str) -> Any:
    heard = await crowd.ask("look", "GET", path, **headers)
    assert heard.status == 200, heard
    return heard.body

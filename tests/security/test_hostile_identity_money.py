"""A checker outside the house: what may be spent, asked for by many at one moment, under keys and over several workers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.faults.last_byte import Request, released_together
from tests.providers.planning_vendor import PlanningVendor
from tests.security.identity_house import House, bearer, house, told

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]

PATH, FRESH = "workouts/generate", {"fresh": True}
WIDE = {"day": 1000, "week": 1000, "month": 1000}


@pytest.fixture
async def vigor(tmp_path: Path) -> AsyncIterator[House]:
    """Three workers over one store, with a vendor that writes plans."""
    async with PlanningVendor() as vendor:
        running = house(tmp_path, 3, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=f"{vendor.base_url}/v1")
        opened = await asyncio.to_thread(running.__enter__)
        try:
            yield opened
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)


async def race(vigor: House, who: Mapping[str, str], keys: Sequence[str]) -> list[tuple[int, Any]]:
    """A plan asked for once under each key, each over the next worker, all let go at their last byte."""
    places = cycle(vigor.addresses)
    return await released_together(
        [Request(next(places), PATH, FRESH, {**who, "Idempotency-Key": key}) for key in keys]
    )


async def ask(vigor: House, *args: Any) -> Any:
    """A request of the checker's, beside the vendor's answers."""
    return await asyncio.to_thread(vigor.ask, *args)


async def test_a_key_is_one_request_and_keys_of_ones_own_get_nobody_past_the_limit(vigor: House) -> None:
    anna, ben = [bearer(await asyncio.to_thread(vigor.person, name)) for name in ("anna", "ben")]
    once = await race(vigor, anna, ["the-same-key"] * 20)
    assert Counter(status for status, _ in once)[201] >= 1
    assert {status for status, _ in once} <= {201, 409}
    assert len({body["plan"]["id"] for status, body in once if status == 201}) == 1
    again = await ask(vigor, "POST", PATH, FRESH, {**anna, "Idempotency-Key": "the-same-key"})
    assert (again.status, again.headers["Idempotent-Replayed"], again.json["usage"]["day"]["used"]) == (201, "true", 1)
    for key, body, status in (
        ("the-same-key", {"fresh": False}, 422), ("short", FRESH, 422), ("k" * 256, FRESH, 422), ("k\u00e4y-of-anna", FRESH, 422),
        ("of-no-use", {"days_per_week": -3}, 422), ("of-no-use", {"session_minutes": 10**9}, 422), ("of-no-use", {"cost": -1}, 422),
    ):  # fmt: skip
        assert (await ask(vigor, "POST", PATH, body, {**anna, "Idempotency-Key": key})).status == status, (key, body)
    theirs = await ask(vigor, "POST", PATH, FRESH, {**ben, "Idempotency-Key": "the-same-key"})
    assert (theirs.status, theirs.headers["Idempotent-Replayed"]) == (201, None), "a key is its person's"

    for number in range(8):
        assert (
            await ask(vigor, "POST", PATH, FRESH, {**anna, "Idempotency-Key": f"number-key-{number}"})
        ).status == 201
    raced = await race(vigor, anna, [f"raced-key-{number}" for number in range(40)])
    assert Counter(status for status, _ in raced) == {201: 1, 429: 39}, "the tenth of ten"
    refused = await ask(vigor, "POST", PATH, FRESH, anna)
    usage = told(await ask(vigor, "GET", "me/usage", None, anna))
    assert {name: refused.json[name] for name in ("code", "limit", "used", "resets_at")} == {
        "code": "quota_exceeded", "limit": 10, "used": 10, "resets_at": usage["day"]["resets_at"],
    }  # fmt: skip
    assert int(refused.headers["Retry-After"]) > 0
    assert [usage[window]["used"] for window in ("day", "week", "month")] == [10, 10, 10]


async def test_a_budget_of_nothing_pays_for_nothing_and_no_limit_is_negative_or_endless(vigor: House) -> None:
    chief, path = await asyncio.to_thread(vigor.chief), "manage/tiers/free"
    for wrong in (
        {"day": -1},
        {"budget_usd": -0.01},
        {"budget_usd": 1e300},
        {"day": 1.5},
        {"day": True},
        {"month": "9"},
    ):
        assert (await ask(vigor, "PUT", path, {**WIDE, "budget_usd": 1, **wrong}, chief)).status == 422, wrong
    for endless in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400):
        raw = b'{"day": 9, "week": 9, "month": 9, "budget_usd": ' + endless + b"}"
        sent = {**chief, "Content-Type": "application/json"}
        assert (await asyncio.to_thread(vigor.ask, "PUT", path, None, sent, raw=raw)).status == 400, endless
    told(await ask(vigor, "PUT", path, {**WIDE, "budget_usd": 0}, chief))
    anna = bearer(await asyncio.to_thread(vigor.person, "anna"))
    raced = await race(vigor, anna, [f"raced-key-{number}" for number in range(40)])
    assert {(status, body["code"], body["limit"], body["used"]) for status, body in raced} == {
        (429, "budget_exceeded", 0, 0)
    }
    assert told(await ask(vigor, "GET", "me/usage", None, anna))["day"]["used"] == 0

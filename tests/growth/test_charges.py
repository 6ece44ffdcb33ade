"""What each capability costs: waits for the store held to the design's bounds, and estimated request units to ours."""

from pathlib import Path

import pytest

from benchmarks.a_life import every_capability, person
from benchmarks.charging import Charge, list_charge, write_charge
from shared.storage.store import Delete, Document, Insert, Replace
from tests.providers.planning_vendor import PlanningVendor

pytestmark = pytest.mark.slow

BOUNDS = {  # waits, operations, request units
    "register": (6, 6, 70),
    "sign in": (7, 8, 50),
    "refresh a session": (3, 3, 20),
    "read the profile": (1, 2, 6),
    "change the profile": (3, 3, 20),
    "generate a worker's first plan": (5, 13, 130),
    "generate a plan": (3, 10, 100),
    "log a workout": (2, 3, 20),
    "sync ten workouts": (7, 22, 180),
    "list workouts": (1, 2, 60),
    "read a workout": (2, 3, 10),
    "list plans": (1, 3, 40),
    "see the next session": (2, 6, 120),
    "see progress": (3, 6, 120),
    "see one's usage": (2, 3, 16),
    "list measurements": (1, 2, 16),
    "read the chat": (1, 2, 16),
    "read a motivation": (4, 10, 120),
    "analyse a workout": (5, 12, 130),
    "chat": (4, 10, 130),
}
"""A model writes, reads back and answers. The first plan of a worker leases from the provider's budget as well. The
workouts have five exercises and some twenty sets; a person has 20 of them."""


async def test_every_capability_stays_within_its_waits_operations_and_request_units(tmp_path: Path) -> None:
    async with PlanningVendor() as vendor:
        models = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        async with person(tmp_path, environ={"VIGOR_TRUSTED_HOPS": "1", **models}) as one:
            await every_capability(one, logs=10)
            measured = {
                what: (cost.waits, cost.charge.operations, round(cost.charge.request_units, 1))
                for what, cost in one.costs.items()
            }
    assert measured.keys() == BOUNDS.keys()
    over = {
        what: (found, BOUNDS[what])
        for what, found in measured.items()
        if any(a > b for a, b in zip(found, BOUNDS[what], strict=True))
    }
    assert over == {}


def test_units_are_those_documented_for_1_kb_and_100_kb() -> None:
    one_kb, hundred_kb = {"x": "x" * (1024 - 300 - 8)}, {"x": "x" * (100 * 1024 - 300 - 8)}
    assert [round(write_charge([Insert("a", body)]).request_units) for body in (one_kb, hundred_kb)] == [6, 51]
    assert [round(write_charge([Replace("a", body, "e")]).request_units) for body in (one_kb, hundred_kb)] == [11, 101]
    assert write_charge([Delete("a"), Delete("b")]) == Charge(1, 2, 10.0)
    assert list_charge([]).request_units == 6
    assert round(list_charge([Document("p", "a", hundred_kb, "")]).request_units) == 106

"""The structure of a reply: what is caught here, and what is left to who can mend it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.providers.schema_fit import misfit

PLAN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "days": {"type": "array", "items": {"$ref": "#/$defs/day"}},
    },
    "required": ["title", "note", "days"],
    "$defs": {
        "day": {
            "type": "object",
            "properties": {"sets": {"type": "integer", "maximum": 5}, "id": {"type": "string", "enum": ["a", "b"]}},
            "required": ["sets", "id"],
        }
    },
}


def plan(**changes: object) -> dict[str, object]:
    return {"title": "Legs", "note": None, "days": [{"sets": 3, "id": "a"}]} | changes


@pytest.mark.parametrize("value", [plan(), plan(days=[]), plan(note="x"), plan(days=[{"sets": 3.0, "id": "a"}])])
def test_the_right_structure_fits(value: object) -> None:
    assert misfit(value, PLAN) is None


@pytest.mark.parametrize(
    "day", [{"sets": 99, "id": "a"}, {"sets": 3, "id": "not-an-id"}, {"sets": 3, "id": "a", "x": 1}]
)
def test_numbers_ids_and_extras_are_left_to_who_can_mend_them(day: object) -> None:
    assert misfit(plan(days=[day]), PLAN) is None


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ([], "/ is not object"),
        ({"title": "x", "note": None}, "/days is missing"),
        (plan(title=1), "/title is not string"),
        (plan(note=1), "/note is not string"),
        (plan(days={}), "/days is not array"),
        (plan(days=[{"sets": 1, "id": "a"}, {"id": "a"}]), "/days/1/sets is missing"),
        (plan(days=[{"sets": True, "id": "a"}]), "/days/0/sets is not integer"),
        (plan(days=[{"sets": 1.5, "id": "a"}]), "/days/0/sets is not integer"),
        (plan(days=[None]), "/days/0 is not object"),
    ],
)
def test_another_structure_is_named_with_its_place(value: object, wrong: str) -> None:
    assert misfit(value, PLAN) == wrong


def test_a_schema_that_refers_to_itself_ends() -> None:
    nested: Any = []
    for _ in range(100):
        nested = [nested]
    assert misfit(nested, {"type": "array", "items": {"$ref": "#"}}) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(value=json_values)
def test_any_json_gets_an_answer(value: object) -> None:
    assert misfit(value, PLAN) is None or isinstance(misfit(value, PLAN), str)

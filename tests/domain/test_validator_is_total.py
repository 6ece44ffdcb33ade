"""The validator never raises: any JSON gives a list, and what breaks a document at random is found or harmless."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.profile import Injury, Profile, Screening
from shared.domain.rules import rules
from shared.domain.validation.findings import History
from shared.domain.validation.texts import unfit
from shared.domain.validator import validate
from tests.domain.plans import PERSON, YEAR, sound_plan

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["plank", "barbell-bench-press", "8-12", "general", "AMRAP"])
)
FIELDS = [
    "version", "name", "goal", "level", "weeks", "deload_weeks", "source", "days", "rationale", "disclaimers", "changes",
    "warnings", "day", "title", "focus", "estimated_minutes", "warm_up", "exercises", "cool_down", "aerobic_minutes",
    "exercise_id", "sets", "reps", "seconds", "rpe", "rest_s", "load_kg", "superset", "notes", "min", "max", "kind",
    "provider", "model",
]  # fmt: skip
KEYS = st.sampled_from(FIELDS) | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)
PEOPLE = st.sampled_from(
    [
        PERSON,
        Profile(),
        Profile(birth_year=YEAR - 70, injuries=[Injury(region="knee")]),
        Profile(screening=Screening(dizziness=True), session_minutes=20),
        Profile(screening=Screening(pregnant=True, cleared=True), goals=["strength"]),
    ]
)
HISTORIES = st.sampled_from(
    [None, History(), History(last_load_kg={"plank": 0.0}, e1rm_kg={"plank": 1.0}, last_week_sets={"chest": 0.0})]
)


NOT_JSON = object()


def holds_together(found: list[Any]) -> None:
    for violation in found:
        assert violation.severity in ("E", "W", "I")
        assert violation.id in rules().rules
        assert violation.want and violation.why and violation.source and violation.fix
        assert len(violation.got) <= 80


@settings(max_examples=400, deadline=None)
@given(plan=JSON, person=PEOPLE, history=HISTORIES, week=st.none() | st.integers(1, 16))
def test_any_json_gives_a_list(plan, person, history, week):
    found = validate(plan, profile=person, year=YEAR, history=history, week=week)
    holds_together(found)
    assert found == validate(copy.deepcopy(plan), profile=person, year=YEAR, history=history, week=week)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), value=JSON, times=st.integers(1, 4), person=PEOPLE, history=HISTORIES)
def test_a_plan_with_anything_in_any_place_gives_a_list(seed, value, times, person, history):
    plan = spoilt_anywhere(seed, value, times)
    holds_together(validate(plan, profile=person, year=YEAR, history=history))


def spoilt_anywhere(seed: int, value: Any, times: int) -> Any:
    """A sound plan with `value` in a few places of any depth."""
    plan, rng = sound_plan(), random.Random(seed)
    for _ in range(times):
        node = rng.choice(list(containers(plan)))
        place = rng.choice(sorted(node)) if isinstance(node, dict) else rng.randrange(len(node))
        node[place] = copy.deepcopy(value)
    return plan


def containers(node: Any) -> Iterator[Any]:
    """Every object and list of a document that is not empty."""
    if isinstance(node, dict | list) and node:
        yield node
        for inner in node.values() if isinstance(node, dict) else node:
            yield from containers(inner)


@pytest.mark.parametrize(
    "plan",
    [
        None, True, 3, float("nan"), 10**400, "", "plan", [], [[]], {}, {"days": {}}, {"days": [None]}, {"days": [{}]},
        {"days": [{"exercises": [{}]}]}, {"days": [[]] * 400}, {"days": [{"day": 10**400}]}, {1: 2}, {"days": {1, 2}},
        {"rationale": "\ud800"}, {"days": [{"day": 1, "exercises": [{"exercise_id": "\x00" * 5000}]}]},
        {"weeks": 10**30, "deload_weeks": [10**30, -1, None, "7"]}, NOT_JSON, b"{}",
    ],
)  # fmt: skip
def test_hostile_documents_are_refused_and_not_crashed_on(plan):
    found = validate(plan, profile=PERSON, year=YEAR)
    holds_together(found)
    assert any(violation.severity == "E" for violation in found)


@pytest.mark.parametrize("long", ["x" * 60_000, "<a" * 30_000, "<" + " " * 60_000, "a-" * 30_000, "3." * 30_000])
def test_a_text_as_long_as_a_document_may_be_is_read_once_and_not_once_a_letter(long):
    assert unfit(long) is None
    assert unfit(f"{long}> a@b.example") is not None


def test_a_text_that_is_too_long_is_judged_by_its_beginning():
    plan = sound_plan()
    plan["rationale"] = "Well done. " * 1000 + "<b>"
    assert [found.id for found in validate(plan, profile=PERSON, year=YEAR)] == ["V11"]
    plan["rationale"] = "<b>" + "Well done. " * 1000
    assert [found.want for found in validate(plan, profile=PERSON, year=YEAR)] == ["at most 4000", "plain text"]


def test_of_a_list_far_too_long_no_more_is_told_than_helps():
    plan = sound_plan()
    plan["days"] = [{"exercises": [{"exercise_id": "no such thing"}] * 30}] * 30
    found = validate(plan, profile=PERSON, year=YEAR)
    assert {violation.path for violation in found if violation.id == "V02"} >= {"days", "days[0].day"}
    assert len([violation for violation in found if violation.id == "V04"]) == 14 * 20


def test_what_may_have_been_meant_is_looked_up_for_the_first_few_unknown_names_only():
    plan = sound_plan()
    for at, exercise in enumerate(plan["days"][0]["exercises"][:5]):
        exercise["exercise_id"] = f"plonk-hold-{at}" if at else "plonk-hold"
    plan["days"][1]["exercises"][0]["exercise_id"] = "plonk-hold"
    wanted = [found.want for found in validate(plan, profile=PERSON, year=YEAR) if found.id == "V04"]
    most = rules().whole("V04.suggested")
    assert ["plank" in want for want in wanted] == [at < most for at in range(5)] + [True]
    assert wanted[most] == "an id of the catalogue"


def test_half_a_character_is_no_text_that_can_be_kept():
    plan = sound_plan()
    plan["days"][0]["exercises"][0]["notes"] = "Brace. \ud800"
    found = validate(plan, profile=PERSON, year=YEAR)
    assert [(violation.id, violation.path) for violation in found] == [("V11", "days[0].exercises[0].notes")]


def test_a_document_without_end_is_refused():
    endless: list[Any] = []
    endless.append(endless)
    found = validate({"days": endless}, profile=PERSON, year=YEAR)
    assert [violation.id for violation in found] == ["V13"]


def test_a_plan_passes_through_json_text_and_is_judged_the_same():
    plan = sound_plan()
    plan["days"][0]["exercises"][0]["sets"] = 9
    again = json.loads(json.dumps(plan))
    assert validate(again, profile=PERSON, year=YEAR) == validate(plan, profile=PERSON, year=YEAR)

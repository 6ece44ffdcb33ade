"""Repair: what models write is mended, substituted, clamped or dropped; every change is told; no error is left."""

import copy
import json
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.prove_plans import random_person
from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, refusal
from shared.domain.engine import write_plan
from shared.domain.plan import DraftPlan, Drill
from shared.domain.planning.dosing import Dosing
from shared.domain.planning.draft import DayDraft, WeekDraft
from shared.domain.planning.easy import stretch_out
from shared.domain.planning.wish import PlanWish
from shared.domain.profile import Injury, Profile
from shared.domain.repair import Repaired, repair
from shared.domain.rules import rules
from shared.domain.validation.case import reach_of
from shared.domain.validation.findings import History
from shared.domain.validation.limits import limits_of
from shared.domain.validator import validate
from tests.domain.plans import PERSON, YEAR, row, rows, sound_plan
from tests.domain.test_rules_of_plans import FAULTS, Fault, spoilt
from tests.domain.test_validator_is_total import JSON, PEOPLE, spoilt_anywhere

Json = dict[str, Any]


def mended(plan: object, *, person: Profile = PERSON, **asked: Any) -> Repaired:
    """The repaired plan, which has to be one, without errors, and with its changes also inside the plan."""
    found = repair(plan, profile=person, year=YEAR, **asked)
    assert found is not None
    errors = [one for one in validate(found.plan, profile=person, year=YEAR, **asked) if one.severity == "E"]
    assert errors == []
    assert DraftPlan.model_validate(found.plan.model_dump()) == found.plan
    assert tuple(found.plan.changes) == found.changes or not found.changes
    assert all(change.what and change.why and change.rule in rules().rules for change in found.changes)
    return found


def told(found: Repaired) -> str:
    return " | ".join(f"{change.rule} {change.what}" for change in found.changes)


def item(plan: DraftPlan, day: int, index: int) -> Any:
    return plan.days[day].exercises[index]


def test_a_sound_plan_comes_back_as_it_was():
    found = mended(sound_plan())
    assert found.changes == ()
    assert found.plan == DraftPlan.model_validate(sound_plan())


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.severity == "E" and one.rule != "V13"], ids=str)
def test_every_fault_of_severity_error_is_mended_and_told(fault: Fault):
    plan = spoilt(fault)
    person = PERSON.model_copy(update=fault.person)
    found = repair(plan, profile=person, year=YEAR, **fault.asked)
    if fault.path == "days" and fault.rule == "V02":
        assert found is None  # a plan without a single day holds nothing to keep: the engine writes one
        return
    changes = mended(plan, person=person, **fault.asked).changes
    assert changes


def test_the_shape_is_read_as_kindly_as_it_can_be():
    plan = sound_plan()
    exercises = plan["days"][0]["exercises"]
    exercises[0] |= {"sets": "4", "reps": "6-10", "rpe": 8.2}
    exercises[1] |= {"reps": [6, 10], "rest_s": 120.0}
    exercises[2] |= {"reps": 8, "rest_s": "120 s"}
    exercises.append("and stretch a little")
    found = mended(plan)
    bench, seated_row, press = (item(found.plan, 0, index) for index in range(3))
    assert (bench.sets, bench.reps.min, bench.reps.max, bench.rpe) == (4, 6, 10, 8.0)
    assert (seated_row.reps.min, seated_row.reps.max, seated_row.rest_s) == (6, 10, 120)
    assert (press.reps.min, press.reps.max, press.rest_s) == (8, 8, 120)
    assert "V04 Left out what was no exercise on Upper body A" in told(found)


def test_names_and_typos_become_ids_of_the_catalogue():
    plan = sound_plan()
    plan["days"][0]["exercises"][0]["exercise_id"] = "Bench Press (Barbell)"
    plan["days"][1]["exercises"][0]["exercise_id"] = "barbel-back-sqat"
    found = mended(plan)
    assert item(found.plan, 0, 0).exercise_id == "barbell-bench-press"
    assert "barbell-back-squat" in {one.exercise_id for one in found.plan.days[1].exercises}
    assert "barbell-bench-press" in told(found)


@pytest.mark.parametrize("region", ["shoulder", "knee", "lower_back", "wrist", "elbow", "ankle", "neck", "hip"])
def test_what_an_injury_forbids_is_substituted_with_the_reason(region):
    hurt = PERSON.model_copy(update={"injuries": [Injury(region=region)]})
    found = mended(sound_plan(), person=hurt)
    bound = constraints_of(hurt, year=YEAR)
    for day in found.plan.days:
        for one in day.exercises:
            assert refusal(catalogue().get(one.exercise_id), bound) is None
    swaps = [change for change in found.changes if change.rule == "V22"]
    assert swaps
    assert all("which your injury asks to avoid" in change.why for change in swaps)
    assert rules().table("V53.texts")["injury"] in found.plan.disclaimers


def test_missing_equipment_and_exclusions_are_substituted():
    person = PERSON.model_copy(
        update={
            "equipment": ["dumbbells", "bench", "pull_up_bar", "resistance_bands"],
            "excluded_exercises": ["dumbbell-bench-press"],
        }
    )
    found = mended(sound_plan(), person=person)
    assert {"V20", "V23"} <= {change.rule for change in found.changes}
    left = {one.exercise_id for day in found.plan.days for one in day.exercises}
    assert not left & {"barbell-bench-press", "dumbbell-bench-press", "barbell-back-squat"}


def test_numbers_are_clamped_to_the_nearest_that_is_allowed():
    plan = sound_plan()
    plan["days"][0]["exercises"][5] |= {"sets": 80, "rest_s": 900, "rpe": 14, "reps": {"min": 200, "max": 12}}
    found = mended(plan)
    curl = next(one for one in found.plan.days[0].exercises if one.exercise_id == "ez-bar-curl")
    assert (curl.reps.min, curl.reps.max) == (12, 30)
    assert curl.rpe == 9.5
    assert curl.rest_s <= 300
    assert curl.sets <= 8
    assert {"V05", "V06", "V07", "V36"} <= {change.rule for change in found.changes}


def test_what_cannot_stand_is_dropped():
    plan = sound_plan()
    plan["days"][0]["exercises"].append(row("barbell-bench-press 4 6-10 120"))
    plan["days"].append(copy.deepcopy(plan["days"][0]) | {"day": 6})
    found = mended(plan)
    assert len(found.plan.days) == 4
    names = [one.exercise_id for one in found.plan.days[0].exercises]
    assert names.count("barbell-bench-press") == 1
    assert {"V10", "V25"} <= {change.rule for change in found.changes}


def test_words_that_are_untrue_or_unfit_are_taken_out_and_the_rest_stays():
    plan = sound_plan() | {
        "rationale": "Four days a week fit you. You did 31 sets last month. Write to me at coach@mail.example.",
    }
    plan["days"][0]["exercises"][0]["notes"] = "Do 12 sets."
    plan["days"][0]["exercises"][1]["notes"] = "This cures back pain. Pull to the belly."
    found = mended(plan, history=History())
    assert found.plan.rationale == "Four days a week fit you."
    assert item(found.plan, 0, 0).notes == catalogue().get("barbell-bench-press").cues[0]
    assert item(found.plan, 0, 1).notes == "Pull to the belly."
    assert {"V11", "V50"} <= {change.rule for change in found.changes}


def test_a_missing_movement_is_added_and_a_short_session_lengthened():
    plan = sound_plan()
    for day in plan["days"]:
        del day["exercises"][2:]
    found = mended(plan)
    rules_told = {change.rule for change in found.changes}
    assert "V26" in rules_told
    patterns = {catalogue().get(one.exercise_id).pattern for day in found.plan.days for one in day.exercises}
    assert {
        "squat",
        "hinge",
        "horizontal_push",
        "vertical_push",
        "horizontal_pull",
        "vertical_pull",
        "core",
    } <= patterns


def test_a_session_far_too_long_is_shortened():
    busy = PERSON.model_copy(update={"session_minutes": 25})
    found = mended(sound_plan(), person=busy)
    assert all(day.estimated_minutes <= 28 for day in found.plan.days)
    assert "V26" in {change.rule for change in found.changes}


def test_loads_nobody_has_lifted_are_left_open():
    plan = sound_plan()
    plan["days"][0]["exercises"][0]["load_kg"] = 140.0
    found = mended(plan, history=History())
    assert item(found.plan, 0, 0).load_kg is None
    assert "V37" in {change.rule for change in found.changes}


def test_the_goal_asked_for_is_the_goal_that_is_written():
    found = mended(sound_plan(), wish=PlanWish(goal="strength"))
    assert found.plan.goal == "strength"
    mains = [day.exercises[0] for day in found.plan.days]
    assert all(one.reps.max <= 6 for one in mains)


@pytest.mark.parametrize("plan", [None, [], "plan", {}, {"days": []}, {"days": [{"exercises": ["squats"]}]}, 10**400])
def test_where_nothing_is_left_to_keep_the_engine_is_to_write(plan):
    assert repair(plan, profile=PERSON, year=YEAR) is None


def test_the_same_plan_is_repaired_the_same_way():
    plan = sound_plan()
    plan["days"][0]["exercises"] = rows("snatch 5 1-3 180", "kipping-pull-up 5 6-10 60")
    assert repair(plan, profile=PERSON, year=YEAR) == repair(json.loads(json.dumps(plan)), profile=PERSON, year=YEAR)


@settings(max_examples=150, deadline=None)
@given(plan=JSON, person=PEOPLE)
def test_repair_of_any_json_is_a_plan_without_errors_or_none(plan, person):
    found = repair(plan, profile=person, year=YEAR)
    if found is not None:
        assert [one for one in validate(found.plan, profile=person, year=YEAR) if one.severity == "E"] == []


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32), value=JSON, times=st.integers(1, 5), person=PEOPLE)
def test_a_plan_broken_anywhere_is_repaired_or_given_up(seed, value, times, person):
    plan = spoilt_anywhere(seed, value, times)
    found = repair(plan, profile=person, year=YEAR)
    if found is not None:
        assert [one for one in validate(found.plan, profile=person, year=YEAR) if one.severity == "E"] == []


def test_half_a_character_is_taken_out_wherever_it_stands():
    plan = sound_plan()
    first = plan["days"][0]["exercises"][0]
    plan["name"] = plan["rationale"] = plan["days"][0]["title"] = first["notes"] = "Half \ud800 up"
    plan["disclaimers"] = [*plan["disclaimers"], "\ud800"]
    found = mended(plan)
    assert "Half" not in found.plan.model_dump_json()


def test_a_day_of_any_length_is_read_and_trimmed():
    plan = sound_plan()
    every = sorted(catalogue().exercises)[:120]
    plan["days"][0]["exercises"] = [row(f"{one} 2 6-10 60 A") for one in every]
    assert len(mended(plan).plan.days[0].exercises) <= 10


def test_a_reason_is_no_longer_than_a_plan_may_say():
    excluded = sorted(catalogue().exercises)[:150]
    person = PERSON.model_copy(update={"injuries": [Injury(region=one) for one in ("shoulder", "lower_back", "elbow")]})
    plan = sound_plan()
    plan["days"][0]["exercises"] = rows(*(f"{one} 2 6-10 60" for one in excluded))
    found = mended(plan, person=person)
    assert max(len(change.why) for change in found.changes) <= 500


def test_sets_too_easy_to_count_are_brought_to_the_goals_effort():
    plan = sound_plan()
    for day in plan["days"]:
        for one in day["exercises"]:
            one["rpe"] = 5.0
    found = mended(plan)
    assert "V27 Brought repetitions and effort into the range of your goal" in told(found)
    assert {one.rpe for day in found.plan.days for one in day.exercises if one.reps} == {7.0}


def test_a_beginners_first_weeks_keep_their_sets_however_easy_they_are():
    beginner = Profile(equipment=PERSON.equipment, goals=["general"], days_per_week=4, session_minutes=55)
    plan = sound_plan() | {"level": "beginner", "goal": "general", "deload_weeks": []}
    for day in plan["days"]:
        for one in day["exercises"]:
            one |= {"rpe": 5.0, "sets": 4}
    found = mended(plan, person=beginner)
    assert max(one.sets for day in found.plan.days for one in day.exercises if one.reps) <= 3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_a_plan_written_for_somebody_else_is_made_right_or_given_up(seed):
    rng = random.Random(seed)
    (other, others_wish), (person, wish) = random_person(rng), random_person(rng)
    theirs = write_plan(others_wish, other, seed=seed, today=date(YEAR, 7, 1)).model_dump(mode="json")
    if repair(theirs, profile=person, year=YEAR, wish=wish) is not None:
        mended(theirs, person=person, wish=wish)


def test_a_session_two_seconds_short_gets_a_drill_of_a_length_that_a_plan_can_hold():
    limits = limits_of(PERSON, year=YEAR)
    day = DayDraft(1, "Day", warm_up=[Drill(name="Easy cycling", seconds=600)])
    week = WeekDraft(limits, Dosing(limits), reach_of(constraints_of(PERSON, year=YEAR)), [day])
    stretch_out(week, day, aim_s=601)
    assert [drill.seconds for drill in day.cool_down] == [5]

"""A swap: a safe stand-in on every day, with its reason; and nothing brings the excluded exercise back."""

import random
from datetime import UTC, date, datetime

import pytest

from benchmarks.prove_plans import random_person
from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, refusal
from shared.domain.engine import PlanWish, write_plan
from shared.domain.plan import Plan
from shared.domain.profile import Injury, Profile
from shared.domain.progression.session import next_session
from shared.domain.repair import repair
from shared.domain.session_time import session_minutes
from shared.domain.swapping import NoSubstitute, NotInPlan, swapped
from shared.domain.validation.findings import warnings_of
from shared.domain.validator import validate

TODAY = date(2026, 7, 1)
GYM = sorted(catalogue().equipment)
LIFTER = Profile(fitness_level="intermediate", goals=["hypertrophy"], equipment=GYM, session_minutes=60)


def plan_for(profile: Profile, *, seed: int = 1) -> Plan:
    draft = write_plan(PlanWish(), profile, seed=seed, today=TODAY)
    return Plan(**draft.model_dump(), id="plan-1", created_at=datetime(2026, 7, 1, tzinfo=UTC), active=True)


def ids(plan):
    return [one.exercise_id for day in plan.days for one in day.exercises]


def swap(plan, exercise_id, profile, *, reason=None):
    day = next(day.day for day in plan.days if exercise_id in {one.exercise_id for one in day.exercises})
    return swapped(plan, day=day, exercise_id=exercise_id, reason=reason, profile=profile, year=TODAY.year)


@pytest.mark.parametrize("seed", range(8))
def test_every_exercise_of_a_plan_can_be_swapped_without_breaking_a_rule(seed):
    plan = plan_for(LIFTER, seed=seed)
    for exercise_id in dict.fromkeys(ids(plan)):
        changed = swap(plan, exercise_id, LIFTER)
        assert exercise_id not in ids(changed)
        known = validate(plan, profile=LIFTER, year=TODAY.year)
        found = [one for one in validate(changed, profile=LIFTER, year=TODAY.year) if one not in known]
        assert [one for one in found if one.severity == "E"] == []
        assert [day.estimated_minutes for day in changed.days] == [
            session_minutes(day, catalogue()) for day in changed.days
        ]


def test_the_stand_in_takes_the_place_on_every_day_and_the_reason_is_kept():
    plan = plan_for(LIFTER)
    out = ids(plan)[0]
    twice = plan.model_copy(
        update={"days": [day.model_copy(update={"exercises": plan.days[0].exercises}) for day in plan.days]}
    )
    changed = swap(twice, out, LIFTER, reason="  the rack is always taken ")
    assert out not in ids(changed)
    change = changed.changes[-1]
    assert change.rule == "swap"
    assert change.what.startswith(f"{catalogue().get(out).name} → ")
    assert change.why.endswith("You asked for it: the rack is always taken.")


def test_a_stand_in_respects_injuries_equipment_and_exclusions():
    hurt = LIFTER.model_copy(
        update={"injuries": [Injury(region="other", note="rotator cuff")], "excluded_exercises": ["landmine-press"]}
    )
    bound = constraints_of(hurt, year=TODAY.year)
    plan = plan_for(hurt)
    for exercise_id in dict.fromkeys(ids(plan)):
        try:
            changed = swap(plan, exercise_id, hurt)
        except NoSubstitute:
            continue
        new = set(ids(changed)) - set(ids(plan))
        assert all(refusal(catalogue().get(one), bound) is None for one in new)


def test_what_is_not_in_the_plan_cannot_be_swapped():
    plan = plan_for(LIFTER)
    with pytest.raises(NotInPlan):
        swapped(plan, day=7, exercise_id=ids(plan)[0], reason=None, profile=LIFTER, year=TODAY.year)


def test_where_nothing_safe_is_left_the_person_is_told():
    bare = Profile(equipment=[], fitness_level="beginner")
    plan = plan_for(bare)
    pull = plan.days[0].exercises[0].model_copy(update={"exercise_id": "pull-up", "name": "Pull-Up"})
    days = [plan.days[0].model_copy(update={"exercises": [pull]})]
    with pytest.raises(NoSubstitute, match="no safe substitute"):
        swap(plan.model_copy(update={"days": days}), "pull-up", bare)


@pytest.mark.parametrize("exercise_id", ["barbell-bench-press", "barbell-back-squat", "lat-pulldown", "plank"])
def test_an_excluded_exercise_comes_back_by_no_way(exercise_id):
    name = catalogue().get(exercise_id).name
    bored = LIFTER.model_copy(update={"excluded_exercises": [exercise_id]})
    plans = [plan_for(bored, seed=seed) for seed in range(40)]
    assert all(exercise_id not in ids(plan) for plan in plans)
    for plan in plans[:10]:
        for out in dict.fromkeys(ids(plan)):
            assert exercise_id not in ids(swap(plan, out, bored))
    before = next(plan for seed in range(200) if exercise_id in ids(plan := plan_for(LIFTER, seed=seed)))
    for day in before.days:
        told = before.model_copy(update={"days": [day]})
        asked = next_session(told, [], bored, today=TODAY)
        assert exercise_id not in {one.exercise_id for one in asked.exercises}
    proposed = before.model_dump(mode="json")
    mended = repair(proposed, profile=bored, year=TODAY.year)
    assert mended is not None
    assert exercise_id not in ids(mended.plan)
    assert any(change.rule == "V23" and name in change.what for change in mended.changes)


@pytest.mark.parametrize("seed", [50001, 50053, 50062, 50066, 50090, 50104, 50219, 50298])
def test_a_swap_breaks_no_rule_for_anybody(seed):
    """People whose swaps once broke the minutes, a muscle's cap, the repetitions of their age or a counted sentence."""
    rng = random.Random(seed)
    profile, wish = random_person(rng)
    draft = write_plan(wish, profile, seed=seed, today=TODAY)
    plan = Plan(**draft.model_dump(), id="plan-1", created_at=datetime(2026, 7, 1, tzinfo=UTC))
    known = [one for one in validate(plan, profile=profile, year=TODAY.year) if one.severity == "E"]
    for exercise_id in dict.fromkeys(ids(plan)):
        try:
            changed = swap(plan, exercise_id, profile)
        except NoSubstitute:
            continue
        found = [one for one in validate(changed, profile=profile, year=TODAY.year) if one.severity == "E"]
        assert len(found) <= len(known), (exercise_id, found)
        assert changed.warnings == warnings_of(validate(changed, profile=profile, year=TODAY.year))


def test_a_stand_in_keeps_its_place_in_a_group_and_tells_of_both_sides():
    bare = Profile(equipment=[], session_minutes=30)
    plan = plan_for(bare)
    grouped = next(one for day in plan.days for one in day.exercises if one.superset)
    changed = swap(plan, grouped.exercise_id, bare)
    new = next(one for day in changed.days for one in day.exercises if one.exercise_id not in ids(plan))
    assert new.superset == grouped.superset
    assert new.notes.split(". ")[-1] == grouped.notes.split(". ")[-1]
    assert ("Do both sides." in new.notes) == catalogue().get(new.exercise_id).unilateral

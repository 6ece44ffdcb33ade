"""The next session as a whole: its shape, which day it is, and what no longer fits the person."""

from datetime import timedelta

import pytest

from shared.domain.catalogue import catalogue
from shared.domain.profile import Injury, Profile
from shared.domain.progression.session import next_session
from shared.domain.progression.shapes import NextSession
from shared.domain.volume import plan_sets, weekly_range
from tests.domain.lifting import BENCH, CURL, LIFTER, TODAY, ago, entry, log_of, plan_of, planned

PLANK = "plank"


def test_a_superset_that_loses_its_partner_is_none():
    calves = [key for key, exercise in catalogue().exercises.items() if "calves" in exercise.primary]
    bored = Profile(fitness_level="intermediate", equipment=[], excluded_exercises=calves)
    plan = plan_of(planned(PLANK, seconds=30, superset="A"), planned("bodyweight-calf-raise", superset="A"))
    found = next_session(plan, [], bored, today=TODAY)
    assert [(item.exercise_id, item.superset) for item in found.exercises] == [(PLANK, None)]
    assert "Nothing safe stands in for it" in found.changes[0].why


def test_the_answer_has_the_shape_of_the_contract():
    found = next_session(plan_of(planned(BENCH)), [log_of(ago(2), entry(BENCH, [8, 8, 8], 100))], LIFTER, today=TODAY)
    body = NextSession.model_validate(found.model_dump()).model_dump()
    assert {"plan_id", "day", "title", "estimated_minutes", "deload", "exercises"} <= set(body)
    assert {
        "exercise_id", "name", "sets", "reps", "seconds", "rpe", "rest_s", "load_kg", "why", "warm_up", "plates_kg",
        "previous", "superset",
    } <= set(body["exercises"][0])  # fmt: skip
    assert {"weight_kg", "reps"} <= set(body["exercises"][0]["warm_up"][0])
    assert {"reps", "weight_kg", "rpe"} <= set(body["exercises"][0]["previous"][0])
    assert body["estimated_minutes"] > 0


def test_a_middling_day_keeps_a_point_in_reserve_and_drops_an_accessory_set():
    log = log_of(ago(2), entry(BENCH, [8, 8, 7], 60), entry(CURL, [8, 8, 7], 12))
    plan = plan_of(planned(BENCH), planned(CURL))
    press, curl = next_session(plan, [log], LIFTER, today=TODAY, readiness=50).exercises
    assert (press.sets, press.rpe) == (3, 7)
    assert (curl.sets, curl.rpe) == (2, 7)


def test_only_the_first_compound_of_each_pattern_gets_a_ramp():
    log = log_of(ago(2), entry(BENCH, [8, 8, 7], 100), entry("dumbbell-bench-press", [8, 8, 7], 40))
    found = next_session(plan_of(planned(BENCH), planned("dumbbell-bench-press")), [log], LIFTER, today=TODAY)
    first, second = found.exercises
    assert [(step.weight_kg, step.reps) for step in first.warm_up] == [(20, 10), (50, 5), (70, 3), (85, 1)]
    assert first.warm_up[1].plates_kg == [15]
    assert second.warm_up == []


def test_the_next_day_follows_the_last_logged_one_in_weekday_order():
    plan = plan_of(planned(BENCH))

    def day(*logs, today=TODAY):
        return next_session(plan, logs, LIFTER, today=today).day

    assert day(log_of(ago(2), weekday=1)) == 3
    assert day(log_of(ago(2), weekday=5)) == 1
    assert day(log_of(ago(9), weekday=1), log_of(ago(2), weekday=3)) == 5
    assert day(log_of(ago(2), weekday=3), log_of(ago(9), weekday=1)) == 5  # entered late, counted when it was done
    assert day(log_of(ago(2), weekday=1), log_of(ago(1), plan_id=None)) == 3
    assert day(log_of(ago(2), weekday=6)) == 1


@pytest.mark.parametrize(("offset", "day"), [(0, 3), (1, 5), (2, 5), (3, 1), (5, 1)])
def test_with_nothing_logged_it_is_the_first_day_on_or_after_today(offset, day):
    plan = plan_of(planned(BENCH))
    assert next_session(plan, [], LIFTER, today=TODAY + timedelta(days=offset)).day == day


def test_an_injury_set_after_the_plan_swaps_what_it_forbids_and_says_why():
    hurt = LIFTER.model_copy(update={"injuries": [Injury(region="lower_back")]})
    found = next_session(plan_of(planned("conventional-deadlift"), planned(BENCH)), [], hurt, today=TODAY)
    assert "conventional-deadlift" not in {item.exercise_id for item in found.exercises}
    assert found.changes[0].rule == "V22"
    assert found.changes[0].why


def test_an_excluded_exercise_does_not_come_back():
    bored = LIFTER.model_copy(update={"excluded_exercises": [BENCH]})
    found = next_session(plan_of(planned(BENCH)), [log_of(ago(2), entry(BENCH, [8, 8, 8], 60))], bored, today=TODAY)
    assert BENCH not in {item.exercise_id for item in found.exercises}
    assert found.changes


def test_stand_ins_bring_no_muscle_over_the_weekly_cap_and_say_so():
    pulls = [planned("pull-up", sets=4), planned("lat-pulldown", sets=4), planned("seated-cable-row", sets=4)]
    curls = [planned("ez-bar-curl", sets=5), planned("hammer-curl", sets=5), planned(CURL, sets=5)]
    plan = plan_of(*pulls, *curls)
    bored = LIFTER.model_copy(update={"excluded_exercises": ["pull-up", "lat-pulldown"]})
    found = next_session(plan, [], bored, today=TODAY)
    cap = weekly_range(LIFTER.fitness_level, plan.goal).cap
    asked_for = [day.model_copy(update={"exercises": pulls + curls}) for day in plan.days]
    assert plan_sets(asked_for, catalogue())["lats"] > cap
    swapped = [item for item in found.exercises if item.exercise_id not in {one.exercise_id for one in pulls + curls}]
    assert swapped
    assert all(1 <= item.sets < 4 for item in swapped)
    assert [change.rule for change in found.changes].count("V30") == len(swapped)
    assert next_session(plan, [], bored, today=TODAY) == found

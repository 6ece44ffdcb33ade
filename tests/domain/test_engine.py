"""The plan engine's promises: the same for a seed, another when asked for one, the right split, and its reasons."""

import random
from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.prove_plans import random_person
from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, legal
from shared.domain.engine import NoLegalExercise, PlanWish, write_plan
from shared.domain.injuries import AVOIDED
from shared.domain.plan import DraftPlan
from shared.domain.profile import Injury, Profile, Screening
from shared.domain.rules import rules
from shared.domain.session_time import session_seconds
from shared.domain.validation.balance import order_rank
from shared.domain.validator import validate
from shared.domain.volume import plan_sets, weekly_range
from shared.domain.words import MAJOR_MUSCLES, Goal, Level

TODAY = date(2026, 7, 1)
GYM = sorted(catalogue().equipment)


def person(**fields):
    return Profile(**{"fitness_level": "intermediate", "equipment": GYM, "goals": ["hypertrophy"]} | fields)


def written(profile, *, seed=1, **wish) -> DraftPlan:
    return write_plan(PlanWish(**wish), profile, seed=seed, today=TODAY)


def ids(plan):
    return [one.exercise_id for day in plan.days for one in day.exercises]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_anybody_gets_a_plan_without_errors_and_the_same_one_again(seed):
    profile, wish = random_person(random.Random(seed))
    plan = write_plan(wish, profile, seed=seed, today=TODAY)
    found = validate(plan, profile=profile, year=TODAY.year, wish=wish)
    assert [one for one in found if one.severity == "E"] == []
    assert {one.rule for one in plan.warnings} == {one.id for one in found if one.severity == "W"}
    assert write_plan(wish, profile, seed=seed, today=TODAY) == plan
    assert DraftPlan.model_validate_json(plan.model_dump_json()) == plan


MISSED_BY_A_MINUTE = (
    1793, 1807, 3134, 3542, 3708, 3876, 3945, 5109, 5646, 5770, 6279, 6329, 6709, 6922, 7101, 8293, 8514, 8952, 9350, 9660,
)  # fmt: skip
"""People whose plans once were a minute too short or too long: light starts, and a group torn apart by trimming."""


@pytest.mark.parametrize("seed", MISSED_BY_A_MINUTE)
def test_nobody_misses_their_minutes_again(seed):
    profile, wish = random_person(random.Random(seed))
    plan = write_plan(wish, profile, seed=seed, today=TODAY)
    found = validate(plan, profile=profile, year=TODAY.year, wish=wish)
    assert [one for one in found if one.id == "V26"] == []


@pytest.mark.parametrize("equipment", [[], ["dumbbells"], GYM], ids=["body", "dumbbells", "gym"])
def test_another_seed_is_another_plan(equipment):
    plans = [written(person(equipment=equipment), seed=seed) for seed in range(12)]
    assert len({tuple(ids(plan)) for plan in plans}) >= 10
    assert len({tuple(ids(plan)) for plan in (written(person(equipment=equipment), seed=3) for _ in range(3))}) == 1


FULL = ["Full body A", "Full body B", "Full body C"]


@pytest.mark.parametrize(
    ("level", "days", "titles"),
    [
        ("beginner", 1, [["Full body"]]),
        ("intermediate", 2, [FULL[:2]]),
        ("beginner", 3, [FULL]),
        ("intermediate", 3, [FULL, ["Upper body A", "Lower body A", "Full body"]]),
        ("advanced", 3, [FULL, ["Upper body A", "Lower body A", "Full body"], ["Push", "Pull", "Legs"]]),
        ("intermediate", 4, [["Upper body A", "Lower body A", "Upper body B", "Lower body B"]]),
        ("intermediate", 5, [["Upper body A", "Lower body A", "Push", "Pull", "Legs B"]]),
        ("advanced", 6, [["Push", "Pull", "Legs", "Push", "Pull", "Legs B"]]),
    ],
)
def test_the_split_follows_days_and_level(level, days, titles):
    for seed in range(6):
        plan = written(person(fitness_level=level, days_per_week=days, session_minutes=60), seed=seed)
        assert [day.title for day in plan.days] in titles
        assert len({day.day for day in plan.days}) == days


@pytest.mark.parametrize(("level", "lifting"), [("beginner", 3), ("intermediate", 5), ("advanced", 6)])
def test_days_beyond_what_the_level_can_use_are_for_easy_aerobic_work(level, lifting):
    plan = written(person(fitness_level=level, days_per_week=6, session_minutes=60))
    easy = [day for day in plan.days if day.title == "Easy aerobic day"]
    assert len(plan.days) == 6
    assert len(easy) == 6 - lifting
    assert ("for easy aerobic work" in plan.rationale) == bool(easy)


def test_six_lifting_days_for_an_intermediate_only_by_consent():
    profile = person(days_per_week=6, session_minutes=60)
    assert sum(day.title == "Easy aerobic day" for day in written(profile).days) == 1
    assert sum(day.title == "Easy aerobic day" for day in written(profile, consented=True).days) == 0


@pytest.mark.parametrize("goal", get_args(Goal))
@pytest.mark.parametrize("level", get_args(Level))
def test_repetitions_effort_and_rest_are_those_of_the_goal(goal, level):
    profile = person(fitness_level=level, goals=[goal], days_per_week=3, session_minutes=60)
    bands = rules().table("V27.bands")[goal]
    bands = bands | bands.get(level, {})
    work = [
        one
        for day in written(profile).days
        for one in day.exercises
        if one.reps is not None and catalogue().get(one.exercise_id).kind in ("compound", "isolation", "power")
    ]
    low = min(bands["main"][0], bands["accessory"][0])
    high = max(bands["main"][1], bands["accessory"][1])
    assert work
    assert all(low <= one.reps.min <= one.reps.max <= high for one in work)
    assert all(one.rpe is not None and one.rpe <= bands["rpe"][1] for one in work)
    rests = (*bands["rest_main"], *bands["rest_accessory"])
    assert all(min(rests) <= one.rest_s <= max(rests) for one in work)


@pytest.mark.parametrize("level", get_args(Level))
def test_weekly_volume_is_in_range_where_time_allows(level):
    plan = written(person(fitness_level=level, days_per_week=4, session_minutes=75))
    bounds, weekly = weekly_range(level, "hypertrophy"), plan_sets(plan.days, catalogue())
    assert all(bounds.low <= weekly[muscle] <= bounds.high for muscle in MAJOR_MUSCLES)


@pytest.mark.parametrize("minutes", [20, 25, 30, 45, 60, 75, 90, 120, 180])
@pytest.mark.parametrize("level", get_args(Level))
def test_a_session_takes_the_time_asked_for(minutes, level):
    plan = written(person(fitness_level=level, session_minutes=minutes))
    asked = min(minutes, rules().number("V24.first_weeks_minutes")) if level == "beginner" else minutes
    for day in plan.days:
        length = session_seconds(day, catalogue()) / 60
        assert asked * 0.75 <= length <= asked * 1.1
        assert length >= asked - 15
        assert abs(day.estimated_minutes - length) <= 0.5


def test_short_sessions_group_exercises_and_long_ones_need_not():
    short, long = (written(person(session_minutes=minutes)) for minutes in (20, 90))
    assert any(one.superset for day in short.days for one in day.exercises)
    assert not any(one.superset for day in long.days for one in day.exercises)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_every_day_is_warmed_up_for_and_goes_from_large_to_small(seed):
    plan = written(person(session_minutes=60, days_per_week=4), seed=seed)
    for day in plan.days:
        assert 300 <= sum(drill.seconds for drill in day.warm_up) <= 600
        ranks = [order_rank(catalogue().get(one.exercise_id)) for one in day.exercises]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize(("level", "weeks"), [("beginner", []), ("intermediate", [7]), ("advanced", [6])])
def test_a_deload_is_planned_where_it_is_due(level, weeks):
    assert written(person(fitness_level=level)).deload_weeks == weeks


def test_every_exercise_brings_its_own_cue_and_loads_are_left_to_the_log():
    for day in written(person()).days:
        for one in day.exercises:
            assert catalogue().get(one.exercise_id).cues[0] in one.notes
            assert one.load_kg is None


def test_the_rationale_names_its_reasons():
    hurt = person(equipment=["barbell"], injuries=[Injury(region="knee")], excluded_exercises=["barbell-row"])
    plan = written(hurt, focus=("chest",))
    for said in ("knee", "vertical pull", "chest", "hard sets a week", "building muscle", "first session finds"):
        assert said in plan.rationale
    assert rules().table("V53.texts")["injury"] in plan.disclaimers


UNPLACED = rules().table("V53.texts")["unplaced_injury"]


@pytest.mark.parametrize("injury", [Injury(region="other"), Injury(region="other", note="something with my spleen")])
def test_an_injury_nobody_could_place_is_asked_about_and_planned_around_with_the_widest_caution(injury):
    plan = written(person(injuries=[injury]))
    assert UNPLACED in plan.disclaimers
    assert "until you name the part" in plan.rationale
    assert "(other)" not in plan.rationale
    assert all(not catalogue().get(one).stress & AVOIDED["other"] for one in ids(plan))


@pytest.mark.parametrize(
    ("injury", "named"),
    [
        (Injury(region="other", note="torn ACL 2019"), "knee"),
        (Injury(region="other", note="hernia discal"), "lower back"),
        (Injury(region="other", note="Tennisarm"), "elbow"),
        (Injury(region="knee", note="and the épaule gauche"), "knee and shoulder"),
    ],
)
def test_an_injury_in_ones_own_words_is_named_in_the_rationale(injury, named):
    plan = written(person(injuries=[injury]))
    assert f"({named})" in plan.rationale
    assert UNPLACED not in plan.disclaimers


def test_a_cleared_injury_is_neither_asked_about_nor_planned_around():
    healed = person(injuries=[Injury(region="other", note="spleen", cleared=True)])
    assert written(healed).model_dump(exclude={"name"}) == written(person()).model_dump(exclude={"name"})


def test_a_focus_gets_more_than_the_others():
    plain, focused = written(person()), written(person(), focus=("biceps",))
    assert plan_sets(focused.days, catalogue())["biceps"] > plan_sets(plain.days, catalogue())["biceps"]


def test_only_days_that_are_free_are_used():
    plan = written(person(days_per_week=5), weekdays=frozenset({2, 6, 7}))
    assert {day.day for day in plan.days} <= {2, 6, 7}
    assert len(plan.days) == 3


def test_until_cleared_the_plan_is_walking_and_gentle_movement():
    unwell = person(screening=Screening(heart_condition=True), session_minutes=90)
    plan = written(unwell)
    assert {day.title for day in plan.days} == {"Light start"}
    assert all(catalogue().get(one).gentle for one in ids(plan))
    assert all(one.rpe <= 4 for day in plan.days for one in day.exercises)
    assert rules().table("V53.texts")["light_start"] in plan.disclaimers
    cleared = unwell.model_copy(update={"screening": Screening(heart_condition=True, cleared=True)})
    assert "Light start" not in {day.title for day in written(cleared).days}


def test_from_65_balance_is_in_every_warm_up_and_nothing_jumps():
    plan = written(person(birth_year=1950, days_per_week=4))
    assert all(any("Balance" in drill.name for drill in day.warm_up) for day in plan.days)
    assert all(not catalogue().get(one).stress & {"jump", "plyometric"} for one in ids(plan))
    assert all(one.sets <= 2 for day in plan.days for one in day.exercises if one.reps)


def test_where_everything_is_excluded_it_says_so_instead_of_planning():
    allowed = [one.id for one in legal(catalogue(), constraints_of(person(equipment=[]), year=TODAY.year))]
    with pytest.raises(NoLegalExercise, match="allow at least walking"):
        written(person(equipment=[], excluded_exercises=allowed[:200]))


def test_the_rationale_names_the_lifting_days_and_no_others():
    plan = written(person(fitness_level="beginner", goals=["fat_loss"], days_per_week=5))
    assert plan.rationale.startswith("3 lifting days a week for losing fat: Full body A, Full body B and Full body C.")


@pytest.mark.parametrize("level", ["intermediate", "advanced"])
@pytest.mark.parametrize("goal", ["strength", "hypertrophy"])
def test_most_first_lifts_in_a_whole_gym_are_the_ones_everybody_knows(level, goal):
    known = set(rules().words("engine.staples"))
    plans = [written(person(fitness_level=level, goals=[goal], session_minutes=60), seed=seed) for seed in range(20)]
    first = [day.exercises[0].exercise_id for plan in plans for day in plan.days]
    assert sum(one in known for one in first) > 0.8 * len(first)
    rare = set(rules().words("engine.specialist"))
    chosen = [one for plan in plans for one in ids(plan)]
    assert sum(one in rare for one in chosen) < 0.03 * len(chosen)


def test_a_bridge_without_weight_is_not_done_for_five_repetitions():
    profile = person(goals=["strength"], equipment=[], session_minutes=45)
    for seed in range(10):
        plan = written(profile, seed=seed)
        bridges = [one for day in plan.days for one in day.exercises if "bridge" in one.exercise_id and one.reps]
        assert all(one.reps.max >= 8 for one in bridges)
        assert [one for one in validate(plan, profile=profile, year=TODAY.year) if one.severity == "E"] == []


def test_what_to_do_after_a_set_of_a_group_depends_on_the_place_in_it():
    plan = written(person(equipment=[], fitness_level="beginner", session_minutes=30))
    day = next(day for day in plan.days if any(one.superset for one in day.exercises))
    group = [one.notes for one in day.exercises if one.superset == "A"]
    assert all(note.endswith("Go straight on to the next exercise of the group.") for note in group[:-1])
    assert group[-1].endswith("Now rest, then start the group again.")

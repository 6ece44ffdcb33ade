"""How long a session takes: the vector of the training rules, and one estimator for engine and validator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.catalogue import catalogue
from shared.domain.plan import DraftPlan, Drill, PlanDay, PlannedExercise
from shared.domain.session_time import TimedWork, session_minutes, session_seconds, work_seconds
from shared.domain.validator import validate
from tests.domain.plans import PERSON, YEAR, row, sound_plan

BENCH, CURL, LUNGE, PLANK = "barbell-bench-press", "ez-bar-curl", "barbell-lunge", "plank"


def day_of(*texts, warm_up_s=300, cool_down_s=300):
    return PlanDay(
        day=1,
        title="A",
        estimated_minutes=40,
        warm_up=[Drill(name="Easy", seconds=warm_up_s)],
        exercises=[PlannedExercise.model_validate(row(text)) for text in texts],
        cool_down=[Drill(name="Easy", seconds=cool_down_s)],
    )


def test_the_vector_of_the_rules():
    day = day_of(
        f"{BENCH} 3 8-8 120",
        "seated-cable-row 3 10-10 90",
        f"{LUNGE} 3 10-10 90",
        "triceps-pushdown 3 12-12 60",
        f"{CURL} 3 15-15 60",
    )
    assert catalogue().get(LUNGE).unilateral
    assert session_seconds(day, catalogue()) == 2422.5
    assert session_minutes(day, catalogue()) == 40


@pytest.mark.parametrize(
    ("texts", "work_s"),
    [
        ([f"{BENCH} 1 10-10 120"], 60 + 35),
        ([f"{BENCH} 2 8-12 120"], 60 + 2 * 35 + 120),
        ([f"{LUNGE} 2 10-10 90"], 60 + 2 * 70 + 90),
        ([f"{PLANK} 3 45s 60"], 60 + 3 * 45 + 2 * 60),
        ([f"{BENCH} 3 10-10 120 A", f"{CURL} 3 10-10 60 A"], 2 * 60 + 6 * 35 + 2 * 120),
        ([f"{BENCH} 3 10-10 120 A", f"{CURL} 2 10-10 60 A"], 2 * 60 + 5 * 35 + 2 * 120),
        ([f"{BENCH} 2 10-10 90 A", f"{CURL} 2 10-10 60 A", f"{PLANK} 2 30s 30 A"], 3 * 60 + 4 * 35 + 60 + 90),
    ],
)
def test_sets_sides_holds_and_supersets_are_timed(texts, work_s):
    assert session_seconds(day_of(*texts), catalogue()) == 600 + work_s


def test_aerobic_minutes_beside_the_session_are_no_part_of_it():
    day = day_of(f"{BENCH} 3 8-8 120")
    walking = day.model_copy(update={"aerobic_minutes": 30})
    assert session_seconds(walking, catalogue()) == session_seconds(day, catalogue())


def test_the_validator_judges_by_the_same_seconds():
    plan = sound_plan()
    for index, day in enumerate(DraftPlan.model_validate(plan).days):
        seconds = session_seconds(day, catalogue())
        for minutes, faults in ((seconds / 60 + 0.9, []), (seconds / 60 + 2, ["V50"])):
            plan["days"][index]["estimated_minutes"] = int(minutes)
            assert [one.id for one in validate(plan, profile=PERSON, year=YEAR)] == faults
        plan["days"][index]["estimated_minutes"] = session_minutes(day, catalogue())


WORK = st.builds(
    TimedWork, sets=st.integers(1, 8), work_s=st.floats(5, 600), rest_s=st.floats(0, 300), superset=st.none()
)


ITEMS = st.lists(WORK, min_size=1, max_size=10)


@given(ITEMS, st.integers(0, 9))
def test_more_sets_take_more_time(items, at):
    index = at % len(items)
    longer = [*items[:index], items[index]._replace(sets=items[index].sets + 1), *items[index + 1 :]]
    assert work_seconds(longer) > work_seconds(items)


@given(ITEMS, st.floats(0, 300))
def test_a_superset_of_equal_rests_saves_time_or_costs_none(items, rest_s):
    alone = [item._replace(rest_s=rest_s) for item in items]
    assert work_seconds([item._replace(superset="A") for item in alone]) <= work_seconds(alone) + 1e-6

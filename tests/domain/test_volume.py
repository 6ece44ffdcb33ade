"""Weekly volume: what counts as a hard set, for whom, and what range it is held to."""

import pytest

from shared.domain.catalogue import read_catalogue
from shared.domain.log import Entry, LoggedSet
from shared.domain.plan import PlanDay, PlannedExercise, RepRange
from shared.domain.volume import logged_sets, plan_sets, volume_load_kg, weekly_range


def _row(exercise_id, kind, primary, secondary):
    return {
        "id": exercise_id, "name": exercise_id, "pattern": "squat", "kind": kind, "primary": primary,
        "secondary": secondary, "load": "barbell", "level": "beginner", "cues": ["Breathe."],
    }  # fmt: skip


CATALOGUE = read_catalogue(
    {
        "equipment": [],
        "exercises": [
            _row("press", "compound", ["chest"], ["triceps", "shoulders"]),
            _row("curl", "isolation", ["biceps"], ["biceps", "forearms"]),
            _row("run", "conditioning", ["quadriceps"], []),
            _row("plank", "isolation", ["abdominals"], []),
        ],
    }
)


def test_a_set_counts_whole_for_primary_and_half_for_secondary_muscles():
    entry = Entry(exercise_id="press", sets=[LoggedSet(reps=8, weight_kg=60, rpe=8)] * 3)
    assert logged_sets([entry], CATALOGUE) == {"chest": 3, "triceps": 1.5, "shoulders": 1.5}


def test_a_muscle_named_twice_is_counted_once():
    entry = Entry(exercise_id="curl", sets=[LoggedSet(reps=8, weight_kg=10)])
    assert logged_sets([entry], CATALOGUE) == {"biceps": 1, "forearms": 0.5}


@pytest.mark.parametrize(
    ("lifted", "counts"),
    [
        (LoggedSet(reps=5, weight_kg=60), 1),
        (LoggedSet(reps=5, weight_kg=60, rpe=6), 1),
        (LoggedSet(reps=5, weight_kg=60, rpe=5.5), 0),
        (LoggedSet(kind="warm_up", reps=5, weight_kg=60, rpe=8), 0),
        (LoggedSet(kind="drop", reps=5, weight_kg=60), 1),
        (LoggedSet(kind="failure", reps=5, weight_kg=60), 1),
        (LoggedSet(weight_kg=60), 0),
        (LoggedSet(reps=0, weight_kg=60), 0),
        (LoggedSet(seconds=40), 1),
    ],
)
def test_only_sets_that_were_done_and_hard_count(lifted, counts):
    done = logged_sets([Entry(exercise_id="press", sets=[lifted])], CATALOGUE)
    assert done.get("chest", 0) == counts


def test_aerobic_work_and_custom_exercises_are_no_sets():
    run = Entry(exercise_id="run", sets=[LoggedSet(seconds=1800)])
    custom = Entry(name="Log flip", sets=[LoggedSet(reps=5)])
    unknown = Entry(exercise_id="no-such-thing", sets=[LoggedSet(reps=5)])
    assert logged_sets([run, custom, unknown], CATALOGUE) == {}


def test_plans_are_counted_by_the_same_rule_as_logs():
    planned = [
        PlannedExercise(exercise_id="press", name="Press", sets=3, reps=RepRange(min=6, max=8), rpe=8, rest_s=120),
        PlannedExercise(exercise_id="plank", name="Plank", sets=2, seconds=30, rest_s=60),
        PlannedExercise(exercise_id="curl", name="Curl", sets=2, reps=RepRange(min=6, max=8), rpe=4, rest_s=60),
    ]
    day = PlanDay(day=1, title="A", estimated_minutes=40, exercises=planned)
    assert plan_sets([day, day], CATALOGUE) == {"chest": 6, "triceps": 3, "shoulders": 3, "abdominals": 4}


@pytest.mark.parametrize(
    ("goal", "level", "low", "high", "cap"),
    [
        ("hypertrophy", "beginner", 4, 12, 14), ("hypertrophy", "intermediate", 8, 18, 22),
        ("hypertrophy", "advanced", 10, 22, 26), ("strength", "beginner", 2, 6, 14),
        ("strength", "intermediate", 3, 10, 22), ("strength", "advanced", 4, 12, 26), ("general", "beginner", 2, 8, 14),
        ("fat_loss", "intermediate", 4, 12, 22), ("endurance", "advanced", 6, 14, 26),
    ],
)  # fmt: skip
def test_the_weekly_range_follows_level_and_goal(goal, level, low, high, cap):
    found = weekly_range(level, goal)
    assert (found.low, found.high, found.cap) == (low, high, cap)
    assert found.low <= found.start <= found.high


def test_volume_load_is_weight_times_reps_without_warm_ups_or_assistance():
    sets = [
        LoggedSet(kind="warm_up", reps=10, weight_kg=20), LoggedSet(reps=5, weight_kg=100),
        LoggedSet(reps=8, weight_kg=-20), LoggedSet(reps=10),
    ]  # fmt: skip
    assert volume_load_kg([Entry(exercise_id="press", sets=sets)]) == 500

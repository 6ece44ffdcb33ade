"""The tables of the training rules, number by number, as the data files hold them."""

import pytest

from shared.domain.progression_rules import number, value
from shared.domain.rules import rules
from shared.domain.volume import weekly_range

GOALS = {
    "strength": ((1, 6), (6, 12), (7, 9), (120, 300), (60, 180)),
    "hypertrophy": ((6, 12), (8, 20), (7, 9.5), (60, 180), (45, 120)),
    "endurance": ((12, 25), (15, 30), (5, 8), (30, 90), (30, 90)),
    "fat_loss": ((8, 15), (10, 20), (6, 8), (30, 120), (30, 120)),
    "general": ((6, 15), (8, 15), (5, 8), (45, 150), (45, 150)),
}


@pytest.mark.parametrize("goal", GOALS)
def test_repetitions_effort_and_rest_by_goal(goal):
    row = rules().table("V27.bands")[goal]
    found = tuple(tuple(row[name]) for name in ("main", "accessory", "rpe", "rest_main", "rest_accessory"))
    assert found == GOALS[goal]


def test_beginners_lift_lighter_and_easier_for_strength_and_size():
    table = rules().table("V27.bands")
    assert (table["strength"]["beginner"]["main"], table["strength"]["beginner"]["rpe"]) == ([5, 8], [6, 8])
    assert table["hypertrophy"]["beginner"]["rpe"] == [6, 8]


@pytest.mark.parametrize(
    ("goal", "level", "start", "bounds"),
    [
        ("hypertrophy", "beginner", 6, (4, 12, 14)), ("hypertrophy", "intermediate", 10, (8, 18, 22)),
        ("hypertrophy", "advanced", 12, (10, 22, 26)), ("strength", "beginner", 2, (2, 6, 14)),
        ("strength", "intermediate", None, (3, 10, 22)), ("strength", "advanced", None, (4, 12, 26)),
        ("general", "beginner", None, (2, 8, 14)), ("general", "intermediate", None, (4, 12, 22)),
        ("general", "advanced", None, (6, 14, 26)), ("fat_loss", "beginner", None, (2, 8, 14)),
        ("endurance", "advanced", None, (6, 14, 26)),
    ],
)  # fmt: skip
def test_weekly_sets_by_goal_and_level(goal, level, start, bounds):
    found = weekly_range(level, goal)
    assert (found.low, found.high, found.cap) == bounds
    assert found.start == start or (start is None and found.low <= found.start <= found.high)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        ("V02.days", [1, 6]), ("V03.exercises", [1, 10]), ("V05.sets", [1, 8]), ("V05.sets_beginner", 4),
        ("V06.reps", [1, 30]), ("V06.seconds", [5, 600]), ("V07.rest_s", [0, 300]), ("V08.load_kg", [0, 500]),
        ("V09.rpe", [5, 10]), ("V09.step", 0.5), ("V11.text", 500), ("V13.nesting", 6), ("V13.bytes", 65536),
        ("V24.light_rpe", 4), ("V24.pregnant_rpe", 6), ("V24.older_from", 65), ("V24.older_reps", [10, 15]),
        ("V24.older_sets", [1, 2]), ("V24.older_rpe", 6), ("V24.adult_from", 18), ("V24.first_weeks", 2),
        ("V24.first_weeks_sets", 3), ("V24.first_weeks_exercises", 6), ("V24.first_weeks_rpe", 7),
        ("V24.first_weeks_minutes", 60), ("V26.share", [0.75, 1.1]), ("V26.long_slack_min", 15), ("V26.setup_s", 60),
        ("V26.rep_s", 3.5), ("V26.sides", 2), ("V27.share", 0.7), ("V31.session_sets", [11, 16]),
        ("V32.session_sets", {"beginner": 20, "intermediate": 25, "advanced": 30}), ("V33.rise", [0.2, 2]),
        ("V34.main_sets", [2, 5]), ("V37.rise", 1.1), ("V37.over_pct", 0.05), ("V38.by_week", 9),
        ("V40.patterns", ["squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull", "core"]),
        ("V41.hard_sets", 4), ("V42.push_pull", [0.67, 1.5]), ("V42.quad_posterior", [0.5, 1.5]), ("V44.days_max", 6),
        ("V45.warm_up_s", [300, 600]),
        ("V47.aerobic_min", {"strength": 0, "hypertrophy": 0, "endurance": 150, "fat_loss": 150, "general": 150}),
        ("P1.min_step_share", 0.025), ("P1.max_step_share", 0.1), ("P1.barbell_step_kg", {"upper": 2.5, "lower": 5.0}),
        ("P1.body_weight_reps", [1, 2]), ("P1.timed_step_s", [5, 10]), ("P3.sets_below", 2), ("P3.sessions", 2),
        ("P3.cut", 0.1), ("P4.clamp", 0.1), ("P5.last_rpe_from", 9.5), ("P5.stale_days", 14), ("P6.repeat_from_days", 8),
        ("P6.layoff", [{"from": 15, "cut": 0.1, "sets": 1.0}, {"from": 29, "cut": 0.2, "sets": 0.67},
                       {"from": 57, "cut": 0.3, "sets": 0.5}]),
        ("P6.reonboard_rpe", 6), ("D2.signs", 2), ("D2.e1rm_drop", 0.05), ("D2.rpe_rise", 1),
        ("D2.hooper", {"days": 3, "of": 5, "sd": 1}), ("D2.hrv_days", 3),
        ("D2.readiness", {"below": 34, "days": 3, "of": 7}), ("D2.sleep", {"below_h": 6, "days": 4, "of": 7}),
        ("D3.sets", 0.5), ("D3.load", 0.9), ("D3.rpe", 6), ("D4.apart_days", 21), ("W.bar_reps", [8, 10]),
        ("W.steps", [[0.5, 5], [0.7, 3], [0.85, 1]]), ("W.apart_kg", 10), ("W.bars", 1.5), ("L.days_acute", 7),
        ("L.days_chronic", 28), ("H.weights", {"hrv": 0.35, "resting_hr": 0.15, "sleep": 0.25, "subjective": 0.25}),
        ("H.confidence_min", 0.25), ("H.zones", [67, 34]), ("H.middle", {"rpe": -1, "accessory_sets": -1}),
        ("H.low", {"sets": 0.6, "rpe": 6}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_a_threshold_is_the_one_of_the_rules(threshold, expected):
    assert rules().table(threshold) == expected


def test_both_readers_of_the_data_files_say_the_same():
    assert value("P6.layoff") == rules().table("P6.layoff")
    assert number("D3.load") == rules().number("D3.load")

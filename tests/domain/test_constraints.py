"""Who may do what, and that every pattern which can be trained at all has something legal for everybody."""

import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.prove_plans import random_person
from shared.domain.catalogue import LEVELS, catalogue
from shared.domain.constraints import Constraints, constraints_of, legal, refusal
from shared.domain.injuries import AVOIDED, avoided_tags
from shared.domain.profile import Injury, Profile, Screening
from shared.domain.words import Level, Pattern, Region

KNOWN = catalogue()
NOTHING: frozenset[str] = frozenset()
ANYONE = Constraints(
    level="beginner", equipment=NOTHING, avoided=NOTHING, excluded=NOTHING, age=None, pregnant=False, light_start=False
)
TRAINED = (
    "squat", "lunge", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull", "core",
    "elbow_flexion", "elbow_extension", "calf",
)  # fmt: skip
"""The patterns a plan is made of."""

GATES: dict[Pattern, frozenset[str]] = {
    "vertical_pull": frozenset({
        "pull_up_bar", "rings", "suspension_trainer", "assisted_pull_up_machine", "lat_pulldown_machine",
        "cable_machine",
        "resistance_bands", "dumbbells",
    }),
    "carry": frozenset({"dumbbells", "kettlebell", "weight_plate", "barbell"}),
    "grip": frozenset({"pull_up_bar", "dumbbells", "barbell", "weight_plate", "towel"}),
}  # fmt: skip
"""The honest gaps: a beginner can train these patterns exactly where one of these things is owned."""

CARRIED_WITH_EXPERIENCE = frozenset({"sandbag", "trap_bar"})
"""What is carried from intermediate on, and by no beginner."""

FOR_THE_EXPERIENCED: frozenset[Pattern] = frozenset({"olympic"})
"""Patterns that no beginner is given, whatever they own."""

VERTICAL_PUSH_CLOSED_BY: frozenset[Region] = frozenset({"shoulder", "neck", "other"})
"""Injuries that leave no overhead press with body weight alone; every other pattern survives any two injuries."""

HOMES_AND_GYMS = [
    {"dumbbells"}, {"dumbbells", "bench"}, {"dumbbells", "incline_bench", "pull_up_bar"}, {"kettlebell"},
    {"resistance_bands"}, {"resistance_bands", "chair", "towel"}, {"pull_up_bar", "dip_bars"}, {"rings"},
    {"suspension_trainer", "mini_band"},
    {"barbell", "bench", "rack"}, {"barbell", "bench", "rack", "pull_up_bar", "dip_bars", "dumbbells"},
    {"cable_machine", "lat_pulldown_machine", "leg_press", "chest_press_machine", "row_machine", "smith_machine"},
    {"sturdy_table", "chair", "towel"}, {"treadmill"}, set(KNOWN.equipment),
]  # fmt: skip


def test_legal_is_exactly_what_nothing_refuses():
    for seed in range(300):
        bound = constraints_of(random_person(random.Random(seed))[0], year=2026)
        assert legal(KNOWN, bound) == [one for one in KNOWN.exercises.values() if refusal(one, bound) is None]


def patterns_open_to(constraints: Constraints) -> set[Pattern]:
    return {exercise.pattern for exercise in legal(KNOWN, constraints)}


def expected_patterns(owned: frozenset[str]) -> set[Pattern]:
    closed = {pattern for pattern, gate in GATES.items() if not gate & owned}
    return set(get_args(Pattern)) - closed - FOR_THE_EXPERIENCED


def owning(items: Iterable[str]) -> Constraints:
    return replace(ANYONE, equipment=KNOWN.owning(items))


@pytest.mark.parametrize(
    "items",
    [set(), *({item} for item in sorted(KNOWN.equipment)), *HOMES_AND_GYMS],
    ids=lambda items: "+".join(sorted(items)) or "nothing",
)
def test_every_pattern_that_can_be_trained_has_a_beginners_exercise(items: set[str]) -> None:
    constraints = owning(items)
    assert patterns_open_to(constraints) == expected_patterns(constraints.equipment)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "items",
    [set(), *({item} for item in sorted(KNOWN.equipment)), *HOMES_AND_GYMS],
    ids=lambda items: "+".join(sorted(items)) or "nothing",
)
def test_the_honest_gaps_stay_as_they_are_at_every_level(items: set[str], level: Level) -> None:
    constraints = replace(owning(items), level=level)
    expected = expected_patterns(constraints.equipment)
    if level != "beginner" and CARRIED_WITH_EXPERIENCE & constraints.equipment:
        expected.add("carry")
    assert patterns_open_to(constraints) - FOR_THE_EXPERIENCED == expected


@settings(max_examples=300)
@given(st.frozensets(st.sampled_from(sorted(KNOWN.equipment))))
def test_any_set_of_equipment_leaves_only_the_honest_gaps(items: frozenset[str]) -> None:
    constraints = owning(items)
    assert patterns_open_to(constraints) == expected_patterns(constraints.equipment)


@given(st.frozensets(st.sampled_from(sorted(KNOWN.equipment))), st.frozensets(st.sampled_from(sorted(AVOIDED))))
def test_a_higher_level_only_adds_exercises(items: frozenset[str], regions: frozenset[Region]) -> None:
    person = replace(owning(items), avoided=avoided_tags(regions))
    by_level = [{exercise.id for exercise in legal(KNOWN, replace(person, level=level))} for level in LEVELS]
    assert by_level[0] <= by_level[1] <= by_level[2]


def test_olympic_lifts_open_with_experience() -> None:
    assert "olympic" in patterns_open_to(replace(owning(["kettlebell"]), level="intermediate"))
    assert "olympic" in patterns_open_to(replace(owning(["barbell"]), level="advanced"))


@pytest.mark.parametrize("regions", [*combinations(AVOIDED, 1), *combinations(AVOIDED, 2)], ids="+".join)
def test_body_weight_alone_serves_every_pattern_but_these_under_one_or_two_injuries(
    regions: tuple[Region, ...],
) -> None:
    closed = {"vertical_pull"} | ({"vertical_push"} if VERTICAL_PUSH_CLOSED_BY & set(regions) else set())
    assert set(TRAINED) - patterns_open_to(replace(ANYONE, avoided=avoided_tags(regions))) == closed


@pytest.mark.parametrize("regions", [*combinations(AVOIDED, 1), *combinations(AVOIDED, 2)], ids="+".join)
def test_a_full_gym_serves_every_pattern_under_one_or_two_injuries(regions: tuple[Region, ...]) -> None:
    gym = replace(owning(KNOWN.equipment), avoided=avoided_tags(regions))
    assert set(TRAINED) <= patterns_open_to(gym)


def test_pregnancy_and_age_leave_every_pattern_that_body_weight_has() -> None:
    for person in (replace(ANYONE, pregnant=True), replace(ANYONE, age=72), replace(ANYONE, age=15)):
        assert set(TRAINED) - patterns_open_to(person) == {"vertical_pull"}


def rule_of(exercise_id: str, constraints: Constraints) -> str | None:
    refused = refusal(KNOWN.get(exercise_id), constraints)
    return None if refused is None else refused.rule


GYM = replace(ANYONE, level="advanced", equipment=frozenset(KNOWN.equipment))


def test_missing_equipment_is_refused_by_name() -> None:
    refused = refusal(KNOWN.get("barbell-bench-press"), replace(ANYONE, equipment=frozenset({"barbell", "bench"})))
    assert refused is not None
    assert refused.rule == "V20"
    assert "rack" in refused.why


def test_a_level_above_ones_own_is_refused() -> None:
    assert rule_of("barbell-back-squat", replace(GYM, level="beginner")) == "V21"
    assert rule_of("barbell-back-squat", replace(GYM, level="intermediate")) is None
    assert rule_of("snatch", replace(GYM, level="intermediate")) == "V21"


def test_what_an_injury_asks_to_avoid_is_refused_with_its_reason() -> None:
    refused = refusal(KNOWN.get("leg-extension"), replace(GYM, avoided=AVOIDED["knee"]))
    assert refused is not None
    assert refused.rule == "V22"
    assert "straightening the knee" in refused.why


def test_an_excluded_exercise_is_refused() -> None:
    assert rule_of("push-up", replace(GYM, excluded=frozenset({"push-up"}))) == "V23"


@pytest.mark.parametrize(
    ("age", "exercise_id", "rule"),
    [
        (64, "box-jump", None),
        (65, "box-jump", "V24"),
        (65, "jump-rope-skipping", "V24"),
        (65, "chair-sit-to-stand", None),
        (17, "snatch", "V24"),
        (18, "snatch", None),
        (17, "push-up", None),
        (None, "snatch", None),
    ],
)
def test_age_decides_about_jumps_and_olympic_lifts(age: int | None, exercise_id: str, rule: str | None) -> None:
    assert rule_of(exercise_id, replace(GYM, age=age)) == rule


@pytest.mark.parametrize(
    "exercise_id", ["box-jump", "glute-bridge", "barbell-bench-press", "superman", "sit-up", "handstand-push-up"]
)
def test_pregnancy_leaves_out_jumps_lying_and_upside_down_work(exercise_id: str) -> None:
    assert rule_of(exercise_id, replace(GYM, pregnant=True)) == "V24"


def test_a_light_start_allows_walking_and_gentle_movement_only() -> None:
    light = replace(GYM, light_start=True)
    allowed = legal(KNOWN, light)
    assert {"walking", "marching-in-place", "cat-cow", "wall-push-up", "chair-sit-to-stand"} <= {
        exercise.id for exercise in allowed
    }
    assert rule_of("push-up", light) == rule_of("running", light) == "V24"
    assert all(
        exercise.level == "beginner" and exercise.load in {"bodyweight", "machine", "band", "other"}
        for exercise in allowed
    )
    assert all(exercise.kind in {"mobility", "conditioning"} or exercise.load == "bodyweight" for exercise in allowed)


def test_a_light_start_with_nothing_but_body_weight_still_has_something_to_do() -> None:
    assert {"aerobic", "mobility", "squat", "hinge", "core", "calf"} <= patterns_open_to(
        replace(ANYONE, light_start=True)
    )


def test_a_profile_becomes_constraints() -> None:
    profile = Profile(
        fitness_level="intermediate", equipment=["incline_bench", "dumbbells", "jetpack"], birth_year=1990,
        injuries=[Injury(region="knee")], excluded_exercises=["Bench Press (Dumbbell)", "My own move"],
        screening=Screening(pregnant=True, cleared=True),
    )  # fmt: skip
    assert constraints_of(profile, year=2026) == Constraints(
        level="intermediate", avoided=AVOIDED["knee"],
        equipment=frozenset({"incline_bench", "bench", "chair", "dumbbells"}),
        excluded=frozenset({"dumbbell-bench-press", "My own move"}), age=36, pregnant=True, light_start=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("injury", "avoided"),
    [
        (Injury(region="knee", cleared=True), frozenset()),
        (Injury(region="knee", note="and my shoulder"), AVOIDED["knee"] | AVOIDED["shoulder"]),
        (Injury(region="knee", note="since last spring"), AVOIDED["knee"]),
        (Injury(region="other", note="Tennisarm"), AVOIDED["elbow"]),
        (Injury(region="other", note="something with my spleen"), AVOIDED["other"]),
        (Injury(region="other"), AVOIDED["other"]),
        (Injury(region="other", note="spleen", cleared=True), frozenset()),
    ],
)
def test_an_injury_is_read_with_its_note_and_unknown_ones_with_caution(injury: Injury, avoided: frozenset[str]) -> None:
    assert constraints_of(Profile(injuries=[injury]), year=2026).avoided == avoided


def test_any_yes_in_the_screening_means_a_light_start_until_cleared() -> None:
    assert constraints_of(Profile(screening=Screening(chest_pain=True)), year=2026).light_start
    assert not constraints_of(Profile(screening=Screening(chest_pain=True, cleared=True)), year=2026).light_start


def test_every_reason_is_a_sentence() -> None:
    strict = replace(ANYONE, avoided=avoided_tags(AVOIDED), age=80, pregnant=True, light_start=True)
    for person in (
        strict,
        replace(GYM, avoided=avoided_tags(AVOIDED)),
        replace(GYM, age=16),
        replace(GYM, pregnant=True),
    ):
        for exercise in KNOWN.exercises.values():
            refused = refusal(exercise, person)
            if refused is not None:
                assert refused.why.startswith((exercise.name, "You excluded", "Until you")), refused
                assert refused.why.endswith("."), refused
                assert len(refused.why) < 400, refused

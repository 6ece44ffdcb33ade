"""A stand-in is always legal, always the same, and as close as can be."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.catalogue import LEVELS, Exercise, catalogue
from shared.domain.constraints import Constraints, legal, refusal
from shared.domain.injuries import AVOIDED, avoided_tags
from shared.domain.substitute import LADDERS, substitute
from shared.domain.words import Level

KNOWN = catalogue()
EVERY = sorted(KNOWN.exercises)
NOTHING: frozenset[str] = frozenset()
BEGINNER = Constraints(
    level="beginner", equipment=NOTHING, avoided=NOTHING, excluded=NOTHING, age=None, pregnant=False, light_start=False
)  # fmt: skip
LIFTER = replace(BEGINNER, level="advanced", equipment=frozenset(KNOWN.equipment))

people = st.builds(
    Constraints,
    level=st.sampled_from(LEVELS),
    equipment=st.frozensets(st.sampled_from(sorted(KNOWN.equipment))).map(KNOWN.owning),
    avoided=st.frozensets(st.sampled_from(sorted(AVOIDED)), max_size=4).map(avoided_tags),
    excluded=st.frozensets(st.sampled_from(EVERY), max_size=10),
    age=st.none() | st.integers(14, 85),
    pregnant=st.booleans(),
    light_start=st.booleans(),
)
exercises = st.sampled_from(EVERY).map(KNOWN.get)
taken_ids = st.frozensets(st.sampled_from(EVERY), max_size=40)


@settings(max_examples=300)
@given(exercises, people, taken_ids)
def test_a_stand_in_is_legal_and_new(exercise: Exercise, person: Constraints, taken: frozenset[str]) -> None:
    found = substitute(exercise, person, taken=taken)
    if found is not None:
        assert refusal(found.exercise, person) is None
        assert found.exercise.id not in taken | {exercise.id}


@settings(max_examples=300)
@given(exercises, people, taken_ids)
def test_nothing_is_offered_only_where_nothing_is_left(
    exercise: Exercise, person: Constraints, taken: frozenset[str]
) -> None:
    left = [other for other in legal(KNOWN, person) if other.id not in taken | {exercise.id}]
    same_pattern = [other for other in left if other.pattern == exercise.pattern]
    same_muscle = [
        other
        for other in left
        if set(other.primary) & set(exercise.primary)
        and "mobility" not in (other.kind, exercise.kind)
        and (other.kind == "conditioning") == (exercise.kind == "conditioning")
    ]
    found = substitute(exercise, person, taken=taken)
    assert (found is None) == (not same_pattern and not same_muscle)


@given(exercises, people, taken_ids)
def test_the_pattern_is_kept_where_it_can_be(exercise: Exercise, person: Constraints, taken: frozenset[str]) -> None:
    found = substitute(exercise, person, taken=taken)
    left = [
        other
        for other in legal(KNOWN, person)
        if other.pattern == exercise.pattern and other.id not in taken | {exercise.id}
    ]
    assert not left or (found is not None and found.exercise.pattern == exercise.pattern)


@given(exercises, people, taken_ids)
def test_the_same_question_has_the_same_answer(exercise: Exercise, person: Constraints, taken: frozenset[str]) -> None:
    assert substitute(exercise, person, taken=taken) == substitute(exercise, person, taken=taken)


@given(exercises, people)
def test_the_reason_names_the_stand_in_in_whole_sentences(exercise: Exercise, person: Constraints) -> None:
    found = substitute(exercise, person, taken=NOTHING)
    if found is not None:
        assert found.exercise.name in found.why
        assert found.why.endswith(".")
        assert len(found.why) <= 500


@pytest.mark.parametrize(
    ("wanted", "owned", "level", "instead"),
    [
        ("barbell-bench-press", ["dumbbells", "bench"], "beginner", "dumbbell-bench-press"),
        ("barbell-bench-press", ["dumbbells"], "beginner", "dumbbell-floor-press"),
        ("barbell-bench-press", ["chest_press_machine"], "beginner", "machine-chest-press"),
        ("barbell-bench-press", [], "beginner", "push-up"),
        ("dumbbell-bench-press", ["barbell", "bench", "rack"], "beginner", "barbell-bench-press"),
        ("barbell-overhead-press", ["dumbbells"], "intermediate", "dumbbell-shoulder-press"),
        ("barbell-overhead-press", ["resistance_bands"], "intermediate", "band-overhead-press"),
        ("barbell-overhead-press", [], "intermediate", "pike-push-up"),
        ("barbell-overhead-press", [], "beginner", "bent-knee-pike-push-up"),
        ("barbell-row", ["dumbbells", "bench"], "intermediate", "bent-over-dumbbell-row"),
        ("seated-cable-row", ["resistance_bands"], "beginner", "band-row"),
        ("seated-cable-row", ["sturdy_table"], "beginner", "table-row"),
        ("lat-pulldown", ["pull_up_bar"], "intermediate", "pull-up"),
        ("pull-up", ["lat_pulldown_machine"], "intermediate", "lat-pulldown"),
        ("barbell-back-squat", ["dumbbells"], "intermediate", "goblet-squat"),
        ("barbell-back-squat", [], "intermediate", "bodyweight-squat"),
        ("conventional-deadlift", ["kettlebell"], "intermediate", "kettlebell-deadlift"),
        ("hammer-curl", ["resistance_bands"], "beginner", "band-curl"),
        ("dumbbell-calf-raise", [], "beginner", "bodyweight-calf-raise"),
    ],
)
def test_the_equipment_ladder_is_climbed_down(wanted: str, owned: list[str], level: Level, instead: str) -> None:
    person = replace(BEGINNER, equipment=KNOWN.owning(owned), level=level)
    found = substitute(KNOWN.get(wanted), person, taken=NOTHING)
    assert found is not None
    assert found.exercise.id == instead


def test_an_injury_sends_the_press_to_the_landmine() -> None:
    person = replace(LIFTER, avoided=AVOIDED["shoulder"])
    found = substitute(KNOWN.get("barbell-overhead-press"), person, taken=NOTHING)
    assert found is not None
    assert found.exercise.id == "landmine-press"
    assert "which your injury asks to avoid" in found.why


def test_without_anything_to_pull_on_a_pull_up_has_no_stand_in() -> None:
    assert substitute(KNOWN.get("pull-up"), BEGINNER, taken=NOTHING) is None


def test_a_knee_injury_turns_running_into_cycling_or_walking() -> None:
    hurt = replace(BEGINNER, avoided=AVOIDED["knee"])
    on_foot = substitute(KNOWN.get("running"), hurt, taken=NOTHING)
    on_wheels = substitute(KNOWN.get("running"), replace(hurt, equipment=frozenset({"stationary_bike"})), taken=NOTHING)
    assert on_foot is not None
    assert on_wheels is not None
    assert (on_foot.exercise.id, on_wheels.exercise.id) == ("walking", "stationary-cycling")


def test_what_is_taken_is_passed_over_for_the_next_best() -> None:
    first = substitute(KNOWN.get("barbell-bench-press"), LIFTER, taken=NOTHING)
    assert first is not None
    second = substitute(KNOWN.get("barbell-bench-press"), LIFTER, taken=frozenset({first.exercise.id}))
    assert second is not None
    assert second.exercise != first.exercise


@given(exercises, people, taken_ids)
def test_training_is_never_swapped_for_stretching(
    exercise: Exercise, person: Constraints, taken: frozenset[str]
) -> None:
    found = substitute(exercise, person, taken=taken)
    assert found is None or (found.exercise.kind == "mobility") == (exercise.kind == "mobility")


def test_ladders_name_exercises_of_their_own_pattern() -> None:
    for pattern, ladder in LADDERS.items():
        assert {KNOWN.get(exercise_id).pattern for exercise_id in ladder} == {pattern}
        assert len(set(ladder)) == len(ladder)

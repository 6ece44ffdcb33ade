"""Makeable loads: rounding, plates for a side and warm-up ramps, for gyms of every kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.plates import (
    makeable,
    next_load_up,
    plates_for,
    rack_of,
    round_load,
    warm_up_ramp,
)
from shared.domain.profile import Profile
from shared.domain.words import KG_PER_LB

GYM = rack_of(Profile())
POUNDS = rack_of(Profile(units="lb"))


def ramp(work_kg, load="barbell", rack=GYM):
    return [(step.weight_kg, step.reps) for step in warm_up_ramp(work_kg, load=load, rack=rack)]


@pytest.mark.parametrize(
    ("work_kg", "expected"),
    [(100, [(20, 10), (50, 5), (70, 3), (85, 1)]), (30, [(20, 8)]), (20, []), (25, [])],
)
def test_the_ramp_meets_its_vectors(work_kg, expected):
    assert ramp(work_kg) == expected


def test_ramp_steps_within_ten_kilograms_of_each_other_are_dropped():
    assert ramp(60) == [(20, 10), (42.5, 3)]


def test_a_light_dumbbell_needs_no_ramp_and_a_heavy_one_gets_one_without_a_bar():
    assert ramp(15, load="dumbbells") == []
    assert ramp(40, load="dumbbells") == [(20, 5), (34, 1)]


@given(work_kg=st.floats(0, 400), load=st.sampled_from(["barbell", "dumbbells", "machine", "cable", "kettlebell"]))
def test_every_ramp_rises_and_stays_under_the_work_weight(work_kg, load):
    weights = [weight for weight, _ in ramp(work_kg, load=load)]
    assert weights == sorted(set(weights))
    assert all(weight < work_kg for weight in weights)


@pytest.mark.parametrize(("target_kg", "nearest", "down"), [(101.25, 100, 100), (101.3, 102.5, 100), (99, 100, 97.5)])
def test_rounding_goes_to_the_nearest_with_ties_down_or_always_down(target_kg, nearest, down):
    assert round_load(target_kg, load="barbell", rack=GYM) == nearest
    assert round_load(target_kg, load="barbell", rack=GYM, rounding="down") == down


def test_nothing_is_lighter_than_the_empty_bar_or_the_lightest_dumbbell():
    assert round_load(3, load="barbell", rack=GYM) == 20
    assert round_load(0.2, load="dumbbells", rack=GYM) == 1


def test_pounds_are_rounded_to_pound_plates_and_answered_in_kilograms():
    load_kg = round_load(100, load="barbell", rack=POUNDS)
    assert load_kg / KG_PER_LB == pytest.approx(220, abs=0.01)
    assert [round(kg / KG_PER_LB, 1) for kg in plates_for(load_kg, POUNDS)] == [45, 35, 5, 2.5]


def test_plates_of_a_side_are_the_heaviest_that_fit():
    assert plates_for(142.5, GYM) == [25, 25, 10, 1.25]
    assert plates_for(20, GYM) == []
    assert plates_for(21, GYM) == []


def test_sizes_named_once_are_at_hand_in_any_number():
    rack = rack_of(Profile(plates_kg=[10, 2.5]))
    assert plates_for(105, rack) == [10, 10, 10, 10, 2.5]


def test_a_size_named_twice_means_that_every_entry_is_one_pair():
    rack = rack_of(Profile(plates_kg=[20, 20, 5]))
    assert round_load(300, load="barbell", rack=rack) == 110
    assert next_load_up(110, load="barbell", rack=rack) is None
    assert plates_for(110, rack) == [20, 20, 5]


def test_odd_plates_are_combined_even_where_taking_the_heaviest_first_fails():
    rack = rack_of(Profile(plates_kg=[7, 5]))
    assert plates_for(40, rack) == [5, 5]
    assert plates_for(44, rack) == [7, 5]
    assert plates_for(50, rack) == [5, 5, 5]


def test_a_bar_without_plates_stays_a_bar():
    rack = rack_of(Profile(plates_kg=[], bar_kg=15))
    assert round_load(100, load="barbell", rack=rack) == 15
    assert next_load_up(15, load="barbell", rack=rack) is None


def test_own_dumbbells_are_the_only_ones_offered():
    rack = rack_of(Profile(dumbbells_kg=[10, 6, 8]))
    assert round_load(9, load="dumbbells", rack=rack) == 8
    assert next_load_up(8, load="dumbbells", rack=rack) == 10
    assert next_load_up(10, load="dumbbells", rack=rack) is None


@given(
    target_kg=st.floats(0, 400),
    plates=st.lists(st.sampled_from([0.5, 1.25, 2.5, 3.7, 5, 10, 11.34, 20, 25]), max_size=8),
    bar_kg=st.sampled_from([0, 7.5, 15, 20, 20.412]),
)
def test_what_is_rounded_down_can_be_built_and_is_not_heavier(target_kg, plates, bar_kg):
    rack = rack_of(Profile(plates_kg=plates, bar_kg=bar_kg))
    load_kg = round_load(target_kg, load="barbell", rack=rack, rounding="down")
    assert load_kg == bar_kg or load_kg <= target_kg + 0.01
    assert bar_kg + 2 * sum(plates_for(load_kg, rack)) == pytest.approx(load_kg, abs=0.002)
    assert makeable(load_kg, load="barbell", rack=rack)


@given(target_kg=st.floats(0, 400), load=st.sampled_from(["barbell", "dumbbells", "kettlebell", "machine", "cable"]))
def test_rounding_what_is_rounded_changes_nothing(target_kg, load):
    for rack in (GYM, POUNDS):
        once = round_load(target_kg, load=load, rack=rack)
        assert round_load(once, load=load, rack=rack) == pytest.approx(once, abs=0.002)

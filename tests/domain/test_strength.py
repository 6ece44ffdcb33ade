"""Strength estimates: every vector of the rules, and what must hold for any set."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.log import LoggedSet
from shared.domain.plates import rack_of, round_load
from shared.domain.profile import Profile
from shared.domain.strength import FORMULAS, brzycki, e1rm_kg, epley, lander, load_for, percent_of_1rm

FORMULA_ORDER = ("epley", "brzycki", "lombardi", "mayhew", "wathan", "oconner", "lander")
FORMULA_VECTORS = [
    (100, 1, (100.00, 100.00, 100.00, 108.86, 101.30, 102.50, 101.39)),
    (100, 3, (110.00, 105.88, 111.61, 113.99, 108.98, 107.50, 107.20)),
    (100, 5, (116.67, 112.50, 117.46, 119.01, 116.58, 112.50, 113.71)),
    (100, 8, (126.67, 124.14, 123.11, 126.29, 127.67, 120.00, 125.11)),
    (60, 10, (80.00, 80.00, 75.54, 78.56, 80.85, 75.00, 80.44)),
    (100, 12, (140.00, 144.00, 128.21, 135.40, 141.50, 130.00, 144.41)),
]
RPE_TABLE = {
    1: 100, 1.5: 97.8, 2: 95.5, 2.5: 93.9, 3: 92.2, 3.5: 90.7, 4: 89.2, 4.5: 87.8, 5: 86.3, 5.5: 85.0, 6: 83.7,
    6.5: 82.4,
    7: 81.1, 7.5: 79.9, 8: 78.6, 8.5: 77.4, 9: 76.2, 9.5: 75.1, 10: 73.9, 10.5: 72.3, 11: 70.7, 11.5: 69.4, 12: 68.0,
    12.5: 66.7, 13: 65.3, 13.5: 64.0, 14: 62.6, 14.5: 61.3, 15: 59.9, 15.5: 58.6, 16: 57.4,
}  # fmt: skip
LEVELS = st.sampled_from(["beginner", "intermediate", "advanced"])
WEIGHTS = st.floats(min_value=1, max_value=500)
EFFORTS = st.none() | st.integers(0, 20).map(lambda halves: halves / 2)


@pytest.mark.parametrize(
    ("formula", "weight_kg", "reps", "expected"),
    [
        (name, weight, reps, wanted[i])
        for weight, reps, wanted in FORMULA_VECTORS
        for i, name in enumerate(FORMULA_ORDER)
    ],
)
def test_each_formula_meets_its_vector(formula, weight_kg, reps, expected):
    assert FORMULAS[formula](weight_kg, reps) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("effective_reps", "percent"), RPE_TABLE.items())
def test_the_rpe_table_stands_as_published(effective_reps, percent):
    assert percent_of_1rm(effective_reps) == percent


@pytest.mark.parametrize("effective_reps", [x / 2 for x in range(2, 33)])
def test_the_rpe_table_agrees_with_the_fit_of_openpowerlifting(effective_reps):
    x = effective_reps - 1
    fit = 0.347619 * x * x - 4.60714 * x + 99.9667 if x <= 2.92 else 97.0955 - 2.64249 * x
    assert percent_of_1rm(effective_reps) == pytest.approx(fit, abs=0.6)


@pytest.mark.parametrize(
    ("weight_kg", "reps", "rpe", "expected"),
    [(100, 5, 8, 123.30), (100, 5, 9, 119.47), (100, 3, 8.5, 113.90), (80, 8, 7, 113.15), (120, 5, 10, 139.05)],
)
def test_a_set_with_effort_is_estimated_by_the_rpe_table(weight_kg, reps, rpe, expected):
    estimate = e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps, rpe=rpe), level="intermediate")
    assert estimate is not None
    assert estimate.method == "rpe_table"
    assert estimate.kg == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("reps", "rpe", "unrounded", "rounded"), [(5, 8, 121.65, 122.5), (8, 7, 106.05, 105.0), (3, 9, 133.8, 135.0)]
)
def test_a_load_is_prescribed_from_the_one_repetition_maximum(reps, rpe, unrounded, rounded):
    load_kg = load_for(150, reps, rpe=rpe)
    assert load_kg == pytest.approx(unrounded)
    assert round_load(load_kg, load="barbell", rack=rack_of(Profile())) == rounded


def test_nothing_is_prescribed_where_the_table_ends():
    assert load_for(150, 20, rpe=8) is None
    assert percent_of_1rm(0.5) is None


def test_a_beginners_low_effort_report_is_not_believed():
    lifted = LoggedSet(weight_kg=100, reps=5, rpe=6.5)
    assert e1rm_kg(lifted, level="beginner").method == "epley"
    assert e1rm_kg(lifted, level="intermediate").method == "rpe_table"


@pytest.mark.parametrize(("reps", "confidence"), [(10, "normal"), (11, "low"), (12, "low")])
def test_eleven_and_twelve_reps_are_marked_as_low_confidence(reps, confidence):
    assert e1rm_kg(LoggedSet(weight_kg=60, reps=reps), level="advanced").confidence == confidence


@pytest.mark.parametrize(
    "lifted",
    [
        LoggedSet(kind="warm_up", weight_kg=60, reps=5),
        LoggedSet(weight_kg=60, reps=13),
        LoggedSet(weight_kg=60, reps=13, rpe=10),
        LoggedSet(weight_kg=60, seconds=40),
        LoggedSet(weight_kg=-20, reps=5),
        LoggedSet(weight_kg=0, reps=5),
        LoggedSet(reps=5),
        LoggedSet(weight_kg=60),
        LoggedSet(weight_kg=60, reps=0),
    ],
)
def test_sets_that_would_mislead_give_no_estimate(lifted):
    assert e1rm_kg(lifted, level="advanced") is None


def test_a_body_weight_lift_counts_the_share_of_the_body_it_moves():
    lifted = LoggedSet(reps=1, weight_kg=20, rpe=10)
    assert e1rm_kg(lifted, level="advanced", body_weight_kg=80, factor=1.0).kg == 100
    assert e1rm_kg(lifted, level="advanced", factor=1.0) is None
    push_up = LoggedSet(reps=1, rpe=10)
    assert e1rm_kg(push_up, level="advanced", body_weight_kg=100, factor=0.64).kg == pytest.approx(64)


@given(weight_kg=WEIGHTS)
def test_epley_and_brzycki_agree_at_ten_reps(weight_kg):
    assert epley(weight_kg, 10) == pytest.approx(brzycki(weight_kg, 10))


@given(weight_kg=WEIGHTS, level=LEVELS)
def test_an_all_out_single_is_its_own_maximum_exactly(weight_kg, level):
    assert e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=1, rpe=10), level=level).kg == weight_kg


@given(weight_kg=WEIGHTS, reps=st.integers(1, 12), rpe=EFFORTS, level=LEVELS)
def test_an_estimate_is_never_under_the_load(weight_kg, reps, rpe, level):
    assert e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps, rpe=rpe), level=level).kg >= weight_kg


@given(weight_kg=WEIGHTS, more=st.floats(0.5, 100), reps=st.integers(1, 12), rpe=EFFORTS, level=LEVELS)
def test_more_weight_for_the_same_reps_estimates_more(weight_kg, more, reps, rpe, level):
    light = e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps, rpe=rpe), level=level)
    heavy = e1rm_kg(LoggedSet(weight_kg=weight_kg + more, reps=reps, rpe=rpe), level=level)
    assert heavy.kg > light.kg


@given(weight_kg=WEIGHTS, reps=st.integers(1, 11), rpe=EFFORTS, level=LEVELS)
def test_more_reps_at_the_same_weight_estimate_more(weight_kg, reps, rpe, level):
    fewer = e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps, rpe=rpe), level=level)
    more = e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps + 1, rpe=rpe), level=level)
    assert more.kg > fewer.kg


@given(weight_kg=WEIGHTS, reps=st.integers(1, 35), name=st.sampled_from(FORMULA_ORDER))
def test_every_formula_rises_with_weight_and_reps(weight_kg, reps, name):
    formula = FORMULAS[name]
    assert formula(weight_kg + 1, reps) > formula(weight_kg, reps)
    assert formula(weight_kg, reps + 1) > formula(weight_kg, reps)


@given(kg=WEIGHTS, reps=st.integers(1, 10), rpe=st.integers(12, 20).map(lambda halves: halves / 2))
def test_prescribing_undoes_estimating(kg, reps, rpe):
    weight_kg = load_for(kg, reps, rpe=rpe)
    back = e1rm_kg(LoggedSet(weight_kg=weight_kg, reps=reps, rpe=rpe), level="advanced")
    assert math.isclose(back.kg, kg)


@pytest.mark.parametrize("formula", [brzycki, lander])
def test_formulas_with_a_pole_refuse_reps_beyond_it(formula):
    with pytest.raises(ValueError, match="37 reps"):
        formula(100, 37)

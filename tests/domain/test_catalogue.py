"""The catalogue's data is sound, and things are found by the names people use."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import catalogue as module
from shared.domain.catalogue import LEVELS, Exercise, Kind, Load, UnknownExercise, catalogue
from shared.domain.injuries import STRESS_TAGS
from shared.domain.search import fold
from shared.domain.words import MUSCLES, Pattern

KNOWN = catalogue()
EVERY = list(KNOWN.exercises.values())

# id: what it needs, level, first primary muscle, and stress tags it must carry.
WELL_KNOWN: dict[str, tuple[set[str], str, str, set[str]]] = {
    "barbell-bench-press": ({"barbell", "bench", "rack"}, "beginner", "chest", {"supine"}),
    "wide-grip-bench-press": ({"barbell", "bench", "rack"}, "intermediate", "chest", {"wide_grip_press"}),
    "incline-barbell-bench-press": ({"barbell", "incline_bench", "rack"}, "intermediate", "chest", set()),
    "dumbbell-bench-press": ({"dumbbells", "bench"}, "beginner", "chest", {"supine"}),
    "dumbbell-floor-press": ({"dumbbells"}, "beginner", "chest", {"supine"}),
    "push-up": (set(), "beginner", "chest", {"wrist_extension_load"}),
    "one-arm-push-up": (set(), "advanced", "chest", {"wrist_extension_load"}),
    "barbell-overhead-press": ({"barbell", "rack"}, "intermediate", "shoulders", {"overhead_press", "axial_load"}),
    "behind-neck-press": ({"barbell", "rack"}, "advanced", "shoulders", {"behind_neck", "overhead_press"}),
    "seated-dumbbell-shoulder-press": ({"dumbbells", "incline_bench"}, "beginner", "shoulders", {"overhead_press"}),
    "landmine-press": ({"barbell", "landmine"}, "beginner", "shoulders", set()),
    "handstand-push-up": (set(), "advanced", "shoulders", {"inverted", "wrist_extension_load"}),
    "barbell-row": ({"barbell"}, "intermediate", "upper_back", {"unsupported_row"}),
    "chest-supported-dumbbell-row": ({"dumbbells", "incline_bench"}, "beginner", "upper_back", {"prone"}),
    "seated-cable-row": ({"cable_machine"}, "beginner", "upper_back", set()),
    "table-row": ({"sturdy_table"}, "beginner", "upper_back", set()),
    "pull-up": ({"pull_up_bar"}, "intermediate", "lats", {"hanging_pull"}),
    "chin-up": ({"pull_up_bar"}, "intermediate", "lats", {"hanging_pull", "heavy_elbow_flexion"}),
    "kipping-pull-up": ({"pull_up_bar"}, "advanced", "lats", {"kipping"}),
    "band-assisted-pull-up": ({"pull_up_bar", "resistance_bands"}, "beginner", "lats", {"hanging_pull"}),
    "lat-pulldown": ({"lat_pulldown_machine"}, "beginner", "lats", set()),
    "behind-neck-pulldown": ({"lat_pulldown_machine"}, "advanced", "lats", {"behind_neck"}),
    "dumbbell-pullover": ({"dumbbells", "bench"}, "intermediate", "lats", {"pullover"}),
    "dip": ({"dip_bars"}, "intermediate", "triceps", {"dip"}),
    "bench-dip": ({"chair"}, "beginner", "triceps", {"dip"}),
    "skull-crusher": ({"ez_bar", "bench"}, "intermediate", "triceps", {"elbow_stretch_extension"}),
    "close-grip-bench-press": ({"barbell", "bench", "rack"}, "intermediate", "triceps", {"close_grip_press"}),
    "barbell-curl": ({"barbell"}, "beginner", "biceps", {"heavy_elbow_flexion", "straight_bar_curl"}),
    "hammer-curl": ({"dumbbells"}, "beginner", "biceps", set()),
    "barbell-upright-row": ({"barbell"}, "intermediate", "shoulders", {"upright_row"}),
    "barbell-shrug": ({"barbell"}, "beginner", "traps", {"shrug"}),
    "dumbbell-fly": ({"dumbbells", "bench"}, "intermediate", "chest", {"loaded_shoulder_stretch"}),
    "barbell-back-squat": (
        {"barbell", "rack"}, "intermediate", "quadriceps",
        {"axial_load", "deep_knee_flexion", "loaded_knee_flexion", "deep_hip_flexion"},
    ),
    "barbell-front-squat": ({"barbell", "rack"}, "intermediate", "quadriceps", {"front_rack", "loaded_knee_flexion"}),
    "overhead-squat": ({"barbell", "rack"}, "advanced", "quadriceps", {"overhead_hold"}),
    "goblet-squat": ({"dumbbells"}, "beginner", "quadriceps", {"deep_knee_flexion"}),
    "pistol-squat": (set(), "advanced", "quadriceps", {"deep_knee_flexion", "deep_ankle_flexion"}),
    "hack-squat": ({"hack_squat"}, "intermediate", "quadriceps", {"loaded_knee_flexion"}),
    "leg-press": ({"leg_press"}, "beginner", "quadriceps", {"loaded_knee_flexion"}),
    "leg-extension": ({"leg_extension_machine"}, "beginner", "quadriceps", {"open_chain_knee_extension"}),
    "sissy-squat": (set(), "advanced", "quadriceps", {"deep_knee_flexion"}),
    "dumbbell-bulgarian-split-squat": ({"dumbbells", "bench"}, "intermediate", "quadriceps",
    {"split_stance_stretch"}),
    "conventional-deadlift": ({"barbell"}, "intermediate", "glutes", {"hinge_load"}),
    "sumo-deadlift": ({"barbell"}, "intermediate", "glutes", {"hinge_load", "wide_stance"}),
    "good-morning": ({"barbell", "rack"}, "advanced", "hamstrings", {"hinge_load", "axial_load"}),
    "kettlebell-swing": ({"kettlebell"}, "intermediate", "glutes", {"ballistic_hinge"}),
    "barbell-hip-thrust": ({"barbell", "bench"}, "intermediate", "glutes", set()),
    "back-extension": ({"hyperextension_bench"}, "beginner", "lower_back", {"spinal_extension_load"}),
    "seated-leg-curl": ({"leg_curl_machine"}, "beginner", "hamstrings", set()),
    "hip-abduction-machine": ({"hip_machine"}, "beginner", "abductors", {"hip_abduction_load"}),
    "bodyweight-calf-raise": (set(), "beginner", "calves", {"calf_load"}),
    "sit-up": (set(), "beginner", "abdominals", {"spinal_flexion", "neck_flexion"}),
    "russian-twist": (set(), "intermediate", "abdominals", {"spinal_rotation_load"}),
    "hanging-leg-raise": ({"pull_up_bar"}, "advanced", "abdominals", {"straight_leg_raise"}),
    "box-jump": ({"box"}, "intermediate", "quadriceps", {"jump", "plyometric"}),
    "snatch": ({"barbell"}, "advanced", "glutes", {"olympic_lift", "overhead_ballistic"}),
    "power-clean": ({"barbell"}, "advanced", "glutes", {"olympic_lift", "front_rack"}),
    "burpee": (set(), "intermediate", "quadriceps", {"jump", "wrist_extension_load"}),
    "running": (set(), "beginner", "quadriceps", {"running"}),
}  # fmt: skip

# How other trackers write it: what we call it.
FOREIGN_NAMES = {
    "Bench Press (Barbell)": "barbell-bench-press",
    "Barbell Bench Press - Medium Grip": "barbell-bench-press",
    "Bench Press (Dumbbell)": "dumbbell-bench-press",
    "Incline Bench Press (Dumbbell)": "incline-dumbbell-bench-press",
    "Incline Dumbbell Press": "incline-dumbbell-bench-press",
    "Incline Bench Press (Barbell)": "incline-barbell-bench-press",
    "Squat (Barbell)": "barbell-back-squat",
    "Back Squat (Barbell)": "barbell-back-squat",
    "Barbell Squat": "barbell-back-squat",
    "Front Squat": "barbell-front-squat",
    "Deadlift (Barbell)": "conventional-deadlift",
    "Deadlift": "conventional-deadlift",
    "Romanian Deadlift": "barbell-romanian-deadlift",
    "Overhead Press (Barbell)": "barbell-overhead-press",
    "Barbell Overhead Press": "barbell-overhead-press",
    "Seated Overhead Press (Dumbbell)": "seated-dumbbell-shoulder-press",
    "Bent Over Row (Barbell)": "barbell-row",
    "Barbell Row": "barbell-row",
    "Pull Up": "pull-up",
    "Pull-ups": "pull-up",
    "PULLUP": "pull-up",
    "Pull Up (Weighted)": "weighted-pull-up",
    "Pull Up (Assisted)": "band-assisted-pull-up",
    "Chin Up": "chin-up",
    "Lat Pulldown (Cable)": "lat-pulldown",
    "Lat Pulldown (Machine)": "lat-pulldown",
    "Wide-Grip Lat Pulldown": "lat-pulldown",
    "Seated Row (Cable)": "seated-cable-row",
    "Seated Row (Machine)": "machine-row",
    "Face Pull": "face-pull",
    "Lateral Raise (Dumbbell)": "dumbbell-lateral-raise",
    "Side Lateral Raise": "dumbbell-lateral-raise",
    "Cable Lateral Raise": "cable-lateral-raise",
    "Bicep Curl (Dumbbell)": "dumbbell-curl",
    "Dumbbell Bicep Curl": "dumbbell-curl",
    "Dumbbell Curl": "dumbbell-curl",
    "Bicep Curl (Barbell)": "barbell-curl",
    "EZ-Bar Curl": "ez-bar-curl",
    "Tricep Pushdown": "triceps-pushdown",
    "Triceps Pushdown (Cable - Straight Bar)": "triceps-pushdown",
    "Skullcrusher (Barbell)": "skull-crusher",
    "Barbell Skull Crusher": "skull-crusher",
    "Triceps Dip": "dip",
    "Leg Press": "leg-press",
    "Leg Press (Machine)": "leg-press",
    "Leg Extension": "leg-extension",
    "Leg Extension (Machine)": "leg-extension",
    "Leg Curl": "seated-leg-curl",
    "Lying Leg Curl (Machine)": "lying-leg-curl",
    "Calf Raise": "bodyweight-calf-raise",
    "Standing Calf Raise (Machine)": "machine-standing-calf-raise",
    "Cable Fly": "cable-fly",
    "Lower Chest Fly": "high-cable-fly",
    "Chest Fly (Machine)": "machine-fly",
    "Bulgarian Split Squat": "bulgarian-split-squat",
    "Bulgarian Split Squat (Dumbbell)": "dumbbell-bulgarian-split-squat",
    "Barbell Hip Thrust": "barbell-hip-thrust",
    "Hip Thrust (Barbell)": "barbell-hip-thrust",
    "Hanging Leg Raise": "hanging-leg-raise",
    "Plank": "plank",
    "Knee Raise (Captain's Chair)": "captains-chair-knee-raise",
    "Running (Treadmill)": "treadmill-run",
    "Cycling (Indoor)": "stationary-cycling",
    "Rowing (Machine)": "rowing",
    "BB Row": "barbell-row",
    "DB Bench Press": "dumbbell-bench-press",
    "OHP": "barbell-overhead-press",
    "RDL": "barbell-romanian-deadlift",
    "  bench   press ": "barbell-bench-press",
}


def test_at_least_160_exercises_and_30_pieces_of_equipment_are_curated() -> None:
    assert len(EVERY) >= 160
    assert len(KNOWN.equipment) >= 30


def test_every_word_in_the_data_belongs_to_the_vocabulary() -> None:
    for exercise in EVERY:
        assert set(exercise.primary) | set(exercise.secondary) <= set(MUSCLES), exercise.id
        assert exercise.primary and not set(exercise.primary) & set(exercise.secondary), exercise.id
        assert exercise.pattern in get_args(Pattern), exercise.id
        assert exercise.kind in get_args(Kind), exercise.id
        assert exercise.load in get_args(Load), exercise.id
        assert exercise.level in LEVELS, exercise.id
        assert exercise.requires <= set(KNOWN.equipment), exercise.id
        assert exercise.stress <= set(STRESS_TAGS), exercise.id
        assert exercise.body_weight_factor is None or 0 < exercise.body_weight_factor <= 1, exercise.id


def test_every_exercise_has_one_or_two_cues_and_every_cue_is_its_own() -> None:
    cues = Counter(cue for exercise in EVERY for cue in exercise.cues)
    assert all(1 <= len(exercise.cues) <= 2 for exercise in EVERY)
    assert [cue for cue, count in cues.items() if count > 1] == []
    assert all(15 <= len(cue) <= 200 and cue.endswith(".") for cue in cues)


def test_ids_are_unique_kebab_case_and_sorted_in_the_file() -> None:
    rows = json.loads((Path(module.__file__).parent / "data" / "exercises.json").read_text(encoding="utf-8"))[
        "exercises"
    ]
    ids = [row["id"] for row in rows]
    assert ids == sorted(set(ids))
    assert all(fold(key) and key == key.lower() and " " not in key and "_" not in key for key in ids)


def test_no_two_exercises_answer_to_one_name() -> None:
    claims: dict[str, set[str]] = {}
    for exercise in EVERY:
        for name in (exercise.id, exercise.name, *exercise.aliases):
            claims.setdefault(fold(name), set()).add(exercise.id)
    assert {name: ids for name, ids in claims.items() if len(ids) > 1} == {}


def test_every_piece_of_equipment_is_used_and_what_it_includes_exists() -> None:
    used = frozenset[str]().union(*(exercise.requires for exercise in EVERY))
    assert set(KNOWN.equipment) <= used
    for item in KNOWN.equipment.values():
        assert set(item.includes) <= set(KNOWN.equipment)
        assert KNOWN.owning([item.id]) == KNOWN.owning(KNOWN.owning([item.id])), "an inclusion is not carried through"


def test_every_stress_tag_is_carried_by_some_exercise() -> None:
    assert frozenset[str]().union(*(exercise.stress for exercise in EVERY)) == set(STRESS_TAGS)


def test_the_load_of_an_exercise_agrees_with_what_it_needs() -> None:
    needs = {
        "barbell": {"barbell", "ez_bar", "trap_bar"}, "dumbbells": {"dumbbells"}, "kettlebell": {"kettlebell"},
        "cable": {"cable_machine", "lat_pulldown_machine"}, "band": {"resistance_bands", "mini_band"},
    }  # fmt: skip
    for exercise in EVERY:
        assert exercise.requires & needs.get(exercise.load, exercise.requires) or not exercise.requires, exercise.id


def test_plyometric_and_olympic_exercises_carry_the_tags_that_age_and_pregnancy_ask_about() -> None:
    for exercise in EVERY:
        assert (exercise.pattern == "plyometric") <= ("plyometric" in exercise.stress), exercise.id
        assert (exercise.pattern == "olympic") <= ("olympic_lift" in exercise.stress), exercise.id
        assert (exercise.pattern == "olympic") <= (exercise.level != "beginner"), exercise.id


def test_mobility_is_a_kind_exactly_where_it_is_the_pattern() -> None:
    assert all((exercise.kind == "mobility") == (exercise.pattern == "mobility") for exercise in EVERY)


@pytest.mark.parametrize("exercise_id", WELL_KNOWN)
def test_well_known_exercises_are_described_as_every_coach_would(exercise_id: str) -> None:
    requires, level, muscle, stress = WELL_KNOWN[exercise_id]
    exercise = KNOWN.get(exercise_id)
    assert (set(exercise.requires), str(exercise.level), str(exercise.primary[0])) == (requires, level, muscle)
    assert stress <= exercise.stress


def test_an_unknown_id_is_refused_by_name() -> None:
    with pytest.raises(UnknownExercise, match="moon-walk"):
        KNOWN.get("moon-walk")


@pytest.mark.parametrize("name", FOREIGN_NAMES)
def test_names_of_other_trackers_find_our_exercise(name: str) -> None:
    found = KNOWN.find(name)
    assert found is not None
    assert found.id == FOREIGN_NAMES[name]


def test_every_id_name_and_alias_finds_its_own_exercise() -> None:
    for exercise in EVERY:
        assert {KNOWN.find(name) for name in (exercise.id, exercise.name, *exercise.aliases)} == {exercise}


@given(
    st.sampled_from(EVERY),
    st.sampled_from([str.upper, str.title, str.swapcase]),
    st.sampled_from(["-", "  ", "_", " / "]),
)
def test_case_and_punctuation_do_not_matter(exercise: Exercise, case: Callable[[str], str], gap: str) -> None:
    assert KNOWN.find(case(exercise.name).replace(" ", gap)) is exercise


@given(st.text(max_size=80))
def test_any_text_can_be_looked_for(text: str) -> None:
    assert KNOWN.find(text) is None or fold(text) or text in KNOWN.exercises
    assert len(KNOWN.nearest(text)) <= 3
    assert KNOWN.search(text=text) == KNOWN.search(text=text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bnech press", "barbell-bench-press"),
        ("bench pres", "barbell-bench-press"),
        ("dead lift", "conventional-deadlift"),
        ("romainian deadlift", "barbell-romanian-deadlift"),
        ("lat puldown", "lat-pulldown"),
        ("shoudler press dumbell", "dumbbell-shoulder-press"),
        ("bulgarain split squat", "bulgarian-split-squat"),
        ("hamer curl", "hammer-curl"),
        ("tricep pushdwn", "triceps-pushdown"),
        ("plnak", "plank"),
    ],
)
def test_typos_are_forgiven(typed: str, meant: str) -> None:
    assert meant in [exercise.id for exercise in KNOWN.nearest(typed)]
    assert meant in [exercise.id for exercise in KNOWN.search(text=typed, limit=5)]


def test_the_beginning_of_a_name_is_enough() -> None:
    assert "romanian" in KNOWN.search(text="roma", limit=1)[0].id
    assert "barbell-bench-press" in [exercise.id for exercise in KNOWN.search(text="ben pre", limit=5)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("squat", "barbell-back-squat"),
        ("bench", "barbell-bench-press"),
        ("deadlift", "conventional-deadlift"),
        ("lat", "lat-pulldown"),
    ],
)
def test_one_word_finds_the_exercise_most_people_mean(typed: str, first: str) -> None:
    assert KNOWN.search(text=typed, limit=1)[0].id == first


def test_nonsense_finds_nothing() -> None:
    assert KNOWN.search(text="qzxw") == []
    assert KNOWN.find("") is None


def test_filters_narrow_and_never_contradict_each_other() -> None:
    found = KNOWN.search(muscle="hamstrings", pattern="hinge", equipment=frozenset({"dumbbells"}))
    assert found
    for exercise in found:
        assert "hamstrings" in exercise.primary + exercise.secondary
        assert exercise.pattern == "hinge"
        assert exercise.requires <= {"dumbbells"}


def test_exercises_that_train_a_muscle_directly_come_first() -> None:
    direct = ["biceps" in exercise.primary for exercise in KNOWN.search(muscle="biceps")]
    assert direct == sorted(direct, reverse=True)


def test_pages_put_together_are_the_whole_list() -> None:
    pages = [KNOWN.search(limit=50, offset=start) for start in range(0, len(EVERY) + 50, 50)]
    assert [exercise for page in pages for exercise in page] == KNOWN.search() == EVERY


def test_an_adjustable_bench_counts_as_a_flat_one_and_unknown_things_count_for_nothing() -> None:
    assert KNOWN.owning(["incline_bench", "hoverboard"]) == {"incline_bench", "bench", "chair"}
    assert "dumbbell-bench-press" in {e.id for e in KNOWN.search(equipment=frozenset({"incline_bench", "dumbbells"}))}

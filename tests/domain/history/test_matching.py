"""Names of other apps meet the catalogue by alias, equipment and sure typos; a doubt stays a custom exercise."""

import pytest

from shared.domain.catalogue import Catalogue
from shared.domain.history.matching import Matcher


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Bench Press (Barbell)", "barbell-bench-press"),
        ("bench-press", "barbell-bench-press"),
        ("Bench Press (Dumbbell)", "dumbbell-bench-press"),
        ("DB Bench Press", "dumbbell-bench-press"),
        ("Squat (Barbell)", "barbell-back-squat"),
        ("Lat Pulldown (Cable)", "lat-pulldown"),
        ("Deadlift (Barbell)", "deadlift"),
        ("Pull Up", "pull-up"),
        ("Pullups", "pull-up"),
        ("Deadlfit", "deadlift"),
        ("Dedlift", "deadlift"),
        ("Hip Abduction (Machine)", "hip-abduction-machine"),
        ("Hip Adduction (Machine)", "hip-adduction-machine"),
    ],
)
def test_a_name_that_surely_means_one_exercise_is_matched(small_catalogue: Catalogue, name: str, wanted: str) -> None:
    found = Matcher(small_catalogue).find(name)
    assert found is not None
    assert found.id == wanted


@pytest.mark.parametrize(
    "name",
    [
        "Bench Press (Cable)",
        "Squat (Smith Machine)",
        "Incline Bench Press (Barbell)",
        "Romanian Deadlift (Barbell)",
        "Front Squat",
        "Lat Pulldown (Machine)",
        "Pull Up (Assisted)",
        "Hip Aduction (Machine)",
        "Plan",
        "",
        "!!!",
        "卧推",
    ],
)
def test_a_name_in_doubt_is_left_alone(small_catalogue: Catalogue, name: str) -> None:
    assert Matcher(small_catalogue).find(name) is None

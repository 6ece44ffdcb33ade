"""The catalogue in German: complete, unambiguous, and found by what German lifters type."""

import json
from collections import Counter
from pathlib import Path

import pytest

from shared.domain import catalogue as module
from shared.domain.catalogue import Translation, catalogue
from shared.domain.history.matching import Matcher, is_assisted
from shared.domain.search import fold

KNOWN = catalogue()
EVERY = list(KNOWN.exercises.values())
FILE = Path(module.__file__).parent / "data" / "exercises.de.json"


def _german(exercise_id: str) -> Translation:
    return KNOWN.get(exercise_id).translations["de"]


def test_the_german_file_names_every_exercise_once_in_the_order_of_the_catalogue() -> None:
    pairs: list[str] = []
    json.loads(FILE.read_text("utf-8"), object_pairs_hook=lambda rows: pairs.extend(key for key, _ in rows))
    assert [key for key in pairs if key in KNOWN.exercises] == list(KNOWN.exercises)
    assert list(json.loads(FILE.read_text("utf-8"))["exercises"]) == list(KNOWN.exercises)


def test_every_piece_of_equipment_has_a_german_name_of_its_own() -> None:
    names = Counter(item.translations["de"] for item in KNOWN.equipment.values())
    assert len(names) == len(KNOWN.equipment)
    assert KNOWN.equipment["dumbbells"].translations["de"] == "Kurzhanteln"


def test_every_german_name_is_its_own() -> None:
    names = Counter(fold(exercise.translations["de"].name) for exercise in EVERY)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_exercise_has_as_many_german_cues_as_english_ones_and_every_cue_is_its_own() -> None:
    assert [e.id for e in EVERY if len(e.translations["de"].cues) != len(e.cues)] == []
    cues = Counter(cue for exercise in EVERY for cue in exercise.translations["de"].cues)
    assert [cue for cue, count in cues.items() if count > 1] == []
    assert [cue for cue in cues if not (15 <= len(cue) <= 200 and cue.endswith("."))] == []


def test_no_two_exercises_answer_to_one_name_in_any_language() -> None:
    claims: dict[str, set[str]] = {}
    for exercise in EVERY:
        for name in (exercise.id, exercise.name, *exercise.aliases, *exercise.translations["de"].spellings):
            claims.setdefault(fold(name), set()).add(exercise.id)
    assert {name: ids for name, ids in claims.items() if len(ids) > 1} == {}


def test_every_german_name_and_alias_finds_its_own_exercise_with_and_without_umlauts() -> None:
    for exercise in EVERY:
        assert {KNOWN.find(name) for name in exercise.translations["de"].spellings} == {exercise}


@pytest.mark.parametrize(
    ("exercise_id", "name"),
    [
        ("barbell-bench-press", "Bankdrücken"),
        ("conventional-deadlift", "Kreuzheben"),
        ("barbell-back-squat", "Kniebeuge"),
        ("pull-up", "Klimmzug"),
        ("push-up", "Liegestütz"),
        ("lat-pulldown", "Latzug"),
        ("seated-cable-row", "Rudern am Kabel"),
        ("lying-leg-curl", "Beinbeuger liegend"),
        ("bulgarian-split-squat", "Bulgarische Kniebeuge"),
        ("face-pull", "Face Pull"),
        ("barbell-hip-thrust", "Hip Thrust"),
        ("goblet-squat", "Goblet Squat"),
    ],
)
def test_well_known_exercises_are_called_what_german_gyms_call_them(exercise_id: str, name: str) -> None:
    assert _german(exercise_id).name == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bankdrücken", "barbell-bench-press"),
        ("bankdruecken", "barbell-bench-press"),
        ("bankdrucken", "barbell-bench-press"),
        ("bankdrükcen", "barbell-bench-press"),
        ("kreuzhebn", "conventional-deadlift"),
        ("klimzug", "pull-up"),
        ("Klimmzuege", "pull-up"),
        ("knibeuge", "barbell-back-squat"),
        ("latzihen", "lat-pulldown"),
        ("beinpress", "leg-press"),
        ("ausfallschrit", "forward-lunge"),
        ("seithben", "dumbbell-lateral-raise"),
        ("liegestuetze", "push-up"),
        ("kurzhantel bankdrücken", "dumbbell-bench-press"),
        ("rudern kabel", "seated-cable-row"),
    ],
)
def test_german_words_are_found_with_typos_and_without_umlauts(typed: str, meant: str) -> None:
    assert KNOWN.search(text=typed, limit=1)[0].id == meant


@pytest.mark.parametrize(
    "typed", ["squat", "bench", "deadlift", "press", "curl", "split squat", "hip thrust", "row", "toes"]
)
def test_english_words_find_first_what_an_english_catalogue_finds_first(typed: str) -> None:
    english = module.read_catalogue(json.loads((FILE.parent / "exercises.json").read_text("utf-8")))
    assert KNOWN.search(text=typed, limit=3) == english.search(text=typed, limit=3)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Bankdrücken (Langhantel)", "barbell-bench-press"),
        ("Bankdrücken (Kurzhantel)", "dumbbell-bench-press"),
        ("KH Bankdrücken", "dumbbell-bench-press"),
        ("Bankdrücken (Maschine)", "machine-chest-press"),
        ("Kniebeuge (Multipresse)", "smith-machine-squat"),
        ("Rumänisches Kreuzheben (Langhantel)", "barbell-romanian-deadlift"),
        ("Ueberkopfdruecken (Langhantel)", "barbell-overhead-press"),
        ("Latziehen (Kabel)", "lat-pulldown"),
        ("Kabelrudern", "seated-cable-row"),
        ("Beinbeuger liegend (Maschine)", "lying-leg-curl"),
        ("Bizeps Curls (Kurzhantel)", "dumbbell-curl"),
        ("Klimmzug (unterstützt)", "band-assisted-pull-up"),
        ("Kreuzhebn", "conventional-deadlift"),
        ("Liegestütze", "push-up"),
    ],
)
def test_german_names_in_a_history_file_are_matched(written: str, meant: str) -> None:
    found = Matcher(KNOWN).find(written)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize("written", ["Drücken", "Rudern (Langhantel) Spezial", "Bankdrücken (Kettlebell)", "Beine"])
def test_a_german_name_in_doubt_is_left_alone(written: str) -> None:
    assert Matcher(KNOWN).find(written) is None


def test_a_typo_in_english_is_mended_with_english_words_alone() -> None:
    # "bicep" and the German "bizep" are both one slip away; the German word must not make this a doubt.
    found = Matcher(KNOWN).find("Bixep Curl (Dumbbell)")
    assert found is not None
    assert found.id == "dumbbell-curl"


@pytest.mark.parametrize("name", ["Klimmzug (unterstützt)", "Dips (Unterstuetzt)", "Assistierter Klimmzug"])
def test_german_names_say_too_that_the_weight_takes_load_away(name: str) -> None:
    assert is_assisted(name)

"""A small catalogue, and a way to read a history file with it, for the tests of history files."""

from collections.abc import Callable

import pytest

from shared.domain.catalogue import Catalogue, read_catalogue
from shared.domain.history.reader import read_history
from shared.domain.history.report import Imported

_EXERCISES = [
    ("barbell-bench-press", "Barbell Bench Press", ["Bench Press"], "barbell"),
    ("dumbbell-bench-press", "Dumbbell Bench Press", [], "dumbbells"),
    ("barbell-back-squat", "Barbell Back Squat", ["Squat", "Barbell Squat"], "barbell"),
    ("deadlift", "Deadlift", [], "barbell"),
    ("lat-pulldown", "Lat Pulldown", [], "cable"),
    ("hip-abduction-machine", "Machine Hip Abduction", [], "machine"),
    ("hip-adduction-machine", "Machine Hip Adduction", [], "machine"),
    ("pull-up", "Pull-Up", [], "bodyweight"),
    ("plank", "Plank", [], "bodyweight"),
]


@pytest.fixture(scope="session")
def small_catalogue() -> Catalogue:
    rows = [
        {
            "id": key,
            "name": name,
            "aliases": aliases,
            "pattern": "core",
            "kind": "compound",
            "primary": ["chest"],
            "load": load,
            "level": "beginner",
            "cues": [],
        }
        for key, name, aliases, load in _EXERCISES
    ]
    return read_catalogue({"equipment": [], "exercises": rows})


Reader = Callable[..., Imported]


@pytest.fixture(scope="session")
def read(small_catalogue: Catalogue) -> Reader:
    """Reads text or bytes; the unit is kilograms and the zone UTC unless the test says otherwise."""

    def _read(file: str | bytes, **given: object) -> Imported:
        data = file.encode() if isinstance(file, str) else file
        settings = {"content_type": "text/csv", "unit": "kg", "timezone": "UTC", **given}
        return read_history(data, catalogue=small_catalogue, **settings)  # type: ignore[arg-type]

    return _read

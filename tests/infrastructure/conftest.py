"""What the tests of infrastructure/ share: its files, and copies of them with one thing broken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.check.bicep import BicepFile, read_folder, read_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "infrastructure"


@pytest.fixture(scope="session")
def files() -> dict[str, BicepFile]:
    """The Bicep files as they stand."""
    return read_folder(FOLDER)


@pytest.fixture
def broken(files: dict[str, BicepFile]) -> Callable[[str, str, str], dict[str, BicepFile]]:
    """The files with one text put in the place of another, which has to be there."""

    def break_it(name: str, old: str, new: str) -> dict[str, BicepFile]:
        text = (FOLDER / name).read_text("utf-8")
        assert old in text, f"{name} no longer holds {old!r}; mend this test"
        return {**files, name: read_text(name, text.replace(old, new, 1))}

    return break_it

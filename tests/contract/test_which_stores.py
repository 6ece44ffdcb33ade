"""A run says on which stores the contract ran; in continuous integration it fails where one was left out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ONE_TEST = "tests/contract/test_document_store.py::test_a_document_is_found_as_it_was_inserted"


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_store_that_was_left_out_is_told_and_fails_continuous_integration(ci: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"{ONE_TEST}[sqlite]", f"{ONE_TEST}[counting]"],
        cwd=ROOT, env=os.environ | {"CI": ci}, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert "sqlite 1 passed, counting 1 passed, tables 0 passed, cosmos 0 passed" in done.stdout
    assert ("not run on tables, cosmos" in done.stdout) == bool(ci)

"""A local host as a process of its own, by any Python."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from release.package import ROOT


@contextmanager
def serving(python: Path, *, environ: Mapping[str, str], folder: Path) -> Iterator[str]:
    """The address of a local host that was started in `folder`."""
    process = subprocess.Popen(
        [python, "-m", "local_host"],
        cwd=folder,
        env={**environ, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                return
        pytest.fail("the host ended before it said where it is")
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def vigor(tmp_path: Path) -> Iterator[str]:
    """The address of Vigor as `make run` starts it."""
    environ = {**os.environ, "VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite")}
    with serving(Path(sys.executable), environ=environ, folder=ROOT) as address:
        yield address

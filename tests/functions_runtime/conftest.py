"""Microsoft's own worker library in an environment of its own, where a Python of 3.13 or later is found."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / "build" / "runtime313"
INSTALLED = "installed-requirements"


class Worker:
    """The driver's process: the functions it indexed, and `invoke` for each."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.functions: dict[str, list[dict[str, Any]]] = self._hear()

    def invoke(
        self,
        function: str,
        method: str = "POST",
        path: str = "",
        *,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        route_params: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """What the worker would tell the host: status, headers, cookies and body, or why it failed."""
        sent = {"content-type": "application/json"} if body is not None else {}
        return self._ask(
            {
                "function": function,
                "method": method,
                "url": f"http://localhost/api/{path}",
                "headers": sent | (headers or {}),
                "query": query or {},
                "route_params": route_params or {},
                "body": "" if body is None else body if isinstance(body, str) else json.dumps(body),
            }
        )

    def fire(self, function: str, *, past_due: bool) -> dict[str, Any]:
        """Run a timer as the host would, late or not."""
        moment = "2026-03-01T00:05:00+00:00"
        status = {"Last": moment, "Next": moment, "LastUpdated": moment}
        timer = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": past_due}
        return self._ask({"function": function, "timer": timer})

    def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the worker ended: {self._process.wait(10)}"
        heard: dict[str, Any] = json.loads(line)
        return heard


@pytest.fixture(scope="session")
def python313() -> Path:
    """The interpreter of an environment that holds the worker library and all the app needs; skips without a 3.13."""
    interpreter = next(filter(_is_recent, _candidates()), None)
    if interpreter is None:
        pytest.skip("no Python 3.13 or later on this machine, which azure-functions-runtime asks for")
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with (ENVIRONMENT.parent / "runtime313.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _environment(interpreter)


@pytest.fixture
def worker(python313: Path, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start the driver on the app of a folder; its data lies in `tmp_path`."""
    processes: list[subprocess.Popen[str]] = []

    def start(folder: Path, **environment: str) -> Worker:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VIGOR_", "PYTHON"))}
        process = subprocess.Popen(
            [str(python313), "-W", "error::SyntaxWarning", str(HERE / "driver.py"), str(folder)],
            cwd=tmp_path,
            env=kept | {"VIGOR_SQLITE_PATH": str(tmp_path / "vigor.sqlite")} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return Worker(process)

    yield start
    for process in processes:
        process.communicate(timeout=30)


def _candidates() -> Iterator[Path]:
    for name in ("python3.13", "python3.14"):
        if found := shutil.which(name):
            yield Path(found)
    yield from sorted(Path.home().glob(".pyenv/versions/3.1[3-9]*/bin/python"))


def _is_recent(interpreter: Path) -> bool:
    """Whether it really is one; a pyenv shim exists also for versions that are not chosen, and then fails."""
    tried = subprocess.run(
        [str(interpreter), "-c", "import sys, venv; sys.exit(sys.version_info < (3, 13))"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


def _environment(interpreter: Path) -> Path:
    """Make the environment, or take the one that holds the same requirements already."""
    files = (HERE / "requirements.txt", ROOT / "requirements.txt")
    wanted = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    python = ENVIRONMENT / "bin" / "python"
    marker = ENVIRONMENT / INSTALLED
    if python.exists() and marker.exists() and marker.read_text() == wanted:
        return python
    subprocess.run([str(interpreter), "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(HERE / "requirements.txt")], check=True)
    marker.write_text(wanted)
    return python

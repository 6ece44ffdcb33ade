"""The package holds what runs and nothing else, and is all that a machine without this repository needs."""

import fcntl
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from release import smoke
from release.package import ROOT, contents, pack
from tests.release.conftest import serving

ENVIRONMENT = ROOT / "build" / "deployed"


@pytest.fixture(scope="session")
def python() -> Path:
    """A Python with only what is deployed; kept from run to run."""
    wanted = ROOT / "requirements.txt"
    digest = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    marker, interpreter = ENVIRONMENT / "installed", ENVIRONMENT / "bin" / "python"
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    with ENVIRONMENT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.is_file() or marker.read_text() != digest:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
            install = [interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted]
            subprocess.run(install, check=True)
            marker.write_text(digest)
    return interpreter


def test_the_package_holds_the_app_and_no_test_tool_or_secret(tmp_path: Path) -> None:
    names = {file.as_posix() for file in contents()}
    assert {"function_app.py", "host.json", "requirements.txt"} <= names
    assert {name.split("/")[0] for name in names if "/" in name} == {"functions", "shared"}
    suffixes = {Path(name).suffix for name in names}
    assert not suffixes & {".pyc", ".zip", ".sqlite", ".ts", ".md5"}
    assert "local.settings.json" not in names
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert names <= set(tracked), "whatever lies about on this machine is not deployed"


def test_the_same_files_make_the_same_package(tmp_path: Path) -> None:
    assert pack(tmp_path / "one.zip") == pack(tmp_path / "two.zip")


def test_what_the_tools_of_azure_leave_out_is_not_in_the_package() -> None:
    """`azd` and Core Tools pack by .funcignore: both ways give the same app."""
    ignored = [line.rstrip("/") for line in (ROOT / ".funcignore").read_text().splitlines() if line]
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    kept = {name.split("/")[0] for name in tracked}
    kept = {name for name in kept if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)}
    assert kept == {file.parts[0] for file in contents() if file.suffix != ".md"}


def test_a_web_client_built_for_another_address_of_the_api_is_built_again(tmp_path: Path) -> None:
    """`make release` must not pack what `make run` built, for an API under one origin, where the API has its own."""
    recipe = (ROOT / "Makefile").read_text("utf-8")
    (tmp_path / "Makefile").write_text(re.sub(r"\$\(WEB\)/dist/\.built: .*", "$(WEB)/dist/.built:", recipe, count=1))
    site, tools = tmp_path / "static_web_app", tmp_path / "bin"
    (site / "dist").mkdir(parents=True)
    tools.mkdir()
    npm = tools / "npm"
    npm.write_text("#!/bin/sh\necho \"for '$VIGOR_API_ADDRESS'\" >>built\n")
    npm.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("VIGOR_", "MAKE"))}
    environ["PATH"] = f"{tools}:{environ['PATH']}"
    for address in ("", "", "https://api.example", "https://api.example", ""):
        subprocess.run(
            ["make", "--silent", "web"], cwd=tmp_path, env={**environ, "VIGOR_API_ADDRESS": address}, check=True
        )
    assert (site / "built").read_text().split() == ["for", "''", "for", "'https://api.example'", "for", "''"]


def test_the_newest_entry_of_the_changelog_is_the_version_of_the_web_client() -> None:
    (newest, *_) = re.findall(r"^## (\S+) – ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert json.loads((ROOT / "static_web_app" / "package.json").read_text())["version"] == newest


def test_the_sbom_of_the_functions_is_made_of_all_that_gets_installed() -> None:
    """Requirements name a dozen packages; they bring three times as many along."""
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\nrelease:")[2].partition("\n\n")[0]
    assert "cyclonedx-py environment build/runtime/bin/python" in recipe


@pytest.mark.slow
@pytest.mark.xdist_group("processes")
def test_the_package_alone_in_an_empty_folder_starts_and_passes_the_smoke_test(tmp_path: Path, python: Path) -> None:
    pack(tmp_path / "app.zip")
    app, host = tmp_path / "app", tmp_path / "host"
    with zipfile.ZipFile(tmp_path / "app.zip") as package:
        package.extractall(app)
    shutil.copytree(ROOT / "local_host", host / "local_host", ignore=shutil.ignore_patterns("__pycache__"))
    environ = {**os.environ, "PYTHONPATH": f"{app}:{host}", "VIGOR_SQLITE_PATH": str(tmp_path / "data" / "v.sqlite")}
    with serving(python, environ=environ, folder=app) as address:
        _, wrong = smoke.run(address, api_only=True)
        night = smoke.fetch(f"{address}/admin/functions/ResetUsage", "POST", b"", {})
    assert (wrong, night.status) == ([], 202)  # timers run by hand where nothing can tell when they are due

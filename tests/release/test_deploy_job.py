"""The job that puts a release on Azure, played step by step as GitHub runs it: what does not prove itself goes back."""

import re
import shutil
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # the package ships no types

from tests.infrastructure.machine import ROOT, Machine

STEPS = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))["jobs"]["code"]["steps"]
GO_BACK = "failure() && steps.before.outputs.found == 'yes'"
GH = """
if [ "$2" = list ]; then cat "$STAND_IN_HOME/runs"; exit 0; fi
while [ $# -gt 0 ]; do case $1 in --name) name=$2 ;; --dir) dir=$2 ;; esac; shift; done
mkdir -p "$dir"
if [ "$name" = release ]; then cp -r "$STAND_IN_HOME/repository/new/." "$dir"; else echo '{}' >"$dir/smoke.json"; fi
"""


class Job:
    """The job on a machine where a release waits in `new`."""

    def __init__(self, home: Path) -> None:
        self.machine = Machine(home)
        self.machine.tool("gh", GH)
        (home / "group").touch()
        (home / "runs").touch()
        site = self.machine.repository / "new" / "web"
        site.mkdir(parents=True)
        shutil.copy(ROOT / "static_web_app" / "staticwebapp.config.json", site)
        (site.parent / "vigor-functions.zip").touch()
        self.output = home / "output"

    def run(self) -> bool:
        """Whether every step held; a step with a condition is run where it is met."""
        environ = {
            "SIZE": "dev", "GROUP": "rg", "GITHUB_REPOSITORY": "vigor/vigor", "GITHUB_OUTPUT": str(self.output),
        }  # fmt: skip
        has_failed = False
        for step in STEPS:
            condition = step.get("if", "success()")
            assert condition in {"success()", GO_BACK}, condition
            due = has_failed and "found=yes" in self.output.read_text() if condition == GO_BACK else not has_failed
            if due and "run" in step:
                command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                has_failed |= self.machine.execute(command, self.machine.repository, environ).returncode != 0
        return not has_failed

    @property
    def put_there(self) -> list[str]:
        """What was put on Azure or proved there, in order."""
        said = []
        for call in self.machine.calls:
            if put := re.search(r"(--src|swa deploy) (\S+)", call):
                said.append(f"{'api' if put[1] == '--src' else 'web'} {Path(put[2]).parent.name}")
            elif "release.smoke" in call:
                said.append("proof")
        return said


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_what_proves_itself_stays(job: Job) -> None:
    (job.machine.home / "runs").write_text("31\n")
    assert job.run()
    assert job.put_there == ["api new", "web new", "proof"]


def test_what_does_not_prove_itself_goes_back_and_the_job_still_fails(job: Job) -> None:
    (job.machine.home / "runs").write_text("31\n")
    (job.machine.home / "proof-refused").touch()
    assert not job.run()
    assert job.put_there == ["api new", "web new", "proof", "api before", "web before", "proof"]


def test_a_web_client_that_azure_refuses_takes_the_functions_back_as_well(job: Job) -> None:
    (job.machine.home / "runs").write_text("31\n")
    (job.machine.home / "site-refused").touch()
    assert not job.run()
    assert job.put_there == ["api new", "web new", "api before", "web before", "proof"]


def test_the_first_release_has_nothing_to_go_back_to(job: Job) -> None:
    (job.machine.home / "proof-refused").touch()
    assert not job.run()
    assert job.put_there == ["api new", "web new", "proof"]

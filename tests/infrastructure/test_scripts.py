"""The deployment scripts, run for real against a stand-in for the Azure CLI: twice is once, and no secret is shown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.config import read_keys

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in_az.py"


class Machine:
    """A machine whose Azure CLI is the stand-in, and whose other tools do nothing and note that they were called."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "secrets").mkdir()
        tools = home / "bin"
        tools.mkdir()
        self._tool(tools / "az", f'exec {sys.executable} {STAND_IN} "$@"')
        self._tool(tools / "sleep", "exit 0")
        self._tool(tools / "npm", 'echo "npm $*${VIGOR_API_ADDRESS:+ for $VIGOR_API_ADDRESS}" >>"$STAND_IN_HOME/calls"')
        for name in ("curl", "python3", "azd"):
            self._tool(tools / name, f'echo "{name} $*" >>"$STAND_IN_HOME/calls"')

    def _tool(self, path: Path, body: str) -> None:
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [str(ROOT / "infrastructure" / script), *arguments],
            env={"PATH": path, "STAND_IN_HOME": str(self.home), "VIGOR_ALERT_EMAIL": "owner@example.com", **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def secrets(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self.home / "secrets").iterdir()}

    @property
    def calls(self) -> list[str]:
        return (self.home / "calls").read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_empty_vault_gets_what_vigor_cannot_start_without(machine):
    run = machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="key-of-gemini")
    assert run.returncode == 0, run.stderr
    held = machine.secrets
    assert len(read_keys("VIGOR_SIGNING_KEYS", held["vigor-signing-keys"])[0].key) == 32
    assert held["vigor-signing-keys"] != held["vigor-pepper-keys"]
    assert held["vigor-admin-email"] == "owner@example.com"
    assert len(held["vigor-admin-password"]) == 32
    assert held["gemini-api-key"] == "key-of-gemini"
    assert "openai-api-key" not in held


def test_putting_secrets_again_changes_nothing(machine):
    machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="key-of-gemini")
    before = machine.secrets
    again = machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="key-of-gemini")
    assert (again.returncode, again.stdout) == (0, "")
    assert machine.secrets == before


def test_a_new_provider_key_replaces_the_old_one(machine):
    machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="old")
    machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="new")
    assert machine.secrets["gemini-api-key"] == "new"


def test_no_secret_is_printed_or_given_on_a_command_line(machine):
    run = machine.run("first_secrets.sh", "kv-x", GEMINI_API_KEY="key-of-gemini")
    shown = run.stdout + run.stderr + "\n".join(machine.calls)
    for name, value in machine.secrets.items():
        assert name == "vigor-admin-email" or value not in shown, name


def test_a_permission_that_takes_its_time_is_waited_for(machine):
    (machine.home / "refusals").write_text("(Forbidden) Caller is not authorized to perform action on resource.\n")
    run = machine.run("first_secrets.sh", "kv-x")
    assert run.returncode == 0, run.stderr
    assert "Waiting for the permission" in run.stdout
    assert "vigor-pepper-keys" in machine.secrets


def test_what_waiting_does_not_mend_is_said_at_once(machine):
    (machine.home / "refusals").write_text("Please run 'az login' to setup account.\n")
    run = machine.run("first_secrets.sh", "kv-x")
    assert (run.returncode, run.stdout, machine.secrets) == (1, "", {})
    assert "az login" in run.stderr


def test_deploying_brings_up_everything_in_order(machine):
    run = machine.run("deploy.sh", "dev", "rg-vigor")
    assert run.returncode == 0, run.stderr
    steps = [
        "group create",
        "deployment group create",
        "keyvault secret set",
        "functionapp deployment",
        "npm exec",
        "curl ",
    ]
    at = [next(index for index, call in enumerate(machine.calls) if call.startswith(step)) for step in steps]
    assert at == sorted(at)
    assert "Vigor serves at https://vigor.example" in run.stdout


def test_what_a_pipeline_leaves_open_the_parameter_file_chooses(machine):
    assert machine.run("deploy.sh", "dev", "rg-vigor", VIGOR_STORE="", VIGOR_WEB_BACKEND="separate").returncode == 0
    assert json.loads((machine.home / "chosen").read_text()) == {"VIGOR_WEB_BACKEND": "separate"}


@pytest.mark.parametrize("apart", [False, True])
def test_the_web_client_is_built_for_where_the_api_is(machine, apart):
    if apart:
        (machine.home / "apart").touch()
    assert machine.run("deploy.sh", "dev", "rg-vigor").returncode == 0
    built = [call for call in machine.calls if call.startswith("npm run")]
    assert built == ["npm run --silent build" + (" for https://func-vigor-x.example" if apart else "")]
    told = machine.run("../release/api_of_web.sh", "rg-vigor")
    assert (told.returncode, told.stdout) == (0, "https://func-vigor-x.example\n" if apart else "")


@pytest.mark.parametrize(
    ("api", "told"), [("https://vigor.example", ""), ("https://func-x.example", "https://func-x.example")]
)
def test_azd_builds_the_web_client_for_where_the_api_is(tmp_path, api, told):
    (tmp_path / "static_web_app").mkdir()
    (tmp_path / "infrastructure").mkdir()
    script = shutil.copy(ROOT / "infrastructure/azd_web.sh", tmp_path / "infrastructure")
    environ = {"PATH": os.environ["PATH"], "vigor_api_address": api, "vigor_web_address": "https://vigor.example"}
    file = tmp_path / "static_web_app/.env.production.local"
    subprocess.run([script, "begin"], env=environ, check=True)
    assert file.read_text() == f"VIGOR_API_ADDRESS={told}\n"
    subprocess.run([script, "end"], env=environ, check=True)
    assert not file.exists()
    early = subprocess.run(
        [script, "begin"], env={"PATH": environ["PATH"]}, check=False, capture_output=True, text=True
    )
    assert early.returncode
    assert "azd provision" in early.stderr


def test_deploying_again_keeps_the_day_the_budget_began_and_every_secret(machine):
    machine.run("deploy.sh", "dev", "rg-vigor")
    (machine.home / "budget").write_text("2025-03-01")
    before = machine.secrets
    again = machine.run("deploy.sh", "dev", "rg-vigor")
    assert again.returncode == 0, again.stderr
    assert (machine.home / "budget").read_text() == "2025-03-01"
    assert machine.secrets == before
    assert sum(call.startswith("group create") for call in machine.calls) == 1


def test_each_tool_is_told_what_the_deployment_gave_back(machine):
    machine.run("deploy.sh", "dev", "rg-vigor")
    told = "\n".join(machine.calls)
    assert "keyvault secret list --vault-name kv-vigor-x" in told
    assert "config-zip --resource-group rg-vigor --name func-vigor-x" in told
    assert "staticwebapp secrets list --name stapp-vigor-x" in told
    assert "https://vigor.example/api/health/ready" in told


def test_a_group_without_vigor_is_named(machine):
    run = machine.run("../release/output.sh", "rg-other", "vigor_api_address")
    assert (run.returncode, run.stdout) == (1, "")
    assert "No deployment in rg-other gave back vigor_api_address" in run.stderr


def test_whoever_is_not_signed_in_is_told_so_before_anything_happens(machine):
    (machine.home / "signed-out").touch()
    run = machine.run("deploy.sh", "dev", "rg-vigor")
    assert run.returncode == 1
    assert "Sign in first: az login" in run.stderr
    assert len(machine.calls) == 1


def test_a_region_without_flex_consumption_is_refused_before_a_group_is_made(machine):
    run = machine.run("deploy.sh", "dev", "rg-vigor", "moon")
    assert run.returncode == 1
    assert "moon does not offer Flex Consumption" in run.stderr
    assert not (machine.home / "group").exists()


def test_a_pipeline_says_who_it_is_and_does_not_ask(machine):
    (machine.home / "pipeline").touch()
    (machine.home / "group").touch()
    silent = machine.run("deploy.sh", "--what-if", "dev", "rg-vigor")
    assert silent.returncode != 0
    assert "set AZURE_PRINCIPAL_ID" in silent.stderr
    run = machine.run("deploy.sh", "--what-if", "dev", "rg-vigor", AZURE_PRINCIPAL_ID="me")
    assert run.returncode == 0, run.stderr
    assert not [call for call in machine.calls if call.startswith("ad ")]


def test_an_upload_that_is_refused_at_first_is_tried_again(machine):
    (machine.home / "upload-refused").touch()
    run = machine.run("deploy.sh", "dev", "rg-vigor")
    assert run.returncode == 0, run.stderr
    assert "trying again in 30 s" in run.stderr
    assert sum(call.startswith("functionapp deployment") for call in machine.calls) == 2


def test_what_if_changes_nothing(machine):
    (machine.home / "group").touch()
    run = machine.run("deploy.sh", "--what-if", "prod", "rg-vigor")
    assert run.returncode == 0, run.stderr
    assert not [call for call in machine.calls if " create" in call or " set " in call]
    assert any("deployment group what-if" in call and "prod.bicepparam" in call for call in machine.calls)


def test_a_preview_is_removed_where_there_is_one(machine):
    (machine.home / "group").touch()
    (machine.home / "previews").write_text("pr1 pr7")
    assert machine.run("../release/preview.sh", "address", "rg", "pr7").stdout == "https://stapp-pr7.example\n"
    assert machine.run("../release/preview.sh", "remove", "rg", "pr8").stdout == "There is no preview pr8.\n"
    run = machine.run("../release/preview.sh", "remove", "rg", "pr7")
    assert run.returncode == 0, run.stderr
    (removed,) = [call for call in machine.calls if call.startswith("staticwebapp environment delete")]
    assert removed.endswith("--name stapp-vigor-x --environment-name pr7 --yes")
    assert machine.run("../release/preview.sh", "remove", "rg", "default").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (("huge", "rg"), {}, "The size is dev or prod, not huge."),
        ((), {}, "name the size: dev or prod"),
        (("dev", "rg"), {"VIGOR_ALERT_EMAIL": ""}, "set VIGOR_ALERT_EMAIL"),
    ],
)
def test_a_call_that_lacks_something_says_what(machine, arguments, environ, said):
    run = machine.run("deploy.sh", *arguments, **environ)
    assert run.returncode != 0
    assert said in run.stderr


def test_azd_remembers_the_day_the_budget_began(machine):
    first = machine.run("azd_settings.sh")
    assert first.returncode == 0, first.stderr
    (told,) = [call for call in machine.calls if call.startswith("azd ")]
    assert told.startswith("azd env set VIGOR_BUDGET_START ")
    assert told.endswith("-01")
    machine.run("azd_settings.sh", VIGOR_BUDGET_START="2025-03-01")
    assert sum(call.startswith("azd ") for call in machine.calls) == 1


def test_azd_on_another_machine_takes_the_day_that_the_budget_has(machine):
    (machine.home / "group").touch()
    (machine.home / "budget").write_text("2025-03-01")
    environ = {"AZURE_SUBSCRIPTION_ID": "1234", "AZURE_RESOURCE_GROUP": "rg-vigor", "AZURE_ENV_NAME": "dev"}
    run = machine.run("azd_settings.sh", **environ)
    assert run.returncode == 0, run.stderr
    assert "azd env set VIGOR_BUDGET_START 2025-03-01" in machine.calls


def test_azd_without_the_azure_cli_signed_in_is_stopped_before_it_provisions(machine):
    (machine.home / "signed-out").touch()
    run = machine.run("azd_settings.sh")
    assert run.returncode == 1
    assert "az login" in run.stderr


def test_azd_asks_who_is_told_of_alerts(machine):
    run = machine.run("azd_settings.sh", VIGOR_ALERT_EMAIL="")
    assert run.returncode == 1
    assert "azd env set VIGOR_ALERT_EMAIL" in run.stderr

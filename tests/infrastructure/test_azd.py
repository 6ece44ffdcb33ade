"""`azd up`, played through azure.yaml as azd goes through it: parameters first, then hooks around provisioning, then each service."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped] # the package ships no types

from infrastructure.check.bicep import BicepFile
from tests.infrastructure.machine import ROOT, Machine
from tests.infrastructure.stand_in_az import outputs

TOLD = yaml.safe_load((ROOT / "azure.yaml").read_text("utf-8"))
BEFORE_HOOKS = {
    "AZURE_ENV_NAME",
    "AZURE_LOCATION",
    "AZURE_PRINCIPAL_ID",
    "AZURE_RESOURCE_GROUP",
    "AZURE_SUBSCRIPTION_ID",
}


class Stopped(Exception):
    """A hook failed; the text is what it said."""


class Azd:
    """An azd environment on a machine."""

    def __init__(self, machine: Machine, main: BicepFile, **environ: str) -> None:
        self.machine, self.main = machine, main
        self.environ = {name: f"a-{name.lower()}" for name in BEFORE_HOOKS} | environ
        self.environ |= {"AZURE_LOCATION": "westeurope", "AZURE_ENV_NAME": "dev"}
        self.asked: list[str] = []

    def up(self) -> None:
        """All of it; raises `Stopped` where a hook fails."""
        self._read_parameters()
        for step in TOLD["workflows"]["up"]["steps"]:
            {"provision": self._provision, "deploy --all": self._deploy}[step["azd"]]()
        self._hook(TOLD["hooks"]["postup"], self.machine.repository)

    def _read_parameters(self) -> None:
        """What is given and empty is asked for, unless it has a default; azd does so before any hook."""
        given = json.loads((ROOT / "infrastructure/main.parameters.json").read_text("utf-8"))["parameters"]
        for name, one in given.items():
            read = re.fullmatch(r"\$\{(\w+)(?:=(.*))?\}", one["value"])
            assert read is not None, one
            if not (self.environ.get(read[1]) or read[2]) and self.main.parameters[name].default is None:
                self.asked.append(name)

    def _provision(self) -> None:
        self._hook(TOLD["hooks"]["preprovision"], self.machine.repository)
        (self.machine.home / "group").touch()
        (self.machine.home / "budget").write_text(self.environ["VIGOR_BUDGET_START"])
        self.environ |= outputs(self.machine.home)
        self._hook(TOLD["hooks"]["postprovision"], self.machine.repository)

    def _deploy(self) -> None:
        for service in TOLD["services"].values():
            folder = self.machine.repository / service["project"]
            hooks = service.get("hooks", {})
            self._hook(hooks.get("prepackage"), folder)
            if (
                service["language"] == "js"
            ):  # azd builds between the hooks, and in older versions tells the build nothing
                built = self.machine.execute(["npm", "run", "build"], folder, {})
                assert built.returncode == 0, built.stderr
            self._hook(hooks.get("postpackage"), folder)

    def _hook(self, hook: dict[str, str] | None, folder: Path) -> None:
        if hook is None:
            return
        run = self.machine.execute([hook["shell"], "-c", hook["run"]], folder, self.environ)
        if run.returncode:
            raise Stopped(run.stderr)
        told = self.machine.home / "azd-env"
        if told.exists():
            self.environ |= dict(line.split("=", 1) for line in told.read_text().splitlines())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def azd(machine: Machine, files: dict[str, BicepFile]) -> Azd:
    return Azd(machine, files["main.bicep"], VIGOR_ALERT_EMAIL="owner@example.com")


@pytest.mark.parametrize("apart", [False, True])
def test_nobody_is_asked_for_what_a_hook_finds_and_the_client_is_built_for_where_the_api_is(azd, apart):
    machine = azd.machine
    if apart:
        (machine.home / "apart").touch()
    azd.up()
    assert azd.asked == []
    assert {"vigor-signing-keys", "vigor-pepper-keys", "vigor-admin-password"} <= set(machine.secrets)
    assert machine.site_connects_to == ({"https://func-vigor-x.example"} if apart else set())
    assert not (machine.repository / "static_web_app/.env.production.local").exists()
    assert f"{'func-vigor-x' if apart else 'vigor'}.example/api/health/ready" in machine.calls[-1]
    fits = machine.run("../release/put.sh", "web", "rg", str(machine.repository / "static_web_app/dist"), "production")
    assert fits.returncode == 0, fits.stderr


def test_again_changes_nothing(azd):
    azd.up()
    before, calls = azd.machine.secrets, len(azd.machine.calls)
    azd.up()
    again = azd.machine.calls[calls:]
    assert azd.machine.secrets == before
    assert not [call for call in again if call.startswith("azd") or " set " in call]


def test_on_another_machine_the_day_the_budget_began_is_found(azd):
    azd.up()
    (azd.machine.home / "budget").write_text("2025-03-01")
    (azd.machine.home / "azd-env").unlink()
    del azd.environ["VIGOR_BUDGET_START"]
    azd.up()
    assert azd.environ["VIGOR_BUDGET_START"] == "2025-03-01"


def test_a_day_that_no_budget_came_of_is_forgotten(azd):
    """Azure lets a budget begin in no month that is over."""
    azd.environ["VIGOR_BUDGET_START"] = "2020-01-01"
    azd.up()
    assert azd.environ["VIGOR_BUDGET_START"] > "2020-01-01"


def test_without_a_budget_none_is_looked_for(azd):
    azd.environ["VIGOR_BUDGET_START"] = "none"
    azd.up()
    assert azd.environ["VIGOR_BUDGET_START"] == "none"
    assert not [call for call in azd.machine.calls if call.startswith("rest")]


def test_what_stopped_in_the_middle_goes_on_when_it_is_called_again(azd):
    (azd.machine.home / "refusals").write_text("The vault is on fire.\n")
    with pytest.raises(Stopped, match="on fire"):
        azd.up()
    assert azd.machine.secrets == {}
    azd.up()
    assert "vigor-admin-email" in azd.machine.secrets


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"VIGOR_ALERT_EMAIL": ""}, "azd env set VIGOR_ALERT_EMAIL"),
        ({"AZURE_LOCATION": "moon"}, "moon does not offer Flex Consumption"),
    ],
)
def test_what_would_stop_it_later_stops_it_before_anything_is_made(azd, environ, said):
    azd.environ |= environ
    with pytest.raises(Stopped, match=said):
        azd.up()
    assert not (azd.machine.home / "group").exists()


def test_whoever_is_signed_in_to_azd_only_is_told_so(azd):
    (azd.machine.home / "signed-out").touch()
    with pytest.raises(Stopped, match="az login"):
        azd.up()


def test_the_web_client_is_not_built_before_it_is_known_where_the_api_is(machine):
    folder = machine.repository / "static_web_app"
    early: subprocess.CompletedProcess[str] = machine.execute(["../infrastructure/azd_web.sh", "begin"], folder, {})
    assert early.returncode
    assert "azd provision" in early.stderr

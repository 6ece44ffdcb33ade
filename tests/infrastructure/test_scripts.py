"""The deployment scripts, run for real against a stand-in for the Azure CLI: twice is once, and no secret is shown."""

import json
from pathlib import Path

import pytest

from shared.config import read_keys
from tests.infrastructure.machine import Machine


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
    assert machine.site_connects_to == ({"https://func-vigor-x.example"} if apart else set())
    told = machine.run("../release/api_of_web.sh", "rg-vigor")
    assert (told.returncode, told.stdout) == (0, "https://func-vigor-x.example\n" if apart else "")


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


def test_a_deployment_that_azure_refuses_leaves_no_half_of_the_rest(machine):
    (machine.home / "deployment-refused").write_text("QuotaExceeded\n")
    run = machine.run("deploy.sh", "dev", "rg-vigor")
    assert (run.returncode, run.stderr) == (1, "QuotaExceeded\n")
    assert machine.secrets == {}
    assert not [call for call in machine.calls if call.startswith(("functionapp deployment", "npm"))]
    assert machine.run("deploy.sh", "dev", "rg-vigor").returncode == 0


def test_what_stopped_at_the_web_client_goes_on_with_the_same_secrets(machine):
    (machine.home / "site-refused").touch()
    assert machine.run("deploy.sh", "dev", "rg-vigor").returncode == 1
    before = machine.secrets
    again = machine.run("deploy.sh", "dev", "rg-vigor")
    assert again.returncode == 0, again.stderr
    assert machine.secrets == before


def test_a_day_that_is_given_is_not_looked_for(machine):
    """Some kinds of subscription have no budgets, and refuse to list them."""
    assert machine.run("deploy.sh", "dev", "rg-vigor", VIGOR_BUDGET_START="none").returncode == 0
    assert not [call for call in machine.calls if call.startswith("rest")]


def test_a_web_client_that_was_built_for_another_api_is_not_put_in_the_place_of_one_that_fits(machine):
    (machine.home / "group").touch()
    site = machine.repository / "static_web_app"
    assert machine.execute(["npm", "run", "build"], site, {"VIGOR_API_ADDRESS": "https://old.example"}).returncode == 0
    run = machine.run("../release/put.sh", "web", "rg", str(site / "dist"), "production")
    assert run.returncode == 1
    assert "was not built for this API" in run.stderr
    assert not [call for call in machine.calls if call.startswith(("npm exec", "staticwebapp"))]
    assert machine.run("../release/put.sh", "web", "rg", str(site / "dist"), "pr7").returncode == 0


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


def test_azd_keeps_the_day_it_remembers_until_it_knows_where_to_ask(machine):
    first = machine.run("azd_settings.sh")
    assert first.returncode == 0, first.stderr
    (told,) = [call for call in machine.calls if call.startswith("azd ")]
    assert told.startswith("azd env set VIGOR_BUDGET_START ")
    assert told.endswith("-01")
    machine.run("azd_settings.sh", VIGOR_BUDGET_START="2025-03-01")
    assert sum(call.startswith("azd ") for call in machine.calls) == 1


def test_what_does_not_answer_in_the_end_is_no_success(machine):
    machine.tool("curl", "exit 22")
    run = machine.run("deploy.sh", "dev", "rg-vigor")
    assert run.returncode == 1
    assert "does not answer at https://vigor.example/api/health/ready" in run.stderr

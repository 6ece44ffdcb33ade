"""Keys, secrets, weak encryption, missing or needless roles, and settings that nobody reads do not get past the check."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infrastructure.check.agreement import check_agreement, check_log_fields
from infrastructure.check.azd import check_azd
from infrastructure.check.policies import check_policies
from infrastructure.check.queries import check_queries, read_queries

ROOT = Path(__file__).parents[2]


def texts(faults):
    return [str(fault) for fault in faults]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository of one's own to break: infrastructure/ and the samples are copied, the code is the real one."""
    shutil.copytree(
        ROOT / "infrastructure", tmp_path / "infrastructure", ignore=shutil.ignore_patterns("check", "__pycache__")
    )
    for name in ("azure.yaml", "host.json", "local.settings.sample.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("shared", "functions", "release", "static_web_app"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def put_in(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text("utf-8")
    assert old in text, f"{name} no longer holds {old!r}; mend this test"
    path.write_text(text.replace(old, new), "utf-8")


def check(root: Path) -> tuple[int, str]:
    """The check as `make check` runs it, but for checkov."""
    command = [sys.executable, "-m", "infrastructure.check", "--root", str(root)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert not run.stderr, run.stderr
    return run.returncode, run.stdout


def test_the_files_as_they_stand_keep_every_policy(files):
    assert texts([*check_policies(files, ROOT), *check_agreement(files, ROOT), *check_azd(files, ROOT)]) == []


def test_the_command_that_make_check_runs_is_content_with_the_files_as_they_stand(copy):
    assert check(copy) == (0, "")


def test_the_command_fails_when_a_role_is_taken_away(copy):
    put_in(
        copy,
        "infrastructure/modules/roles.bicep",
        "keyVaultSecretsUser)\n  scope: vault",
        "storageBlobDataOwner)\n  scope: vault",
    )
    put_in(
        copy,
        "infrastructure/modules/roles.bicep",
        "roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)",
        "roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)",
    )
    code, said = check(copy)
    assert code == 1
    assert (
        "the app lacks the role 4633458b-17de-408a-b874-0445c86b69e6: shared/vault.py imports azure.keyvault.secrets"
        in said
    )


def test_the_command_fails_when_a_setting_is_misspelt(copy):
    put_in(copy, "infrastructure/modules/api.bicep", "'VIGOR_KEY_VAULT_URL'", "'VIGOR_KEYVAULT_URL'")
    code, said = check(copy)
    assert code == 1
    assert "the setting VIGOR_KEY_VAULT_URL is read and not set" in said
    assert "the setting VIGOR_KEYVAULT_URL must not be set: nobody reads it" in said


def test_the_command_fails_when_the_sample_of_local_settings_forgets_one(copy):
    path = copy / "local.settings.sample.json"
    sample = json.loads(path.read_text("utf-8"))
    del sample["Values"]["VIGOR_USER_SHARE"]
    path.write_text(json.dumps(sample), "utf-8")
    code, said = check(copy)
    assert code == 1
    assert "VIGOR_USER_SHARE stands either here or in shared/config.py" in said


def test_make_check_runs_the_check_with_checkov():
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\ncheck:")[2].partition("\n\n")[0]
    assert "-m infrastructure.check --checkov $(CHECKOV)/bin/checkov" in recipe


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "modules/storage.bicep",
            "allowSharedKeyAccess: false",
            "allowSharedKeyAccess: true",
            "allowSharedKeyAccess must be False",
        ),
        ("modules/storage.bicep", "'TLS1_2'", "'TLS1_0'", "minimumTlsVersion must be 'TLS1_2'"),
        ("modules/storage.bicep", "publicAccess: 'None'", "publicAccess: 'Blob'", "publicAccess must be 'None'"),
        ("modules/cosmos.bicep", "    disableLocalAuth: true\n", "", "disableLocalAuth must be True"),
        ("modules/cosmos.bicep", "'Strong'", "'Session'", "defaultConsistencyLevel must be 'Strong'"),
        ("modules/vault.bicep", "enableRbacAuthorization: true", "enableRbacAuthorization: false", "must be True"),
        (
            "modules/monitoring.bicep",
            "DisableLocalAuth: true",
            "DisableLocalAuth: false",
            "DisableLocalAuth must be True",
        ),
        ("modules/api.bicep", "httpsOnly: true", "httpsOnly: false", "httpsOnly must be True"),
        ("modules/api.bicep", "minTlsVersion: '1.2'", "minTlsVersion: '1.0'", "minTlsVersion must be '1.2'"),
        (
            "modules/api.bicep",
            "perInstanceConcurrency: perInstanceConcurrency",
            "",
            "perInstanceConcurrency must be set",
        ),
        (
            "modules/api.bicep",
            "http20Enabled: true",
            "alwaysOn: true",
            "Flex Consumption refuses properties.siteConfig.alwaysOn",
        ),
        ("modules/api.bicep", "name: 'ftp'", "name: 'scm'", "passwords for ftp must be refused"),
        (
            "modules/api.bicep",
            "insights.properties.ConnectionString",
            "storage.listKeys().keys[0].value",
            "listKeys reads keys",
        ),
        ("modules/api.bicep", "'managedidentity'", "'AccountKey=abc'", "this text holds a key"),
        ("modules/api.bicep", "param planName string", "param openaiApiKey string", "openaiApiKey looks like a secret"),
        (
            "modules/monitoring.bicep",
            "output insightsName string = insights.name",
            "output insights string = insights.properties.ConnectionString",
            "the output insights gives a secret away",
        ),
        ("modules/roles.bicep", "'0a9a7e1f", "'b24988ac", "the app lacks the role 0a9a7e1f"),
        ("modules/roles.bicep", "'0a9a7e1f", "'b24988ac", "which nothing needs"),
        (
            "modules/roles.bicep",
            "principalId: deployerPrincipalId",
            "principalId: identity.properties.principalId",
            "not write them",
        ),
        (
            "modules/api.bicep",
            "http20Enabled: true",
            "ftpsState: 'Disabled'",
            "refuses properties.siteConfig.ftpsState",
        ),
        ("modules/api.bicep", "'FC1'", "'Y1'", "sku.name must be 'FC1'"),
        ("modules/api.bicep", "    serverFarmId: plan.id\n", "", "properties.serverFarmId must be set"),
        ("modules/alerts.bicep", "      actionGroups: [people.id]\n", "", "actions.actionGroups.0 must be set"),
        ("modules/alerts.bicep", "      { Id: 'emea", "      { id: 'emea", "Locations.0.Id must be set"),
        ("modules/alerts.bicep", "'hidden-link:", "'hidden:", "visit needs the tag hidden-link"),
        ("modules/alerts.bicep", "skipQueryValidation: true", "skipQueryValidation: false", "must be True"),
        ("modules/web.bicep", "provider: 'Custom'", "provider: 'None'", "provider must be 'Custom'"),
        ("modules/alerts.bicep", "location: 'global'", "location: location", "location must be 'global'"),
        ("modules/api.bicep", "      '${identity.id}': {}\n", "", "identity.userAssignedIdentities must be set"),
        (
            "modules/roles.bicep",
            "/roleDefinitions', keyVaultSecretsUser",
            "/roles', keyVaultSecretsUser",
            "lacks the role 4633",
        ),
        ("modules/storage.bicep", "name: 'default'", "name: 'main'", "name must be 'default'"),
        ("modules/cosmos.bicep", "'EnableServerless'", "'EnableTable'", "must be 'EnableServerless'"),
        ("modules/roles.bicep", "  scope: storage\n", "", "appOwnsBlobs: scope must be set"),
        ("modules/roles.bicep", "  scope: vault\n", "  scope: storage\n", "on Microsoft.Storage/storageAccounts"),
        (
            "modules/roles.bicep",
            "name: guid(storage.id, identity.id, storageBlobDataOwner)",
            "name: identityName",
            "guid()",
        ),
        ("main.bicep", "    roles // the", "    web // the", "the module api must wait for the module roles"),
        (
            "modules/web.bicep",
            "Microsoft.Web/staticSites@",
            "Microsoft.Authorization/roleAssignments@",
            "stand in modules/roles.bicep",
        ),
    ],
)
def test_what_breaks_a_policy_is_found(broken, name, old, new, said):
    assert any(said in text for text in texts(check_policies(broken(name, old, new), ROOT)))


def test_an_sdk_whose_role_nobody_named_is_found(files, tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/queue.py").write_text("from azure.storage.queue import QueueClient\n")
    assert any(
        "shared/queue.py imports azure.storage.queue; say which role" in text
        for text in texts(check_policies(files, tmp_path))
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "modules/api.bicep",
            "{ name: 'VIGOR_STORE'",
            "{ name: 'OPENAI_API_KEY'",
            "is a secret: it stands in the vault",
        ),
        (
            "modules/api.bicep",
            "{ name: 'VIGOR_STORE'",
            "{ name: 'VIGOR_COSMOS_KEY'",
            "is a key; Azure is reached by identity",
        ),
        (
            "modules/api.bicep",
            "'AZURE_CLIENT_ID'",
            "'FUNCTIONS_WORKER_RUNTIME'",
            "FUNCTIONS_WORKER_RUNTIME must not be set",
        ),
        ("modules/api.bicep", "'managedidentity'", "'managed'", "must be managedidentity, and is managed"),
        (
            "modules/api.bicep",
            ";Authorization=AAD",
            ";Authorization=Key",
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING must be",
        ),
        ("modules/api.bicep", "{ name: 'VIGOR_STORE', value: store }", "{ name: 'VIGOR_STORE' }", "and is None"),
        ("main.bicep", "databaseName: 'vigor'", "databaseName: 'other'", "VIGOR_COSMOS_DATABASE must be other"),
        ("main.bicep", "'budget-vigor-$", "'spend-vigor-$", "the budget is called spend-vigor-<environment>"),
        ("modules/cosmos.bicep", "['/partition']", "['/id']", "partitionKey.paths.0 must be /partition"),
        ("main.bicep", "output vigor_vault_name", "output VIGOR_VAULT_NAME", "answer with another spelling"),
        (
            "main.bicep",
            "output vigor_vault_name",
            "output vigor_vault",
            "deploy.sh:0: main.bicep has no output vigor_vault_name",
        ),
        ("modules/cosmos.bicep", "path: '/at/?'", "path: '/when/?'", "the indexing policy is not the one"),
        ("modules/cosmos.bicep", "name: 'documents'", "name: 'papers'", "a container called documents"),
        ("modules/storage.bicep", "name: 'vigor'", "name: 'papers'", "a table called vigor"),
        (
            "modules/alerts.bicep",
            "queries/usage_drift.kql",
            "queries/drift.kql",
            "there is no file ../queries/drift.kql",
        ),
        (
            "modules/alerts.bicep",
            "queries/usage_drift.kql",
            "queries/drift.kql",
            "usage_drift.kql:0: no alert asks this",
        ),
        ("modules/web.bicep", "'azd-service-name': 'web'", "'azd-service-name': 'site'", "no resource carries the tag"),
        ("main.bicep", "budgetStartDate string = ''", "budgetStartDate string", "azd would ask for budgetStartDate"),
    ],
)
def test_what_disagrees_with_the_code_is_found(broken, name, old, new, said):
    files = broken(name, old, new)
    assert any(said in text for text in texts([*check_agreement(files, ROOT), *check_azd(files, ROOT)]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("infrastructure/first_secrets.sh", "make vigor-pepper-keys", "true"),
            "nobody puts vigor-pepper-keys into the vault",
        ),
        (("infrastructure/prod.bicepparam", "param size", "param sise"), "main.bicep has no parameter sise"),
        (
            ("infrastructure/main.parameters.json", '"alertEmail"', '"alarmEmail"'),
            "the parameter alertEmail is not given",
        ),
        (
            ("host.json", "Request;Exception;Trace", "Request;Exception"),
            "breaker_open.kql:0: host.json lets traces be sampled",
        ),
    ],
)
def test_scripts_and_parameter_files_that_do_not_fit_are_found(files, copy, change, said):
    put_in(copy, *change)
    assert any(said in text for text in texts(check_agreement(files, copy)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("azure.yaml", "first_secrets.sh", "second_secrets.sh"), "second_secrets.sh cannot be run"),
        (("azure.yaml", "azd_web.sh begin", "azd_site.sh begin"), "azd_site.sh cannot be run"),
        (("azure.yaml", "project: static_web_app", "project: web_app"), "web_app is no folder"),
        (
            ("infrastructure/azd_settings.sh", "azd env set VIGOR_BUDGET_START", "azd env set AZURE_LOCATION"),
            "azd would ask for location before the hook sets AZURE_LOCATION",
        ),
    ],
)
def test_what_azd_would_stumble_over_is_found(broken, copy, change, said):
    put_in(copy, *change)
    without = broken("main.bicep", "location string = resourceGroup().location", "location string")
    assert any(said in text for text in texts(check_azd(without, copy)))


def test_queries_are_understood_by_kusto_and_read_only_what_is_logged():
    queries = read_queries(ROOT / "infrastructure")
    assert len(queries) >= 12
    assert texts([*check_queries(queries), *check_log_fields(queries, ROOT)]) == []


def test_a_query_that_kusto_would_refuse_is_found():
    found = texts(check_queries({"queries/x.kql": "traces\n| where mesage has 'x'"}))
    assert found == [
        "queries/x.kql:2: The name 'mesage' does not refer to any known column, table, variable or function."
    ]


def test_a_query_for_what_no_line_holds_is_found():
    query = 'traces | where message startswith \'{"event": "request"\' | extend line = parse_json(message) | project line.colour'
    assert texts(check_log_fields({"x": query}, ROOT)) == ["x:0: no line of the event request holds colour"]


def test_a_query_for_an_event_that_nobody_logs_is_found():
    query = 'traces | where message startswith \'{"event": "sunrise"\''
    assert texts(check_log_fields({"x": query}, ROOT)) == ["x:0: nobody logs the event sunrise"]


@pytest.mark.parametrize("place", ["provider", "line.night"])
def test_a_query_for_what_no_part_of_the_nights_line_holds_is_found(place):
    query = f'traces | where message startswith \'{{"event": "reset_usage"\' | project {place}.colour'
    assert any("in a line of reset_usage holds colour" in text for text in texts(check_log_fields({"x": query}, ROOT)))

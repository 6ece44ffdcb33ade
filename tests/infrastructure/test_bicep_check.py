"""The check of the Bicep files finds what Bicep's compiler and Azure would refuse, and nothing in the files as they stand."""

import pytest

from infrastructure.check.bicep import read_assignments, read_text
from infrastructure.check.names import check_assignments, check_names
from infrastructure.check.reads import check_reads
from infrastructure.check.resources import check_resources
from infrastructure.check.shapes import ListOf, MapOf, Scalar, Struct, Tagged, shape_of


def texts(faults):
    return [str(fault) for fault in faults]


def test_the_files_as_they_stand_have_no_fault(files):
    assert texts([*check_names(files), *check_reads(files), *check_resources(files)]) == []
    assert len(files) >= 12


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("modules/web.bicep", "properties: {", "properties: ", "this is not Bicep"),
        ("modules/web.bicep", "name: name", "name: nmae", "nmae is not declared"),
        (
            "main.bicep",
            "param settings object = {}",
            "param settings object = {}\nvar spare = 1",
            "spare is declared and never",
        ),
        ("main.bicep", "skuName: storageSku", "skuNmae: storageSku", "has no parameter skuNmae"),
        ("main.bicep", "    skuName: storageSku\n", "", "is not given its parameter skuName"),
        ("main.bicep", "'modules/vault.bicep'", "'modules/safe.bicep'", "there is no file modules/safe.bicep"),
        ("main.bicep", "? 'Standard' : 'Free'", "? 'Standard' : 'Gratis'", "skuName cannot be 'Gratis'"),
        (
            "main.bicep",
            "param monthlyBudget int = size == 'prod' ? 60",
            "param monthlyBudget int = size == 'prod' ? 0",
            "cannot be 0",
        ),
        ("main.bicep", "amount: monthlyBudget", "amount: alertEmail", "amount must be int, and is given a text"),
        ("main.bicep", "trustedHops: webBackend == 'linked' ? 2 : 1", "trustedHops: webBackend == 'linked'", "a truth"),
        (
            "main.bicep",
            "planName: 'plan-vigor-${unique}'",
            "planName: tags",
            "planName must be string, and is given a object",
        ),
        ("main.bicep", "string = api.outputs.name", "int = api.outputs.name", "must be int, and is a text"),
        ("main.bicep", "var unique = uniqueString(", "var unique = utcNow(", "there is no function utcNow"),
        ("main.bicep", "param store string = 'tables'", "param store string = 3", "store must be string"),
        ("modules/web.bicep", "@description('Name of the Static Web App.')\n", "", "name has no description"),
        ("modules/api.bicep", "vault.properties.vaultUri", "listSecrets(vault.id)", "there is no function listSecrets"),
        ("modules/api.bicep", "var tuned =", "var name = 1\nvar tuned =", "name is declared twice"),
        ("main.bicep", "  name: 'vault'\n", "", "the module vault needs name"),
        ("main.bicep", "dependsOn: [\n    roles", "dependson: [\n    roles", "the module api cannot have dependson"),
    ],
)
def test_wrong_names_are_found(broken, name, old, new, said):
    assert any(said in text for text in texts(check_names(broken(name, old, new))))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("main.bicep", "web.outputs.hostName", "web.outputs.hostname", "modules/web.bicep has no output hostname"),
        (
            "main.bicep",
            ": api.outputs.hostName}'",
            ": api.outputs.hostname}'",
            "modules/api.bicep has no output hostname",
        ),
        ("main.bicep", "vault.outputs.name", "vault.output.name", "of the module vault only outputs can be read"),
        ("main.bicep", "resourceGroup().location", "resourceGroup().region", "resourceGroup() does not tell region"),
        (
            "modules/vault.bicep",
            "subscription().tenantId",
            "subscription().tenant",
            "subscription() does not tell tenant",
        ),
        ("main.bicep", "size == 'prod' ? 60", "size == 'production' ? 60", "size is never 'production'"),
        ("main.bicep", "if (webBackend == 'linked')", "if ('link' != webBackend)", "webBackend is never 'link'"),
        ("modules/api.bicep", "tuned.VIGOR_USER_SHARE", "tuned.VIGOR_SHARE", "tuned does not always have VIGOR_SHARE"),
        ("modules/alerts.bicep", "rule.severity", "rule.importance", "rule does not always have importance"),
        ("modules/alerts.bicep", "null : rule.measured", "null : rule.column", "rule does not always have column"),
        ("modules/alerts.bicep", "    window: 'P2D'\n", "", "rule does not always have window"),
    ],
)
def test_what_is_read_and_is_not_there_is_found(broken, name, old, new, said):
    assert any(said in text for text in texts(check_reads(broken(name, old, new))))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("modules/alerts.bicep", "operator: 'LessThan'", "operator: 'FewerThan'", "operator cannot be 'FewerThan'"),
        (
            "modules/alerts.bicep",
            "window: 'P2D'",
            "window: '2 days'",
            "windowSize cannot be '2 days'; it is a duration",
        ),
        ("modules/alerts.bicep", "severity: 1\n", "severity: 'high'\n", "severity must be number"),
        ("modules/alerts.bicep", "'PT30M'", "'PT30'", "windowSize cannot be 'PT30'"),
        ("modules/storage.bicep", "  name: name\n", "", "account needs name"),
        ("modules/storage.bicep", "  parent: blobs\n", "", "packages needs parent"),
        (
            "modules/roles.bicep",
            "existing = {\n  name: vaultName",
            "existing = {\n  named: vaultName",
            "vault needs name",
        ),
        (
            "modules/roles.bicep",
            "existing = {\n  name: vaultName",
            "existing = {\n  named: vaultName",
            "cannot have named",
        ),
        ("modules/api.bicep", "httpsOnly: true", "httpzOnly: true", "app.properties has no property httpzOnly"),
        ("modules/api.bicep", "httpsOnly: true", "httpsOnly: 'yes'", "app.properties.httpsOnly must be truth"),
        ("modules/api.bicep", "perInstanceConcurrency: per", "concurrency: per", "http has no property concurrency"),
        ("modules/api.bicep", "sites@2024-04-01", "sites@2024-13-41", "has no API version 2024-13-41"),
        ("modules/api.bicep", "Microsoft.Web/serverfarms", "Microsoft.Web/serverfarm", "is no type that is known"),
        ("modules/storage.bicep", "'TLS1_2'", "'TLS12'", "minimumTlsVersion cannot be 'TLS12'"),
        ("modules/storage.bicep", "  kind: 'StorageV2'\n", "", "account needs the property kind"),
        ("modules/storage.bicep", "  tags: tags\n", "", "account has no tags"),
        ("modules/cosmos.bicep", "paths: ['/partition']", "paths: '/partition'", "partitionKey.paths must be a list"),
        ("modules/monitoring.bicep", "retentionInDays", "retentionDays", "has no property retentionDays"),
        (
            "modules/alerts.bicep",
            "autoMitigate: true\n    severity: rule",
            "autoResolve: true\n    severity: rule",
            "autoResolve",
        ),
        ("modules/alerts.bicep", "WebtestLocationAvail", "WebtestAvail", "odata.type must be one of"),
        (
            "modules/alerts.bicep",
            "failedLocationCount: 2",
            "failedLocations: 2",
            "needs the property failedLocationCount",
        ),
        ("modules/budget.bicep", "'Monthly'", "'Weekly'", "timeGrain cannot be 'Weekly'"),
        ("modules/roles.bicep", "principalType: deployerPrincipalType", "principal: 'x'", "has no property principal"),
        (
            "modules/web.bicep",
            "site.properties.defaultHostname",
            "site.properties.hostName",
            "nothing at properties.hostName",
        ),
        (
            "modules/api.bicep",
            "primaryEndpoints.table }",
            "endpoints.table }",
            "storage has nothing at properties.endpoints",
        ),
        (
            "modules/api.bicep",
            "vault.properties.vaultUri",
            "vault.properties.uri",
            "vault has nothing at properties.uri",
        ),
        (
            "modules/api.bicep",
            "identity.properties.clientId }",
            "identity.clientId }",
            "identity has nothing at clientId",
        ),
        ("modules/api.bicep", "value: string(trustedHops)", "value: trustedHops", "appSettings[].value must be text"),
        ("modules/api.bicep", "instanceMemoryMB: instanceMemoryMB", "instanceMemoryMB: planName", "must be number"),
        ("modules/api.bicep", "allowedOrigins: allowedOrigins", "allowedOrigins: planName", "must be a list"),
        ("modules/vault.bicep", "categoryGroup", "category_group", "has no property category_group"),
    ],
)
def test_what_azure_would_refuse_is_found(broken, name, old, new, said):
    assert any(said in text for text in texts(check_resources(broken(name, old, new))))


def test_a_module_that_nobody_names_is_found(files):
    assert "spare.bicep:0: no module names this file" in texts(
        check_names({**files, "spare.bicep": read_text("spare.bicep", "")})
    )


def test_loop_variables_are_known_inside_their_loop_only():
    text = "param rows array\noutput names array = [for (row, at) in rows: '${row.name}${at}']\noutput lost string = row.name\n"
    faults = texts(check_names({"main.bicep": read_text("main.bicep", "@description('x')\n" + text)}))
    assert [text for text in faults if "declared" in text] == ["main.bicep:4: row is not declared"]


def test_parameter_files_give_what_main_asks_for_and_nothing_else(files):
    given = read_assignments("dev.bicepparam", "using 'main.bicep'\nparam size = 'huge'\nparam colour = 'red'\n")
    found = texts(check_assignments(given, files["main.bicep"]))
    assert "dev.bicepparam:2: size cannot be 'huge'" in found
    assert "dev.bicepparam:3: main.bicep has no parameter colour" in found
    assert "dev.bicepparam:0: the parameter alertEmail is not given" in found


def test_shapes_are_read_from_all_three_styles_of_management_packages():
    typed = shape_of("azure.mgmt.storage.types", "StorageAccountCreateParameters")
    rest = shape_of("azure.mgmt.loganalytics.models", "Workspace")
    wired = shape_of("azure.mgmt.monitor.models", "MetricAlertResource")
    assert isinstance(typed, Struct) and isinstance(rest, Struct) and isinstance(wired, Struct)
    assert {"sku", "kind", "location"} <= typed.required
    properties = rest.fields["properties"]
    assert isinstance(properties, Struct)
    assert properties.fields["retentionInDays"] == Scalar("number")
    assert rest.fields["tags"] == MapOf(Scalar("text"))
    alert = wired.fields["properties"]
    assert isinstance(alert, Struct)
    assert isinstance(alert.fields["criteria"], Tagged)
    assert alert.fields["scopes"] == ListOf(Scalar("text"))

"""Policies: no keys, no secrets, encrypted ways in, and exactly the roles that the code needs."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from infrastructure.check.bicep import BicepFile, Expression, Fault, Resource, Value, walk

MUST_BE: dict[str, dict[str, object]] = {
    "Microsoft.Storage/storageAccounts": {
        "properties.allowSharedKeyAccess": False,
        "properties.allowBlobPublicAccess": False,
        "properties.defaultToOAuthAuthentication": True,
        "properties.minimumTlsVersion": "TLS1_2",
        "properties.supportsHttpsTrafficOnly": True,
    },
    "Microsoft.Storage/storageAccounts/blobServices/containers": {"properties.publicAccess": "None"},
    "Microsoft.DocumentDB/databaseAccounts": {
        "properties.capabilities.0.name": "EnableServerless",
        "properties.disableLocalAuth": True,
        "properties.disableKeyBasedMetadataWriteAccess": True,
        "properties.minimalTlsVersion": "Tls12",
        "properties.consistencyPolicy.defaultConsistencyLevel": "Strong",
    },
    "Microsoft.KeyVault/vaults": {
        "properties.enableRbacAuthorization": True,
        "properties.enablePurgeProtection": True,
        "properties.enableSoftDelete": True,
    },
    "Microsoft.Insights/actionGroups": {"location": "global", "properties.enabled": True},
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True, "properties.IngestionMode": "LogAnalytics"},
    "Microsoft.Insights/metricAlerts": {"location": "global", "properties.enabled": True},
    "Microsoft.Insights/scheduledQueryRules": {
        "kind": "LogAlert",
        "properties.enabled": True,
        "properties.skipQueryValidation": True,
    },
    "Microsoft.Insights/webtests": {"kind": "standard", "properties.Kind": "standard", "properties.Enabled": True},
    "Microsoft.OperationalInsights/workspaces": {
        "properties.sku.name": "PerGB2018",
        "properties.features.disableLocalAuth": True,
    },
    "Microsoft.Web/serverfarms": {"sku.name": "FC1", "sku.tier": "FlexConsumption", "properties.reserved": True},
    "Microsoft.Storage/storageAccounts/blobServices": {
        "name": "default",
        "properties.deleteRetentionPolicy.enabled": True,
        "properties.containerDeleteRetentionPolicy.enabled": True,
    },
    "Microsoft.Storage/storageAccounts/tableServices": {"name": "default"},
    "Microsoft.Web/sites": {
        "kind": "functionapp,linux",
        "identity.type": "UserAssigned",
        "properties.httpsOnly": True,
        "properties.siteConfig.minTlsVersion": "1.2",
        "properties.siteConfig.scmMinTlsVersion": "1.2",
        "properties.siteConfig.cors.supportCredentials": False,
        "properties.functionAppConfig.runtime.name": "python",
        "properties.functionAppConfig.runtime.version": "3.11",
        "properties.functionAppConfig.deployment.storage.type": "blobContainer",
        "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
    },
    "Microsoft.Web/staticSites": {"properties.provider": "Custom"},
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
}
"""Type → what every resource of it must say, under a dotted path."""

_CONFIG = "properties.functionAppConfig"
MUST_SAY = {
    "Microsoft.Authorization/roleAssignments": ("scope", "properties.principalType"),
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments": ("properties.scope",),
    "Microsoft.Insights/actionGroups": ("properties.emailReceivers.0.emailAddress",),
    "Microsoft.Insights/components": ("properties.WorkspaceResourceId",),
    "Microsoft.Insights/diagnosticSettings": ("scope", "properties.workspaceId", "properties.logs.0.enabled"),
    "Microsoft.Insights/metricAlerts": ("properties.scopes.0", "properties.actions.0.actionGroupId"),
    "Microsoft.Insights/scheduledQueryRules": tuple(
        f"properties.{name}"
        for name in (
            *("scopes.0", "evaluationFrequency", "windowSize", "severity", "actions.actionGroups.0"),
            *(f"criteria.allOf.0.{part}" for part in ("query", "timeAggregation", "operator", "threshold")),
        )
    ),
    "Microsoft.Insights/webtests": (
        *("properties.Locations.0.Id", "properties.Frequency", "properties.Request.RequestUrl"),
        "properties.ValidationRules.ExpectedHttpStatusCode",
    ),
    "Microsoft.Web/sites": (
        "identity.userAssignedIdentities",
        "properties.serverFarmId",
        f"{_CONFIG}.deployment.storage.authentication.userAssignedIdentityResourceId",
        f"{_CONFIG}.scaleAndConcurrency.instanceMemoryMB",
        f"{_CONFIG}.scaleAndConcurrency.maximumInstanceCount",
        f"{_CONFIG}.scaleAndConcurrency.triggers.http.perInstanceConcurrency",
    ),
    "Microsoft.Web/staticSites": ("sku.name",),
}
"""Type → what every resource of it must say something about, which its shape leaves open. An alert without an action tells
nobody; a role without a scope holds everywhere in the group; Python's default is one request at a time."""

MUST_NOT_SAY = {
    "Microsoft.Web/sites": tuple(
        f"properties.siteConfig.{name}"
        for name in (
            *("alwaysOn", "linuxFxVersion", "windowsFxVersion", "netFrameworkVersion", "functionAppScaleLimit"),
            *("preWarmedInstanceCount", "use32BitWorkerProcess", "ftpsState", "vnetRouteAllEnabled"),
            "functionsRuntimeScaleMonitoringEnabled",
        )
    )
}
"""Type → what Flex Consumption refuses, though the shape of a site has it."""

BLOBS, TABLES = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
SECRETS, TELEMETRY = "4633458b-17de-408a-b874-0445c86b69e6", "3913510d-42f4-4e42-8a64-420c390055eb"
SECRETS_OFFICER, COSMOS = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "00000000-0000-0000-0000-000000000002"

ROLE_OF_CLIENT = {"azure.data.tables": TABLES, "azure.keyvault.secrets": SECRETS, "azure.cosmos": COSMOS}
"""SDK that the code imports → the role without which its calls are refused."""
_NO_ROLE = ("azure.core", "azure.identity", "azure.functions")
_HOST_ROLES = {BLOBS: "the Functions host keeps its state in blobs", TELEMETRY: "telemetry is taken by sign-in only"}

_DEFINITIONS = (
    "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ",
    "'${cosmos.id}/sqlRoleDefinitions/${",
)
"""How the id of a role begins: Azure's own, or Cosmos DB's."""

_SCOPE_OF_ROLE = {
    BLOBS: "Microsoft.Storage/storageAccounts",
    TABLES: "Microsoft.Storage/storageAccounts",
    SECRETS: "Microsoft.KeyVault/vaults",
    SECRETS_OFFICER: "Microsoft.KeyVault/vaults",
    TELEMETRY: "Microsoft.Insights/components",
}
"""Role → the type of resource that it is given on."""

_KEY_FUNCTION = re.compile(r"\blist(Keys|Secrets|ConnectionStrings|AccountSas|ServiceSas|\w*Keys)\b")
_KEY_TEXT = re.compile(r"AccountKey=|SharedAccessSignature|InstrumentationKey=|sig=")
_SECRET_NAME = re.compile(r"(password|secret|connectionstring|apikey|accesstoken)$|(?<!public)key$", re.IGNORECASE)


def check_policies(files: Mapping[str, BicepFile], code: Path) -> Iterator[Fault]:
    """What breaks a policy in the Bicep files that serve the Python code below `code`."""
    for file in files.values():
        yield from _secrets(file)
        for resource in file.resources:
            if not resource.existing:
                yield from _says(file, resource)
    yield from _publishing(files)
    yield from _order(files["main.bicep"])
    yield from _roles(files, code)


def _says(file: BicepFile, resource: Resource) -> Iterator[Fault]:
    for path, wanted in MUST_BE.get(resource.type, {}).items():
        if resource.body.plain(path) != wanted:
            yield file.fault(resource.line, f"{resource.symbol}: {path} must be {wanted!r}")
    for path in MUST_SAY.get(resource.type, ()):
        said = resource.body.at(path)
        if said is None or said.data in ({}, []):
            yield file.fault(resource.line, f"{resource.symbol}: {path} must be set")
    tags = resource.body.at("tags")
    if resource.type == "Microsoft.Insights/webtests" and "'hidden-link:" not in getattr(
        tags and tags.data, "text", ""
    ):
        yield file.fault(resource.line, f"{resource.symbol} needs the tag hidden-link of the component that shows it")
    for path in MUST_NOT_SAY.get(resource.type, ()):
        if resource.body.at(path) is not None:
            yield file.fault(resource.line, f"{resource.symbol}: Flex Consumption refuses {path}")


def _order(main: BicepFile) -> Iterator[Fault]:
    """The host reads its storage when it first starts, so its roles have to be there by then."""
    for module in main.modules:
        waits_for = module.body.at("dependsOn.0")
        roles_first = (
            waits_for is not None and isinstance(waits_for.data, Expression) and waits_for.data.text == "roles"
        )
        if module.path == "modules/api.bicep" and not roles_first:
            yield main.fault(module.line, f"the module {module.symbol} must wait for the module roles")


def _publishing(files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    closed = {
        one.body.plain("name")
        for file in files.values()
        for one in file.resources
        if one.type == "Microsoft.Web/sites/basicPublishingCredentialsPolicies"
    }
    for way in {"ftp", "scm"} - closed:
        yield Fault(
            "modules/api.bicep", 0, f"passwords for {way} must be refused by a basicPublishingCredentialsPolicy"
        )


def _secrets(file: BicepFile) -> Iterator[Fault]:
    for node in walk(file.root):
        text = (node.text or b"").decode()
        if node.type in {"identifier", "property_identifier"} and _KEY_FUNCTION.search(text):
            yield file.fault(node.start_point[0] + 1, f"{text} reads keys, and nothing here has keys")
        if node.type == "string_content" and _KEY_TEXT.search(text):
            yield file.fault(node.start_point[0] + 1, "this text holds a key")
    for parameter in file.parameters.values():
        if _SECRET_NAME.search(parameter.name):
            yield file.fault(
                parameter.line, f"{parameter.name} looks like a secret; secrets go to the vault, not through here"
            )
    for output in file.outputs.values():
        given = output.value.data
        text = given.text if isinstance(given, Expression) else ""
        if _SECRET_NAME.search(output.name) or re.search(r"\.(ConnectionString|InstrumentationKey)\b", text):
            yield file.fault(output.line, f"the output {output.name} gives a secret away")


def _roles(files: Mapping[str, BicepFile], code: Path) -> Iterator[Fault]:
    given: dict[str, set[str]] = {}
    for file in files.values():
        for resource in file.resources:
            if not resource.type.endswith(("/roleAssignments", "/sqlRoleAssignments")):
                continue
            if file.name != "modules/roles.bicep":
                yield file.fault(resource.line, "role assignments stand in modules/roles.bicep, all of them")
            role = _role(file, resource.body)
            who = resource.body.at("properties.principalId")
            holder = who.data.text if who is not None and isinstance(who.data, Expression) else ""
            given.setdefault(holder, set()).add(role)
            yield from _place_of_role(file, resource, role)
            if role not in {*_HOST_ROLES, *ROLE_OF_CLIENT.values(), SECRETS_OFFICER}:
                yield file.fault(resource.line, f"{resource.symbol} gives the role {role}, which nothing needs")
    app = given.get("identity.properties.principalId", set())
    if SECRETS_OFFICER in app:
        yield Fault("modules/roles.bicep", 0, "the app may read secrets, not write them")
    for role, reason in {**_HOST_ROLES, **_needed(code)}.items():
        if role not in app:
            yield Fault("modules/roles.bicep", 0, f"the app lacks the role {role}: {reason}")


def _place_of_role(file: BicepFile, resource: Resource, role: str) -> Iterator[Fault]:
    """An assignment is given on the resource it is for, under a name that is the same each time."""
    name, scope = (resource.body.at(key) for key in ("name", "scope"))
    if name is None or not isinstance(name.data, Expression) or not name.data.text.startswith("guid("):
        yield file.fault(
            resource.line, f"{resource.symbol} needs a name made by guid(), or each deployment adds another"
        )
    if scope is not None and isinstance(scope.data, Expression):
        on = next((one.type for one in file.resources if one.symbol == getattr(scope.data, "text", "")), "no resource")
        if on != _SCOPE_OF_ROLE.get(role, on):
            yield file.fault(resource.line, f"{resource.symbol} gives the role {role} on {on}")


def _role(file: BicepFile, body: Value) -> str:
    """The id of the role that an assignment names, by a variable or as it is."""
    named = body.at("properties.roleDefinitionId")
    text = named.data.text if named is not None and isinstance(named.data, Expression) else ""
    if not text.startswith(_DEFINITIONS):
        return "without a definition"
    for name, value in file.variables.items():
        if re.search(rf"\b{name}\b", text) and isinstance(value.data, str):
            return value.data
    found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
    return found.group() if found else "without a name"


@cache
def _needed(code: Path) -> dict[str, str]:
    """The roles that the code's imports ask for, each with a file that does; an unknown SDK asks for one we lack."""
    needed: dict[str, str] = {}
    for path in sorted((*code.glob("shared/**/*.py"), *code.glob("functions/**/*.py"))):
        for name in _imports(path):
            if not name.startswith("azure.") or name.startswith(_NO_ROLE):
                continue
            client = next((one for one in ROLE_OF_CLIENT if name.startswith(one)), None)
            where = f"{path.relative_to(code).as_posix()} imports {name}"
            needed[ROLE_OF_CLIENT.get(client or "", name)] = where if client else f"{where}; say which role that takes"
    return needed


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module

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
    "Microsoft.Insights/components": {"properties.DisableLocalAuth": True},
    "Microsoft.OperationalInsights/workspaces": {"properties.features.disableLocalAuth": True},
    "Microsoft.Web/sites": {
        "identity.type": "UserAssigned",
        "properties.httpsOnly": True,
        "properties.siteConfig.minTlsVersion": "1.2",
        "properties.siteConfig.scmMinTlsVersion": "1.2",
        "properties.siteConfig.ftpsState": "Disabled",
        "properties.siteConfig.cors.supportCredentials": False,
        "properties.functionAppConfig.runtime.name": "python",
        "properties.functionAppConfig.runtime.version": "3.11",
        "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
    },
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": {"properties.allow": False},
}
"""Type → what every resource of it must say, under a dotted path."""

MUST_SAY = {
    "Microsoft.Web/sites": ("properties.functionAppConfig.scaleAndConcurrency.triggers.http.perInstanceConcurrency",)
}
"""Type → what every resource of it must say something about; Python's default is one request at a time."""

MUST_NOT_SAY = {
    "Microsoft.Web/sites": tuple(
        f"properties.siteConfig.{name}"
        for name in (
            *("alwaysOn", "linuxFxVersion", "windowsFxVersion", "netFrameworkVersion", "functionAppScaleLimit"),
            *("preWarmedInstanceCount", "use32BitWorkerProcess"),
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
    yield from _roles(files, code)


def _says(file: BicepFile, resource: Resource) -> Iterator[Fault]:
    for path, wanted in MUST_BE.get(resource.type, {}).items():
        if resource.body.plain(path) != wanted:
            yield file.fault(resource.line, f"{resource.symbol}: {path} must be {wanted!r}")
    for path in MUST_SAY.get(resource.type, ()):
        if resource.body.at(path) is None:
            yield file.fault(resource.line, f"{resource.symbol}: {path} must be set")
    for path in MUST_NOT_SAY.get(resource.type, ()):
        if resource.body.at(path) is not None:
            yield file.fault(resource.line, f"{resource.symbol}: Flex Consumption refuses {path}")


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
            if role not in {*_HOST_ROLES, *ROLE_OF_CLIENT.values(), SECRETS_OFFICER}:
                yield file.fault(resource.line, f"{resource.symbol} gives the role {role}, which nothing needs")
    app = given.get("identity.properties.principalId", set())
    if SECRETS_OFFICER in app:
        yield Fault("modules/roles.bicep", 0, "the app may read secrets, not write them")
    for role, reason in {**_HOST_ROLES, **_needed(code)}.items():
        if role not in app:
            yield Fault("modules/roles.bicep", 0, f"the app lacks the role {role}: {reason}")


def _role(file: BicepFile, body: Value) -> str:
    """The id of the role that an assignment names, by a variable or as it is."""
    named = body.at("properties.roleDefinitionId")
    text = named.data.text if named is not None and isinstance(named.data, Expression) else ""
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

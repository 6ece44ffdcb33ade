"""Resources: of a known type, at an API version that was published, and shaped as Azure takes them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

from infrastructure.check.bicep import BicepFile, Expression, Fault, Resource, Value, chain, walk
from infrastructure.check.kinds import KindOf, kinds_in
from infrastructure.check.reads import resolved
from infrastructure.check.shapes import ANYTHING, ListOf, MapOf, OneOf, Scalar, Shape, Struct, Tagged, shape_of

_WEB, _STORAGE, _COSMOS = "azure.mgmt.web.types", "azure.mgmt.storage.types", "azure.mgmt.cosmosdb.types"
_INSIGHTS, _MONITOR = "azure.mgmt.applicationinsights", "azure.mgmt.monitor.models"
_WEB_VERSIONS = ("2022-09-01", "2023-01-01", "2023-12-01", "2024-04-01", "2024-11-01", "2025-03-01", "2025-05-01")

TYPES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Microsoft.Authorization/roleAssignments": (
        "azure.mgmt.authorization.v2022_04_01.models",
        "RoleAssignmentCreateParameters",
        ("2022-04-01",),
    ),
    "Microsoft.Consumption/budgets": ("azure.mgmt.consumption.types", "Budget", ("2023-11-01", "2024-08-01")),
    "Microsoft.DocumentDB/databaseAccounts": (_COSMOS, "DatabaseAccountCreateUpdateParameters", ("2024-11-15",)),
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases": (
        _COSMOS,
        "SqlDatabaseCreateUpdateParameters",
        ("2024-11-15",),
    ),
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": (
        _COSMOS,
        "SqlContainerCreateUpdateParameters",
        ("2024-11-15",),
    ),
    "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments": (
        _COSMOS,
        "SqlRoleAssignmentCreateUpdateParameters",
        ("2024-11-15",),
    ),
    "Microsoft.Insights/actionGroups": (_MONITOR, "ActionGroupResource", ("2023-01-01",)),
    "Microsoft.Insights/components": (
        f"{_INSIGHTS}.v2020_02_02.models",
        "ApplicationInsightsComponent",
        ("2020-02-02",),
    ),
    "Microsoft.Insights/diagnosticSettings": ("", "diagnostic settings", ("2021-05-01-preview",)),
    "Microsoft.Insights/metricAlerts": (_MONITOR, "MetricAlertResource", ("2018-03-01",)),
    "Microsoft.Insights/scheduledQueryRules": (
        _MONITOR,
        "ScheduledQueryRuleResource",
        ("2021-08-01", "2022-06-15", "2023-12-01"),
    ),
    "Microsoft.Insights/webtests": (f"{_INSIGHTS}.v2022_06_15.models", "WebTest", ("2022-06-15",)),
    "Microsoft.Insights/workbooks": (f"{_INSIGHTS}.v2023_06_01.models", "Workbook", ("2022-04-01", "2023-06-01")),
    "Microsoft.KeyVault/vaults": (
        "azure.mgmt.keyvault.types",
        "VaultCreateOrUpdateParameters",
        ("2023-07-01", "2024-11-01", "2025-05-01"),
    ),
    "Microsoft.ManagedIdentity/userAssignedIdentities": (
        "azure.mgmt.msi.v2024_11_30.models",
        "Identity",
        ("2023-01-31", "2024-11-30"),
    ),
    "Microsoft.OperationalInsights/workspaces": (
        "azure.mgmt.loganalytics.models",
        "Workspace",
        ("2022-10-01", "2023-09-01", "2025-07-01"),
    ),
    "Microsoft.Storage/storageAccounts": (_STORAGE, "StorageAccountCreateParameters", ("2023-05-01", "2024-01-01")),
    "Microsoft.Storage/storageAccounts/blobServices": (_STORAGE, "BlobServiceProperties", ("2023-05-01", "2024-01-01")),
    "Microsoft.Storage/storageAccounts/blobServices/containers": (
        _STORAGE,
        "BlobContainer",
        ("2023-05-01", "2024-01-01"),
    ),
    "Microsoft.Storage/storageAccounts/tableServices": (
        _STORAGE,
        "TableServiceProperties",
        ("2023-05-01", "2024-01-01"),
    ),
    "Microsoft.Storage/storageAccounts/tableServices/tables": (_STORAGE, "Table", ("2023-05-01", "2024-01-01")),
    "Microsoft.Web/serverfarms": (_WEB, "AppServicePlan", _WEB_VERSIONS),
    "Microsoft.Web/sites": (_WEB, "Site", _WEB_VERSIONS),
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": (
        _WEB,
        "CsmPublishingCredentialsPoliciesEntity",
        _WEB_VERSIONS,
    ),
    "Microsoft.Web/staticSites": (_WEB, "StaticSiteARMResource", _WEB_VERSIONS),
    "Microsoft.Web/staticSites/linkedBackends": (_WEB, "StaticSiteLinkedBackendARMResource", _WEB_VERSIONS),
}
"""Type → (module, class that has its shape, API versions known to be published); a shape of our own has no module. The
classes describe the newest version of their package, so a property younger than the version asked for is not found out."""

READ_AS = {
    "Microsoft.Storage/storageAccounts": (_STORAGE, "StorageAccount"),
    "Microsoft.KeyVault/vaults": ("azure.mgmt.keyvault.models", "Vault"),
    "Microsoft.DocumentDB/databaseAccounts": (_COSMOS, "DatabaseAccountGetResults"),
}
"""Types whose answer has another shape than their request."""

_ALWAYS_READABLE = {"id", "name", "type", "apiVersion"}
_LOG = Struct(
    "log", {"category": Scalar("text"), "categoryGroup": Scalar("text"), "enabled": Scalar("truth")}, {"enabled"}
)
_SETTINGS: dict[str, Shape] = {"workspaceId": Scalar("text"), "logs": ListOf(_LOG), "metrics": ListOf(_LOG)}
_OWN_SHAPES: dict[str, Shape] = {
    "diagnostic settings": Struct("diagnosticSettings", {"properties": Struct("properties", _SETTINGS)})
}
"""What no package ships a class for."""

_DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?")
_BICEPS_OWN = {"name", "parent", "scope", "dependsOn"}


def check_resources(files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    """What Azure would refuse of each resource."""
    for file in files.values():
        judge = _Judge(kinds_in(file, files), partial(resolved, file))
        for resource in file.resources:
            if resource.type not in TYPES:
                yield file.fault(resource.line, f"{resource.type} is no type that is known here")
                continue
            module, name, versions = TYPES[resource.type]
            if resource.version not in versions:
                yield file.fault(resource.line, f"{resource.type} has no API version {resource.version}")
            yield from _placed(file, resource)
            if resource.existing or not isinstance(resource.body.data, dict):
                continue
            shape = _shape(module, name)
            own = {key: value for key, value in resource.body.data.items() if key not in _BICEPS_OWN}
            for line, text in judge.misfits(Value(resource.line, own), shape, resource.symbol):
                yield file.fault(line, text)
            is_child = resource.type.count("/") > 1
            if isinstance(shape, Struct) and "tags" in shape.fields and "tags" not in own and not is_child:
                yield file.fault(resource.line, f"{resource.symbol} has no tags")
        yield from _reads(file)


def _placed(file: BicepFile, resource: Resource) -> Iterator[Fault]:
    """A name, a parent where the type has one, and nothing that only Bicep could read."""
    said = set(resource.body.data) if isinstance(resource.body.data, dict) else set()
    wanted = {"name", "parent"} if resource.type.count("/") > 1 else {"name"}
    for key in sorted(wanted - said):
        yield file.fault(resource.line, f"{resource.symbol} needs {key}")
    for key in sorted(said - _BICEPS_OWN) if resource.existing else ():
        yield file.fault(resource.line, f"{resource.symbol} is only looked up, and cannot have {key}")


def _reads(file: BicepFile) -> Iterator[Fault]:
    """Properties read off resources that Azure does not give."""
    of = {one.symbol: READ_AS.get(one.type, TYPES[one.type][:2]) for one in file.resources if one.type in TYPES}
    for node in walk(file.root):
        inside = node.parent is not None and node.parent.type == "member_expression" and node.parent.children[0] == node
        if node.type != "member_expression" or inside:
            continue
        base, path = chain(node)
        symbol = (base.text or b"").decode()
        if symbol not in of or path[0] in _ALWAYS_READABLE:
            continue
        shape = _shape(*of[symbol])
        for key in path:
            if isinstance(shape, Struct) and key not in shape.fields and not shape.open:
                yield file.fault(node.start_point[0] + 1, f"{symbol} has nothing at {'.'.join(path)}")
                break
            shape = shape.fields.get(key, ANYTHING) if isinstance(shape, Struct) else ANYTHING


@cache
def _shape(module: str, name: str) -> Shape:
    return shape_of(module, name) if module else _OWN_SHAPES[name]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Compares values with shapes; every misfit is a line and a sentence."""

    kind_of: KindOf
    resolve: Callable[[Value], Value]

    def misfits(self, value: Value, shape: Shape, place: str) -> Iterator[tuple[int, str]]:
        value = self.resolve(value)
        match value.data, shape:
            case None, _:
                return
            case Expression(arms=arms), _ if arms:
                yield from self._all((arm, shape, place) for arm in arms)
            case _, Scalar():
                yield from self._scalar(value, shape, place)
            case list(items), ListOf(item):
                yield from self._all((one, item, f"{place}[]") for one in items)
            case dict(pairs), MapOf(inner):
                yield from self._all((one, inner, f"{place}.{key}") for key, one in pairs.items())
            case _, OneOf(options):
                yield from min((list(self.misfits(value, option, place)) for option in options), key=len)
            case dict(pairs), Tagged(key, tagged):
                tag = pairs[key].data if key in pairs else None
                if tag in tagged:
                    yield from self.misfits(value, tagged[str(tag)], place)
                else:
                    yield value.line, f"{place}: {key} must be one of {', '.join(sorted(tagged))}"
            case dict(pairs), Struct():
                yield from self._object(value.line, pairs, shape, place)
            case _:
                wanted = "list" if isinstance(shape, ListOf) else "object"
                if self.kind_of(value) not in {None, wanted}:
                    yield value.line, f"{place} must be {'a list' if wanted == 'list' else 'an object'}"

    def _all(self, judged: Iterable[tuple[Value, Shape, str]]) -> Iterator[tuple[int, str]]:
        for value, shape, place in judged:
            yield from self.misfits(value, shape, place)

    def _scalar(self, value: Value, shape: Scalar, place: str) -> Iterator[tuple[int, str]]:
        if shape.kind == "anything":
            return
        if self.kind_of(value) not in {None, shape.kind}:
            yield value.line, f"{place} must be {shape.kind}"
        elif shape.is_duration and isinstance(value.data, str) and not _DURATION.fullmatch(value.data):
            yield value.line, f"{place} cannot be {value.data!r}; it is a duration such as PT15M"
        elif shape.choices and isinstance(value.data, str) and value.data not in shape.choices:
            yield value.line, f"{place} cannot be {value.data!r}; it is one of {', '.join(sorted(shape.choices))}"

    def _object(self, line: int, pairs: dict[str, Value], shape: Struct, place: str) -> Iterator[tuple[int, str]]:
        for key, one in pairs.items():
            if key in shape.fields:
                yield from self.misfits(one, shape.fields[key], f"{place}.{key}")
            elif not shape.open:
                yield one.line, f"{place} has no property {key}"
        for key in sorted(shape.required - set(pairs)):
            yield line, f"{place} needs the property {key}"

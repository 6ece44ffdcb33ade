"""Agreement: what Bicep, scripts and parameter files name is what the code reads, makes and logs."""

import ast
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from infrastructure.check.bicep import BicepFile, Expression, Fault, Value, read_assignments, walk
from infrastructure.check.names import check_assignments
from shared.config import SETTINGS
from shared.metering.drift import ProviderDrift
from shared.metering.nightly import Night
from shared.storage import cosmos, tables
from shared.vault import SECRET_SETTINGS, secret_name

LOCAL_ONLY = {
    "VIGOR_SQLITE_PATH": "a Function App has no disk of its own",
    "VIGOR_TABLES_CONNECTION": "holds a key; Azure is reached by identity",
    "VIGOR_COSMOS_KEY": "is a key; Azure is reached by identity",
}
"""Settings that must not be set on Azure, and why."""

_IDENTITY = "identity.properties.clientId"
PLATFORM = {
    "AzureWebJobsStorage__credential": "managedidentity",
    "AzureWebJobsStorage__clientId": _IDENTITY,
    "AzureWebJobsStorage__blobServiceUri": "storage.properties.primaryEndpoints.blob",
    "AzureWebJobsStorage__tableServiceUri": "storage.properties.primaryEndpoints.table",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "insights.properties.ConnectionString",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": f"'ClientId=${{{_IDENTITY}}};Authorization=AAD'",
    "AZURE_CLIENT_ID": _IDENTITY,
}
"""Settings that the Functions host and the Azure SDKs read, and what each must be for signing in by identity to work."""

SAMPLE_ONLY = {"AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME"}
"""Settings of the local host; Flex Consumption refuses them."""


def check_agreement(files: Mapping[str, BicepFile], root: Path) -> Iterator[Fault]:
    """Where the Bicep files and the rest of the repository at `root` disagree."""
    yield from _settings(files["modules/api.bicep"], root)
    yield from _store(files)
    yield from _parameter_files(files["main.bicep"], root / "infrastructure")
    yield from _loaded(files, root / "infrastructure")
    yield from _outputs(files["main.bicep"], root)
    yield from _sampling(root)


def check_log_fields(named: Mapping[str, str], root: Path) -> Iterator[Fault]:
    """Where queries (name → text) read what no log line holds."""
    held = _logged_keys(root)
    by_provider = {one.name for one in fields(ProviderDrift)} | {"missing_micro_usd"}
    by_night = {one.name for one in fields(Night)}
    for name, text in named.items():
        for event in re.findall(r'"event": "(\w+)"', text):
            if not held.get(event):
                yield Fault(name, 0, f"nobody logs the event {event}")
            for key in set(re.findall(r"\bline\.(\w+)", text)) - held.get(event, set()):
                yield Fault(name, 0, f"no line of the event {event} holds {key}")
        for key in set(re.findall(r"\bprovider\.(\w+)", text)) - by_provider:
            yield Fault(name, 0, f"no provider in a line of reset_usage holds {key}")
        for key in set(re.findall(r"\bline\.night\.(\w+)", text)) - by_night:
            yield Fault(name, 0, f"no night in a line of reset_usage holds {key}")
        if "Provider" in text and '"Provider %s is %s: %s"' not in (root / "shared/providers/breaker.py").read_text(
            "utf-8"
        ):
            yield Fault(name, 0, "shared/providers/breaker.py no longer logs what this looks for")


def _settings(api: BicepFile, root: Path) -> Iterator[Fault]:
    app = next(one for one in api.resources if one.type == "Microsoft.Web/sites")
    listed = app.body.at("properties.siteConfig.appSettings")
    rows = listed.data if listed is not None and isinstance(listed.data, list) else []
    here = {str(row.plain("name")): row.line for row in rows}
    wanted = (set(SETTINGS) - set(SECRET_SETTINGS) - set(LOCAL_ONLY)) | set(PLATFORM)
    for row in rows:
        value, must_be = row.at("value"), PLATFORM.get(str(row.plain("name")))
        said = None if value is None else value.data.text if isinstance(value.data, Expression) else value.data
        if said is None or said != (must_be or said):
            yield api.fault(
                row.line, f"the setting {row.plain('name')} must be {must_be or 'something'}, and is {said}"
            )
    for name in sorted(wanted - set(here)):
        yield api.fault(app.line, f"the setting {name} is read and not set")
    for name in sorted(set(here) - wanted):
        why = LOCAL_ONLY.get(name) or (
            "is a secret: it stands in the vault" if name in SECRET_SETTINGS else "nobody reads it"
        )
        yield api.fault(here[name], f"the setting {name} must not be set: {why}")
    sample = json.loads((root / "local.settings.sample.json").read_text("utf-8"))["Values"]
    for name in sorted((set(sample) - SAMPLE_ONLY) ^ set(SETTINGS)):
        yield Fault(
            "../local.settings.sample.json", 0, f"{name} stands either here or in shared/config.py, not in both"
        )
    script = (root / "infrastructure/first_secrets.sh").read_text("utf-8")
    for name in map(secret_name, SECRET_SETTINGS):
        if not re.search(rf"(?:make|take_over|put) {name}\b", script):
            yield Fault("first_secrets.sh", 0, f"nobody puts {name} into the vault")


def _store(files: Mapping[str, BicepFile]) -> Iterator[Fault]:
    """Names of table, database and container, and what Cosmos DB indexes, are those that the code uses."""
    made = {one.symbol: one for name in ("cosmos", "storage") for one in files[f"modules/{name}.bicep"].resources}
    table = inspect.signature(tables.TablesStore.of).parameters["table"].default
    container = inspect.signature(cosmos.CosmosStore.of).parameters["container"].default
    documents = [one for file in files.values() for one in file.resources if one.symbol == "documents"]
    names = {one.type.rpartition("/")[2]: one.body.plain("name") for one in documents}
    if names.get("tables") != table:
        yield Fault("modules/storage.bicep", 0, f"the code keeps its documents in a table called {table}")
    if names.get("containers") != container:
        yield Fault("modules/cosmos.bicep", 0, f"the code keeps its documents in a container called {container}")
    collection = next((one for one in documents if one.type.endswith("/containers")), None)
    if collection is None or "database" not in made:
        return
    for path, wanted in (("id", container), ("partitionKey.paths.0", "/partition"), ("partitionKey.kind", "Hash")):
        if collection.body.plain(f"properties.resource.{path}") != wanted:
            yield Fault("modules/cosmos.bicep", collection.line, f"the container's {path} must be {wanted}")
    policy = collection.body.at("properties.resource.indexingPolicy")
    if _plain(policy) != _literal(Path(str(cosmos.__file__)), "_INDEXING"):
        yield Fault(
            "modules/cosmos.bicep", collection.line, "the indexing policy is not the one in shared/storage/cosmos.py"
        )
    (named,) = (one.body.plain("params.databaseName") for one in files["main.bicep"].modules if one.symbol == "cosmos")
    if (
        f"{{ name: 'VIGOR_COSMOS_DATABASE', value: '{named}' }}"
        not in (files["modules/api.bicep"].root.text or b"").decode()
    ):
        yield files["modules/api.bicep"].fault(0, f"VIGOR_COSMOS_DATABASE must be {named}, which main.bicep makes")
    if made["database"].type != "Microsoft.DocumentDB/databaseAccounts/sqlDatabases":
        yield Fault("modules/cosmos.bicep", 0, "the database must be one for SQL")


def _parameter_files(main: BicepFile, folder: Path) -> Iterator[Fault]:
    for name in ("dev.bicepparam", "prod.bicepparam"):
        yield from check_assignments(read_assignments(name, (folder / name).read_text("utf-8")), main)
    name = "main.parameters.json"
    given = json.loads((folder / name).read_text("utf-8"))["parameters"]
    for parameter in sorted(set(given) - set(main.parameters)):
        yield Fault(name, 0, f"main.bicep has no parameter {parameter}")
    for parameter in main.parameters.values():
        if parameter.default is None and parameter.name not in given:
            yield Fault(name, 0, f"the parameter {parameter.name} is not given")


def _outputs(main: BicepFile, root: Path) -> Iterator[Fault]:
    """Scripts ask for outputs that there are, by names that Azure leaves as they are."""
    for output in main.outputs.values():
        if not output.name[0].islower():
            yield main.fault(
                output.line, f"Azure would answer with another spelling of {output.name}; begin it in small letters"
            )
    (budget,) = (one.body.at("params.name") for one in main.modules if one.symbol == "budget")
    prefix = getattr(budget and budget.data, "text", "").partition("$")[0].strip("'")
    if f"{prefix}$environment'" not in (root / "infrastructure/budget_start.sh").read_text("utf-8"):
        yield Fault("budget_start.sh", 0, f"the budget is called {prefix}<environment> in main.bicep")
    for path in (*root.glob("infrastructure/*.sh"), *root.glob("release/*.sh"), root / "azure.yaml"):
        for name in sorted(set(re.findall(r"\bvigor_\w+", path.read_text("utf-8"))) - set(main.outputs)):
            yield Fault(f"../{path.relative_to(root)}", 0, f"main.bicep has no output {name}")


def _loaded(files: Mapping[str, BicepFile], folder: Path) -> Iterator[Fault]:
    """Every text that is loaded is there, and every query is loaded."""
    loaded: set[Path] = set()
    for file in files.values():
        for node in walk(file.root):
            found = re.fullmatch(r"loadTextContent\('([^']+)'\)", (node.text or b"").decode())
            if node.type == "call_expression" and found:
                path = (folder / file.name).parent.joinpath(found[1]).resolve()
                loaded.add(path)
                if not path.is_file():
                    yield file.fault(node.start_point[0] + 1, f"there is no file {found[1]}")
    for path in sorted(folder.resolve().glob("queries/*.kql")):
        if path not in loaded:
            yield Fault(f"queries/{path.name}", 0, "no alert asks this")


def _sampling(root: Path) -> Iterator[Fault]:
    """What alerts read is never sampled: the one line that an alert waits for may be the one left out."""
    insights = json.loads((root / "host.json").read_text("utf-8"))["logging"]["applicationInsights"]
    kept = insights["samplingSettings"].get("excludedTypes", "").split(";")
    for path in sorted((root / "infrastructure").glob("queries/*.kql")):
        table = path.read_text("utf-8").split()[0]
        if table.capitalize().removesuffix("s") not in kept:
            yield Fault(f"queries/{path.name}", 0, f"host.json lets {table} be sampled, which this alert reads")


def _logged_keys(root: Path) -> dict[str, set[str]]:
    """The keys of each event's line, off the dictionaries in the code that name their event."""
    held: dict[str, set[str]] = {}
    for path in (*root.glob("shared/**/*.py"), *root.glob("functions/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Dict):
                continue
            pairs = [
                (key.value, value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
            said = dict(pairs).get("event")
            if isinstance(said, ast.Constant):
                held.setdefault(str(said.value), set()).update(str(key) for key, _ in pairs)
    return held


def _literal(path: Path, name: str) -> object:
    for node in ast.parse(path.read_text("utf-8")).body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == name
            and node.value
        ):
            return ast.literal_eval(node.value)
    return None


def _plain(value: Value | None) -> object:
    if value is None:
        return None
    if isinstance(value.data, dict):
        return {key: _plain(one) for key, one in value.data.items()}
    return [_plain(one) for one in value.data] if isinstance(value.data, list) else value.data

"""The house as the design draws it: imports point down, never in a circle, and vendors stay inside their adapters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STOREYS: tuple[tuple[str, ...], ...] = (
    ("shared.errors", "shared.config", "shared.clock"),
    ("shared.strict_json",),
    ("shared.domain",),
    ("shared.auth", "shared.key_rings"),
    ("shared.storage",),
    ("shared.parking",),
    ("shared.providers", "shared.vault", "shared.telemetry"),
    ("shared.accounts",),
    ("shared.metering",),
    ("shared.coach",),
    ("shared.again", "shared.once", "shared.sweeping", "shared.night_parts"),
    ("shared.retention",),
    ("shared.app",),
    ("shared.wiring",),
    ("shared.operations", "shared.problems", "shared.moving", "shared.restoring", "shared.mending"),
    (
        "shared.openapi",
        "shared.session_answers",
        "shared.importing",
        "shared.exporting",
        "shared.user_admin",
        "shared.request_log",
    ),
    ("shared.profile_patch",),
    ("shared.http",),
    ("functions",),
    ("function_app",),
)
VENDORS = {
    "openai": "shared/providers/openai_adapter.py",
    "google": "shared/providers/gemini_adapter.py",
    "azure.cosmos": "shared/storage/cosmos.py",
    "azure.keyvault": "shared/vault.py",
    "opentelemetry": "shared/telemetry.py",
    "azure.data": "shared/storage/tables.py",
}
FUNCTIONS_LIBRARY_IN = ("functions/", "shared/http.py", "function_app.py")


def modules() -> dict[str, Path]:
    """Every module of the app by its dotted name."""
    files = [ROOT / "function_app.py", *(ROOT / "functions").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    return {dotted(file): file for file in files}


def dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Every module that a file imports, wherever in it, also only for types."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


def storey(module: str) -> int:
    for height, names in enumerate(STOREYS):
        if any(module == name or module.startswith(name + ".") for name in names):
            return height
    raise LookupError(module)


def test_every_module_stands_on_a_storey() -> None:
    homeless = [name for name in modules() if name not in {"shared", "functions"} and not has_storey(name)]
    assert homeless == []


def has_storey(name: str) -> bool:
    try:
        return storey(name) >= 0
    except LookupError:
        return False


def test_no_import_points_up() -> None:
    known = modules()
    up = [
        f"{name} -> {target}"
        for name, file in known.items()
        if name not in {"shared", "functions"}
        for target in imports(file, known)
        if target in known and target not in {"shared", "functions"} and storey(target) > storey(name)
    ]
    assert up == []


def test_no_capability_imports_another() -> None:
    known = modules()
    across = [
        f"{name} -> {target}"
        for name, file in known.items()
        if name.startswith("functions.")
        for target in imports(file, known)
        if target.startswith("functions.")
    ]
    assert across == []


def test_no_imports_go_in_a_circle() -> None:
    known = modules()
    graph = {
        name: {target for target in imports(file, known) if target in known and target != name}
        for name, file in known.items()
    }
    assert circle(graph) is None


def circle(graph: dict[str, set[str]]) -> list[str] | None:
    """A way back to where it began, if there is one."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str] | None:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return None
        for target in sorted(graph[name]):
            if (found := visit(target, [*path, name])) is not None:
                return found
        done.add(name)
        return None

    return next((found for name in sorted(graph) if (found := visit(name, [])) is not None), None)


def test_the_functions_library_is_imported_by_the_edge_only() -> None:
    known = modules()
    inside = [
        str(file.relative_to(ROOT))
        for file in known.values()
        if any(target.startswith("azure.functions") for target in imports(file, known))
        and not str(file.relative_to(ROOT)).startswith(FUNCTIONS_LIBRARY_IN)
    ]
    assert inside == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_library_is_imported_by_its_adapter_only(vendor: str) -> None:
    known = modules()
    importers = {
        str(file.relative_to(ROOT))
        for file in known.values()
        if any(target == vendor or target.startswith(vendor + ".") for target in imports(file, known))
    }
    assert importers <= {VENDORS[vendor]}


def test_the_app_does_not_know_its_local_host() -> None:
    known = modules()
    assert [name for name, file in known.items() if any(t.startswith("local_host") for t in imports(file, known))] == []

"""What the person at the keyboard is told, and the two hooks an app may offer: a first-run notice and a close."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HOOKS_PACKAGE, HOOKS_MODULE = "shared", "shared.wiring"


async def notice(folder: Path) -> list[str]:
    """The lines of `first_run_notice()` of the app in `folder`; none where it has no such hook."""
    if HOOKS_MODULE not in sys.modules and _is_in(folder):
        importlib.import_module(HOOKS_MODULE)
    return [str(line) for line in await _call_hook("first_run_notice") or []]


async def close() -> None:
    """Let the app close what it opened, if it has a `close()` hook and was ever used."""
    await _call_hook("close")


def data_place(environ: Mapping[str, str], *, folder: Path) -> str:
    """Where the app keeps its data, for a person to read."""
    match environ.get("VIGOR_STORE", "").lower():
        case "tables":
            return environ.get("VIGOR_TABLES_ENDPOINT") or "Azure Tables, by VIGOR_TABLES_CONNECTION"
        case "cosmos":
            return environ.get("VIGOR_COSMOS_ENDPOINT", "Cosmos DB")
        case _:
            return str(data_file(environ, folder=folder))


def data_file(environ: Mapping[str, str], *, folder: Path) -> Path:
    """The SQLite file; the host keeps the state of its timers in the same folder."""
    return (folder / Path(environ.get("VIGOR_SQLITE_PATH") or ".vigor/vigor.sqlite").expanduser()).resolve()


def _is_in(folder: Path) -> bool:
    """Whether the app of this folder has the hooks' module, which it may import late; another's is none of ours."""
    try:
        spec = importlib.util.find_spec(HOOKS_MODULE)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin).is_relative_to(folder)


async def _call_hook(name: str) -> Any:
    hook = getattr(sys.modules.get(HOOKS_MODULE), name, None)
    if hook is None:
        return None
    returned = hook()
    return await returned if inspect.isawaitable(returned) else returned

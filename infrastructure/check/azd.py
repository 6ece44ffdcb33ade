"""What the Azure Developer CLI goes by: azure.yaml and main.parameters.json name what is there, and nobody is asked in vain."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped] # the package ships no types

from infrastructure.check.bicep import BicepFile, Expression, Fault

_SET_BY_A_HOOK = re.compile(r"^\s*azd env set (\w+)", re.MULTILINE)


def check_azd(files: Mapping[str, BicepFile], root: Path) -> Iterator[Fault]:
    """Where `azd up` would stop, in the repository at `root`."""
    told = yaml.safe_load((root / "azure.yaml").read_text("utf-8"))
    yield from _services(files, root, told["services"])
    scripts = []
    for folder, hook in _hooks(root, told):
        script = folder / hook["run"].split()[0]
        if script.is_file() and os.access(script, os.X_OK):
            scripts.append(script)
        else:
            yield Fault("../azure.yaml", 0, f"{hook['run'].split()[0]} cannot be run")
    yield from _asked(files["main.bicep"], root / "infrastructure", scripts)


def _services(files: Mapping[str, BicepFile], root: Path, services: dict[str, Any]) -> Iterator[Fault]:
    text = " ".join(
        tags.data.text
        for file in files.values()
        for one in file.resources
        if (tags := one.body.at("tags")) is not None and isinstance(tags.data, Expression)
    )
    for name, service in services.items():
        if not (root / service["project"]).is_dir():
            yield Fault("../azure.yaml", 0, f"{service['project']} is no folder")
        if f"'azd-service-name': '{name}'" not in text:
            yield Fault("../azure.yaml", 0, f"no resource carries the tag azd-service-name: {name}")


def _hooks(root: Path, told: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each hook, and the folder it is run in."""
    for hook in told["hooks"].values():
        yield root, hook
    for service in told["services"].values():
        for hook in service.get("hooks", {}).values():
            yield root / service["project"], hook


def _asked(main: BicepFile, folder: Path, scripts: list[Path]) -> Iterator[Fault]:
    """`azd up` reads the parameters before any hook runs, and asks for each that is empty and has no default."""
    set_later = {name for script in scripts for name in _SET_BY_A_HOOK.findall(script.read_text("utf-8"))}
    given = json.loads((folder / "main.parameters.json").read_text("utf-8"))["parameters"]
    for name, parameter in main.parameters.items():
        read = re.fullmatch(r"\$\{(\w+)\}", str(given.get(name, {}).get("value", "")))
        if read and read[1] in set_later and parameter.default is None:
            yield main.fault(
                parameter.line, f"azd would ask for {name} before the hook sets {read[1]}: give it a default"
            )

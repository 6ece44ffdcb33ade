"""Queries: what alerts and the workbook ask the logs, judged by Microsoft's own language service for Kusto."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from infrastructure.check.bicep import Fault

_HERE = Path(__file__).parent
_STAND_INS = {"{period:grain}": "1h", "{period:start}": "ago(7d)", "{period:end}": "now()"}
"""What a workbook puts in where its text has a parameter."""


def read_queries(folder: Path) -> dict[str, str]:
    """Every query by where it stands: files in queries/, and the steps of the workbook."""
    found = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.glob("queries/*.kql"))
    }
    for item in json.loads((folder / "workbook.json").read_text("utf-8"))["items"]:
        if item["type"] == 3:
            found[f"workbook.json#{item['name']}"] = item["content"]["query"]
    return found


def check_queries(queries: Mapping[str, str]) -> Iterator[Fault]:
    """What Kusto would refuse; needs Node.js and the package in this folder's package.json."""
    node = shutil.which("node")
    if node is None:
        yield Fault("queries", 0, "Node.js is needed to check the queries")
        return
    told = json.dumps({name: _filled_in(text) for name, text in queries.items()})
    run = subprocess.run(  # noqa: S603 - our own script
        [node, str(_HERE / "kusto.mjs")], input=told, capture_output=True, text=True, timeout=120, check=False
    )
    if run.returncode:
        yield Fault("queries", 0, f"the language service failed: {run.stderr.strip()[-300:]}")
        return
    for one in json.loads(run.stdout):
        line = queries[one["name"]].count("\n", 0, one["start"]) + 1
        yield Fault(one["name"], line, one["message"])


def _filled_in(text: str) -> str:
    for parameter, value in _STAND_INS.items():
        text = text.replace(parameter, value)
    return text

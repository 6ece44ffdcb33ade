"""checkov: its policies for Azure, every finding that is accepted with its reason, and none accepted for nothing."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infrastructure.check.bicep import Fault

_NO_NETWORK = "a private network would cost more than all the rest; every call signs in with an identity"
ACCEPTED = {
    "CKV_AZURE_17": "people come with a browser, not with certificates",
    "CKV_AZURE_35": _NO_NETWORK,
    "CKV_AZURE_59": _NO_NETWORK,
    "CKV_AZURE_78": "Flex Consumption has no FTP, and does not take a setting for it",
    "CKV_AZURE_99": _NO_NETWORK,
    "CKV_AZURE_101": _NO_NETWORK,
    "CKV_AZURE_109": _NO_NETWORK,
    "CKV_AZURE_189": _NO_NETWORK,
    "CKV_AZURE_206": "the redundancy is a parameter: one data centre in dev, three zones in prod",
    "CKV_AZURE_212": "Flex Consumption scales to zero on purpose; warm instances are a parameter",
    "CKV_AZURE_213": "Flex Consumption has no health check of its own; an availability test visits from outside",
    "CKV_AZURE_222": "the API is meant to be reached",
    "CKV_AZURE_225": "zones for the plan ask for at least two warm instances, which is not for a coach that sleeps",
}
"""Policy → why Vigor does not keep to it."""


def check_with_checkov(checkov: Path, folder: Path) -> Iterator[Fault]:
    """What checkov finds beyond what is accepted. Its exit code says nothing of files it could not read, so these are asked for."""
    run = subprocess.run(  # noqa: S603 - the tool that the caller names
        [
            str(checkov.absolute()),
            *("--directory", str(folder), "--framework", "bicep", "--skip-download", "--quiet", "--soft-fail"),
            *("--output", "json", "--skip-path", "node_modules"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if run.returncode:
        yield Fault("checkov", 0, f"it failed: {run.stderr.strip()[-300:]}")
        return
    told: dict[str, Any] = json.loads(run.stdout)
    if told["summary"]["parsing_errors"]:
        yield Fault("checkov", 0, f"it could not read {told['results'].get('parsing_errors')}")
    if not told["summary"]["resource_count"]:
        yield Fault("checkov", 0, "it found no resource at all")
    failed = told["results"]["failed_checks"]
    for one in failed:
        if one["check_id"] not in ACCEPTED:
            text = f"{one['check_id']}: {one['check_name']} ({one['resource']})"
            yield Fault(one["file_path"].lstrip("/"), one["file_line_range"][0], text)
    for policy in sorted(set(ACCEPTED) - {one["check_id"] for one in failed}):
        yield Fault("check/scanner.py", 0, f"{policy} is kept, so it need not be accepted")

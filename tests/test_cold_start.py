"""Imports are the cold start: what `import function_app` may not pull in."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
KEPT_OUT = (
    "openai",
    "google",
    "azure.cosmos",
    "azure.data.tables",
    "azure.identity",
    "azure.keyvault",
    "azure.core",
    "aiohttp",
    "argon2",
    "jwt",
    "cryptography",
    "email_validator",
    "sqlite3",
    "shared.config",
    "shared.providers",
    "shared.storage",
    "shared.wiring",
)


def test_importing_the_app_pulls_in_no_vendor_and_nothing_heavy() -> None:
    code = "import json, sys, function_app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    assert [one for one in loaded if any(one == name or one.startswith(name + ".") for name in KEPT_OUT)] == []
    assert "azure.functions" in loaded

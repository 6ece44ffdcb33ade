"""Stands in for the Azure CLI: keeps secrets as files, notes every call, and answers what the deployment scripts ask."""

import os
import sys
from itertools import pairwise
from pathlib import Path

HOME = Path(os.environ["STAND_IN_HOME"])
OUTPUTS = {
    "VIGOR_VAULT_NAME": "kv-vigor-x",
    "VIGOR_API_NAME": "func-vigor-x",
    "VIGOR_WEB_NAME": "stapp-vigor-x",
    "VIGOR_WEB_ADDRESS": "https://vigor.example",
    "VIGOR_SMOKE_ADDRESS": "https://vigor.example",
}


def main(asked: list[str]) -> int:
    with (HOME / "calls").open("a") as calls:
        calls.write(" ".join(asked) + "\n")
    options = {name: value for name, value in pairwise(asked) if name.startswith("--")}
    secrets = HOME / "secrets"
    match asked[:3]:
        case ["keyvault", "secret", "list"]:
            refusals = HOME / "refusals"
            if refusals.exists():
                refusals.unlink()
                sys.stderr.write("Forbidden\n")
                return 1
            answer = "\n".join(sorted(path.name for path in secrets.iterdir()))
        case ["keyvault", "secret", "set"]:
            (secrets / options["--name"]).write_text(Path(options["--file"]).read_text())
            answer = ""
        case ["keyvault", "secret", "show"]:
            answer = (secrets / options["--name"]).read_text()
        case ["group", "exists", _]:
            answer = str((HOME / "group").exists()).lower()
        case ["group", "create", _]:
            (HOME / "group").touch()
            answer = ""
        case ["deployment", "group", "create"]:
            (HOME / "budget").write_text(os.environ["VIGOR_BUDGET_START"])
            answer = ""
        case ["deployment", "group", "show"]:
            answer = OUTPUTS[options["--query"].split(".")[2]]
        case ["functionapp", "deployment", "source"] if (HOME / "upload-refused").exists():
            (HOME / "upload-refused").unlink()
            return 1
        case ["rest", *_]:
            answer = f"{(HOME / 'budget').read_text()}T00:00:00Z" if (HOME / "budget").exists() else ""
        case _:
            answer = "answer"
    sys.stdout.write(answer + "\n" if answer else "")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

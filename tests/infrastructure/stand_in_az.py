"""Stands in for the Azure CLI: keeps secrets as files, notes every call, and answers what the deployment scripts ask."""

import json
import os
import re
import sys
from itertools import pairwise
from pathlib import Path

HOME = Path(os.environ.get("STAND_IN_HOME", "."))
MAIN = Path(__file__).parents[2] / "infrastructure" / "main.bicep"
VALUES = {
    "vigor_vault_name": "kv-vigor-x",
    "vigor_api_name": "func-vigor-x",
    "vigor_web_name": "stapp-vigor-x",
    "vigor_web_address": "https://vigor.example",
    "vigor_api_address": "https://vigor.example",
}


def as_azure_names_it(output: str) -> str:
    """A name as Azure answers with it: capitals at its beginning are made small, but for the last of them."""
    capitals = re.match("[A-Z]+(?![a-z])", output)
    return output if capitals is None else capitals[0][:-1].lower() + output[len(capitals[0]) - 1 :]


def outputs(home: Path) -> dict[str, str]:
    """What a deployment of main.bicep gives back; with a file `apart` in `home`, the API has an address of its own."""
    declared = re.findall(r"^output (\w+)", MAIN.read_text("utf-8"), re.MULTILINE)
    values = VALUES | ({"vigor_api_address": "https://func-vigor-x.example"} if (home / "apart").exists() else {})
    return {as_azure_names_it(name): values.get(name.lower(), "a value") for name in declared}


def main(asked: list[str]) -> int:
    with (HOME / "calls").open("a") as calls:
        calls.write(" ".join(asked) + "\n")
    refused = refusal(asked)
    if refused is not None:
        sys.stderr.write(refused)
        return 1
    answer = answer_to(asked, {name: value for name, value in pairwise(asked) if name.startswith("--")})
    sys.stdout.write(answer + "\n" if answer else "")
    return 0


def refusal(asked: list[str]) -> str | None:
    """Why a call is refused; what a test put there for once is taken away."""
    match asked[:3]:
        case ["keyvault", "secret", "list"]:
            return taken(HOME / "refusals")
        case ["functionapp", "deployment", "source"]:
            return taken(HOME / "upload-refused")
        case ["deployment", "group", "create"]:
            return taken(HOME / "deployment-refused")
        case ["account", "show", *_] if (HOME / "signed-out").exists():
            return "Please run 'az login' to setup account.\n"
        case ["ad", "signed-in-user", "show"] if (HOME / "pipeline").exists():
            return "/me request is only valid with delegated authentication flow.\n"
    return None


def taken(file: Path) -> str | None:
    if not file.exists():
        return None
    text = file.read_text()
    file.unlink()
    return text


def answer_to(asked: list[str], options: dict[str, str]) -> str:
    secrets, answer = HOME / "secrets", ""
    match asked[:3]:
        case ["keyvault", "secret", "list"]:
            answer = "\n".join(sorted(path.name for path in secrets.iterdir()))
        case ["keyvault", "secret", "set"]:
            (secrets / options["--name"]).write_text(Path(options["--file"]).read_text())
        case ["keyvault", "secret", "show"]:
            answer = (secrets / options["--name"]).read_text()
        case ["group", "exists", _]:
            answer = str((HOME / "group").exists()).lower()
        case ["group", "create", _]:
            (HOME / "group").touch()
        case ["deployment", "group", "create"]:
            (HOME / "budget").write_text(os.environ["VIGOR_BUDGET_START"])
            chosen = {name: os.environ[name] for name in ("VIGOR_STORE", "VIGOR_WEB_BACKEND") if name in os.environ}
            (HOME / "chosen").write_text(json.dumps(chosen))
        case ["deployment", "group", "list"]:
            wanted = re.search(r"\.outputs\.(\w+)\.value$", options["--query"])
            answer = outputs(HOME).get(wanted[1], "") if wanted and (HOME / "group").exists() else ""
        case ["account", "show", *_]:
            answer = f"1234\nPay as you go\n{'servicePrincipal' if (HOME / 'pipeline').exists() else 'user'}"
        case ["functionapp", "list-flexconsumption-locations", _]:
            answer = "westeurope" if "'westeurope'" in options["--query"] else ""
        case ["rest", *_] if (HOME / "budget").exists():
            answer = f"{(HOME / 'budget').read_text()}T00:00:00Z"
        case ["staticwebapp", "environment", verb]:
            answer = preview(verb, options)
        case ["staticwebapp", "secrets", "list"] | ["ad", "signed-in-user", "show"]:
            answer = "answer"
    return answer


def preview(verb: str, options: dict[str, str]) -> str:
    if verb == "show":
        return f"stapp-{options['--environment-name']}.example"
    there = (HOME / "previews").read_text().split()
    return next((one for one in there if f"'{one}'" in options.get("--query", "")), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

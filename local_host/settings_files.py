"""Reads host.json and local.settings.json, as Core Tools would."""

import json
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from local_host.errors import CannotStart


def route_prefix(folder: Path) -> str:
    """What stands before every route; `api` unless host.json says otherwise."""
    prefix = _http(folder).get("routePrefix", "api")
    if not isinstance(prefix, str):
        raise CannotStart("host.json: extensions.http.routePrefix must be text.")
    return prefix.strip("/")


def custom_headers(folder: Path) -> dict[str, str]:
    """Headers that the host adds to every answer of its own and of functions, where the answer does not have them."""
    headers = _http(folder).get("customHeaders", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise CannotStart("host.json: extensions.http.customHeaders must be an object of texts.")
    return headers


def apply_local_settings(folder: Path, environ: MutableMapping[str, str]) -> None:
    """Add the `Values` of local.settings.json to `environ`; what is set already stays."""
    settings = _read(folder / "local.settings.json")
    if settings.get("IsEncrypted"):
        raise CannotStart("local.settings.json is encrypted; decrypt it with Core Tools first.")
    for name, value in settings.get("Values", {}).items():
        if not isinstance(value, str):
            raise CannotStart(f"local.settings.json: the value of {name} must be text, in quotation marks.")
        environ.setdefault(name, value)
    environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")


def cors_origins(folder: Path) -> list[str]:
    """`Host.CORS` of local.settings.json: the origins that may call, with commas between them."""
    given = _read(folder / "local.settings.json").get("Host", {}).get("CORS", "")
    if not isinstance(given, str):
        raise CannotStart("local.settings.json: Host.CORS must be text, origins with commas between them.")
    return [origin.strip() for origin in given.split(",") if origin.strip()]


def _http(folder: Path) -> dict[str, Any]:
    http: dict[str, Any] = _read(folder / "host.json").get("extensions", {}).get("http", {})
    return http


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except ValueError as broken:
        raise CannotStart(f"{file.name} is not JSON: {broken}.") from broken
    if not isinstance(content, dict):
        raise CannotStart(f"{file.name} must hold a JSON object.")
    return content

"""The OpenAPI 3.1 document, written from what the endpoints declare, and the same as a page for people."""

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared import errors
from shared.operations import OPERATIONS, Operation
from shared.problems import MEDIA_TYPE, Problem

TITLE = "Vigor API"
VERSION = "1"
_REF = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class DocsPage:
    """The page, and the hash that its style sheet is allowed by."""

    html: bytes
    style_sha256: str


@cache
def openapi_json() -> bytes:
    """The document as JSON."""
    return json.dumps(openapi_document(), indent=1, ensure_ascii=False).encode()


def openapi_document() -> dict[str, Any]:
    """The document: every route, body, answer and error of `OPERATIONS`."""
    refs, definitions = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in sorted(OPERATIONS.values(), key=lambda one: (one.route, one.method)):
        paths.setdefault(f"/api/{operation.route}", {})[operation.method.lower()] = _operation(operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "summary": "An AI fitness coach that checks what it plans."},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "accessToken": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Vigor-Authorization",
                    "description": "Bearer and the access token; Authorization: Bearer does as well",
                }
            },
        },
    }


def _schemas() -> tuple[Mapping[Any, Any], dict[str, Any]]:
    """Where each body's schema stands, and all of them by name."""
    wanted: dict[tuple[type[BaseModel], str], None] = {(Problem, "serialization"): None}
    for operation in OPERATIONS.values():
        if operation.takes not in {None, bytes}:
            wanted[(operation.takes, "validation")] = None  # type: ignore[index]
        if operation.gives is not None:
            wanted[(operation.gives, "serialization")] = None
    refs, schema = models_json_schema(list(wanted), ref_template=_REF)  # type: ignore[arg-type]
    return refs, schema["$defs"]


def _operation(operation: Operation, refs: Mapping[Any, Any]) -> dict[str, Any]:
    summary, _, description = operation.summary.partition("\n\n")
    document: dict[str, Any] = {
        "operationId": operation.name,
        "summary": " ".join(summary.split()),
        "x-access": operation.access,
        "responses": _responses(operation, refs),
    }
    if description:
        document["description"] = " ".join(description.split())
    if parameters := _parameters(operation):
        document["parameters"] = parameters
    if operation.takes is not None:
        document["requestBody"] = _request_body(operation, refs)
    document["security"] = [] if operation.access == "public" else [{"accessToken": []}]
    return document


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
        for name in operation.path_names
    ]
    if operation.query is not None:
        schema = operation.query.model_json_schema()
        for name, field in schema["properties"].items():
            parameters.append({"name": name, "in": "query", "required": False, "schema": _without_null(field)})
    for header, wanted, what in (
        ("If-Match", operation.edits, "the ETag that was read; another one now is a 412"),
        ("Idempotency-Key", operation.keyed, "makes repeating the request safe for 24 hours"),
    ):
        if wanted:
            schema = {"type": "string"}
            if header == "Idempotency-Key":
                schema |= {"minLength": 8, "maxLength": 255, "pattern": "^[!-~]+$"}
            parameters.append(
                {"name": header, "in": "header", "required": False, "schema": schema, "description": what}
            )
    return parameters


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is absent rather than null."""
    options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"} or value is not None}
    if len(options) == 1:
        rest.pop("anyOf", None)
        return {**rest, **options[0]}
    return rest


def _request_body(operation: Operation, refs: Mapping[Any, Any]) -> dict[str, Any]:
    if operation.takes is bytes:
        content = {media: {"schema": {"type": "string"}} for media in operation.media_types}
    else:
        content = {media: {"schema": refs[(operation.takes, "validation")]} for media in operation.media_types}
    return {"required": operation.body_required, "content": content}


def _responses(operation: Operation, refs: Mapping[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {}
    for status, what in {operation.status: "Done.", **operation.also}.items():
        answer: dict[str, Any] = {"description": what}
        if operation.gives is not None and status != 204:
            files = {media: {"schema": {"type": "string"}} for media in operation.files}
            answer["content"] = {"application/json": {"schema": refs[(operation.gives, "serialization")]}, **files}
        elif status != 204:
            answer["content"] = {"application/json": {"schema": {}}, "text/html": {"schema": {"type": "string"}}}
        good[str(status)] = answer
    problem = {MEDIA_TYPE: {"schema": refs[(Problem, "serialization")]}}
    bad = {str(status): {"description": what, "content": problem} for status, what in _problems(operation).items()}
    return good | dict(sorted(bad.items()))


def _problems(operation: Operation) -> dict[int, str]:
    """Every error status that the operation may answer, with the codes behind it."""
    possible: list[type[errors.VigorError]] = [*operation.raises, errors.Unavailable, errors.VigorError]
    if operation.access != "public":
        possible.append(errors.NotSignedIn)
    if operation.access in {"admin", "fresh_admin"} or operation.takes_health_data:
        possible.append(errors.NotAllowed)
    if operation.access == "fresh_admin":
        possible.append(errors.StepUpRequired)
    if operation.takes is not None:
        possible += [errors.UnreadableBody, errors.BodyTooLarge, errors.WrongMediaType, errors.InvalidFields]
    if operation.query is not None or operation.keyed:
        possible.append(errors.InvalidFields)
    if operation.edits:
        possible.append(errors.StaleVersion)
    if operation.path_names:
        possible.append(errors.NotFound)
    by_status: dict[int, list[str]] = {}
    for error in possible:
        codes = by_status.setdefault(error.status, [])
        if error.code not in codes:
            codes.append(error.code)
    return {status: f"Problem: {', '.join(codes)}." for status, codes in by_status.items()}


_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
details{border:1px solid #8884;border-radius:.5rem;margin:.5rem 0;padding:.5rem 1rem}summary{cursor:pointer}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{overflow:auto}b{display:inline-block;min-width:4.5rem}
"""


@cache
def docs_page() -> DocsPage:
    """The document for people: every operation folded, its body and answers as schemas."""
    document = openapi_document()
    parts = [
        f"<details><summary><b>{method.upper()}</b> <code>{html.escape(path)}</code> – {html.escape(one['summary'])}"
        f"</summary><pre>{html.escape(json.dumps(one, indent=2, ensure_ascii=False))}</pre></details>"
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    schemas = [
        f"<details id='{html.escape(name)}'><summary><code>{html.escape(name)}</code></summary>"
        f"<pre>{html.escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre></details>"
        for name, schema in sorted(document["components"]["schemas"].items())
    ]
    page = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{TITLE}</title><style>{_STYLE}</style></head><body><h1>{TITLE}</h1>"
        f"<p>The same as JSON: <a href='openapi.json'>openapi.json</a></p><h2>Operations</h2>{''.join(parts)}"
        f"<h2>Shapes</h2>{''.join(schemas)}</body></html>"
    )
    return DocsPage(page.encode(), base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode())

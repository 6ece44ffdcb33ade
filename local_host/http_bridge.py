"""Carries a request to a function and its result back, losing and changing exactly what the real host does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote

import azure.functions as func
from aiohttp import web
from azure.functions.http import HttpRequest, HttpResponseConverter
from multidict import CIMultiDict, CIMultiDictProxy

_SET_BY_SERVER = frozenset({"content-length", "transfer-encoding", "connection", "keep-alive"})


class UnreadableRequest(Exception):
    """The request cannot be handed over; the real host's web server answers 400 by itself."""


def to_function(
    request: web.BaseRequest, *, body: bytes, route_params: Mapping[str, str], headers: Mapping[str, str]
) -> func.HttpRequest:
    """The request as the worker sees it; `headers` are those of `worker_headers`."""
    return HttpRequest(
        method=request.method,
        url=f"{request.scheme}://{request.host}{request.rel_url.raw_path}{_query_suffix(request)}",
        headers=headers,
        params=_params(request.rel_url.raw_query_string),
        route_params=dict(route_params),
        body_type="bytes",
        body=body,
    )


def worker_headers(given: CIMultiDictProxy[str]) -> dict[str, str]:
    """Names in lower case, several values joined by commas; raises `UnreadableRequest` for bytes that are not UTF-8."""
    headers: dict[str, str] = {}
    for name, value in given.items():
        lowered = name.lower()
        headers[lowered] = f"{headers[lowered]},{value}" if lowered in headers else value
    if not all(value.isascii() or _is_text(value) for value in headers.values()):
        raise UnreadableRequest
    return headers


def to_response(result: object) -> web.Response:
    """The answer to what a function returned; raises `TypeError` for None and whatever else is no answer."""
    try:
        datum = HttpResponseConverter.encode(result, expected_type=None)
    except NotImplementedError as refused:
        raise TypeError(f"an HTTP function must return HttpResponse or str, not {type(result).__name__}") from refused
    if datum.type == "string":
        return web.Response(text=datum.value)
    answer = datum.value
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in answer["headers"].items():
        if name.lower() not in _SET_BY_SERVER:
            headers[name] = str(value.value)
    for jar in answer["cookies"] or []:
        for cookie in _cookies(jar):
            headers.add("Set-Cookie", cookie)
    return web.Response(body=answer["body"].value, status=int(answer["status_code"].value), headers=headers)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _query_suffix(request: web.BaseRequest) -> str:
    query = request.rel_url.raw_query_string
    return f"?{query}" if query else ""


def _params(query: str) -> dict[str, str]:
    """Keys regardless of case under their first spelling, repeated values joined by commas, empty values dropped."""
    params: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for key, value in parse_qsl(query) if query else ():
        name = spelling.setdefault(key.lower(), key)
        params[name] = f"{params[name]},{value}" if name in params else value
    return params


def _cookies(jar: "SimpleCookie") -> list[str]:
    return [_cookie(morsel) for morsel in jar.values()]


def _cookie(morsel: "Morsel[Any]") -> str:
    """The cookie as the host writes it anew: value escaped, attributes in lower case and in its own order."""
    parts = [f"{morsel.key}={quote(morsel.value, safe='')}"]
    if morsel["expires"]:
        moment = datetime.strptime(morsel["expires"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        parts.append(moment.strftime("expires=%a, %d %b %Y %H:%M:%S GMT"))
    if morsel["max-age"] != "":
        parts.append(f"max-age={int(float(morsel['max-age']))}")
    parts += [f"{name}={morsel[name]}" for name in ("domain", "path") if morsel[name]]
    if morsel["secure"]:
        parts.append("secure")
    if morsel["samesite"].lower() in {"lax", "strict", "none"}:
        parts.append(f"samesite={morsel['samesite'].lower()}")
    if morsel["httponly"]:
        parts.append("httponly")
    return "; ".join(parts)

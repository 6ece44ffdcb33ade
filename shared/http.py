"""@endpoint: who may call, what comes in, what goes out, how it fails; the OpenAPI document is read off the same words.

An endpoint is an async function whose parameters say what it needs: the body (the type given as `takes`), the query
(`query`), the caller (a type of `shared.auth.callers`), `App`, `Call`, and the route's `{names}`.
"""

import inspect
import json
import re
import time
import uuid
from asyncio import Task, create_task, shield
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import azure.functions as func
from pydantic import BaseModel, ValidationError

from shared import errors
from shared.app import App
from shared.auth.access_tokens import AccessGrant
from shared.auth.callers import ACCESS, Access, Admin, Anyone, Arriving, Caller, FreshAdmin, Member
from shared.operations import BODY_LIMIT, JSON, NO_STORE, OPERATIONS, Answer, Call, File, Operation
from shared.problems import MEDIA_TYPE, invalid_fields, problem_of
from shared.request_log import log_bug, log_request
from shared.strict_json import read_json

_READABLE = "ETag, Retry-After, X-Correlation-ID, X-Vigor-Safety, Idempotent-Replayed"
"""What scripts of another origin may read where the platform lets it call; Azure's own CORS has no setting for it."""
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}")

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Any]])


def blueprint() -> func.Blueprint:
    """What the functions of one capability are registered on."""
    return func.Blueprint()  # type: ignore[no-untyped-call]


def endpoint(
    blueprint: func.Blueprint,
    method: str,
    route: str,
    *,
    takes: type[BaseModel] | type[bytes] | None = None,
    gives: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
    also: Mapping[int, str] | None = None,
    raises: Sequence[type[errors.VigorError]] = (),
    name: str | None = None,
    body_limit: int = BODY_LIMIT,
    media_types: Sequence[str] = (JSON,),
    files: Sequence[str] = (),
    body_required: bool = True,
    keyed: bool = False,
    edits: bool = False,
    cache: str = NO_STORE,
) -> Callable[[Handler], Handler]:
    """Register an async function as the HTTP-triggered function `name` (its own name in CamelCase by default).

    `raises` lists the errors it may answer beyond those every endpoint shares; `also` further good statuses; `files` the
    media types of a `File` it may answer instead of JSON; `keyed` honours `Idempotency-Key`; `edits` honours `If-Match`.
    """

    def register(handler: Handler) -> Handler:
        needs, access = _needs(handler, takes=takes, query=query, route=route)
        operation = Operation(
            name=name or "".join(part.title() for part in handler.__name__.split("_")),
            method=method,
            route=route,
            summary=inspect.getdoc(handler) or "",
            access=access,
            takes=takes,
            gives=gives,
            query=query,
            status=status,
            also=also or {},
            raises=tuple(raises),
            body_limit=body_limit,
            media_types=tuple(media_types),
            files=tuple(files),
            body_required=body_required,
            path_names=tuple(re.findall(r"{(\w+)}", route)),
            keyed=keyed,
            edits=edits,
            cache=cache,
        )
        OPERATIONS[operation.name] = operation

        async def handle(req: func.HttpRequest) -> func.HttpResponse:
            return await _serve(req, operation, handler, needs)

        decorated = blueprint.route(route=route, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(handle)
        blueprint.function_name(name=operation.name)(decorated)
        return handler

    return register


def _needs(
    handler: Callable[..., Any], *, takes: type | None, query: type | None, route: str
) -> tuple[dict[str, type | str], Access]:
    """What each parameter is to be filled with; a start-up failure where that cannot be told."""
    needs: dict[str, type | str] = {}
    access: Access | None = None
    for parameter in inspect.signature(handler).parameters.values():
        kind = parameter.annotation
        if kind in ACCESS:
            access = ACCESS[kind]
            needs[parameter.name] = kind
        elif kind in {App, Call}:
            needs[parameter.name] = kind
        elif takes is not None and kind is takes:
            needs[parameter.name] = "body"
        elif query is not None and kind is query:
            needs[parameter.name] = "query"
        elif "{" + parameter.name + "}" in route:
            needs[parameter.name] = "path"
        else:
            raise TypeError(f"{handler.__name__}: cannot tell what to fill {parameter.name!r} with")
    if access is None:
        raise TypeError(f"{handler.__name__}: no parameter says who may call")
    return needs, access


async def _serve(
    req: func.HttpRequest, operation: Operation, handler: Callable[..., Awaitable[Any]], needs: Mapping[str, type | str]
) -> func.HttpResponse:
    """One request from bytes to bytes, with one log line, whatever happens."""
    from shared.storage.counting import counting  # noqa: PLC0415 - not at the cold start

    began = time.perf_counter()
    call = Call(req.headers, req.url, _correlation_id(req.headers))
    with counting() as count:
        try:
            response = await _answer(req, operation, handler, needs, call)
        except errors.VigorError as expected:
            response = _problem(expected, call)
        except Exception as bug:  # noqa: BLE001 - the last resort: a bug answers 500 and is logged, nothing more
            log_bug(bug, operation, call)
            response = _problem(errors.VigorError("It is our fault. Try again in a moment."), call)
    log_request(operation, response.status_code, began, count, call)
    return response


async def _answer(
    req: func.HttpRequest,
    operation: Operation,
    handler: Callable[..., Awaitable[Any]],
    needs: Mapping[str, type | str],
    call: Call,
) -> func.HttpResponse:
    app = await _app()
    arriving: Task[Member] | None = None
    caller: Caller = Anyone()
    try:
        if operation.access != "public":
            grant = app.sessions.verify(bearer(req.headers))
            arriving = create_task(_admitted(app, grant, operation))
            caller = Arriving(grant, lambda: shield(arriving)) if Arriving in needs.values() else await shield(arriving)
        given = _fill(req, operation, needs, call=call, app=app, caller=caller)
        if operation.keyed and (key := req.headers.get("idempotency-key")):
            return await _run_once(key, req, operation, handler, given, call=call, app=app, arriving=arriving)
        answer = await handler(**given)
        if arriving is not None:
            await arriving
    except Exception as failure:
        if arriving is not None:
            try:
                await arriving  # a caller who may not come in hears that, and not what went wrong behind the door
            except Exception as turned_away:
                raise _ours(turned_away) from turned_away
        raise _ours(failure) from failure
    return _render(answer, operation, call)


async def _app() -> App:
    from shared import wiring  # noqa: PLC0415 - the parts are imported by the first request, not by the cold start

    try:
        return await wiring.current()
    except Exception as away:
        raise _ours(away) from away


def _fill(
    req: func.HttpRequest,
    operation: Operation,
    needs: Mapping[str, type | str],
    *,
    call: Call,
    app: App,
    caller: Caller,
) -> dict[str, Any]:
    """Every parameter of the handler; raises what is wrong with the body or the query."""
    given: dict[str, Any] = {}
    for parameter, need in needs.items():
        if need is App:
            given[parameter] = app
        elif need is Call:
            given[parameter] = call
        elif need == "path":
            given[parameter] = req.route_params.get(parameter) or ""
        elif need == "query":
            given[parameter] = _query(req, operation.query)
        elif need == "body":
            given[parameter] = _body(req, operation)
        else:
            given[parameter] = caller
    return given


async def _admitted(app: App, grant: AccessGrant, operation: Operation) -> Member:
    """The caller as their account says today; raises `NotSignedIn`, `NotAllowed` or `StepUpRequired`."""
    account = await app.sessions.admit(grant)
    if operation.takes_health_data and account.consent is None:
        raise errors.NotAllowed("Agree to the terms and to the use of your health data first: POST /api/me/consent.")
    if operation.access == "member":
        return Member(account, grant)
    if account.role != "admin":
        raise errors.NotAllowed("Only administrators can do this.")
    if operation.access == "admin":
        return Admin(account, grant)
    if not app.sessions.is_fresh(grant):
        raise errors.StepUpRequired("Changes by administrators need a recent sign-in; sign in again and repeat it.")
    return FreshAdmin(account, grant)


def bearer(headers: Mapping[str, str]) -> str:
    """The bearer value of our own header, or of `Authorization`, which a Static Web App may overwrite."""
    value = headers.get("x-vigor-authorization", headers.get("authorization", ""))
    scheme, _, credential = value.partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise errors.NotSignedIn("Send your access token as X-Vigor-Authorization: Bearer ….")
    return credential.strip(" ")


def _query(req: func.HttpRequest, shape: type[BaseModel] | None) -> BaseModel | None:
    if shape is None:
        return None
    try:
        return shape.model_validate(dict(req.params))
    except ValidationError as rejected:
        raise invalid_fields(rejected) from rejected


def _body(req: func.HttpRequest, operation: Operation) -> Any:
    declared = req.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > operation.body_limit:
        raise _too_large(operation)
    body = req.get_body() or b""
    if len(body) > operation.body_limit:
        raise _too_large(operation)
    if not body and not operation.body_required and operation.takes is not bytes:
        body = b"{}"
    elif body or operation.takes is bytes:
        if req.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
            raise errors.WrongMediaType("Send the body as it is, not compressed.")
        media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in operation.media_types:
            raise errors.WrongMediaType(f"Send {' or '.join(operation.media_types)}, and say so in Content-Type.")
    if operation.takes is bytes:
        return body
    read_json(body)
    assert operation.takes is not None and issubclass(operation.takes, BaseModel)  # noqa: S101
    try:
        return operation.takes.model_validate_json(body, strict=True)
    except ValidationError as rejected:
        raise invalid_fields(rejected) from rejected


def _too_large(operation: Operation) -> errors.BodyTooLarge:
    return errors.BodyTooLarge(f"The body may have at most {operation.body_limit // 1024} KiB here.")


async def _run_once(
    key: str,
    req: func.HttpRequest,
    operation: Operation,
    handler: Callable[..., Awaitable[Any]],
    given: dict[str, Any],
    *,
    call: Call,
    app: App,
    arriving: Task[Member] | None,
) -> func.HttpResponse:
    """Run the handler under the caller's `Idempotency-Key`: at most once, and the same answer again."""
    assert arriving is not None  # noqa: S101 - keyed endpoints are never public
    member = await arriving
    body, is_file = req.get_body() or b"", operation.takes is bytes
    call.once = await app.once.claim(member.id, operation.name, key, body=body, query=req.params, is_file=is_file)
    if (kept := call.once.kept) is not None:
        return _respond(kept.status, kept.body.encode(), call, {"Idempotent-Replayed": "true"}, cache=NO_STORE)
    try:
        response = _render(await handler(**given), operation, call)
    except BaseException:
        await call.once.abandon()
        raise
    await call.once.finish(response.status_code, response.get_body().decode())
    return response


def _render(answer: Any, operation: Operation, call: Call) -> func.HttpResponse:
    whole = answer if isinstance(answer, Answer) else Answer(answer)
    headers = dict(whole.headers)
    if whole.etag is not None:
        headers["ETag"] = f'"{whole.etag}"'
    status = whole.status or operation.status
    if isinstance(whole.body, File):
        return _respond(
            status, whole.body.content, call, headers, cache=operation.cache, media_type=whole.body.media_type
        )
    body = b"" if whole.body is None else whole.body.model_dump_json().encode()
    response = _respond(status, body, call, headers, cache=operation.cache)
    for cookie in whole.cookies:
        response.headers.add("Set-Cookie", cookie)
    return response


def _respond(
    status: int, body: bytes, call: Call, headers: Mapping[str, str], *, cache: str, media_type: str = JSON
) -> func.HttpResponse:
    common = {
        "X-Correlation-ID": call.correlation_id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": cache,
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Access-Control-Expose-Headers": _READABLE,
    }
    return func.HttpResponse(
        body,
        status_code=status,
        headers=common | dict(headers),
        mimetype=f"{JSON}; charset=utf-8" if media_type == JSON else media_type,  # the library adds it to text only
        charset="utf-8",
    )


def _problem(error: errors.VigorError, call: Call) -> func.HttpResponse:
    call.problem = error.code
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else {}
    if error.status == errors.NotSignedIn.status:
        headers["WWW-Authenticate"] = "Bearer"
    body = json.dumps(problem_of(error, correlation_id=call.correlation_id), ensure_ascii=False).encode()
    return _respond(error.status, body, call, headers, cache=NO_STORE, media_type=MEDIA_TYPE)


def _ours(failure: Exception) -> Exception:
    """Storage's errors as a caller should hear them; everything else as it is."""
    from shared.storage import store as storage  # noqa: PLC0415 - not at the cold start

    match failure:
        case storage.StoreUnavailable():
            return errors.Unavailable(
                "Your data cannot be reached just now. Nothing was lost; try again shortly.",
                retry_after_s=max(1, round(failure.retry_after_s)),
            )
        case storage.DocumentTooLarge():
            return errors.BodyTooLarge("That is more than one document can hold; split it.")
        case storage.InvalidCursor():
            return errors.InvalidFields("The cursor is not one of ours; start again without it.")
        case storage.InvalidKey() | storage.DocumentMissing():
            return errors.NotFound("There is nothing under that id.")
        case storage.StaleDocument():
            return errors.StaleVersion("It has changed since you read it; read it again and repeat your change.")
        case _:
            return failure


def _correlation_id(headers: Mapping[str, str]) -> str:
    given = headers.get("x-correlation-id", "")
    return given if _CORRELATION.fullmatch(given) else uuid.uuid4().hex

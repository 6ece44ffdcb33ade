"""Finds the FunctionApp, reads its functions once, and refuses at the start what the real host would refuse later."""

import importlib
import inspect
import re
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import ModuleType
from typing import Any

import azure.functions as func
from azure.functions.decorators.function_app import Function, FunctionRegister

from local_host.errors import CannotStart
from local_host.routes import Literal, RouteTemplate, parse_route

_NAME = re.compile(r"(?!host$)[a-z][a-z0-9_\-]{0,127}", re.IGNORECASE)
_BUILT_IN = ("admin", "runtime")


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """A function behind a route; `methods` is None where any method will do."""

    name: str
    call: Callable[..., Any]
    parameter: str
    is_async: bool
    wants_context: bool
    route: RouteTemplate
    methods: frozenset[str] | None

    def match(self, method: str, path: Sequence[str]) -> dict[str, str] | None:
        """The route values where this function takes a request, or None; see `RouteTemplate.match`."""
        return self.route.match(path) if self.methods is None or method in self.methods else None


@dataclass(frozen=True, slots=True)
class TimerFunction:
    """A function on a schedule, which is NCRONTAB of six fields (or five, without seconds)."""

    name: str
    call: Callable[..., Any]
    parameter: str
    is_async: bool
    wants_context: bool
    schedule: str
    runs_on_startup: bool
    is_monitored: bool


@dataclass(frozen=True, slots=True)
class AppIndex:
    """Every function of an app, in the order in which the host tries their routes."""

    http: tuple[HttpFunction, ...]
    timers: tuple[TimerFunction, ...]


class Router:
    """Finds the first function, in the host's order, that takes a request.

    Functions are kept by the word after the prefix, so that a request is held against few of them; one whose route
    has a parameter there is kept under every word. The order within is never changed.
    """

    def __init__(self, functions: Sequence[HttpFunction], *, route_prefix: str) -> None:
        self._position = len([part for part in route_prefix.split("/") if part])
        words = {word for function in functions if (word := self._word(function)) is not None}
        self._unbound = [function for function in functions if self._word(function) is None]
        self._by_word = {word: [each for each in functions if self._word(each) in {word, None}] for word in words}

    def find(self, method: str, path: Sequence[str]) -> tuple[HttpFunction, dict[str, str]] | None:
        """The function and its route values, for a path as `split_path` gives it."""
        word = path[self._position].lower() if self._position < len(path) else ""
        for function in self._by_word.get(word, self._unbound):
            if (values := function.match(method, path)) is not None:
                return function, values
        return None

    def _word(self, function: HttpFunction) -> str | None:
        segments = function.route.segments[self._position :]
        return segments[0].folded if segments and isinstance(segments[0], Literal) else None


def load_app(module_name: str) -> FunctionRegister:
    """Import `module_name` and return its one FunctionApp; raises `CannotStart` where there is none, or another."""
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name != module_name:
            raise
        raise CannotStart(f"There is no module {module_name!r} here; start from the folder that holds it.") from missing
    return only_app(module)


def only_app(module: ModuleType) -> FunctionRegister:
    """The worker's own rule: exactly one name of the module may hold a FunctionApp."""
    found = {name: value for name, value in vars(module).items() if isinstance(value, FunctionRegister)}
    if not found:
        raise CannotStart(f"Module {module.__name__!r} defines no FunctionApp.")
    if len(found) > 1:
        names = ", ".join(sorted(found))
        raise CannotStart(f"Module {module.__name__!r} defines more than one FunctionApp ({names}).")
    return next(iter(found.values()))


def index_app(app: FunctionRegister, *, route_prefix: str) -> AppIndex:
    """Read `app` once; raises `CannotStart` with a sentence that names the function the real host would refuse."""
    try:
        functions = app.get_functions()
    except ValueError as refused:
        raise CannotStart(str(refused)) from refused
    http: list[HttpFunction] = []
    timers: list[TimerFunction] = []
    for function in functions:
        indexed = _indexed(function, route_prefix=route_prefix)
        if isinstance(indexed, HttpFunction):
            http.append(indexed)
        else:
            timers.append(indexed)
    _refuse_shared_names([*http, *timers])
    http.sort(key=lambda each: each.name.upper())
    _refuse_shared_routes(http)
    return AppIndex(tuple(http), tuple(sorted(timers, key=lambda each: each.name.upper())))


def _indexed(function: Function, *, route_prefix: str) -> HttpFunction | TimerFunction:
    name = function.get_function_name() or ""
    if not _NAME.fullmatch(name):
        raise CannotStart(f"Function {name!r}: this is not a valid function name.")
    call = function.get_user_function()
    bindings = [binding.get_dict_repr() for binding in function.get_bindings()]
    trigger = (function.get_trigger() or _no_trigger(name)).get_dict_repr()
    kind = trigger["type"]
    if kind not in {"httpTrigger", "timerTrigger"}:
        raise CannotStart(f"Function {name!r}: the local host serves HTTP and timers, not {kind}.")
    others = [each["type"] for each in bindings if each["type"] not in {kind, "http"}]
    if others:
        raise CannotStart(f"Function {name!r}: the local host does not serve the binding {others[0]}.")
    wants_context = _check_signature(name, call, trigger["name"], is_http=kind == "httpTrigger")
    is_async = inspect.iscoroutinefunction(call)
    if kind == "timerTrigger":
        return TimerFunction(
            name=name,
            call=call,
            parameter=trigger["name"],
            is_async=is_async,
            wants_context=wants_context,
            schedule=trigger["schedule"],
            runs_on_startup=bool(trigger.get("runOnStartup")),
            is_monitored=trigger.get("useMonitor") is not False,
        )
    methods = trigger.get("methods")
    return HttpFunction(
        name=name,
        call=call,
        parameter=trigger["name"],
        is_async=is_async,
        wants_context=wants_context,
        route=_route(name, trigger.get("route") or name, prefix=route_prefix),
        methods=frozenset(str(getattr(method, "value", method)).upper() for method in methods) if methods else None,
    )


def _no_trigger(name: str) -> typing.NoReturn:
    raise CannotStart(f"Function {name!r} has no trigger.")


def _route(name: str, route: str, *, prefix: str) -> RouteTemplate:
    bare = route.strip("/")
    if bare.lower().startswith(_BUILT_IN):
        raise CannotStart(f"Function {name!r}: The specified route conflicts with one or more built in routes.")
    try:
        return parse_route("/".join(part for part in (prefix.strip("/"), bare) if part))
    except CannotStart as refused:
        raise CannotStart(f"Function {name!r}: {refused}") from refused


def _check_signature(name: str, call: Callable[..., Any], trigger_parameter: str, *, is_http: bool) -> bool:
    """Hold the Python signature against the bindings as the worker does; says whether `context` is wanted."""
    parameters = set(inspect.signature(call).parameters)
    try:
        hints = typing.get_type_hints(call)
    except NameError as unresolved:
        raise CannotStart(f"Function {name!r}: an annotation cannot be resolved: {unresolved}.") from unresolved
    wants_context = "context" in parameters - {trigger_parameter}
    if wants_context and getattr(hints.get("context", func.Context), "__name__", "") != "Context":
        raise CannotStart(f'Function {name!r}: the "context" parameter must be of type azure.functions.Context.')
    unbound = parameters - {trigger_parameter, "context"}
    if unbound:
        raise CannotStart(f"Function {name!r} has parameters that no binding fills: {', '.join(sorted(unbound))}.")
    if trigger_parameter not in parameters:
        raise CannotStart(f"Function {name!r} has no parameter {trigger_parameter!r} for its trigger.")
    wanted = func.HttpRequest if is_http else func.TimerRequest
    given = hints.get(trigger_parameter, wanted)
    if not (isinstance(given, type) and issubclass(given, wanted)):
        raise CannotStart(f"Function {name!r}: {trigger_parameter!r} must be annotated {wanted.__name__}.")
    returned = hints.get("return", func.HttpResponse)
    if is_http and not (isinstance(returned, type) and issubclass(returned, (func.HttpResponse, str))):
        raise CannotStart(f"Function {name!r}: its return annotation must be HttpResponse or str.")
    return wants_context


def _refuse_shared_names(functions: Sequence[HttpFunction | TimerFunction]) -> None:
    seen: dict[str, str] = {}
    for function in functions:
        folded = function.name.upper()
        if folded in seen:
            raise CannotStart(f"Functions {seen[folded]!r} and {function.name!r} differ only in case.")
        seen[folded] = function.name


def _refuse_shared_routes(functions: Sequence[HttpFunction]) -> None:
    for first, second in combinations(functions, 2):
        same_text = first.route.text.lower() == second.route.text.lower()
        if same_text and (first.methods is None or second.methods is None or first.methods & second.methods):
            raise CannotStart(
                f"Function {second.name!r}: The specified route conflicts with the route defined by function "
                f"'{first.name}'."
            )

"""What the real host would refuse later stops the local host at once, with the function named."""

from types import ModuleType
from typing import TYPE_CHECKING, Any

import azure.functions as func
import pytest

from local_host.app_index import AppIndex, Router, index_app, load_app, only_app
from local_host.errors import CannotStart
from local_host.routes import split_path

if TYPE_CHECKING:
    from decimal import Decimal


def anonymous() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


async def answer(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("answer")


def indexed(app: func.FunctionApp) -> AppIndex:
    return index_app(app, route_prefix="api")


def add(app: func.FunctionApp, name: str, route: str | None, methods: list[str] | None = None) -> None:
    app.function_name(name)(app.route(route=route, methods=methods)(answer))


def test_functions_stand_in_alphabetical_order_whatever_their_case() -> None:
    app = anonymous()
    for name in ("beta", "Alpha", "a_b", "AB", "gamma"):
        add(app, name, name.lower())
    assert [each.name for each in indexed(app).http] == ["AB", "Alpha", "a_b", "beta", "gamma"]


@pytest.mark.parametrize("route", ["admin/users", "/Administration/x", "runtimes", "admin"])
def test_a_route_that_begins_like_a_built_in_one_is_refused(route: str) -> None:
    app = anonymous()
    add(app, "Users", route)
    with pytest.raises(CannotStart, match=r"'Users': The specified route conflicts with one or more built in routes\."):
        indexed(app)


def test_a_function_without_a_route_is_judged_by_its_name() -> None:
    app = anonymous()
    add(app, "AdminTiers", None)
    with pytest.raises(CannotStart, match="'AdminTiers': The specified route conflicts"):
        indexed(app)


def test_a_function_may_be_named_admin_if_its_route_is_not() -> None:
    app = anonymous()
    add(app, "AdminTiers", "manage/tiers")
    assert indexed(app).http[0].route.text == "api/manage/tiers"


@pytest.mark.parametrize(("first", "second"), [(["GET"], ["GET", "PUT"]), (None, ["DELETE"]), (["GET"], None)])
def test_one_route_with_overlapping_methods_is_refused(first: list[str] | None, second: list[str] | None) -> None:
    app = anonymous()
    add(app, "One", "items/{id}", first)
    add(app, "Two", "Items/{id}", second)
    with pytest.raises(CannotStart, match=r"'Two': The specified route conflicts .* function 'One'\."):
        indexed(app)


def test_one_route_with_different_methods_is_fine() -> None:
    app = anonymous()
    add(app, "One", "items", ["GET"])
    add(app, "Two", "items", ["POST"])
    assert len(indexed(app).http) == 2


@pytest.mark.parametrize(("first", "second"), [("Same", "Same"), ("Same", "same")])
def test_two_functions_of_one_name_are_refused(first: str, second: str) -> None:
    app = anonymous()
    add(app, first, "one")
    add(app, second, "two")
    with pytest.raises(CannotStart, match=r"(?i)same"):
        indexed(app)


@pytest.mark.parametrize("name", ["1st", "host", "with space", "dots.are.out"])
def test_a_name_the_host_does_not_take_is_refused(name: str) -> None:
    app = anonymous()
    add(app, name, "x")
    with pytest.raises(CannotStart, match="not a valid function name"):
        indexed(app)


def _two_parameters(req: func.HttpRequest, other: str) -> func.HttpResponse:
    return func.HttpResponse(other)


def _wrong_context(req: func.HttpRequest, context: str) -> func.HttpResponse:
    return func.HttpResponse(context)


def _wrong_request(req: str) -> func.HttpResponse:
    return func.HttpResponse(req)


def _maybe_a_response(req: func.HttpRequest) -> func.HttpResponse | None:
    return None


def _unresolvable(req: func.HttpRequest, context: "Decimal") -> func.HttpResponse:
    return func.HttpResponse(str(context))


def _renamed(request: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("")


@pytest.mark.parametrize(
    ("function", "about"),
    [
        (_two_parameters, "other"),
        (_wrong_context, "context"),
        (_wrong_request, "HttpRequest"),
        (_maybe_a_response, "return annotation"),
        (_unresolvable, "Decimal"),
        (_renamed, "request"),
    ],
)
def test_a_signature_the_worker_cannot_load_is_refused(function: Any, about: str) -> None:
    app = anonymous()
    app.function_name("Odd")(app.route("odd", trigger_arg_name="req")(function))
    with pytest.raises(CannotStart, match=f"'Odd'.*{about}"):
        indexed(app)


def test_a_trigger_other_than_http_and_timer_is_refused() -> None:
    app = anonymous()

    @app.queue_trigger(arg_name="message", queue_name="q", connection="c")
    def from_queue(message: func.QueueMessage) -> None: ...

    with pytest.raises(CannotStart, match="'from_queue': the local host serves HTTP and timers, not queueTrigger"):
        indexed(app)


def test_another_binding_is_refused() -> None:
    app = anonymous()

    @app.route("x")
    @app.queue_output(arg_name="out", queue_name="q", connection="c")
    def writes(req: func.HttpRequest, out: func.Out[str]) -> func.HttpResponse:
        return func.HttpResponse("")

    with pytest.raises(CannotStart, match="'writes': the local host does not serve the binding queue"):
        indexed(app)


def test_blueprints_are_read_with_the_app() -> None:
    app, blueprint = anonymous(), func.Blueprint()
    blueprint.function_name("FromBlueprint")(blueprint.route("b")(answer))
    app.register_functions(blueprint)
    assert [each.name for each in indexed(app).http] == ["FromBlueprint"]


def test_a_module_with_two_apps_is_refused() -> None:
    module = ModuleType("two_apps")
    module.app, module.other = anonymous(), anonymous()  # type: ignore[attr-defined] # made up here
    with pytest.raises(CannotStart, match=r"more than one FunctionApp \(app, other\)"):
        only_app(module)


def test_a_module_without_an_app_is_refused() -> None:
    with pytest.raises(CannotStart, match="defines no FunctionApp"):
        load_app("local_host.errors")


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotStart, match="'no_such_app_module'"):
        load_app("no_such_app_module")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/plans/7", "Plan"),
        ("/api/PLANS/x", "AnyOther"),
        ("/api/other/x", "AnyOther"),
        ("/api", "Root"),
        ("/api/one", "Root"),
        ("/api/a/b/c", None),
    ],
)
def test_a_router_finds_the_first_in_order_whichever_word_it_is_kept_under(path: str, name: str | None) -> None:
    app = anonymous()
    add(app, "AnyOther", "{kind}/x")
    add(app, "Plan", "plans/{id:int}")
    add(app, "Root", "{kind?}")
    found = Router(indexed(app).http, route_prefix="api").find("GET", split_path(path))
    assert (found[0].name if found else None) == name

"""A small app that shows how the worker treats answers; both hosts run it and are compared."""

import json
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.function_name("Echo")
@app.route("echo/{id?}", methods=["POST"])
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "params": dict(req.params),
        "route": dict(req.route_params),
        "header": req.headers.get("X-Some"),
        "json": req.get_json(),
        "function": context.function_name,
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json", status_code=201)


@app.function_name("Headers")
@app.route("headers", methods=["POST"])
async def headers(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("ok")
    response.headers.add("X-Dup", "1")
    response.headers.add("X-Dup", "2")
    response.headers.add("Set-Cookie", "a=1; Path=/api/auth; Max-Age=60; HttpOnly; Secure; SameSite=Strict")
    response.headers.add("Set-Cookie", "b=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    return response


@app.function_name("Sync")
@app.route("sync", methods=["POST"])
def sync(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(str(threading.current_thread() is threading.main_thread()))


@app.function_name("Text")
@app.route("text", methods=["POST"])
def text(req: func.HttpRequest) -> str:
    return "text"


@app.function_name("Nothing")
@app.route("nothing", methods=["POST"])
async def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None  # type: ignore[return-value] # the mistake both hosts must answer alike


@app.function_name("Breaks")
@app.route("breaks", methods=["POST"])
async def breaks(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("on purpose")


@app.function_name("Tick")
@app.timer_trigger("timer", "0 5 0 * * *")
async def tick(timer: func.TimerRequest) -> None:
    if not timer.past_due:
        raise RuntimeError("was told that it is not late")

"""Proves a running Vigor from outside: `python -m release.smoke https://…` registers, trains, signs out and erases itself.

It ends with 0 where every step held, cookies and headers included, and with 1 and the reasons where one did not. The account
it makes is erased in any case. `--save FILE` keeps how long each step took; `--against FILE` compares with an earlier
run and fails where a step became far slower. Just after a deployment, `--wait SECONDS` lets it come up first. Needs
nothing but Python.
"""

import argparse
import contextlib
import http.client
import http.cookies
import json
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PATIENCE_S = 60
SLOWER = 3.0
SLOWER_BY_MS = 1000.0
HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
SITE_HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy")


class Failed(Exception):
    """A step that did not hold; the text says what was expected and what came."""


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    json: Any


@dataclass
class Visitor:
    """Somebody new, with an access token and a cookie once registered."""

    base: str
    site: str
    name: str = field(default_factory=lambda: f"smoke-{secrets.token_hex(5)}")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    access_token: str = ""
    refresh: str = ""
    log_id: str = field(default_factory=lambda: f"smoke-{secrets.token_hex(8)}")

    def ask(self, method: str, path: str, body: object = None, *, expect: int = 200, **headers: str) -> Reply:
        """One request to the API; raises `Failed` where another status comes."""
        sent = {"X-Vigor-Client": "web", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.access_token:
            sent["X-Vigor-Authorization"] = f"Bearer {self.access_token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        reply = fetch(f"{self.base}/api/{path}", method, json.dumps(body).encode() if body is not None else None, sent)
        if reply.status != expect:
            raise Failed(f"{method} {path}: {expect} expected, {reply.status} came: {_reason(reply)}")
        return reply


def alive(who: Visitor) -> None:
    """The worker and its store answer."""
    who.ask("GET", "health/live")
    who.ask("GET", "health/ready")


def site(who: Visitor) -> None:
    """The web client is served, with the headers that keep it safe, and so is a page that only it knows."""
    for path in ("/", "/today"):
        reply = fetch(who.site + path, "GET", None, {"Accept": "text/html"})
        missing = [name for name in SITE_HEADERS if name not in reply.headers]
        if reply.status != 200 or missing:
            raise Failed(f"GET {path}: 200 with {', '.join(SITE_HEADERS)} expected; {reply.status}, missing {missing}")
        policy = reply.headers["content-security-policy"]
        connects = re.search(r"connect-src 'self'([^;]*)", policy)
        if connects is None or connects[1].split() != ([] if who.site == who.base else [who.base]):
            raise Failed(f"GET {path}: the web client was not built for {who.base}; its policy is {policy}")
    if who.site != who.base:
        _called_from(who)


def _called_from(who: Visitor) -> None:
    """Pages of the site may call the API, send what the client sends, and read what it goes by."""
    sent = "if-match, x-vigor-authorization"
    asked = {"Origin": who.site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": sent}
    preflight = fetch(f"{who.base}/api/me", "OPTIONS", None, asked)
    answer = fetch(f"{who.base}/api/health/live", "GET", None, {"Origin": who.site})
    allowed = [one.headers.get("access-control-allow-origin") for one in (preflight, answer)]
    if preflight.status >= 300 or allowed != [who.site] * 2:
        raise Failed(f"the API does not let {who.site} call: {preflight.status}, {allowed}")
    if "etag" not in answer.headers.get("access-control-expose-headers", "").lower():
        raise Failed("the site's pages cannot read an ETag, so an edit may write over another device's")


def register(who: Visitor) -> None:
    """An account, with a refresh token only in a cookie that scripts and other sites cannot use."""
    body = {
        "email": f"{who.name}@example.com",
        "username": who.name,
        "password": who.password,
        "consent": {"terms": True, "health_data": True},
    }
    reply = who.ask("POST", "auth/register", body, expect=201)
    wrong = {name: reply.headers.get(name) for name, value in HEADERS.items() if reply.headers.get(name) != value}
    if wrong:
        raise Failed(f"headers {HEADERS} expected; {wrong} came")
    if "refresh_token" in reply.json:
        raise Failed("the refresh token stands in the body, where scripts can read it")
    who.access_token, who.refresh = reply.json["access_token"], _cookie(who, reply)


def refresh(who: Visitor) -> None:
    """The cookie gives a new session, and only to a request that no plain form could send."""
    path, cookie = "auth/refresh", f"vigor_refresh={who.refresh}"
    refused = fetch(f"{who.base}/api/{path}", "POST", b"", {"Cookie": cookie})
    if refused.status < 400:
        raise Failed("a refresh without X-Vigor-Client was answered; other sites could send it")
    reply = who.ask("POST", path, {}, Cookie=cookie)
    who.access_token, who.refresh = reply.json["access_token"], _cookie(who, reply)


def generate(who: Visitor) -> None:
    """A plan with work in it."""
    plan = who.ask("POST", "workouts/generate", {}, expect=201).json["plan"]
    if not any(day["exercises"] for day in plan["days"]):
        raise Failed("the plan is empty")


def log(who: Visitor) -> None:
    """A workout is kept once, however often it is sent."""
    done = {
        "id": who.log_id,
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "entries": [{"name": "Smoke test", "sets": [{"reps": 5, "weight_kg": 20, "rpe": 7}]}],
    }
    who.ask("POST", "workouts/logs", done, expect=201)
    who.ask("POST", "workouts/logs", done)
    kept = [one["id"] for one in who.ask("GET", "workouts/logs").json["items"]]
    if kept != [who.log_id]:
        raise Failed(f"one workout expected in the history; {kept} came")


def analyse(who: Visitor) -> None:
    """The workout is read back."""
    if not who.ask("POST", "workouts/analyze", {"log_id": who.log_id}).json["narrative"]:
        raise Failed("the analysis says nothing")


def stranger(who: Visitor) -> None:
    """Without an access token nothing is told."""
    Visitor(who.base, who.site).ask("GET", f"workouts/logs/{who.log_id}", expect=401)


def erase(who: Visitor) -> None:
    """The account goes, and with it the way in."""
    who.ask("DELETE", "me", {"password": who.password}, expect=204)
    who.ask("GET", "me", expect=401)
    who.access_token = ""
    who.ask("POST", "auth/login", {"identifier": who.name, "password": who.password}, expect=401)


STEPS = (alive, site, register, refresh, generate, log, analyse, stranger, erase)


def fetch(url: str, method: str, body: bytes | None, headers: dict[str, str]) -> Reply:
    """One request, whatever status it ends with; raises `Failed` where nobody answers."""
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - main checks the scheme
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 # nosec B310
            return _reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return _reply(refused.code, refused.headers, refused.read())
    except (OSError, http.client.HTTPException) as silent:
        raise Failed(f"{method} {url}: no answer ({silent})") from silent


def awake(base: str, within_s: float, *, pause_s: float = 5.0) -> bool:
    """Whether Vigor can serve, as soon as it can; a worker that starts, or a package that is being taken over, gets time."""
    ends = time.monotonic() + within_s
    while True:
        with contextlib.suppress(Failed):
            if fetch(f"{base.rstrip('/')}/api/health/ready", "GET", None, {}).status == 200:
                return True
        if time.monotonic() + pause_s >= ends:
            return False
        time.sleep(pause_s)


def run(base: str, *, site_at: str = "", api_only: bool = False) -> tuple[dict[str, float], list[str]]:
    """Milliseconds of each step that held, and what did not hold; after a failure only the erasure is still tried."""
    who = Visitor(base.rstrip("/"), (site_at or base).rstrip("/"))
    took: dict[str, float] = {}
    wrong: list[str] = []
    for step in STEPS:
        if (step is site and api_only) or (wrong and not (step is erase and who.access_token)):
            continue
        began = time.perf_counter()
        try:
            step(who)
        except Failed as failed:
            wrong.append(f"{step.__name__}: {failed}")
        except (LookupError, TypeError, ValueError) as odd:
            wrong.append(f"{step.__name__}: a reply of another shape came ({odd!r})")
        else:
            took[step.__name__] = round((time.perf_counter() - began) * 1000, 1)
    return took, wrong


def slower(took: dict[str, float], before: dict[str, float]) -> list[str]:
    """Steps that take far longer than before: three times as long, and a second more."""
    return [
        f"{name}: {ms:.0f} ms, {before[name]:.0f} ms before"
        for name, ms in took.items()
        if name in before and ms > before[name] * SLOWER and ms > before[name] + SLOWER_BY_MS
    ]


def main(arguments: list[str]) -> int:
    """Run every step and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the site, such as http://127.0.0.1:7071")
    parser.add_argument("--site", default="", help="address of the web client, where it is not that of the API")
    parser.add_argument("--wait", type=float, default=0, help="for so many seconds it may still be coming up")
    parser.add_argument("--api-only", action="store_true", help="the address serves the API and no web client")
    parser.add_argument("--save", type=Path, help="where to keep how long each step took")
    parser.add_argument("--against", type=Path, help="what an earlier run saved")
    asked = parser.parse_args(arguments)
    for address in (asked.base, asked.site or asked.base):
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            parser.error("an address has to begin with https://, or be this machine's own")
    if asked.wait and not awake(asked.base, asked.wait):
        print(f"FAILED {asked.base} does not serve after {asked.wait:.0f} s", file=sys.stderr)
        return 1
    took, wrong = run(asked.base, site_at=asked.site, api_only=asked.api_only)
    for name, ms in took.items():
        print(f"{name:9} ok {ms:9.1f} ms")
    if asked.save:
        asked.save.write_text(json.dumps(took, indent=1) + "\n")
    if asked.against and asked.against.is_file():
        wrong += slower(took, json.loads(asked.against.read_text()))
    for one in wrong:
        print(f"FAILED {one}", file=sys.stderr)
    return 1 if wrong else 0


def _reply(status: int, headers: Any, body: bytes) -> Reply:
    names = {name.lower(): value for name, value in headers.items()}
    is_json = "json" in names.get("content-type", "")
    return Reply(status, names, headers.get_all("Set-Cookie") or [], json.loads(body) if is_json and body else None)


def _reason(reply: Reply) -> str:
    return str(reply.json.get("detail", "")) if isinstance(reply.json, dict) else "no problem document"


def _cookie(who: Visitor, reply: Reply) -> str:
    """The refresh token; raises `Failed` where its cookie is not as closed as it has to be."""
    jar: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
    for one in reply.cookies:
        jar.load(one)
    if "vigor_refresh" not in jar:
        raise Failed(f"the cookie vigor_refresh expected; {list(jar)} came")
    morsel = jar["vigor_refresh"]
    secure = bool(morsel["secure"]) or who.base.startswith("http://")
    if not (morsel["httponly"] and morsel["samesite"].lower() == "strict" and morsel["path"] == "/api/auth" and secure):
        raise Failed(
            f"HttpOnly, SameSite=Strict, Path=/api/auth and Secure expected; {morsel.OutputString()[:20]}… came"
        )
    return morsel.value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

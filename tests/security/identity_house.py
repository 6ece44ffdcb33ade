"""Vigor as an outside checker meets it: worker processes over one store, asked in turn over plain HTTP, each request its own."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.functions.conftest import PASSWORD, Response
from tests.support import key_settings
from tests.web.conftest import running

NATIVE = {"X-Vigor-Client": "native"}
WEB = {"X-Vigor-Client": "web"}
CHIEF = "chief@example.com"
CONSENT = {"terms": True, "health_data": True}
Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass
class House:
    """Workers over one store; no two requests in a row meet the same one."""

    addresses: list[str]
    folder: Path
    _turn: Iterator[int] = field(default_factory=count)

    def ask(
        self, method: str, path: str, body: Any = None, headers: Headers = (), *, raw: bytes | None = None
    ) -> Response:
        """One request; `body` goes as JSON, `raw` as it is. A header may stand twice."""
        sent = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        if body is not None:
            raw = json.dumps(body).encode()
            sent.append(("Content-Type", "application/json"))
        place = urlsplit(self.addresses[next(self._turn) % len(self.addresses)])
        connection = HTTPConnection(str(place.hostname), place.port, timeout=120)
        try:
            connection.putrequest(method, f"/api/{path}", skip_host="Host" in dict(sent))
            for name, value in [*sent, *([] if raw is None else [("Content-Length", str(len(raw)))])]:
                connection.putheader(name, value.encode())
            connection.endheaders(raw)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "") and content
        return Response(answer.status, answer.headers, content, json.loads(content) if is_json else None)

    def register(self, name: str, headers: Headers = NATIVE, **changed: Any) -> Response:
        """A registration, good but for what a test changes."""
        good = {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "consent": CONSENT}
        return self.ask("POST", "auth/register", good | changed, headers)

    def person(self, name: str, **changed: Any) -> dict[str, Any]:
        """The session of somebody just registered, with the refresh token in it."""
        return told(self.register(name, **changed), 201)

    def sign_in(self, identifier: str, password: str = PASSWORD, headers: Headers = NATIVE) -> Response:
        return self.ask("POST", "auth/login", {"identifier": identifier, "password": password}, headers)

    def chief(self) -> dict[str, str]:
        """The header of the first administrator, signed in just now."""
        return bearer(told(self.sign_in(CHIEF)))

    def refresh(self, refresh_token: str) -> Response:
        return self.ask("POST", "auth/refresh", {"refresh_token": refresh_token}, NATIVE)

    def me(self, session: Mapping[str, Any] | str) -> int:
        """The status of a request with that access token."""
        return self.ask("GET", "me", headers=bearer(session)).status

    def logged(self) -> list[dict[str, Any]]:
        """The lines of requests, the oldest first."""
        lines = (self.folder / "host.log").read_text().splitlines()
        told_of = (json.loads(line) for line in lines if line.startswith("{"))
        return [one for one in told_of if one.get("event") == "request"]


@contextmanager
def house(folder: Path, workers: int = 2, **environ: str) -> Iterator[House]:
    """Workers with keys that the checker knows and a first administrator, until the block ends."""
    settings = {"VIGOR_ADMIN_EMAIL": CHIEF, "VIGOR_ADMIN_PASSWORD": PASSWORD, **key_settings(), **environ}
    with ExitStack() as stack:
        yield House([stack.enter_context(running(folder, **settings)) for _ in range(workers)], folder)


def told(answer: Response, status: int = 200) -> dict[str, Any]:
    """The body of an answer that has to be a good one."""
    assert answer.status == status, answer.body
    return dict(answer.json)


def bearer(session: Mapping[str, Any] | str) -> dict[str, str]:
    token = session if isinstance(session, str) else session["access_token"]
    return {"X-Vigor-Authorization": f"Bearer {token}"}


def cookies(answer: Response) -> dict[str, str]:
    """Every cookie set, whole, by name."""
    return {one.partition("=")[0]: one for one in answer.headers.get_all("Set-Cookie") or []}


def cookie(answer: Response, name: str = "vigor_refresh") -> str:
    """A cookie that was set as a browser sends it back."""
    return cookies(answer)[name].partition(";")[0]


def plain(answer: Response) -> tuple[int, list[tuple[str, str]], dict[str, Any]]:
    """An answer without what differs between any two."""
    headers = [(name, value) for name, value in answer.headers.items() if name not in {"X-Correlation-ID", "Date"}]
    return answer.status, headers, {**answer.json, "correlation_id": ""}

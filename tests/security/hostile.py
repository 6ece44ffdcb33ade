"""Vigor as a stranger finds it: worker processes over one store, asked with the plainest client there is."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough sentence"
CHIEF = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": PASSWORD}
CONSENT = {"terms": True, "health_data": True}
OWN_TO_EACH = {"x-correlation-id", "date"}


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def without(self, thing: str) -> tuple[int, str, dict[str, str]]:
        """All of it but what differs from request to request, and the id asked for."""
        text = re.sub(r'"correlation_id": ?"[^"]+"', "", self.body.decode()).replace(thing, "THING")
        return self.status, text, {name: value for name, value in self.headers.items() if name not in OWN_TO_EACH}


@dataclass
class Worker:
    """One process."""

    port: int

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; `body` goes as JSON, or as it is when it is bytes. `_` in header names stands for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        given = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, f"/api/{path}", given, sent)
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        whole = Answer(answer.status, names, answer.read())
        connection.close()
        return whole

    def raw(self, sent: bytes) -> bytes:
        """Whatever comes back for these bytes until the other side hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as line:
            line.sendall(sent)
            came = b""
            while got := line.recv(65_536):
                came += got
            return came


@dataclass
class House:
    """Two workers over one store, and the file with every line they wrote."""

    workers: list[Worker]
    log: Path

    def member(self, name: str = "anna") -> "Person":
        """A person who has just registered."""
        name += uuid4().hex[:8]
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "consent": CONSENT}
        answer = self.workers[0].ask("POST", "auth/register", body, X_Vigor_Client="native")
        assert answer.status == 201, answer.body
        return Person(self, answer.json)

    def signed_in(self, email: str) -> "Person":
        body = {"identifier": email, "password": PASSWORD}
        answer = self.workers[0].ask("POST", "auth/login", body, X_Vigor_Client="native")
        assert answer.status == 200, answer.body
        return Person(self, answer.json)

    def chief(self) -> "Person":
        """The administrator that the settings name."""
        return self.signed_in(CHIEF["VIGOR_ADMIN_EMAIL"])


@dataclass
class Person:
    """Somebody who is signed in."""

    house: House
    session: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.session["user"]["id"])

    @property
    def email(self) -> str:
        return str(self.session["user"]["email"])

    def __call__(self, method: str, path: str, body: Any = None, *, at: int = 0, **headers: str) -> Answer:
        """One request to the worker `at`."""
        token = {"X_Vigor_Authorization": f"Bearer {self.session['access_token']}"}
        return self.house.workers[at].ask(method, path, body, **token, **headers)


@contextmanager
def house(folder: Path, *options: Sequence[str], **environ: str) -> Iterator[House]:
    """Workers over one store, one for each of `options`, which are arguments of its own."""
    log = folder / "vigor.log"
    with ExitStack() as running, log.open("ab") as written:
        workers = []
        for own in options or ((), ()):
            process = running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "local_host", *own], cwd=ROOT, stdout=subprocess.PIPE, stderr=written,
                    env={**os.environ, "PORT": "0", "VIGOR_SQLITE_PATH": str(folder / "v.sqlite"), **CHIEF, **environ},
                )
            )  # fmt: skip
            running.callback(process.terminate)
            assert process.stdout is not None
            while not (found := re.search(rb"http://127\.0\.0\.1:(\d+)", process.stdout.readline())):
                assert process.poll() is None, log.read_text()[-2000:]
            workers.append(Worker(int(found[1])))
        yield House(workers, log)


def a_log(log_id: str, **more: Any) -> dict[str, Any]:
    """A workout."""
    sets = [{"reps": 5, "weight_kg": 60}]
    entries = [{"exercise_id": "barbell-bench-press", "sets": sets}]
    return {"id": log_id, "started_at": "2026-01-20T10:00:00Z", "entries": entries, **more}

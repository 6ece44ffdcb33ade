"""A store that goes away at any call of any request makes it 503 with a time to come back, never an answer on faith."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.a_life import PASSWORD, Person, a_session, person, sign_up
from shared.storage.counting import CountingStore
from shared.storage.sqlite import SqliteStore
from shared.storage.store import DocumentStore, StoreUnavailable

pytestmark = pytest.mark.slow

MEMBER = {"password": PASSWORD, "consent": {"terms": True, "health_data": True}}
HEADERS = {"X-Vigor-Client": "native", "X-Forwarded-For": "203.0.113.7"}
MOST_CALLS = 30


class Leaving:
    """A store that goes away at a call, counted from the last time that was asked for."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._left: int | None = None
        self.is_away = False

    def leave_at(self, call: int | None) -> None:
        """Go away at that call, the first being 1; with None, be there again."""
        self._left, self.is_away = call, False

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[Any]]:
        call: Callable[..., Awaitable[Any]] = getattr(self._store, verb)
        return call if verb == "close" else lambda *given, **named: self._asked(call, *given, **named)

    async def _asked(self, call: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self.is_away = True
                raise StoreUnavailable(retry_after_s=3)
        return await call(*given, **named)


def requests(plan: Any, n: int) -> dict[str, tuple[str, str, Any]]:
    """What people ask, each as method, path and body; `n` makes what is new in it new."""
    newcomer = {"email": f"ben{n}@example.com", "username": f"ben{n}", **MEMBER}
    return {
        "register": ("POST", "auth/register", newcomer),
        "sign in": ("POST", "auth/login", {"identifier": "anna", "password": PASSWORD}),
        "sign in with a wrong password": ("POST", "auth/login", {"identifier": "anna", "password": "quite another"}),
        "profile": ("GET", "me", None),
        "change the profile": ("PATCH", "me", {"days_per_week": 3}),
        "usage": ("GET", "me/usage", None),
        "export": ("GET", "me/export", None),
        "generate": ("POST", "workouts/generate", {"fresh": True}),
        "log": ("POST", "workouts/logs", a_session(n, plan)),
        "sync": ("POST", "workouts/sync", {"logs": [a_session(n, plan)]}),
        "list": ("GET", "workouts/logs", None),
        "next": ("GET", "workouts/next", None),
        "progress": ("GET", "progress", None),
        "analyse": ("POST", "workouts/analyze", {"period": "week"}),
        "chat": ("POST", "coach/chat", {"message": "How long should I rest?"}),
        "motivation": ("GET", "coach/motivation", None),
        "ready": ("GET", "health/ready", None),
    }


async def answered(one: Person, method: str, path: str, body: Any) -> tuple[int, bool]:
    """The status, and whether a time to come back was given."""
    async with one.client.request(method, f"/api/{path}", json=body, headers={**one.headers, **HEADERS}) as answer:
        return answer.status, "Retry-After" in answer.headers


async def test_nothing_is_allowed_found_or_made_when_the_store_cannot_be_asked(tmp_path: Path) -> None:
    store = Leaving(CountingStore(SqliteStore(tmp_path / "vigor.sqlite")))
    async with person(tmp_path, over=store, environ={"VIGOR_TRUSTED_HOPS": "1"}) as one:  # type: ignore[arg-type]
        await sign_up(one)
        plan = (await one.ask("plan", "POST", "workouts/generate", {"fresh": True}))["plan"]
        n, calls, otherwise = 100, dict.fromkeys(requests(plan, 0), 0), []
        for what in calls:
            for call in range(1, MOST_CALLS):
                n += 1
                store.leave_at(call)
                outcome = await answered(one, *requests(plan, n)[what])
                went, calls[what] = store.is_away, call
                store.leave_at(None)
                if not went:
                    break
                if outcome != (503, True):
                    otherwise.append((what, call, outcome))
    assert otherwise == []
    assert min(calls.values()) >= 2  # every one of them asks the store
    assert max(calls.values()) < MOST_CALLS - 1

"""Somebody who has signed up and has a plan, made through the API so that tests can begin where they mean to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.sync_api import APIResponse, BrowserContext, Page, expect

from tests.web.conftest import page_of

PASSWORD = "a long enough sentence"
GYM = {
    "fitness_level": "intermediate",
    "goals": ["hypertrophy"],
    "equipment": ["barbell", "rack", "bench", "weight_plate", "dumbbells", "pull_up_bar"],
    "session_minutes": 75,
}


@dataclass(frozen=True)
class Person:
    """A browser's person and what the server has of them."""

    context: BrowserContext
    address: str
    name: str
    user: dict[str, Any]
    access: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> APIResponse:
        """An answer of the API, of whatever status."""
        sent = {"X-Vigor-Authorization": f"Bearer {self.access}", **headers}
        return self.context.request.fetch(f"{self.address}/api/{path}", method=method, data=body, headers=sent)

    def logs(self) -> list[dict[str, Any]]:
        """The workouts on the account."""
        found: list[dict[str, Any]] = self.ask("GET", "workouts/logs?limit=100").json()["items"]
        return found

    def keep(
        self, sets: list[dict[str, Any]], *, exercise: str = "barbell-back-squat", days_ago: int = 1
    ) -> dict[str, Any]:
        """A workout of one exercise on the account, as another device would have sent it."""
        started = datetime.now(UTC) - timedelta(days=days_ago)
        log = {
            "id": str(uuid4()),
            "title": "Elsewhere",
            "started_at": started.isoformat(),
            "entries": [{"exercise_id": exercise, "sets": sets}],
        }
        kept = self.ask("POST", "workouts/logs", log)
        assert kept.status == 201, kept.text()
        found: dict[str, Any] = kept.json()
        return found


def joined(context: BrowserContext, address: str, name: str, **profile: object) -> Person:
    """Sign up in this browser, which remembers it as the app would, with a plan for this profile."""
    asked = {
        "email": f"{name}@example.com",
        "username": name,
        "password": PASSWORD,
        "consent": {"terms": True, "health_data": True},
    }
    made = context.request.post(f"{address}/api/auth/register", data=asked, headers={"X-Vigor-Client": "web"})
    assert made.status == 201, made.text()
    session = made.json()
    person = Person(context, address, name, session["user"], session["access_token"])
    assert person.ask("PATCH", "me", {**GYM, **profile}).ok
    assert person.ask("POST", "workouts/generate", {}).status == 201
    remember(context, address, session["user"])
    return person


def remember(context: BrowserContext, address: str, user: dict[str, Any]) -> None:
    """Let the app know who is signed in; the cookie is the browser's already."""
    page = context.new_page()
    page.goto(f"{address}/robots.txt")
    page.evaluate("(user) => localStorage.setItem('vigor.user', JSON.stringify(user))", user)
    page.close()


def another_device(context: BrowserContext, person: Person) -> Person:
    """The same person signed in in another browser."""
    asked = {"identifier": person.name, "password": PASSWORD}
    made = context.request.post(f"{person.address}/api/auth/login", data=asked, headers={"X-Vigor-Client": "web"})
    assert made.ok, made.text()
    remember(context, person.address, person.user)
    return Person(context, person.address, person.name, person.user, made.json()["access_token"])


def at_work(person: Person, complaints: list[str]) -> Page:
    """Today's page, standing, with the service worker in charge, and the session begun."""
    page = page_of(person.context, complaints)
    page.goto(f"{person.address}/today")
    expect(page.get_by_role("button", name="Start workout")).to_be_visible()
    in_charge(page)
    page.get_by_role("button", name="Start workout").click()
    expect(page.get_by_role("button", name="Log set")).to_be_visible()
    return page


def in_charge(page: Page) -> None:
    """Wait until the service worker holds the app and serves this page."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

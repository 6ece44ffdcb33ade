"""People with weeks of training behind them, made over the API, so that pages have something to show."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect

PASSWORD = "a long enough sentence"
CHIEF = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": PASSWORD}


class Account:
    """Somebody who has signed up, and can call the API as an app would."""

    def __init__(self, address: str, name: str) -> None:
        self.address, self.name, self._access = address, name, ""
        consent = {"terms": True, "health_data": True}
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD, "consent": consent}
        self._access = self.call("POST", "auth/register", body)["access_token"]

    def call(self, method: str, route: str, body: Any = None) -> Any:
        """The answer's body; anything but a good status raises."""
        headers = {"Content-Type": "application/json", "X-Vigor-Client": "native"}
        if self._access:
            headers["X-Vigor-Authorization"] = f"Bearer {self._access}"
        data = None if body is None else json.dumps(body).encode()
        asked = Request(f"{self.address}/api/{route}", data, headers, method=method)  # noqa: S310 - our own host
        with urlopen(asked) as answer:  # noqa: S310
            said = answer.read()
        return json.loads(said) if said else None

    def trained(self, weeks: int) -> "Account":
        """With a plan, and so many weeks of two sessions each, a measurement a week and a word with the coach."""
        self.call("PATCH", "me", {"fitness_level": "intermediate", "goals": ["strength"], "days_per_week": 2})
        plan = self.call("POST", "workouts/generate", {})["plan"]
        logs = []
        for week in range(weeks):
            ended = datetime.now(UTC) - timedelta(weeks=week, hours=20)
            logs += [
                self._log(day, began=ended - timedelta(days=2 * at), week=week) for at, day in enumerate(plan["days"])
            ]
            weighed = {"date": ended.date().isoformat(), "weight_kg": 72.3 + week / 10}
            self.call("POST", "progress/metrics", {**weighed, "measurements_cm": {"waist": 80 + week / 10}})
        self.call("POST", "workouts/sync", {"logs": logs})
        self.call("POST", "coach/chat", {"message": "How is my training going?"})
        return self

    def _log(self, day: dict[str, Any], *, began: datetime, week: int) -> dict[str, Any]:
        entries = [
            {"exercise_id": one["exercise_id"], "sets": [_set_of(one, week)] * one["sets"]} for one in day["exercises"]
        ]
        return {
            "id": f"{self.name}-{week}-{day['day']}",
            "title": day["title"],
            "started_at": began.isoformat(),
            "ended_at": (began + timedelta(minutes=50)).isoformat(),
            "entries": entries,
        }


def _set_of(planned: dict[str, Any], weeks_ago: int) -> dict[str, Any]:
    """A set as planned; heavier the nearer to today."""
    if planned["reps"] is None:
        return {"kind": "working", "seconds": planned["seconds"]}
    return {"kind": "working", "reps": planned["reps"]["min"], "weight_kg": 60 - weeks_ago * 2.5, "rpe": 8}


def sign_in(page: Page, address: str, name: str) -> None:
    """Through the form; ends on a page for members."""
    page.goto(f"{address}/signin")
    page.locator("[name=identifier]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).not_to_have_url(f"{address}/signin")

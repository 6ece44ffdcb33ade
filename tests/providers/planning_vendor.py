"""A vendor whose model writes plans: it proposes the example it was shown, in whichever dialect it was asked."""

import json
from typing import Any

from tests.providers.fake_vendors import FakeVendor, Fault


class PlanningVendor(FakeVendor):
    """Answers a question for a plan with one, changed by `spoil`, and any other with `reply`."""

    def spoil(self, plan: dict[str, Any]) -> None:
        """What a test makes of the proposal."""

    def _text(self, fault: Fault) -> str:
        data = _asked_for(_question(self.asked[-1].body))
        if data is None or fault not in {"none", "truncated", "fenced"}:
            return super()._text(fault)
        days = [{"day": day["day"], "title": "Model's day", "rows": day["example"]} for day in data["days"]]
        plan = {"reason": "It fits your days and your equipment.", "days": days}
        self.spoil(plan)
        text = json.dumps(plan)
        return (
            text[: len(text) // 2] if fault == "truncated" else f"```json\n{text}\n```" if fault == "fenced" else text
        )


def _question(body: dict[str, Any]) -> str:
    """What the user said first."""
    if "contents" in body:
        return str(body["contents"][0]["parts"][0]["text"])
    said = body["messages"] if "messages" in body else body["input"]
    return str(next(one["content"] for one in said if one["role"] == "user"))


def _asked_for(text: str) -> dict[str, Any] | None:
    """The data of a question for a plan; None where something else was asked."""
    for line in text.splitlines():
        if line.startswith("{"):
            data: dict[str, Any] = json.loads(line)
            return data if "days" in data and "exercises" in data else None
    return None

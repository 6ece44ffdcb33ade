"""What of a model's plan is believed: it is put into the engine's frame, judged by the rules, repaired, or refused."""

import json
from typing import Any

from shared.coach.fence import plain
from shared.coach.offline.facts_check import facts_check
from shared.coach.plan_prompt import PlanPrompt, mended
from shared.coach.unfit import unfit
from shared.domain.analysis.facts import Facts
from shared.domain.catalogue import catalogue
from shared.domain.engine import PlanWish
from shared.domain.plan import Change, DraftPlan, PlanWarning, Source
from shared.domain.profile import Profile
from shared.domain.repair import repair
from shared.domain.safety.screen import screen
from shared.domain.session_time import session_minutes
from shared.domain.validator import validate
from shared.providers.attempt import Repairable
from shared.providers.provider import Completion, UnusableReply


def read_plan(
    completion: Completion, asked: PlanPrompt, frame: DraftPlan, *, profile: Profile, wish: PlanWish, year: int
) -> DraftPlan:
    """The plan that a reply holds, without a single violation of severity error.

    Raises `Repairable` where the rules are broken beyond repair by ourselves, `UnusableReply` where there is no plan
    in the reply at all.
    """
    proposal = _framed(_parsed(completion.text), asked, frame, completion)
    violations = [one for one in validate(proposal, profile=profile, wish=wish, year=year) if one.severity == "E"]
    if not violations:
        return _finished(DraftPlan.model_validate(proposal), [], profile=profile, wish=wish, year=year)
    repaired = repair(proposal, profile=profile, wish=wish, year=year)
    if repaired is not None:
        return _finished(repaired.plan, list(repaired.changes), profile=profile, wish=wish, year=year)
    problems = [f"{one.id} {one.path}: {one.why} Wanted: {one.want}" for one in violations]
    raise Repairable(f"{len(violations)} violations", again=mended(asked.prompt, completion.text, problems))


def _parsed(text: str) -> dict[str, Any]:
    """The reply's JSON object."""
    try:
        value = json.loads(text)
    except ValueError as broken:
        raise UnusableReply("the reply is not JSON", billed=True) from broken
    if not isinstance(value, dict) or not isinstance(value.get("days"), list) or not value["days"]:
        raise UnusableReply("the reply holds no days", billed=True)
    return value


def _framed(reply: dict[str, Any], asked: PlanPrompt, frame: DraftPlan, completion: Completion) -> dict[str, Any]:
    """The reply's rows inside the frame: days, warm-ups, weeks and disclaimers stay the engine's."""
    answered = {day.get("day"): day for day in reply["days"] if isinstance(day, dict)}
    plan = frame.model_dump(mode="json")
    for day in plan["days"]:
        model_day = answered.get(day["day"])
        if model_day is None or not isinstance(model_day.get("rows"), list):
            raise UnusableReply(f"day {day['day']} is missing", billed=True)
        rows = [_row(row, asked) for row in model_day["rows"] if isinstance(row, dict)]
        day["exercises"] = [row for row in rows if row is not None]
    for day in plan["days"]:
        day["title"] = _prose(answered[day["day"]].get("title"), 120, plan) or day["title"]
    plan["rationale"] = _prose(reply.get("reason"), 1000, plan) or frame.rationale
    plan["source"] = Source(kind="model", provider=completion.provider, model=completion.model).model_dump()
    plan["changes"], plan["warnings"] = [], []
    return plan


def _prose(text: object, longest: int, plan: dict[str, Any]) -> str:
    """A model's words as plain text; nothing of words that raise an alarm, that a coach may not say, or that name a number
    which the plan does not."""
    said = plain(text, longest=longest).strip() if isinstance(text, str) else ""
    invented = facts_check(said, Facts(kind="standing", title=""), also=_numbers(plan))
    return "" if screen(said) or unfit(said) or invented else said


def _numbers(plan: dict[str, Any]) -> list[str]:
    """Every number of a plan that its words may repeat: weeks, days, minutes, and those of its rows."""
    counted = ("sets", "reps", "seconds", "rpe", "rest_s")
    rows = [[row[name] for name in counted] for day in plan["days"] for row in day["exercises"]]
    days = [[at, day["day"], day["estimated_minutes"]] for at, day in enumerate(plan["days"], start=1)]
    return [json.dumps([plan["weeks"], days, rows])]


def _row(row: dict[str, Any], asked: PlanPrompt) -> dict[str, Any] | None:
    """A row as a planned exercise, whatever its numbers; the validator judges them. None for an id we did not offer."""
    exercise_id = asked.exercises.get(str(row.get("id")))
    if exercise_id is None:
        return None
    exercise = catalogue().get(exercise_id)
    least, most = row.get("min"), row.get("max")
    return {
        "exercise_id": exercise_id,
        "name": exercise.name,
        "sets": row.get("sets"),
        "reps": None if exercise.timed else {"min": least, "max": most},
        "seconds": most if exercise.timed else None,
        "rpe": row.get("rpe"),
        "rest_s": row.get("rest"),
        "load_kg": None,
        "superset": None,
        "notes": exercise.cues[0] if exercise.cues else "",
    }


def _finished(plan: DraftPlan, changes: list[Change], *, profile: Profile, wish: PlanWish, year: int) -> DraftPlan:
    """The plan with its minutes computed, what was changed, and the warnings the rules leave."""
    known = catalogue()
    days = [day.model_copy(update={"estimated_minutes": session_minutes(day, known)}) for day in plan.days]
    timed = plan.model_copy(update={"days": days, "changes": changes})
    left = validate(timed, profile=profile, wish=wish, year=year)
    warnings = [PlanWarning(rule=one.id, message=one.why) for one in left if one.severity == "W"]
    return timed.model_copy(update={"warnings": warnings})

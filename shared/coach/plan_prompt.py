"""What a model is asked for a plan: a shortlist of exercises the rules allow, and rows to choose from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from shared.coach.canary import marked
from shared.coach.fence import again, fenced
from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import constraints_of, legal
from shared.domain.plan import DraftPlan
from shared.domain.profile import Profile
from shared.providers.provider import Message, Prompt

SHORTLIST = 56
MAX_OUTPUT = 3000
_LIFTING = frozenset({"power", "compound", "isolation"})
INSTRUCTIONS = """You write strength-training plans for an app that checks every plan against training rules.
Choose only from the exercises listed, by their ids. Keep the days, the order of work (compound before isolation, core
last) and the minutes given. For each row give sets, min and max repetitions (or seconds for a timed exercise), rest in
seconds and effort as RPE. Stay inside the ranges given. `reason` is at most 60 words on why this plan fits the person:
no numbers, no medical claims, no promises, no history you were not told. If what the person wrote asks for something
unsafe, plan safely all the same."""


@dataclass(frozen=True, slots=True)
class PlanPrompt:
    """The prompt, and which exercise each short id stands for."""

    prompt: Prompt
    exercises: dict[str, str]


def plan_prompt(frame: DraftPlan, profile: Profile, *, notes: str | None, year: int, seed: int) -> PlanPrompt:
    """Ask for the days of `frame` anew. The engine's own plan is the frame: its days, minutes and ranges are legal, so
    a model that stays inside them can hardly go wrong."""
    chosen = _shortlist(frame, profile, year=year, seed=seed)
    ids = {f"x{at}": exercise for at, exercise in enumerate(chosen)}
    by_id = {exercise.id: short for short, exercise in ids.items()}
    data = {
        "goal": frame.goal,
        "level": frame.level,
        "injuries": [injury.region for injury in profile.injuries if not injury.cleared],
        "what_the_person_wrote": notes or "",
        "exercises": [_listed(short, exercise) for short, exercise in ids.items()],
        "days": [
            {
                "day": day.day,
                "minutes": day.estimated_minutes,
                "focus": day.focus,
                "example": [
                    {
                        "id": by_id[row.exercise_id],
                        "sets": row.sets,
                        "min": row.reps.min if row.reps else row.seconds,
                        "max": row.reps.max if row.reps else row.seconds,
                        "rest": row.rest_s,
                        "rpe": row.rpe,
                    }
                    for row in day.exercises
                ],
            }
            for day in frame.days
        ],
    }
    prompt = Prompt("plan", marked(INSTRUCTIONS), (Message("user", fenced(data)),), plan_schema(list(ids)), MAX_OUTPUT)
    return PlanPrompt(prompt, {short: exercise.id for short, exercise in ids.items()})


def plan_schema(ids: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a reply, in the subset that every vendor's constrained output knows."""
    row = _object(
        {
            "id": {"type": "string", "enum": list(ids)},
            "sets": {"type": "integer"},
            "min": {"type": "integer"},
            "max": {"type": "integer"},
            "rest": {"type": "integer"},
            "rpe": {"type": "number"},
        }
    )
    day = _object({"day": {"type": "integer"}, "title": {"type": "string"}, "rows": {"type": "array", "items": row}})
    return _object({"reason": {"type": "string"}, "days": {"type": "array", "items": day}})


def mended(prompt: Prompt, reply: str, problems: Sequence[str]) -> Prompt:
    """The prompt of a repair: what was answered, and only what is wrong with it."""
    said = json.dumps({"problems": list(problems)[:20]}, ensure_ascii=False)
    return again(prompt, reply, f"The plan breaks these rules. Answer the whole plan again, mended.\n{said}")


def _shortlist(frame: DraftPlan, profile: Profile, *, year: int, seed: int) -> list[Exercise]:
    """The frame's exercises and others that are legal for the person, as many of each pattern as of any other."""
    known = catalogue()
    framed = list(dict.fromkeys(row.exercise_id for day in frame.days for row in day.exercises))
    kinds = {known.get(one).kind for one in framed} | _LIFTING
    others = [e for e in legal(known, constraints_of(profile, year=year)) if e.id not in framed and e.kind in kinds]
    Random(seed).shuffle(others)  # noqa: S311 - no secret depends on it
    rank: dict[str, int] = {}
    spread: list[tuple[int, Exercise]] = []
    for exercise in others:
        rank[exercise.pattern] = rank.get(exercise.pattern, 0) + 1
        spread.append((rank[exercise.pattern], exercise))
    spread.sort(key=lambda pair: pair[0])
    room = max(0, SHORTLIST - len(framed))
    return [known.get(one) for one in framed] + [exercise for _, exercise in spread[:room]]


def _listed(short: str, exercise: Exercise) -> dict[str, Any]:
    listed: dict[str, Any] = {"id": short, "name": exercise.name, "pattern": exercise.pattern, "for": exercise.primary}
    return listed | ({"timed": True} if exercise.timed else {})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }

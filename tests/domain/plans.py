"""A plan that breaks no rule, written by hand, and the person it is for: what tests of the rules start from."""

import copy
from collections.abc import Sequence
from typing import Any

from shared.domain.catalogue import catalogue
from shared.domain.plan import DraftPlan
from shared.domain.profile import Profile
from shared.domain.session_time import session_minutes

YEAR = 2026
PERSON = Profile(
    fitness_level="intermediate", goals=["hypertrophy"], equipment=sorted(catalogue().equipment), days_per_week=4,
    session_minutes=55, birth_year=1990,
)  # fmt: skip

_WARM_UP = [{"name": "Easy cycling", "seconds": 300}, {"name": "Cat-Cow", "seconds": 60}]
_WEEK = {
    (1, "Upper body A"): """
        barbell-bench-press 4 6-10 120
        seated-cable-row 4 6-10 120
        barbell-overhead-press 3 6-10 120
        lat-pulldown 3 8-12 90
        triceps-pushdown 3 10-15 75
        ez-bar-curl 3 10-15 75""",
    (2, "Lower body A"): """
        barbell-back-squat 3 6-10 180
        barbell-romanian-deadlift 3 6-10 150
        barbell-lunge 2 8-12 90
        seated-leg-curl 3 10-15 90
        barbell-calf-raise 4 10-15 90
        plank 3 45s 90""",
    (4, "Upper body B"): """
        pull-up 4 6-10 120
        dumbbell-bench-press 4 8-12 120
        chest-supported-dumbbell-row 3 8-12 120
        dumbbell-shoulder-press 3 8-12 90
        overhead-cable-extension 3 10-15 75 A
        hammer-curl 3 10-15 75 A""",
    (5, "Lower body B"): """
        conventional-deadlift 3 6-10 180
        leg-press 3 8-12 150
        barbell-hip-thrust 2 8-12 120
        leg-extension 3 10-15 90
        dumbbell-calf-raise 4 10-15 90
        hanging-knee-raise 3 10-15 90""",
}


def row(text: str) -> dict[str, Any]:
    """A planned exercise from `id sets reps|seconds rest [superset]`."""
    exercise_id, sets, work, rest, *group = text.split()
    low, _, high = work.partition("-")
    return {
        "exercise_id": exercise_id,
        "name": catalogue().get(exercise_id).name,
        "sets": int(sets),
        "reps": None if work.endswith("s") else {"min": int(low), "max": int(high)},
        "seconds": int(work[:-1]) if work.endswith("s") else None,
        "rpe": 8.0,
        "rest_s": int(rest),
        "load_kg": None,
        "superset": group[0] if group else None,
        "notes": "",
    }


def rows(*texts: str) -> list[dict[str, Any]]:
    """Several planned exercises."""
    return [row(text) for text in texts]


def sound_plan(*, without: Sequence[str] = ()) -> dict[str, Any]:
    """The plan as JSON, its minutes true; fields of the whole plan named in `without` are left out."""
    plan: dict[str, Any] = {
        "version": 1,
        "name": "Muscle, 4 days a week",
        "goal": "hypertrophy",
        "level": "intermediate",
        "weeks": 8,
        "deload_weeks": [7],
        "source": {"kind": "model", "provider": "acme", "model": "large-1"},
        "days": [_day(weekday, title, text) for (weekday, title), text in _WEEK.items()],
        "rationale": "",
        "disclaimers": [],
        "changes": [],
        "warnings": [],
    }
    known = DraftPlan.model_validate(plan)
    for day, read in zip(plan["days"], known.days, strict=True):
        day["estimated_minutes"] = session_minutes(read, catalogue())
    return {key: value for key, value in plan.items() if key not in without}


def _day(weekday: int, title: str, text: str) -> dict[str, Any]:
    return {
        "day": weekday,
        "title": title,
        "focus": [],
        "estimated_minutes": 1,
        "warm_up": copy.deepcopy(_WARM_UP),
        "exercises": rows(*text.strip().splitlines()),
        "cool_down": [{"name": "Easy walking", "seconds": 120}],
        "aerobic_minutes": 0,
    }

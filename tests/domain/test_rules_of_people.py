"""The rules that bind some people more than others: beginners, light starts, the old, the young and the pregnant."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from shared.domain.catalogue import catalogue
from shared.domain.engine import PlanWish, write_plan
from shared.domain.profile import Profile, Screening
from shared.domain.rules import rules
from shared.domain.validation.findings import Violation
from shared.domain.validator import validate
from tests.domain.plans import row

YEAR = 2026
TODAY = date(YEAR, 7, 1)
GYM = sorted(catalogue().equipment)
Json = dict[str, Any]

BEGINNER = Profile(equipment=GYM, goals=["hypertrophy"])
TEENAGER = Profile(equipment=GYM, goals=["strength"], fitness_level="intermediate", birth_year=YEAR - 16)
GRANDMOTHER = Profile(equipment=GYM, fitness_level="intermediate", birth_year=YEAR - 70)
PREGNANT = Profile(equipment=GYM, fitness_level="intermediate", screening=Screening(pregnant=True, cleared=True))
UNWELL = Profile(equipment=GYM, screening=Screening(chest_pain=True))
TRAINED = Profile(equipment=GYM, goals=["strength"], fitness_level="intermediate", days_per_week=6, session_minutes=60)
WALKER = Profile(equipment=GYM, goals=["general"], fitness_level="intermediate", days_per_week=3)


@dataclass(frozen=True)
class Fault:
    """What is done to the engine's plan for a person, and what the validator says of it."""

    rule: str
    person: Profile
    spoil: Callable[[Json], object]
    path: str
    want: str
    severity: str = "E"
    asked: Json = field(default_factory=dict)
    week: int | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.path}"


def first(**fields: Any) -> Callable[[Json], object]:
    """Change the first exercise of the first day."""
    return lambda plan: plan["days"][0]["exercises"][0].update(fields)


def fifth(**fields: Any) -> Callable[[Json], object]:
    """Change the fifth exercise of the first day, which is no main lift any more."""
    return lambda plan: plan["days"][0]["exercises"][4].update(fields)


def last(text: str) -> Callable[[Json], object]:
    """Another last exercise on the first day, at the effort of the one that stood there."""

    def spoil(plan: Json) -> None:
        listed = plan["days"][0]["exercises"]
        listed[-1] = row(text) | {"rpe": listed[-1]["rpe"]}

    return spoil


def no_aerobic_minutes(plan: Json) -> None:
    for day in plan["days"]:
        day["aerobic_minutes"] = 0


FIRST = "days[0].exercises[0]"
FAULTS = [
    Fault("V05", BEGINNER, first(sets=5), f"{FIRST}.sets", "1 to 4", week=5),
    Fault("V24", UNWELL, first(rpe=5.0), f"{FIRST}.rpe", "at most 4 until you are cleared"),
    Fault("V24", UNWELL, first(rpe=None), f"{FIRST}.rpe", "at most 4 until you are cleared"),
    Fault("V24", UNWELL, last("running 1 300s 0"), "days[0].exercises[-1].exercise_id", "legal for you"),
    Fault("V24", UNWELL, first(notes="Then a max test."), f"{FIRST}.notes", "no such test"),
    Fault("V24", GRANDMOTHER, fifth(sets=3), "days[0].exercises[4].sets", "at most 2"),
    Fault("V24", GRANDMOTHER, first(reps={"min": 5, "max": 12}), f"{FIRST}.reps", "at least 10 repetitions"),
    Fault("V24", GRANDMOTHER, last("box-jump 2 10-12 60"), "days[0].exercises[-1].exercise_id", "legal for you"),
    Fault("V24", TEENAGER, first(notes="Try a 1RM test."), f"{FIRST}.notes", "no such test"),
    Fault("V24", TEENAGER, first(reps={"min": 3, "max": 6}), f"{FIRST}.reps", "at least 5 repetitions"),
    Fault("V24", PREGNANT, last("glute-bridge 2 8-12 60"), "days[0].exercises[-1].exercise_id", "legal for you"),
    Fault("V36", PREGNANT, first(rpe=7.0), f"{FIRST}.rpe", "at most 6"),
    Fault("V36", BEGINNER, first(rpe=7.5), f"{FIRST}.rpe", "at most 7"),
    Fault("V36", BEGINNER, first(rpe=8.5), f"{FIRST}.rpe", "at most 8", week=5),
    Fault("V36", BEGINNER, first(sets=4), f"{FIRST}.sets", "at most 3 sets in a beginner's first weeks"),
    Fault("V36", BEGINNER, first(notes="The last set is an AMRAP."), f"{FIRST}.notes", "no failure sets"),
    Fault("V44", TRAINED, lambda plan: None, "days", "at most 5 at this level", "W",
          asked={"consented": True}),
    Fault("V47", WALKER, no_aerobic_minutes, "days", "at least 150 moderate minutes", "W"),
    Fault("V53", PREGNANT, lambda plan: plan.update(disclaimers=[]), "disclaimers",
          rules().table("V53.texts")["pregnancy"]),
    Fault("V53", UNWELL, lambda plan: plan.update(disclaimers=[]), "disclaimers",
          rules().table("V53.texts")["light_start"]),
    Fault("V53", GRANDMOTHER, lambda plan: plan.update(disclaimers=[]), "disclaimers",
          rules().table("V53.texts")["older"]),
    Fault("V53", TEENAGER, lambda plan: plan.update(disclaimers=[]), "disclaimers", rules().table("V53.texts")["minor"]),
]  # fmt: skip


def errors_and(severity: str, found: list[Violation]) -> list[Violation]:
    return [one for one in found if one.severity in ("E", severity)]


@pytest.mark.parametrize("person", [BEGINNER, TEENAGER, GRANDMOTHER, PREGNANT, UNWELL, TRAINED, WALKER])
def test_the_engines_plan_for_them_breaks_nothing(person):
    plan = write_plan(PlanWish(), person, seed=1, today=TODAY)
    assert errors_and("E", validate(plan, profile=person, year=YEAR)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_engines_plan_is_found_and_it_alone(fault):
    wish = PlanWish(**fault.asked)
    plan = write_plan(wish, fault.person, seed=1, today=TODAY).model_dump(mode="json") | {"rationale": ""}
    before = {(one.id, one.path) for one in validate(plan, profile=fault.person, year=YEAR, wish=wish, week=fault.week)}
    fault.spoil(plan)
    fault_path = fault.path.replace("[-1]", f"[{len(plan['days'][0]['exercises']) - 1}]")
    found = validate(plan, profile=fault.person, year=YEAR, week=fault.week)
    told = [one for one in found if (one.id, one.path) == (fault.rule, fault_path) and fault.want in one.want]
    assert [one.severity for one in told] == [fault.severity]
    assert told[0].source == rules().source(fault.rule)
    assert told[0].fix and told[0].why
    others = {(one.id, one.path) for one in errors_and("E", found)} - before - {(fault.rule, fault_path)}
    assert {path for rule, path in others if not path.endswith("estimated_minutes")} == set()

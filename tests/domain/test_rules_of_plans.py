"""The validator rule by rule: one broken thing gives that one rule, where it is, what was found and wanted, and why."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.domain.catalogue import catalogue
from shared.domain.engine import PlanWish
from shared.domain.plan import DraftPlan
from shared.domain.profile import Injury
from shared.domain.rules import rules
from shared.domain.validation.findings import History, Violation
from shared.domain.validator import validate
from tests.domain.plans import PERSON, YEAR, row, rows, sound_plan

Json = dict[str, Any]
MONDAY, TUESDAY, THURSDAY, FRIDAY = range(4)
NEVER_TRAINED = History()


@dataclass(frozen=True)
class Fault:
    """One way to break one rule: what is done to a sound plan, and what the validator is to say of it."""

    rule: str
    path: str
    spoil: Callable[[Json], object]
    got: str
    want: str
    severity: str = "E"
    person: Json = field(default_factory=dict)
    asked: Json = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} {self.path} {self.got}"


def item(plan: Json, day: int, index: int) -> Json:
    """A planned exercise."""
    found: Json = plan["days"][day]["exercises"][index]
    return found


def put(day: int, index: int, **fields: Any) -> Callable[[Json], object]:
    """Change fields of one exercise."""
    return lambda plan: item(plan, day, index).update(fields)


def swap_in(day: int, index: int, text: str) -> Callable[[Json], object]:
    """Another exercise in one place."""
    return lambda plan: plan["days"][day]["exercises"].__setitem__(index, row(text))


def whole(**fields: Any) -> Callable[[Json], object]:
    """Change fields of the plan."""
    return lambda plan: plan.update(fields)


def on_day(index: int, /, **fields: Any) -> Callable[[Json], object]:
    """Change fields of a day."""
    return lambda plan: plan["days"][index].update(fields)


def every(**fields: Any) -> Callable[[Json], object]:
    """Change fields of every exercise that is counted in repetitions."""

    def spoil(plan: Json) -> None:
        for day in plan["days"]:
            for one in day["exercises"]:
                if one["reps"] is not None:
                    one.update(copy.deepcopy(fields))

    return spoil


def together(*steps: Callable[[Json], object]) -> Callable[[Json], object]:
    """Several changes that only together break the one rule."""

    def spoil(plan: Json) -> None:
        for step in steps:
            step(plan)

    return spoil


def deep(levels: int) -> object:
    """A list in a list in a list."""
    found: object = "end"
    for _ in range(levels):
        found = [found]
    return found


BAND = {"min": 6, "max": 10}
STRETCHES = ("cat-cow", "arm-circle", "hip-circle", "ankle-rock", "open-book")
REACH_V41 = together(on_day(TUESDAY, day=4), on_day(THURSDAY, day=2))

FAULTS = [
    Fault("V01", "version", whole(version=2), "2", "1"),
    Fault("V01", "goal", whole(goal="fame"), "literal_error", "'strength'"),
    Fault("V01", "days[0].mood", on_day(MONDAY, mood="good"), "extra_forbidden", "not permitted"),
    Fault("V02", "days", whole(days=[]), "a list of 0", "1 to 6 training days"),
    Fault("V02", "days[3].day", on_day(FRIDAY, day=1), "1", "each weekday once"),
    Fault("V02", "days[3].day", on_day(FRIDAY, day=8), "8", "a weekday from 1 to 7"),
    Fault("V03", "days[0].exercises",
          lambda plan: plan["days"][0]["exercises"].extend(rows(*(f"{name} 1 8-8 0" for name in STRETCHES))),
          "a list of 11", "1 to 10 exercises"),
    Fault("V04", "days[1].exercises[5].exercise_id", put(TUESDAY, 5, exercise_id="plonk-hold"), "plonk-hold", "plank"),
    Fault("V04", "days[1].exercises[5].exercise_id", put(TUESDAY, 5, exercise_id="The Plank"), "The Plank", "plank", "W"),
    Fault("V05", "days[1].exercises[4].sets", put(TUESDAY, 4, sets=9), "9", "1 to 8"),
    Fault("V05", "days[1].exercises[5].sets", put(TUESDAY, 5, sets=2.5), "2.5", "1 to 8"),
    Fault("V06", "days[0].exercises[0]", put(MONDAY, 0, seconds=30), "both", "either reps or seconds"),
    Fault("V06", "days[1].exercises[5]", put(TUESDAY, 5, seconds=None), "neither", "either reps or seconds"),
    Fault("V06", "days[0].exercises[5].reps", put(MONDAY, 5, reps={"min": 12, "max": 8}), "12 to 8", "the lower first"),
    Fault("V06", "days[1].exercises[5].seconds", put(TUESDAY, 5, seconds=601, sets=1), "601", "5 to 600"),
    Fault("V06", "days[1].exercises[5]", put(TUESDAY, 5, seconds=None, reps=BAND), "by the other", "seconds", "W"),
    Fault("V07", "days[1].exercises[5].rest_s", put(TUESDAY, 5, rest_s=301), "301", "0 to 300"),
    Fault("V08", "days[0].exercises[0].load_kg", put(MONDAY, 0, load_kg=61.3), "61.3", "the equipment can make"),
    Fault("V08", "days[0].exercises[0].load_kg", put(MONDAY, 0, load_kg=501.0), "501", "0 to 500 kg"),
    Fault("V09", "days[0].exercises[0].rpe", put(MONDAY, 0, rpe=8.3), "8.3", "steps of 0.5"),
    Fault("V09", "days[3].exercises[5].rpe", put(FRIDAY, 5, rpe=4.0), "4", "5 to 10"),
    Fault("V10", "days[0].exercises[5].exercise_id", swap_in(MONDAY, 5, "triceps-pushdown 3 10-15 75"),
          "triceps-pushdown", "each exercise once"),
    Fault("V11", "days[0].exercises[0].notes", put(MONDAY, 0, notes="<b>Go</b>"), "markup or a link", "plain text"),
    Fault("V11", "days[0].exercises[0].notes", put(MONDAY, 0, notes="See www.example.org"), "markup or a link", "plain text"),
    Fault("V11", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Ask ann@gym.local"), "of a person", "no personal"),
    Fault("V11", "days[0].exercises[0].notes", put(MONDAY, 0, notes="This cures arthritis"), "cures", "no medical claim"),
    Fault("V11", "rationale", whole(rationale="Das heilt Arthrose."), "heilt", "no medical claim"),
    Fault("V11", "rationale", whole(rationale="Esto cura la artrosis."), "cura", "no medical claim"),
    Fault("V11", "rationale", whole(rationale="Cela guérit l'arthrose."), "guérit", "no medical claim"),
    Fault("V11", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Press. " * 80), "560 characters", "at most 500"),
    Fault("V12", "days[0].exercises[5].superset", put(MONDAY, 5, superset="A"), "A", "at least two exercises"),
    Fault("V12", "days[2].exercises[5].superset",
          together(swap_in(THURSDAY, 2, "chest-supported-dumbbell-row 3 8-12 120 A"),
                   swap_in(THURSDAY, 3, "dumbbell-shoulder-press 3 8-12 90 A"),
                   put(THURSDAY, 4, superset=None), put(THURSDAY, 5, superset="A")),
          "A", "one unbroken group"),
    Fault("V13", "changes[0][0][0][0][0]", whole(changes=deep(7)), "7 levels", "at most 6 levels"),
    Fault("V13", "weeks", whole(weeks=float("nan")), "nan", "a finite number"),
    Fault("V13", "weeks", whole(weeks=10**30), "an enormous number", "within"),
    Fault("V13", "", whole(rationale="a" * 70_000), "a larger document", "65536"),
    Fault("V13", "", whole(rationale="é" * 40_000), "a larger document", "65536 bytes"),
    Fault("V13", "", whole(**{"k" * 70_000: 1}), "a larger document", "65536 bytes"),
    Fault("V13", "name", whole(name=b"Muscle"), "a bytes", "JSON"),
    Fault("V20", "days[0].exercises[5].exercise_id", whole(), "ez-bar-curl", "legal for you",
          person={"equipment": [one for one in PERSON.equipment if one != "ez_bar"]}),
    Fault("V21", "days[1].exercises[5].exercise_id", swap_in(TUESDAY, 5, "v-up 3 10-15 90"), "v-up", "legal for you"),
    Fault("V21", "level", whole(level="advanced"), "advanced", "intermediate"),
    Fault("V22", "days[1].exercises[0].exercise_id",
          whole(disclaimers=[rules().table("V53.texts")["injury"]]), "barbell-back-squat", "legal for you",
          person={"injuries": [Injury(region="other", note="groin strain")]}),
    Fault("V23", "days[0].exercises[5].exercise_id", whole(), "ez-bar-curl", "legal for you",
          person={"excluded_exercises": ["EZ bar curl"]}),
    Fault("V25", "days", whole(), "4 days", "at most 3", person={"days_per_week": 3}),
    Fault("V25", "days[3].day", whole(), "5", "one of 1, 2, 4, 6",
          asked={"wish": PlanWish(weekdays=frozenset({1, 2, 4, 6}))}),
    Fault("V26", "days[0].estimated_minutes", whole(), "minutes", "at most 44 minutes", person={"session_minutes": 40}),
    Fault("V26", "days[0].estimated_minutes", whole(), "minutes", "at least 67.5 minutes",
          person={"session_minutes": 90}),
    Fault("V27", "days", every(reps={"min": 3, "max": 5}, rest_s=150), "0 of", "at least 70% of sets at 6-12"),
    Fault("V27", "days", every(rpe=6.0), "0 of", "at least 70% of sets at RPE 7-9.5"),
    Fault("V28", "days", whole(), "3 sets for traps", "at least 8 a week", "W",
          asked={"wish": PlanWish(focus=("traps",))}),
    Fault("V30", "days", put(THURSDAY, 1, sets=3), "7 sets for chest", "at least 8 a week", "W"),
    Fault("V30", "days", swap_in(TUESDAY, 4, "leg-extension 4 10-15 90"),
          "sets for quadriceps", "at most 18 a week", "W"),
    Fault("V31", "days[1]", put(TUESDAY, 3, sets=6), "sets for hamstrings", "at most 11", "W"),
    Fault("V32", "days[0]",
          together(put(MONDAY, 4, sets=4, rest_s=30), swap_in(MONDAY, 5, "wrist-curl 8 10-15 0")), "26 sets", "at most 25"),
    Fault("V33", "days", whole(), "8 sets for chest", "at most 4 after 2 last week", "W",
          asked={"history": History(last_week_sets={"chest": 2.0})}),
    Fault("V34", "days[0].exercises[1].sets", put(MONDAY, 1, sets=6), "6", "2 to 5 sets of a main lift"),
    Fault("V34", "days[3].exercises[2].sets", put(FRIDAY, 2, sets=1), "1", "2 to 5 sets of a main lift"),
    Fault("V35", "days[0].exercises[0].rest_s", put(MONDAY, 0, rest_s=45), "45", "at least 60 s"),
    Fault("V36", "days[0].exercises[0].rpe", put(MONDAY, 0, rpe=10.0), "10", "at most 9.5"),
    Fault("V37", "days[0].exercises[0].load_kg", put(MONDAY, 0, load_kg=60.0), "60", "at most 55.0 kg",
          asked={"history": History(last_load_kg={"barbell-bench-press": 50.0})}),
    Fault("V37", "days[0].exercises[0].load_kg", put(MONDAY, 0, load_kg=60.0), "60", "find your weight",
          asked={"history": NEVER_TRAINED}),
    Fault("V37", "days[0].exercises[0].load_kg", put(MONDAY, 0, load_kg=90.0), "90", "at most 83.6 kg",
          asked={"history": History(e1rm_kg={"barbell-bench-press": 100.0})}),
    Fault("V38", "deload_weeks", whole(weeks=12, deload_weeks=[]), "a list of 0", "at least every 9 weeks"),
    Fault("V38", "deload_weeks", whole(weeks=12, deload_weeks=[6, 7]), "a list of 2", "at least 3 weeks apart"),
    Fault("V38", "deload_weeks", whole(deload_weeks=[9]), "a list of 1", "weeks from 1 to 8"),
    Fault("V40", "days",
          together(swap_in(TUESDAY, 5, "seated-heel-raise 3 10-15 90"), swap_in(FRIDAY, 5, "wrist-curl 3 10-15 90")),
          "no core", "every major movement"),
    Fault("V41", "days[0]", REACH_V41, "sets for chest", "under 4 on one of them"),
    Fault("V42", "days", together(put(MONDAY, 1, sets=2), put(MONDAY, 3, sets=2), put(THURSDAY, 0, sets=3), put(THURSDAY, 2, sets=2)),
          "(push to pull)", "0.67 to 1.5", "W"),
    Fault("V43", "days[0].exercises[5].exercise_id",
          together(swap_in(MONDAY, 3, "ez-bar-curl 3 10-15 75"), swap_in(MONDAY, 5, "lat-pulldown 3 8-12 90")),
          "Lat Pulldown late", "explosive, then compound", "W"),
    Fault("V45", "days[0].warm_up", on_day(MONDAY, warm_up=[]), "no warm-up", "five to ten minutes"),
    Fault("V45", "days[0].warm_up", on_day(MONDAY, warm_up=[{"name": "Easy cycling", "seconds": 240}]), "240 s",
          "300 to 600 s", "W"),
    Fault("V46", "days[1].exercises[2].notes", put(TUESDAY, 2, notes="Left leg only."), "only the left side",
          "both sides", "W"),
    Fault("V50", "rationale", whole(rationale="You train 9 days a week."), "9", "numbers of the plan itself"),
    Fault("V50", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Do seven sets."), "7", "numbers of the plan itself"),
    Fault("V50", "name", whole(name="Muscle, 5 days a week"), "5", "numbers of the plan itself"),
    Fault("V50", "rationale", whole(rationale="Two training days each week."), "2", "numbers of the plan itself"),
    Fault("V50", "rationale", whole(rationale="It is a 12-week block."), "12", "numbers of the plan itself"),
    Fault("V50", "rationale", whole(rationale="Elf Sätze pro Tag."), "11", "numbers of the plan itself"),
    Fault("V50", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Do 4x15."), "15", "numbers of the plan itself"),
    Fault("V50", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Go to RPE9.5."), "9.5", "numbers of the plan itself"),
    Fault("V50", "rationale", whole(rationale="Lift 1,000 kg."), "1000", "numbers of the plan itself"),
    Fault("V50", "rationale", whole(rationale="Worth 12345678 points."), "1.23457e+07", "numbers of the plan itself"),
    Fault("V50", "days[0].title", on_day(MONDAY, title="Bench 140"), "140", "numbers of the plan itself"),
    Fault("V51", "rationale", whole(rationale="Your bench went up last week."), "last week", "not logged",
          asked={"history": NEVER_TRAINED}),
    Fault("V51", "days[0].exercises[0].notes", put(MONDAY, 0, notes="Beat your best."), "your best", "not logged",
          asked={"history": NEVER_TRAINED}),
    Fault("V52", "source", whole(source={"kind": "model", "provider": " ", "model": "large-1"}), "an object",
          "kind, provider and model"),
    Fault("V53", "disclaimers", swap_in(MONDAY, 2, "machine-shoulder-press 3 6-10 120"), "missing",
          rules().table("V53.texts")["injury"], person={"injuries": [Injury(region="wrist")]}),
]  # fmt: skip


def judged(plan: object, fault: Fault) -> list[Violation]:
    person = PERSON.model_copy(update=fault.person)
    return validate(plan, profile=person, year=YEAR, **fault.asked)


def spoilt(fault: Fault) -> Json:
    """A sound plan with this fault, whose author still counts the minutes right unless minutes are the fault."""
    plan = sound_plan()
    fault.spoil(plan)
    for violation in judged(plan, fault):
        if violation.id == "V50" and violation.path.endswith(".estimated_minutes"):
            day = int(violation.path[len("days[")])
            plan["days"][day]["estimated_minutes"] = int(violation.want)
    return plan


def test_a_sound_plan_breaks_no_rule():
    assert validate(sound_plan(), profile=PERSON, year=YEAR) == []
    assert validate(DraftPlan.model_validate(sound_plan()), profile=PERSON, year=YEAR) == []


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_one_fault_breaks_its_own_rule_and_says_everything_about_it(fault):
    found = judged(spoilt(fault), fault)
    assert {violation.id for violation in found} == {fault.rule}
    [told] = [
        one for one in found if one.path == fault.path and one.severity == fault.severity and fault.got in one.got
    ]
    rule = rules().rule(fault.rule)
    assert fault.want in told.want
    assert told.source == rule.source
    assert told.fix
    assert told.why == rule.why or fault.rule in {"V20", "V21", "V22", "V23", "V24", "V28"}
    assert len(told.why) > 15


CLAIMS = [
    "It builds on your recent progress.", "You lifted well.", "As you did last week.", "Since your last plan much changed.",
    "Letzte Woche lief es gut.", "Baut auf dem auf, was zuletzt ging.", "La semana pasada fue dura.", "Como la última vez.",
    "La semaine dernière était dure.", "Comme la dernière fois.",
]  # fmt: skip
NO_CLAIMS = [
    "Since you have dumbbells, presses lead.", "Do your best.", "Track your progress.", "No PR attempts.", "The last set is hard.",
    "Rest until you've done all sets.", "Das letzte Drittel ist leicht.", "La última serie cuesta.", "La dernière série compte.",
]  # fmt: skip


@pytest.mark.parametrize("said", CLAIMS)
def test_a_model_that_claims_a_history_it_was_not_shown_is_found_out(said):
    plan = sound_plan() | {"rationale": said}
    found = validate(plan, profile=PERSON, year=YEAR)
    assert [(one.id, one.path) for one in found] == [("V51", "rationale")]
    lifted = History(last_load_kg={"plank": 0.0}, last_week_sets={"chest": 10.0})
    assert validate(plan, profile=PERSON, year=YEAR, history=lifted) == []
    engine = plan | {"source": {"kind": "offline", "provider": "offline", "model": "engine"}}
    assert validate(engine, profile=PERSON, year=YEAR) == []


@pytest.mark.parametrize("said", NO_CLAIMS)
def test_words_that_only_sound_like_history_are_let_stand(said):
    assert validate(sound_plan() | {"rationale": said}, profile=PERSON, year=YEAR) == []


def test_every_cue_of_the_catalogue_may_stand_in_the_notes():
    for exercise in catalogue().exercises.values():
        plan = sound_plan()
        listed = plan["days"][0]["exercises"]
        listed[5] = listed[5] | {"exercise_id": exercise.id, "notes": " ".join(exercise.cues)}
        found = validate(plan, profile=PERSON, year=YEAR)
        assert [one for one in found if one.path == "days[0].exercises[5].notes"] == []

"""A workout plan as it is written, checked, stored and answered: one shape for every author."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.words import Goal, KeptId, Level, Moment, Shape

PLAN_VERSION = 1
Text = Annotated[str, Field(max_length=500)]


class RepRange(Shape):
    """From how many to how many repetitions, both included."""

    min: Annotated[int, Field(ge=1, le=30)]
    max: Annotated[int, Field(ge=1, le=30)]


class Source(Shape):
    """Who wrote it: the offline engine, or which provider's model."""

    kind: Literal["model", "offline"]
    provider: str
    model: str


class PlannedExercise(Shape):
    """One exercise of a day: either `reps` or `seconds` is set, never both."""

    exercise_id: str
    name: str
    sets: Annotated[int, Field(ge=1, le=8)]
    reps: RepRange | None = None
    seconds: Annotated[int, Field(ge=5, le=600)] | None = None
    rpe: Annotated[float, Field(ge=1, le=10, multiple_of=0.5)] | None = None
    rest_s: Annotated[int, Field(ge=0, le=300)]
    load_kg: Annotated[float, Field(ge=0, le=500)] | None = None
    superset: Annotated[str, Field(max_length=4)] | None = None
    notes: Text = ""


class Drill(Shape):
    """A warm-up or cool-down item, by time."""

    name: Annotated[str, Field(max_length=120)]
    seconds: Annotated[int, Field(ge=5, le=1800)]


class PlanDay(Shape):
    """A training day: `day` is the ISO weekday, 1 = Monday to 7 = Sunday."""

    day: Annotated[int, Field(ge=1, le=7)]
    title: Annotated[str, Field(max_length=120)]
    focus: list[str] = []
    estimated_minutes: Annotated[int, Field(ge=1, le=240)]
    warm_up: list[Drill] = []
    exercises: Annotated[list[PlannedExercise], Field(min_length=1, max_length=10)]
    cool_down: list[Drill] = []
    aerobic_minutes: Annotated[int, Field(ge=0, le=120)] = 0


class Change(Shape):
    """What repair or a swap altered, under which rule, and why."""

    rule: str
    what: str
    why: str


class PlanWarning(Shape):
    """A rule of severity warning that the plan does not meet, told to the person."""

    rule: str
    message: str


class DraftPlan(Shape):
    """A plan before it is kept: what an author proposes and the validator judges."""

    version: Literal[1] = 1
    name: Annotated[str, Field(max_length=120)]
    goal: Goal
    level: Level
    weeks: Annotated[int, Field(ge=1, le=16)]
    deload_weeks: list[int] = []
    source: Source
    days: Annotated[list[PlanDay], Field(min_length=1, max_length=6)]
    rationale: Annotated[str, Field(max_length=4000)] = ""
    disclaimers: list[Text] = []
    changes: list[Change] = []
    warnings: list[PlanWarning] = []


class Plan(DraftPlan):
    """A kept plan: one of a person's own, with its id and moment."""

    id: KeptId
    created_at: Moment
    active: bool = False

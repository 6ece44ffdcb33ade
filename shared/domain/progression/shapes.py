"""The next session as it is answered: what to lift, how often, and why."""

from typing import Annotated

from pydantic import Field

from shared.domain.plan import Change, RepRange
from shared.domain.words import Shape


class WarmUpStep(Shape):
    """One step of the ramp; `plates_kg` go on each side of the bar."""

    weight_kg: float
    reps: int
    plates_kg: list[float] = Field(default_factory=list)


class PreviousSet(Shape):
    """A work set of the last time; whatever was not measured is null."""

    reps: int | None
    weight_kg: float | None
    rpe: float | None
    seconds: float | None = None


class NextExercise(Shape):
    """One exercise of the next session. `load_kg` is the whole bar, or one dumbbell; null where there is no history or
    no outside load; negative where the machine helps. `plates_kg` go on each side of the bar."""

    exercise_id: str
    name: str
    sets: int
    reps: RepRange | None
    seconds: int | None
    rpe: float | None
    rest_s: int
    load_kg: float | None
    why: Annotated[str, Field(min_length=1)]
    warm_up: list[WarmUpStep] = Field(default_factory=list)
    plates_kg: list[float] = Field(default_factory=list)
    previous: list[PreviousSet] = Field(default_factory=list)
    superset: str | None = None


class NextSession(Shape):
    """The active plan's next session. `notes` say what holds for the whole of it, `changes` what was swapped or left
    out because the person may no longer do it."""

    plan_id: str
    day: int
    title: str
    estimated_minutes: int
    deload: bool
    exercises: list[NextExercise]
    notes: list[str] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)

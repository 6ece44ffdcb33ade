"""A workout as it was done: sets, reps, weight and effort, in the order they happened."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.domain.words import ClientId, Moment, Note, Reps, Rpe, Seconds, SetKind, Shape, WeightKg


class LoggedSet(Shape):
    """One set; whatever was not measured is absent."""

    kind: SetKind = "working"
    reps: Reps | None = None
    weight_kg: WeightKg | None = None
    rpe: Rpe | None = None
    seconds: Seconds | None = None
    distance_m: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None


class Entry(Shape):
    """The sets of one exercise, named by catalogue id or, for a custom one, by its own name."""

    exercise_id: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    notes: Note | None = None
    sets: Annotated[list[LoggedSet], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.exercise_id is None and self.name is None:
            raise ValueError("an entry needs an exercise_id or a name")
        return self

    @property
    def key(self) -> str:
        """What groups entries of one exercise over time: its id, or `custom:` and the folded name."""
        return self.exercise_id or "custom:" + " ".join((self.name or "").casefold().split())


class Log(Shape):
    """A whole session, with the id its client made."""

    id: ClientId
    plan_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    day: Annotated[int, Field(ge=1, le=7)] | None = None
    title: Annotated[str, Field(max_length=200)] | None = None
    started_at: Moment
    ended_at: Moment | None = None
    notes: Note | None = None
    session_rpe: Rpe | None = None
    entries: Annotated[list[Entry], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("ended_at is before started_at")
        return self

    @property
    def moment(self) -> datetime:
        """When the session counts as done: its start."""
        return self.started_at

"""Who trains: level, goals, equipment, injuries and screening answers, as the person gave them."""

from typing import Annotated

from pydantic import Field

from shared.domain.words import Goal, Level, Region, Shape, Units

ExerciseId = Annotated[str, Field(min_length=1, max_length=80)]
PlateKg = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
DumbbellKg = Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)]
MOST_EXCLUDED = 200
SCREENING_FLAGS = (
    "heart_condition", "chest_pain", "dizziness", "chronic_condition", "medication", "joint_problem", "supervised_only",
    "pregnant",
)  # fmt: skip


class Injury(Shape):
    """A region to spare; `cleared` records that a clinician has allowed loading it again."""

    region: Region
    note: Annotated[str, Field(max_length=500)] | None = None
    cleared: bool = False


YesNo = Annotated[bool | None, Field(exclude_if=lambda answer: answer is None)]
"""An answer, and nothing at all where there is none yet."""


class Screening(Shape):
    """Answers to our screening questions; an absent answer was not asked yet. Any yes without `cleared` means a light
    start."""

    heart_condition: YesNo = None
    chest_pain: YesNo = None
    dizziness: YesNo = None
    chronic_condition: YesNo = None
    medication: YesNo = None
    joint_problem: YesNo = None
    supervised_only: YesNo = None
    pregnant: YesNo = None
    cleared: YesNo = None

    @property
    def light_start(self) -> bool:
        """Whether only light-start plans may be written until clearance is recorded."""
        return not self.cleared and any(getattr(self, flag) for flag in SCREENING_FLAGS)


class Profile(Shape):
    """The whole profile; every field has a default, so that a new account can be planned for conservatively."""

    fitness_level: Level = "beginner"
    goals: Annotated[list[Goal], Field(min_length=1, max_length=5)] = ["general"]
    equipment: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=60)] = []
    injuries: Annotated[list[Injury], Field(max_length=20)] = []
    days_per_week: Annotated[int, Field(ge=1, le=6)] = 3
    session_minutes: Annotated[int, Field(ge=20, le=180)] = 45
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    sex: Annotated[str, Field(pattern="^(female|male|other)$")] | None = None
    height_cm: Annotated[float, Field(ge=80, le=260, allow_inf_nan=False)] | None = None
    units: Units = "kg"
    excluded_exercises: Annotated[list[ExerciseId], Field(max_length=MOST_EXCLUDED)] = []
    bar_kg: Annotated[float, Field(ge=0, le=50, allow_inf_nan=False)] | None = None
    plates_kg: Annotated[list[PlateKg], Field(max_length=40)] | None = None
    dumbbells_kg: Annotated[list[DumbbellKg], Field(max_length=80)] | None = None
    screening: Screening = Field(default_factory=Screening)
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    locale: Annotated[str, Field(max_length=35, pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] = "en"

    def age(self, year: int) -> int | None:
        """Age in whole years reached during `year`, or None where the birth year is unknown."""
        return None if self.birth_year is None else year - self.birth_year

    @property
    def regions_to_spare(self) -> frozenset[Region]:
        """Injured regions that no clinician has cleared."""
        return frozenset(injury.region for injury in self.injuries if not injury.cleared)

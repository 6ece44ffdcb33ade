"""Progress as it is answered: the shapes alone, so that declaring an endpoint imports no computation."""

from datetime import date

from pydantic import Field

from shared.domain.words import Muscle, Shape


class E1rmPoint(Shape):
    """The best estimated one-repetition maximum of a day."""

    date: date
    kg: float


class RecordPoint(Shape):
    """The heaviest weight for a number of repetitions, and when it was first lifted."""

    reps: int
    weight_kg: float
    date: date


class ExerciseProgress(Shape):
    """One exercise; a custom one carries `custom:` and its folded name for an id."""

    exercise_id: str
    name: str
    e1rm: list[E1rmPoint] = Field(default_factory=list)
    records: list[RecordPoint] = Field(default_factory=list)


class WeeklySets(Shape):
    """Fractional hard sets of one muscle in one ISO week, against the useful range."""

    week: str
    muscle: Muscle
    sets: float
    low: float
    high: float


class WeeklyVolume(Shape):
    """Weight times repetitions over an ISO week."""

    week: str
    kg: float


class AdherenceShape(Shape):
    """Sessions planned and done; the ratio is null where nothing was planned."""

    planned: int
    done: int
    ratio: float | None


class StreakShape(Shape):
    """Days in a row without a missed session."""

    days: int
    longest_days: int


class LoadShape(Shape):
    """Load change: the last week's mean, the last month's, and their ratio. It says nothing about injury."""

    acute: float
    chronic: float
    change: float | None


class ProgressReport(Shape):
    """Everything a progress page draws."""

    exercises: list[ExerciseProgress]
    weekly_sets: list[WeeklySets]
    volume: list[WeeklyVolume]
    adherence: AdherenceShape
    streak: StreakShape
    load: LoadShape | None

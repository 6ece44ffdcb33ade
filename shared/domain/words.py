"""The vocabulary every shape shares: closed lists of words, ranges with their units, and the base of all shapes."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

Level = Literal["beginner", "intermediate", "advanced"]
Goal = Literal["strength", "hypertrophy", "endurance", "fat_loss", "general"]
Region = Literal["shoulder", "elbow", "wrist", "neck", "lower_back", "hip", "knee", "ankle", "other"]
Units = Literal["kg", "lb"]
WrittenIn = Literal["en", "de"]
"""The languages that Vigor's own words are written in; what people write is understood in more."""
SetKind = Literal["warm_up", "working", "drop", "failure"]
Purpose = Literal["plan", "chat", "analysis", "motivation", "test"]
"""What a model is asked for."""

Muscle = Literal[
    "chest", "lats", "upper_back", "shoulders", "biceps", "triceps", "forearms", "traps", "neck",
    "abdominals", "lower_back", "glutes", "quadriceps", "hamstrings", "adductors", "abductors", "calves",
]  # fmt: skip
Pattern = Literal[
    "squat", "lunge", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull", "core", "carry",
    "elbow_flexion", "elbow_extension", "shoulder_isolation", "chest_isolation", "knee_flexion", "knee_extension",
    "hip_isolation", "calf", "grip", "neck", "plyometric", "olympic", "aerobic", "mobility",
]  # fmt: skip

MUSCLES: tuple[Muscle, ...] = get_args(Muscle)
MAJOR_MUSCLES: tuple[Muscle, ...] = (
    "chest", "lats", "upper_back", "shoulders", "biceps", "triceps", "glutes", "quadriceps", "hamstrings",
)  # fmt: skip
"""The muscles whose weekly sets are held to a range; the others are trained along with them."""

KG_PER_LB = 0.45359237

WeightKg = Annotated[
    float, Field(ge=-300, le=1000, allow_inf_nan=False, description="kilograms; negative = assistance")
]
Reps = Annotated[int, Field(ge=0, le=1000)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False, description="seconds")]


def _in_halves(rpe: float) -> float:
    """Exactly: the schema's `multipleOf` is held with a tolerance, which would let 7.5000000001 in."""
    if rpe % 0.5:
        raise ValueError("must be a multiple of 0.5")
    return rpe


Rpe = Annotated[
    float,
    Field(ge=0, le=10, multiple_of=0.5, allow_inf_nan=False, description="rating of perceived exertion, 0-10"),
    AfterValidator(_in_halves),
]
Note = Annotated[str, Field(max_length=2000)]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""What counts as a day in a life here: far enough from the ends of the calendar for a time zone or half a year more."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(rf"{_DAY.pattern}[T ]\d{{2}}:\d{{2}}.*", re.ASCII)


def _read_day(given: Any) -> Any:
    """The date that a text is, or None, which is refused as none; the library would read seconds since 1970 too."""
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        return None


def _read_moment(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return datetime.fromisoformat(given.upper()) if _MOMENT.fullmatch(given.upper()) else None
    except ValueError:
        return None


AnyDay = Annotated[date, BeforeValidator(_read_day)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY), BeforeValidator(_read_day)]


def _in_utc(given: datetime) -> datetime:
    try:
        moment = given.astimezone(UTC)
    except OverflowError:
        moment = None
    if moment is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise ValueError(f"must be a time from {FIRST_DAY.year} to {LAST_DAY.year}")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc), BeforeValidator(_read_moment)]
"""A time with its offset, kept and answered in UTC."""
ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
"""An id made by a client, such as a UUID."""
KeptId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
"""An id under which the server keeps something; it comes back in restored exports, which anybody may have edited."""


def _digits(given: Any) -> Any:
    """A parameter of a query as a whole number is written: no `1.0`, no `1_0`, no blank, no sign but a minus."""
    if isinstance(given, str) and not re.fullmatch(r"-?\d+", given, re.ASCII):
        raise ValueError("must be a whole number")
    return given


PageSize = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]
"""How many items a page of a list may have, as it stands in a query."""


class Shape(BaseModel):
    """Base of everything that crosses an edge: unknown fields are refused, and building the validator waits for its
    first use because most workers need few of them."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

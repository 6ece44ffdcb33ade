"""Exercises: the catalogue, searched by text, muscle, pattern and equipment, and by what is safe for oneself."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from shared.app import App
from shared.auth.callers import Arriving
from shared.domain.words import Level, Muscle, PageSize, Pattern, Shape
from shared.errors import NotFound
from shared.http import blueprint, endpoint
from shared.operations import Query

if TYPE_CHECKING:
    from shared.domain.catalogue import Equipment, Exercise

bp = blueprint()


class ExerciseWords(Shape):
    """An exercise's words in another language; as many cues as in English."""

    name: str
    aliases: list[str]
    cues: list[str]


class ExerciseView(Shape):
    """An exercise of the catalogue."""

    id: str
    name: str
    aliases: list[str]
    pattern: Pattern
    kind: str
    primary: list[Muscle]
    secondary: list[Muscle]
    requires: list[str]
    load: str
    level: Level
    unilateral: bool
    timed: bool
    body_weight_factor: float | None
    cues: list[str]
    translations: dict[Literal["de"], ExerciseWords] = Field(
        default_factory=dict, description="by language code; every other field is English"
    )

    @classmethod
    def of(cls, exercise: "Exercise") -> "ExerciseView":
        fields = asdict(exercise)
        return cls(**{name: _plain(fields[name]) for name in cls.model_fields})


class ExerciseSearch(Query):
    """What is looked for; everything given has to fit."""

    q: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="text: a name or alias, English or German; typos forgiven"
    )
    muscle: Muscle | None = None
    pattern: Pattern | None = None
    equipment: Annotated[str, Field(max_length=400)] | None = Field(
        None, description="ids of the equipment at hand, with commas between; empty = body weight alone"
    )
    safe_for: Literal["me"] | None = None
    limit: PageSize = 20
    cursor: Annotated[str, Field(max_length=12, pattern=r"^[0-9]*$")] | None = None


class ExerciseList(Shape):
    """A page of exercises, the best match first."""

    items: list[ExerciseView]
    next_cursor: str | None


class EquipmentWords(Shape):
    """A thing's name in another language."""

    name: str


class EquipmentView(Shape):
    """Something to train with; `id` is what profiles name."""

    id: str
    name: str
    group: str
    translations: dict[Literal["de"], EquipmentWords] = Field(
        default_factory=dict, description="by language code; every other field is English"
    )

    @classmethod
    def of(cls, item: "Equipment") -> "EquipmentView":
        said = {code: {"name": name} for code, name in item.translations.items()}
        return cls.model_validate({"id": item.id, "name": item.name, "group": item.group, "translations": said})


class EquipmentList(Shape):
    """Everything the catalogue knows."""

    items: list[EquipmentView]
    next_cursor: str | None = None


@endpoint(bp, "GET", "exercises", query=ExerciseSearch, gives=ExerciseList)
async def exercises(asked: ExerciseSearch, caller: Arriving, app: App) -> ExerciseList:
    """Search the catalogue."""
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - not at the cold start
    from shared.domain.constraints import constraints_of, refusal  # noqa: PLC0415 - not at the cold start

    owned = None if asked.equipment is None else frozenset(filter(None, asked.equipment.split(",")))
    found = catalogue().search(text=asked.q, muscle=asked.muscle, pattern=asked.pattern, equipment=owned)
    if asked.safe_for == "me":
        profile = (await app.profiles.get(caller.id)).value
        constraints = constraints_of(profile, year=app.clock().year)
        found = [one for one in found if refusal(one, constraints) is None]
    start = int(asked.cursor or 0)
    end = start + asked.limit
    items = [ExerciseView.of(one) for one in found[start:end]]
    return ExerciseList(items=items, next_cursor=str(end) if end < len(found) else None)


@endpoint(bp, "GET", "exercises/{id}", name="ExercisesOne", gives=ExerciseView, raises=[NotFound])
async def exercise(id: str, caller: Arriving, app: App) -> ExerciseView:
    """One exercise."""
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - not at the cold start

    found = catalogue().exercises.get(id)
    if found is None:
        raise NotFound("There is no such exercise.")
    return ExerciseView.of(found)


@endpoint(bp, "GET", "equipment", name="ExercisesEquipment", gives=EquipmentList)
async def equipment(caller: Arriving, app: App) -> EquipmentList:
    """The equipment that exercises may need."""
    from shared.domain.catalogue import catalogue  # noqa: PLC0415 - not at the cold start

    return EquipmentList(items=[EquipmentView.of(one) for one in catalogue().equipment.values()])


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value

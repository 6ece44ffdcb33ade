"""Which exercise is legal for whom: equipment, level, injuries, exclusions, age, pregnancy and light start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.domain.catalogue import LEVELS, Catalogue, Exercise, catalogue
from shared.domain.injuries import AVOIDED, STRESS_TAGS, avoided_tags, regions_from_text
from shared.domain.profile import Injury, Profile
from shared.domain.rules import rules
from shared.domain.words import Level, Region

RuleId = Literal["V20", "V21", "V22", "V23", "V24"]

OLDER_AVOIDS = frozenset({"jump", "plyometric", "agility", "kipping", "inverted", "olympic_lift", "overhead_ballistic"})
MINOR_AVOIDS = frozenset({"olympic_lift", "overhead_ballistic", "kipping", "awkward_lift"})
PREGNANT_AVOIDS = frozenset({
    "jump", "plyometric", "agility", "supine", "prone", "inverted", "fall_risk", "kipping", "olympic_lift",
    "overhead_ballistic", "ballistic_hinge", "awkward_lift", "spinal_flexion",
})  # fmt: skip
"""Left out during pregnancy whatever the week, because the week is not asked: ACOG committee opinion 804, and
common practice for face-down, fall-prone and straining work.
https://opqic.org/acog-committee-opinion-no-804-physical-activity-and-exercise-during-pregnancy-and-the-postpartum-period/"""


@dataclass(frozen=True, slots=True)
class Constraints:
    """Everything that decides whether an exercise is legal for a person. `equipment` already holds what the owned items
    include, `avoided` the stress tags of every injury, `excluded` catalogue ids. `age` is in years, None if unknown."""

    level: Level
    equipment: frozenset[str]
    avoided: frozenset[str]
    excluded: frozenset[str]
    age: int | None
    pregnant: bool
    light_start: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an exercise is not for this person, and under which rule of the validator."""

    rule: RuleId
    why: str


def constraints_of(profile: Profile, *, year: int) -> Constraints:
    """What binds this person in the calendar year `year`."""
    known = catalogue()
    found = {name: known.find(name) for name in profile.excluded_exercises}
    return Constraints(
        level=profile.fitness_level,
        equipment=known.owning(profile.equipment),
        avoided=frozenset[str]().union(*(injury_tags(injury) for injury in profile.injuries)),
        excluded=frozenset(name if exercise is None else exercise.id for name, exercise in found.items()),
        age=profile.age(year),
        pregnant=bool(profile.screening.pregnant),
        light_start=profile.screening.light_start,
    )


def injury_tags(injury: Injury) -> frozenset[str]:
    """The stress tags one injury forbids: none once cleared; regions its note names count too; `other` whose note
    nobody understands is treated with the widest caution."""
    if injury.cleared:
        return frozenset()
    told = regions_from_text(injury.note or "").regions
    if injury.region != "other":
        return avoided_tags({injury.region, *told})
    return avoided_tags(told) if told else AVOIDED["other"]


def spared_regions(profile: Profile) -> frozenset[Region]:
    """The regions that uncleared injuries name, in their field or their note."""
    named = {injury.region for injury in profile.injuries if not injury.cleared}
    told = (regions_from_text(injury.note or "").regions for injury in profile.injuries if not injury.cleared)
    return frozenset(named - {"other"}).union(*told)


def has_unplaced_injury(profile: Profile) -> bool:
    """Whether an uncleared injury names no region that anybody could place. It has to be asked about; meanwhile plans
    avoid `AVOIDED["other"]`."""
    return any(
        injury.region == "other" and not injury.cleared and not regions_from_text(injury.note or "").understood
        for injury in profile.injuries
    )


def refusal(exercise: Exercise, constraints: Constraints) -> Refusal | None:
    """Why this exercise is illegal under these constraints, or None where it is legal."""
    missing = exercise.requires - constraints.equipment
    if missing:
        return Refusal("V20", f"{exercise.name} needs {_listed(_equipment_names(missing))}, which you did not list.")
    if LEVELS.index(exercise.level) > LEVELS.index(constraints.level):
        return Refusal(
            "V21", f"{exercise.name} is for {exercise.level} lifters, and your level is {constraints.level}."
        )
    harmful = exercise.stress & constraints.avoided
    if harmful:
        return Refusal("V22", f"{exercise.name} involves {_tags_in_words(harmful)}, which your injury asks to avoid.")
    if exercise.id in constraints.excluded:
        return Refusal("V23", f"You excluded {exercise.name}.")
    return _flag_refusal(exercise, constraints)


def legal(known: Catalogue, constraints: Constraints) -> list[Exercise]:
    """Every exercise without a `refusal`, in the catalogue's order (by id)."""
    levels = frozenset(LEVELS[: LEVELS.index(constraints.level) + 1])
    forbidden = constraints.avoided.union(*(avoided for _, avoided in _flags(constraints)))
    return [
        exercise
        for exercise in known.exercises.values()
        if exercise.level in levels
        and exercise.requires <= constraints.equipment
        and exercise.stress.isdisjoint(forbidden)
        and exercise.id not in constraints.excluded
        and (exercise.gentle or not constraints.light_start)
    ]


def _flag_refusal(exercise: Exercise, constraints: Constraints) -> Refusal | None:
    if constraints.light_start and not exercise.gentle:
        return Refusal(
            "V24",
            f"Until you are cleared to train, only walking and gentle movement are open: not {exercise.name}.",
        )
    for who, avoided in _flags(constraints):
        harmful = exercise.stress & avoided
        if harmful:
            return Refusal("V24", f"{exercise.name} involves {_tags_in_words(harmful)}, which is left out {who}.")
    return None


def _flags(constraints: Constraints) -> Iterator[tuple[str, frozenset[str]]]:
    age = constraints.age
    if constraints.pregnant:
        yield "during pregnancy", PREGNANT_AVOIDS
    older, adult = rules().whole("V24.older_from"), rules().whole("V24.adult_from")
    if age is not None and age >= older:
        yield f"from the age of {older}", OLDER_AVOIDS
    if age is not None and age < adult:
        yield f"under the age of {adult}", MINOR_AVOIDS


def _equipment_names(items: frozenset[str]) -> list[str]:
    known = catalogue().equipment
    return [known[item].name.lower() if item in known else item for item in sorted(items)]


def _tags_in_words(tags: frozenset[str]) -> str:
    return _listed([STRESS_TAGS[tag] for tag in sorted(tags)])


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

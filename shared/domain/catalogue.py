"""The exercise catalogue: what each exercise trains, needs and stresses, looked up by id, by name or by search."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from shared.domain.search import NameIndex, spellings
from shared.domain.words import Level, Muscle, Pattern

Kind = Literal["power", "compound", "isolation", "conditioning", "mobility"]
Load = Literal["barbell", "dumbbells", "kettlebell", "machine", "cable", "band", "bodyweight", "other"]
LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")
_DATA = Path(__file__).parent / "data"
_GERMAN = "de"
_TRANSLATED = 0.9
"""How much a likeness to a name of another language counts: English names that fit as well stay first."""


class UnknownExercise(ValueError):
    """No exercise of the catalogue has this id."""

    def __init__(self, exercise_id: str) -> None:
        super().__init__(f"No exercise has the id {exercise_id!r}.")
        self.exercise_id = exercise_id


@dataclass(frozen=True, slots=True)
class Equipment:
    """A thing a person owns or not. `includes` names what it can stand in for: an adjustable bench is a flat bench.
    `translations` holds its names in other languages by their code."""

    id: str
    name: str
    group: str
    includes: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Translation:
    """What an exercise is called and how it is cued in another language; as many cues as in English."""

    name: str
    aliases: tuple[str, ...]
    cues: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name, with its umlauts and without."""
        return tuple(spelled for name in (self.name, *self.aliases) for spelled in spellings(name))


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. `requires` lists equipment ids, all of them needed; empty means a floor and a wall are enough.

    `body_weight_factor` is the share of body weight moved, None where that means nothing. `stress` holds the tags of
    `injuries.STRESS_TAGS`. `gentle` marks what may be done before a clinician has cleared training. `translations`
    holds the words of other languages by their code.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    pattern: Pattern
    kind: Kind
    primary: tuple[Muscle, ...]
    secondary: tuple[Muscle, ...]
    requires: frozenset[str]
    load: Load
    level: Level
    unilateral: bool
    timed: bool
    body_weight_factor: float | None
    stress: frozenset[str]
    cues: tuple[str, ...]
    gentle: bool = False
    translations: Mapping[str, Translation] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every exercise and every piece of equipment by id; immutable."""

    exercises: Mapping[str, Exercise]
    equipment: Mapping[str, Equipment]
    _names: tuple[NameIndex, ...] = field(repr=False, compare=False)
    """English first, so that other languages never take a name from it."""

    def get(self, exercise_id: str) -> Exercise:
        """The exercise of this id, or `UnknownExercise`."""
        try:
            return self.exercises[exercise_id]
        except KeyError:
            raise UnknownExercise(exercise_id) from None

    def find(self, text: str) -> Exercise | None:
        """The exercise with exactly this id, name or alias in any language, however it is spelled (`search.fold`)."""
        exact = self.exercises.get(text)
        if exact is not None:
            return exact
        found = next((key for names in self._names if (key := names.find(text)) is not None), None)
        return None if found is None else self.exercises[found]

    def nearest(self, text: str, count: int = 3) -> list[Exercise]:
        """Up to `count` exercises whose names are most like `text`, best first; fewer only where nothing is alike."""
        return self._ranked([names.likeness(text) for names in self._names])[:count]

    def search(
        self,
        *,
        text: str | None = None,
        muscle: Muscle | None = None,
        pattern: Pattern | None = None,
        equipment: frozenset[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Exercise]:
        """Exercises that meet every filter given, in an order that never varies: best name first, then those that
        train `muscle` directly, then by id. `equipment` keeps what can be done with those items."""
        blank = text is None or not text.strip()
        found = (
            list(self.exercises.values())
            if blank
            else self._ranked([names.matches(text or "") for names in self._names])
        )
        if muscle is not None:
            found = [e for e in found if muscle in e.primary] + [e for e in found if muscle in e.secondary]
        if pattern is not None:
            found = [e for e in found if e.pattern == pattern]
        if equipment is not None:
            owned = self.owning(equipment)
            found = [e for e in found if e.requires <= owned]
        return found[offset : None if limit is None else offset + limit]

    def owning(self, equipment: Iterable[str]) -> frozenset[str]:
        """These items and everything they can stand in for; ids the catalogue does not know are dropped."""
        known = [self.equipment[item] for item in equipment if item in self.equipment]
        return frozenset(item.id for item in known) | {included for item in known for included in item.includes}

    def _ranked(self, by_language: Iterable[Mapping[str, float]]) -> list[Exercise]:
        best: dict[str, float] = {}
        for place, likeness in enumerate(by_language):
            weight = _TRANSLATED if place else 1.0
            for key, score in likeness.items():
                best[key] = max(best.get(key, 0.0), score * weight)
        return [self.exercises[key] for key, _ in sorted(best.items(), key=lambda item: (-item[1], item[0]))]


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with Vigor, read once."""
    data, german = (json.loads((_DATA / name).read_text("utf-8")) for name in ("exercises.json", "exercises.de.json"))
    return read_catalogue(data, german=german)


def read_catalogue(data: Mapping[str, Any], *, german: Mapping[str, Any] | None = None) -> Catalogue:
    """Build a catalogue from the JSON of `data/exercises.json` and the German words of `data/exercises.de.json`; a
    missing key raises `KeyError`. An exercise without German words has none."""
    said, called = ({}, {}) if german is None else (german["exercises"], german["equipment"])
    equipment = {row["id"]: _equipment(row, called.get(row["id"])) for row in data["equipment"]}
    exercises = {row["id"]: _exercise(row, said.get(row["id"])) for row in data["exercises"]}
    names = [(e.id, name) for e in exercises.values() for name in (e.name, e.id)]
    aliases = [(e.id, alias) for e in exercises.values() for alias in e.aliases]
    foreign = [
        (e.id, name) for e in exercises.values() for words in e.translations.values() for name in words.spellings
    ]
    both = (NameIndex(names + aliases), NameIndex(foreign))
    return Catalogue(MappingProxyType(exercises), MappingProxyType(equipment), both)


def _equipment(row: Mapping[str, Any], german: str | None) -> Equipment:
    names = {} if german is None else {_GERMAN: german}
    return Equipment(row["id"], row["name"], row["group"], tuple(row.get("includes", ())), names)


def _exercise(row: Mapping[str, Any], german: Mapping[str, Any] | None) -> Exercise:
    return Exercise(
        id=row["id"],
        name=row["name"],
        aliases=tuple(row.get("aliases", ())),
        pattern=row["pattern"],
        kind=row["kind"],
        primary=tuple(row["primary"]),
        secondary=tuple(row.get("secondary", ())),
        requires=frozenset(row.get("requires", ())),
        load=row["load"],
        level=row["level"],
        unilateral=row.get("unilateral", False),
        timed=row.get("timed", False),
        body_weight_factor=row.get("body_weight_factor"),
        stress=frozenset(row.get("stress", ())),
        cues=tuple(row["cues"]),
        gentle=row.get("gentle", False),
        translations={} if german is None else {_GERMAN: _translation(german)},
    )


def _translation(row: Mapping[str, Any]) -> Translation:
    return Translation(row["name"], tuple(row.get("aliases", ())), tuple(row["cues"]))

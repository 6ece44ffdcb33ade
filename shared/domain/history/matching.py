"""Exercise names of other apps to catalogue ids: by name or alias, by name without its equipment, by a sure typo."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.domain.search import fold

_LOADS: Mapping[str, str] = {
    "barbell": "barbell", "dumbbell": "dumbbells", "kettlebell": "kettlebell", "machine": "machine", "cable": "cable",
    "band": "band", "bodyweight": "bodyweight",
    "langhantel": "barbell", "kurzhantel": "dumbbells", "maschine": "machine", "kabel": "cable",
    "korpergewicht": "bodyweight", "koerpergewicht": "bodyweight",
}  # fmt: skip
"""The equipment words that apps put in brackets, and the catalogue's load they stand for."""
_SHORTEST_TYPO = 5
_MOST_NAMES = 2000
"""Beyond so many different names in one file no typo is looked for: no one does so many exercises."""
_ASSISTED = re.compile(r"\b(assisted|assistiert\w*|unterst(ü|ue)tz(t\w*|ung))\b", re.IGNORECASE)


class Words(Protocol):
    """What matching needs to know of an exercise's names in another language."""

    @property
    def spellings(self) -> tuple[str, ...]: ...


class Named(Protocol):
    """What matching needs to know of an exercise."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def load(self) -> str: ...
    @property
    def translations(self) -> Mapping[str, Words]: ...


class Names(Protocol):
    """What matching needs of a catalogue."""

    @property
    def exercises(self) -> Mapping[str, Named]: ...
    def find(self, text: str) -> Named | None: ...


def is_assisted(name: str) -> bool:
    """Whether the name says that its weight takes load away, as in "Pull Up (Assisted)" or "Klimmzug (unterstützt)"."""
    return _ASSISTED.search(name) is not None


class Matcher:
    """Finds the catalogue's exercise for a name; a doubt means None, because a wrong match would bend someone's
    history and a custom exercise bends nothing. Each language is tried with its own words alone, so that no two of
    them ever mix in one typo."""

    def __init__(self, catalogue: Names) -> None:
        self._catalogue = catalogue
        self._known: dict[str, Named | None] = {}
        exercises = catalogue.exercises.values()
        english = _Vocabulary((one.id, name) for one in exercises for name in (one.name, *one.aliases))
        translated = _Vocabulary(
            (one.id, name) for one in exercises for said in one.translations.values() for name in said.spellings
        )
        self._languages = (english, translated)

    def find(self, name: str) -> Named | None:
        """The exercise that `name` surely means, or None."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Named | None:
        words = fold(name).split()
        exact = self._catalogue.find(name) or self._by_equipment(words)
        if exact is not None:
            return exact
        if len(self._known) > _MOST_NAMES:
            return None
        for language in self._languages:
            mended = language.mended(words)
            found = mended and (self._catalogue.find(" ".join(mended)) or self._by_equipment(mended))
            if found:
                return found
        return None

    def _by_equipment(self, words: list[str]) -> Named | None:
        """ "lat pulldown cable" is the one lat pulldown whose load is a cable."""
        loads = {_LOADS[word] for word in words if word in _LOADS}
        for language in self._languages:
            ids = language.bare.get(_without_equipment(words), set())
            fitting = [found for found in ids if self._catalogue.exercises[found].load in loads]
            if len(fitting) == 1:
                return self._catalogue.exercises[fitting[0]]
        return None


class _Vocabulary:
    """The words of one language's names. `bare` holds ids by their names without the equipment."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self.bare: dict[str, set[str]] = {}
        self._words: set[str] = set(_LOADS)
        for owner, name in names:
            words = fold(name).split()
            self._words.update(words)
            self.bare.setdefault(_without_equipment(words), set()).add(owner)

    def mended(self, words: list[str]) -> list[str] | None:
        """The words with every slip mended; None where there is none, or one that cannot surely be."""
        mended = [word if word in self._words else self._near(word) for word in words]
        sure = [word for word in mended if word is not None]
        return sure if len(sure) == len(words) and sure != words else None

    def _near(self, word: str) -> str | None:
        """The one word known that is a single slip away from `word`, beginning with the same letter."""
        if len(word) < _SHORTEST_TYPO:
            return None
        near = [known for known in self._words if known[0] == word[0] and _one_slip(known, word)]
        return near[0] if len(near) == 1 else None


def _without_equipment(words: list[str]) -> str:
    return " ".join(sorted(word for word in words if word not in _LOADS))


def _one_slip(known: str, written: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    if abs(len(known) - len(written)) > 1 or known == written:
        return False
    start = next((at for at, (one, two) in enumerate(zip(known, written, strict=False)) if one != two), None)
    if start is None:
        return True
    left, right = known[start:], written[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped

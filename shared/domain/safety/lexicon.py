"""The concepts a text mentions, found by dictionary look-up and by the single slips that fast typing makes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from shared.domain.safety.folding import Words

Language = Literal["en", "de", "es", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de", "es", "fr")
Action = Literal["emergency", "stop", "crisis", "refuse"]
_FILE = Path(__file__).parent.parent / "data" / "stop_words.json"
_REPLIES = Path(__file__).parent.parent / "data" / "safety_replies.json"
_SHORTEST_TYPO = 5
_MOST_KCAL = 800
_LEAST_KG = 4
_MASK = "MASK"


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept between two words (`end` excluded), and the languages (as bits) whose words say it."""

    concept: str
    start: int
    end: int
    languages: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """Concepts that have to meet within `within` words of one sentence, unless one of `unless` stands there too."""

    concepts: tuple[str, ...]
    within: int
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule watches for and what follows."""

    id: str
    action: Action
    severity: Literal["life_threatening", "other"]
    patterns: tuple[Pattern, ...]
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    concept: str
    language: int
    rest: tuple[str, ...]


class Lexicon:
    """Every word of every concept, indexed by first word: whole, by its stem, and by its spellings one letter short."""

    def __init__(self, concepts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._whole: dict[str, list[_Entry]] = {}
        self._stems: dict[str, list[_Entry]] = {}
        for concept, languages in concepts.items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    first, *rest = phrase.split()
                    entry = _Entry(concept, 1 << LANGUAGES.index(_language(language)), tuple(rest))
                    index = self._stems if first.endswith("*") else self._whole
                    index.setdefault(first.rstrip("*"), []).append(entry)
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._known = {word.rstrip("*") for c in concepts.values() for p in c.values() for w in p for word in w.split()}
        self._short: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= _SHORTEST_TYPO:
                for short in {word, *_one_short(word)}:
                    self._short.setdefault(short, []).append(word)

    def mentions(self, words: Words) -> dict[str, list[Mention]]:
        """The concepts of a text, in order; what a masking phrase ("chest day") covers is not mentioned."""
        text = tuple(self._mended(word) for word in words.text)
        found = [m for at in range(len(text)) for m in self._at(text, at, words.sentence)]
        found.extend(_numbers(text))
        masks = [(m.start, m.end) for m in found if m.concept == _MASK]
        kept: dict[str, list[Mention]] = {}
        for mention in found:
            if not any(start <= mention.start and mention.end <= end for start, end in masks):
                kept.setdefault(mention.concept, []).append(mention)
        return kept

    def _at(self, text: Sequence[str], at: int, sentence: Sequence[int]) -> Iterator[Mention]:
        word = text[at]
        entries = list(self._whole.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            entries.extend(self._stems.get(word[:length], ()))
        for entry in entries:
            end = at + 1 + len(entry.rest)
            if end <= len(text) and sentence[end - 1] == sentence[at] and _follows(text[at + 1 : end], entry.rest):
                yield Mention(entry.concept, at, end, entry.language)

    @cache  # noqa: B019 - one lexicon lives as long as the process; its words are few
    def _stemmed(self, word: str) -> bool:
        return any(word[:length] in self._stems for length in self._stem_lengths)

    def _mended(self, word: str) -> str:
        """The known word that this one is a single slip away from, if it begins alike and is none itself."""
        if len(word) < _SHORTEST_TYPO or word in self._known or not word[0].isalpha() or self._stemmed(word):
            return word
        near = {known for short in (word, *_one_short(word)) for known in self._short.get(short, ())}
        sure = [known for known in near if known[0] == word[0] and _one_slip(known, word)]
        return sure[0] if len(sure) == 1 else word


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with Vigor, read once."""
    return Lexicon(_data()["concepts"])


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order in which they win, read once."""
    replies = json.loads(_REPLIES.read_text(encoding="utf-8"))
    return tuple(
        Rule(row["id"], row["action"], row["severity"], tuple(map(_pattern, row["patterns"])), replies[row["reply"]])
        for row in _data()["rules"]
    )


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data


def _language(name: str) -> Language:
    return next(language for language in LANGUAGES if language == name)


def _pattern(text: str) -> Pattern:
    concepts, within, unless = [], 1, []
    for part in text.split():
        if part.startswith("/"):
            within = int(part[1:])
        elif part.startswith("!"):
            unless.append(part[1:])
        else:
            concepts.append(part)
    return Pattern(tuple(concepts), within, tuple(unless))


def _follows(text: Sequence[str], rest: Sequence[str]) -> bool:
    return all(
        word.startswith(wanted[:-1]) if wanted[-1] == "*" else word == wanted
        for word, wanted in zip(text, rest, strict=True)
    )


def _numbers(text: Sequence[str]) -> Iterator[Mention]:
    """ "500 kcal" and "10 kg": amounts too small to live on, too large to lose at once; said in any language."""
    every = (1 << len(LANGUAGES)) - 1
    for at, (word, unit) in enumerate(zip(text, text[1:], strict=False)):
        if not word[0].isdigit():
            continue
        amount = float(word.replace(",", "").replace(".", "")) if len(word) > 4 else float(word.replace(",", "."))
        if unit in ("kcal", "cal", "cals", "calories", "calorie", "kalorien", "calorias") and amount <= _MOST_KCAL:
            yield Mention("FEW_KCAL", at, at + 2, every)
        pounds = unit in ("lb", "lbs", "pounds")
        if (pounds or unit in ("kg", "kilo", "kilos")) and amount >= _LEAST_KG * (2 if pounds else 1):
            yield Mention("MUCH_MASS", at, at + 2, every)


def _one_short(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_slip(known: str, written: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    if abs(len(known) - len(written)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(known, written, strict=False)) if one != two), None)
    if start is None:
        return True
    left, right = known[start:], written[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped

"""The concepts a text mentions, found by dictionary look-up and by the single slips that fast typing makes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final, Literal

from shared.domain.safety.folding import Words, unrepeated

Language = Literal["en", "de", "es", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de", "es", "fr")
Action = Literal["emergency", "stop", "crisis", "refuse"]
_FILE = Path(__file__).parent.parent / "data" / "stop_words.json"
_REPLIES = Path(__file__).parent.parent / "data" / "safety_replies.json"
_SHORTEST_TYPO = 5
_MOST_KCAL = 800
_LEAST_KG = 4
_MANY_REPS = 500
_COUNTED = frozenset({
    "burpees", "burpee", "pushups", "push", "pullups", "pull", "situps", "sit", "chin", "squats", "crunches", "lunges",
    "reps", "repetitions", "liegestutze", "liegestutzen", "kniebeugen", "klimmzuge", "wiederholungen", "flexiones",
    "sentadillas", "abdominales", "dominadas", "repeticiones", "pompes", "tractions", "abdos",
})  # fmt: skip
_MASK = "MASK"
_ANY_WORD = "#"
_COMPLAINTS = frozenset({"PAIN", "PRESSURE"})
_MODIFIERS = frozenset({"MASK", "BURNED", "BODY", "PRESCRIBED", "EXERTION", "SET_FATIGUE", "NOSE", "BIKE"})
_WORDS_REMEMBERED = 20_000


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
    rest: tuple[str, ...] = ()


class Lexicon:
    """Every word of every concept, indexed so that a text costs a few dictionary look-ups a word."""

    def __init__(
        self, concepts: Mapping[str, Mapping[str, Sequence[str]]], *, fillers: frozenset[str] = frozenset()
    ) -> None:
        """`concepts` maps each concept and language to its words and phrases, as `stop_words.json` holds them. Phrases
        are compared without the `fillers`: "lost all the control" and "lost control" are one."""
        self._fillers = fillers
        self._single: dict[str, list[_Entry]] = {}
        self._stems: dict[str, list[_Entry]] = {}
        self._phrases: dict[tuple[str, str], list[_Entry]] = {}
        self._open_phrases: dict[str, list[_Entry]] = {}
        known: set[str] = set()
        for concept, languages in concepts.items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    words = unrepeated(phrase).split()
                    self._add(concept, 1 << LANGUAGES.index(_language(language)), words)
                    known.update(word.rstrip("*") for word in words)
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._known = frozenset(known)
        self._short: dict[str, list[str]] = {}
        for word in sorted(known):
            if len(word) >= _SHORTEST_TYPO:
                for short in {word, *_one_short(word)}:
                    self._short.setdefault(short, []).append(word)
        self._read = lru_cache(maxsize=_WORDS_REMEMBERED)(self._read_word)

    def mentions(self, words: Words) -> dict[str, list[Mention]]:
        """The concepts of a text, in order; what a masking phrase ("chest day") covers is not mentioned."""
        read = [self._read(word) for word in words.text]
        text = [word for word, _ in read]
        found = [Mention(one.concept, at, at + 1, one.language) for at, (_, ones) in enumerate(read) for one in ones]
        found.extend(self._phrases_in(text, range(len(text)), words.sentence))
        telling = [at for at, word in enumerate(text) if word not in self._fillers]
        if len(telling) < len(text):
            found.extend(self._phrases_in([text[at] for at in telling], telling, words.sentence))
        found.extend(_numbers(text))
        masked = _masked(found, len(text))
        complaints = {at for m in found if m.concept in _COMPLAINTS for at in range(m.start, m.end)}
        kept: dict[str, dict[tuple[int, int], Mention]] = {}
        for mention in found:
            mask = masked[mention.start]
            if mention.end < mask or (mention.end == mask and mask not in complaints):
                continue
            alike = kept.setdefault(mention.concept, {})
            place = (mention.start, mention.end)
            alike[place] = mention if place not in alike else _in_both(alike[place], mention)
        return {concept: list(alike.values()) for concept, alike in kept.items()}

    def _add(self, concept: str, language: int, words: Sequence[str]) -> None:
        bare = [word for word in words if word not in self._fillers]
        if 1 < len(bare) < len(words):
            self._add(concept, language, bare)
        entry = _Entry(concept, language, tuple(words[1:]))
        if words[0].endswith("*"):
            self._stems.setdefault(words[0][:-1], []).append(entry)
        elif len(words) == 1:
            self._single.setdefault(words[0], []).append(entry)
        elif words[1].endswith("*") or words[1] == _ANY_WORD:
            self._open_phrases.setdefault(words[0], []).append(entry)
        else:
            self._phrases.setdefault((words[0], words[1]), []).append(entry)

    def _phrases_in(self, text: Sequence[str], places: Sequence[int], sentence: Sequence[int]) -> Iterator[Mention]:
        """The phrases of `text`, whose words stand at `places` of the whole."""
        for at, pair in enumerate(pairwise(text)):
            for entry in (*self._phrases.get(pair, ()), *self._open_phrases.get(pair[0], ())):
                end = at + 1 + len(entry.rest)
                if end > len(text) or not _follows(text[at + 1 : end], entry.rest):
                    continue
                if sentence[places[end - 1]] == sentence[places[at]]:
                    yield Mention(entry.concept, places[at], places[end - 1] + 1, entry.language)

    def _read_word(self, written: str) -> tuple[str, tuple[_Entry, ...]]:
        """The word that was meant, and what it says by itself."""
        stemmed = [one for length in self._stem_lengths for one in self._stems.get(written[:length], ())]
        stemmed = stemmed if len(written) >= self._stem_lengths[0] else []
        word = written if stemmed else self._mended(written)
        return word, (*self._single.get(word, ()), *stemmed)

    def _mended(self, word: str) -> str:
        """The known word that this one is a single slip away from and begins like, if it is none itself. Where there are
        several, one that names a symptom: a screen would rather read too much than too little."""
        if len(word) < _SHORTEST_TYPO or word in self._known:
            return word
        near = {known for short in (word, *_one_short(word)) for known in self._short.get(short, ())}
        sure = sorted(known for known in near if known[0] == word[0] and _one_slip(known, word))
        telling = (known for known in sure if any(one.concept not in _MODIFIERS for one in self._single.get(known, ())))
        return next(telling, sure[0] if len(sure) == 1 else word)


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships with Vigor, read once."""
    return Lexicon(_data()["concepts"], fillers=frozenset(_data()["fillers"]))


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order in which they win, read once."""
    replies = json.loads(_REPLIES.read_text(encoding="utf-8"))
    return tuple(
        Rule(row["id"], row["action"], row["severity"], tuple(map(_pattern, row["patterns"])), replies[row["reply"]])
        for row in _data()["rules"]
    )


@cache
def function_words() -> Mapping[str, frozenset[str]]:
    """Small words that tell which language a text is in."""
    return {language: frozenset(words) for language, words in _data()["function_words"].items()}


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


def _masked(found: Sequence[Mention], length: int) -> list[int]:
    """For each word, where the furthest masking phrase that begins no later ends (0 for none). A body part that ends
    its mask is unmasked by a complaint right behind it: "upper chest" is harmless, "upper chest pain" is not."""
    ends = [0] * length
    for mention in found:
        if mention.concept == _MASK:
            ends[mention.start] = max(ends[mention.start], mention.end)
    return list(accumulate(ends, max))


def _in_both(one: Mention, other: Mention) -> Mention:
    return replace(one, languages=one.languages | other.languages)


def _follows(text: Sequence[str], rest: Sequence[str]) -> bool:
    return all(
        word.startswith(wanted[:-1]) if wanted[-1] == "*" else wanted in (word, _ANY_WORD)
        for word, wanted in zip(text, rest, strict=True)
    )


def _numbers(text: Sequence[str]) -> Iterator[Mention]:
    """ "500 kcal", "10 kg", "1,000 burpees": too little to live on, too much to lose or to do at once; in any language."""
    every = (1 << len(LANGUAGES)) - 1
    for at, (word, unit) in enumerate(pairwise(text)):
        if not word[0].isdigit():
            continue
        amount = float(word.replace(",", "").replace(".", "")) if len(word) > 4 else float(word.replace(",", "."))
        if unit in ("kcal", "cal", "cals", "calories", "calorie", "kalorien", "calorias") and amount <= _MOST_KCAL:
            yield Mention("FEW_KCAL", at, at + 2, every)
        if unit in _COUNTED and amount >= _MANY_REPS:
            yield Mention("HUGE_REPS", at, at + 2, every)
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

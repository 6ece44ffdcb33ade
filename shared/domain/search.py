"""Finding things by the names people use: spelling folded, exact look-up, and a trigram index that forgives typos."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

_JOINED = re.compile(r"\b(push|pull|chin|sit|step|get|warm|roll|clean|press|muscle|pick) (up|down|out|over)s?\b")
_SYNONYMS: Mapping[str, str] = {
    "bb": "barbell", "db": "dumbbell", "dumbell": "dumbbell", "kb": "kettlebell", "bw": "bodyweight", "ez": "ezbar",
    "ohp": "overhead press", "rdl": "romanian deadlift", "bor": "bent over row", "sldl": "stiff leg deadlift",
    "bss": "bulgarian split squat", "legged": "leg", "handed": "hand", "armed": "arm", "alternating": "alternate",
    "flye": "fly", "flyes": "fly",
    "kh": "kurzhantel", "kurzhanteln": "kurzhantel", "lh": "langhantel", "langhanteln": "langhantel",
    "kabelzug": "kabel", "seilzug": "kabel", "klimmzuge": "klimmzug", "kniebeugen": "kniebeuge",
    "liegestutze": "liegestutz", "liegestutzen": "liegestutz", "ausfallschritte": "ausfallschritt",
}  # fmt: skip
_SILENT = frozenset(
    "the a an with on using exercise mit am der die das dem den des im zur auf einem einer".split()  # noqa: SIM905
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_COMPOUND = re.compile(r"\b(kurzhantel|langhantel)(?=[a-z]{3})|(?<=[a-z]{3})(?=curls?\b)")
"""Where German writes as one word what other lifters write as two: "Kurzhantelrudern", "Bizepscurl"."""
_PREFIX_BONUS = 1.0
_FAME = 0.04
"""What each name that an id goes by adds to a match by prefix: what has many names is what most people mean."""
_MOST_NAMES = 10
_LEAST_LIKENESS = 0.32
"""Below this share of common trigrams two names are no typo of each other [heuristic]."""


def plain(text: str) -> str:
    """`text` in lower case without accents, every run of punctuation made one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(" " if not char.isalnum() else char for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.split())


def spellings(name: str) -> tuple[str, ...]:
    """The name, and how it is typed where a keyboard has no umlauts; `fold` forgives dots that are merely left out."""
    spelled_out = name.translate(_SPELLED_OUT)
    return (name,) if spelled_out == name else (name, spelled_out)


def fold(text: str) -> str:
    """The key under which two spellings of one name meet: case, accents, punctuation, plural and word order do not
    count, so that "Bench Press (Barbell)" and "barbell bench-presses" agree."""
    return " ".join(sorted(_words(text)))


@dataclass(frozen=True)
class _Trigrams:
    """What typos are found by: every name as its id, words and number of trigrams, and the names that hold each."""

    entries: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)
    postings: dict[str, list[int]] = field(default_factory=dict)
    fame: Counter[str] = field(default_factory=Counter)


class NameIndex:
    """Many names to few ids, exactly or nearly. Never changed, and made ready at its first use: most processes look
    exercises up by id alone."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` holds (id, name) pairs; where two ids claim one folded name, the first keeps it."""
        self._names = tuple(names)

    @cached_property
    def _named(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(owner, tuple(_words(name))) for owner, name in self._names]

    @cached_property
    def _exact(self) -> dict[str, str]:
        exact: dict[str, str] = {}
        for owner, words in self._named:
            exact.setdefault(" ".join(sorted(words)), owner)
        return exact

    @cached_property
    def _trigrams(self) -> _Trigrams:
        index = _Trigrams()
        for owner, words in self._named:
            grams = _trigrams(words)
            for gram in grams:
                index.postings.setdefault(gram, []).append(len(index.entries))
            index.entries.append((owner, words, len(grams)))
            index.fame[owner] += 1
        return index

    def find(self, text: str) -> str | None:
        """The id that carries exactly this name after folding."""
        return self._exact.get(fold(text))

    def likeness(self, text: str) -> dict[str, float]:
        """How alike each id's best name is to `text`: 3 for the same name, above 1 where every word begins one of the
        name's words, else the Dice share of common trigrams (0 to 1). Ids that share nothing are left out."""
        words = tuple(_words(text))
        grams = _trigrams(words)
        index = self._trigrams
        shared = Counter(chain.from_iterable(index.postings.get(gram, ()) for gram in grams))
        best: dict[str, float] = {}
        entries, asked = index.entries, len(grams)
        whole = asked - len(words)  # the last trigram of a word that goes on is not shared
        for entry, count in shared.items():
            owner, name_words, size = entries[entry]
            score = 2 * count / (asked + size)
            if count >= whole and _begins(words, name_words):
                fame = _FAME * min(index.fame[owner], _MOST_NAMES)
                score = 3.0 if asked == count == size else score + _PREFIX_BONUS + fame
            if score > best.get(owner, 0.0):
                best[owner] = score
        return best

    def matches(self, text: str) -> dict[str, float]:
        """`likeness` without the ids too unlike to be meant."""
        return {owner: score for owner, score in self.likeness(text).items() if score >= _LEAST_LIKENESS}


def _words(text: str) -> list[str]:
    joined = _COMPOUND.sub(r"\1 ", _JOINED.sub(r"\1\2", plain(text)))
    spelled = " ".join(_SYNONYMS.get(word, word) for word in joined.split())
    return [_singular(word) for word in spelled.split() if word not in _SILENT]


def _singular(word: str) -> str:
    if word.endswith(("sses", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _begins(words: Iterable[str], name_words: Iterable[str]) -> bool:
    return all(any(name.startswith(word) for name in name_words) for word in words)


def _trigrams(words: Iterable[str]) -> frozenset[str]:
    return frozenset(padded[i : i + 3] for word in words for padded in (f"  {word} ",) for i in range(len(padded) - 2))

"""Finding things by the names people use: spelling folded, exact look-up, and a trigram index that forgives typos."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

_JOINED = re.compile(r"\b(push|pull|chin|sit|step|get|warm|roll|clean|press|muscle|pick) (up|down|out|over)s?\b")
_SYNONYMS: Mapping[str, str] = {
    "bb": "barbell", "db": "dumbbell", "dumbell": "dumbbell", "kb": "kettlebell", "bw": "bodyweight", "ez": "ezbar",
    "ohp": "overhead press", "rdl": "romanian deadlift", "bor": "bent over row", "sldl": "stiff leg deadlift",
    "bss": "bulgarian split squat", "legged": "leg", "handed": "hand", "armed": "arm", "alternating": "alternate",
    "flye": "fly", "flyes": "fly",
}  # fmt: skip
_SILENT = frozenset({"the", "a", "an", "with", "on", "using", "exercise"})
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


def fold(text: str) -> str:
    """The key under which two spellings of one name meet: case, accents, punctuation, plural and word order do not
    count, so that "Bench Press (Barbell)" and "barbell bench-presses" agree."""
    return " ".join(sorted(_words(text)))


class NameIndex:
    """Many names to few ids, exactly or nearly. Built once and never changed."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` holds (id, name) pairs; where two ids claim one folded name, the first keeps it."""
        self._exact: dict[str, str] = {}
        self._entries: list[tuple[str, tuple[str, ...], int]] = []
        self._postings: dict[str, list[int]] = {}
        self._fame: Counter[str] = Counter()
        for owner, name in names:
            words = tuple(_words(name))
            grams = _trigrams(words)
            self._exact.setdefault(" ".join(sorted(words)), owner)
            for gram in grams:
                self._postings.setdefault(gram, []).append(len(self._entries))
            self._entries.append((owner, words, len(grams)))
            self._fame[owner] += 1

    def find(self, text: str) -> str | None:
        """The id that carries exactly this name after folding."""
        return self._exact.get(fold(text))

    def likeness(self, text: str) -> dict[str, float]:
        """How alike each id's best name is to `text`: 3 for the same name, above 1 where every word begins one of the
        name's words, else the Dice share of common trigrams (0 to 1). Ids that share nothing are left out."""
        words = tuple(_words(text))
        grams = _trigrams(words)
        shared = Counter(entry for gram in grams for entry in self._postings.get(gram, ()))
        best: dict[str, float] = {}
        whole = len(grams) - len(words)  # the last trigram of a word that goes on is not shared
        for entry, count in shared.items():
            owner, name_words, size = self._entries[entry]
            score = 2 * count / (len(grams) + size)
            if count >= whole and _begins(words, name_words):
                fame = _FAME * min(self._fame[owner], _MOST_NAMES)
                score = 3.0 if len(grams) == count == size else score + _PREFIX_BONUS + fame
            if score > best.get(owner, 0.0):
                best[owner] = score
        return best

    def matches(self, text: str) -> dict[str, float]:
        """`likeness` without the ids too unlike to be meant."""
        return {owner: score for owner, score in self.likeness(text).items() if score >= _LEAST_LIKENESS}


def _words(text: str) -> list[str]:
    joined = _JOINED.sub(r"\1\2", plain(text))
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

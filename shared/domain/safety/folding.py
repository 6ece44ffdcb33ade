"""Free text as plain words that know their clause and sentence, however it was spelled, spaced or disguised."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 8000
"""Characters that are read; a longer text is read at its two ends."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_LOOK_ALIKES = str.maketrans("асеіјорѕухԁһαεικνορτυχηοɑɡıłøđðþæœ", "aceijopsyxdhaeiknoptuxnoagilodotao")
_LEET = str.maketrans("0134578@$", "oieastbas")
_LEET_INSIDE = re.compile(r"(?<=[a-z])[0134578@$]+(?=[a-z])")
_ENGLISH_SHORT = re.compile(r"(?<=[a-z])'(?=(?:t|s|re|ve|ll|m|d)\b)")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z][ ._*\-]){3,}[a-z](?![a-z0-9])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_PIECE = re.compile(r"[a-z]+|\d+(?:[.,]\d+)?|[.!?;\n]+|[,:()\[\]|–—]|(?<=\s)-+(?=\s)")
_ENDS = frozenset(".!?;\n")
_FRAGMENT = 3
"""A sentence of fewer words is taken with the next one: "CHEST!!! PAIN!!!" is one statement."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words in order; `clause` and `sentence` number the stretch each stands in, `before` is the mark ahead of it, and
    `last` the mark behind them all."""

    text: tuple[str, ...]
    clause: tuple[int, ...]
    sentence: tuple[int, ...]
    before: tuple[str, ...]
    last: str = ""


def fold(text: str) -> str:
    """Lower case Latin letters without accents; disguises (invisible marks, foreign look-alikes, digits for letters,
    letters set apart) undone; English apostrophes dropped, others made blanks."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).casefold().translate(_LOOK_ALIKES))
        text = "".join(char for char in text if not unicodedata.combining(char)).translate(_LOOK_ALIKES)
    text = text.casefold().replace("’", "'").replace("‘", "'").replace("`", "'").replace("´", "'")
    text = _ENGLISH_SHORT.sub("", text).replace("'", " ")
    text = _LEET_INSIDE.sub(lambda found: found.group().translate(_LEET), text)
    text = _SPACED.sub(lambda found: re.sub(r"[ ._*\-]", "", found.group()), text)
    return unrepeated(text)


def unrepeated(text: str) -> str:
    """`text` with letters that stand three times or more in a row standing once."""
    return _REPEATED.sub(r"\1", text)


def words_of(text: str) -> Words:
    """The words of a text with the clauses and sentences that punctuation makes."""
    found: list[tuple[str, int, int, str]] = []
    clause = sentence = length = 0
    mark = ""
    for piece in _PIECE.findall(fold(text)):
        if piece[0].isalnum():
            found.append((piece, clause, sentence, mark))
            mark = ""
            length += 1
            continue
        clause += 1
        mark = mark or piece[0]
        ordinal = piece == "." and bool(found) and found[-1][0].isdigit()  # "in der 26. Woche"
        if piece[0] in _ENDS and length >= _FRAGMENT and not ordinal:
            sentence, length = sentence + 1, 0
    words, clauses, sentences, marks = tuple(zip(*found, strict=True)) or ((), (), (), ())
    return Words(words, clauses, sentences, marks, last=mark)

"""Numbers in prose: found in a text, and compared with the facts it may speak of."""

import re
from collections.abc import Iterable

from shared.domain.validation.kept import kept_by_text
from shared.domain.validation.number_words import worded_numbers

_GROUPED = r"\d{1,3}(?:[.,]\d{3})+(?!\d)"
_NUMBER = re.compile(rf"(?<![\w.])({_GROUPED}|\d{{1,12}}(?:[.,]\d{{1,3}})?)(?=\D|$)")
_THOUSANDS = re.compile(_GROUPED)
_JOINED = re.compile(r"(?<=\d)[x×*](?=\d)|(?<=\brpe)(?=\d)|(?<=\brir)(?=\d)", re.IGNORECASE)
"""Where a number is written onto what stands before it: "3x10", "RPE8"."""
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip
_WORDED = re.compile(
    rf"\b({'|'.join(_WORDS)})(?:[\s-](?:more|hard|working|work|training|lifting|easy|full|weekly))?"
    r"[\s-](?:sets?|reps?|repetitions?|days?|weeks?|minutes?|seconds?|exercises?|sessions?|kg|kilograms?|lifts?)\b",
    re.IGNORECASE,
)
_NUMERAL = rf"(\d{{1,3}}|{'|'.join(_WORDS)})"
_DAYS = re.compile(
    rf"\b{_NUMERAL}(?:[\s-](?:lifting|training|easy|full))?[\s-]days? ?(?:a|per|each|every|/) ?week\b", re.IGNORECASE
)
_WEEKS = re.compile(rf"\b{_NUMERAL}[\s-]weeks?[\s-](?:plan|block|cycle|program|programme)\b", re.IGNORECASE)
_NEAR = 0.051


@kept_by_text
def numbers_in(text: str) -> tuple[float, ...]:
    """Every number of a text, in order of kind: digits, then those written as a word before something counted."""
    if not text:
        return ()
    digits = [_value(found) for found in _NUMBER.findall(_JOINED.sub(" ", text))]
    worded = [float(_WORDS[found.casefold()]) for found in _WORDED.findall(text)]
    return (*digits, *worded, *(float(number) for number, _, _ in worded_numbers(text)))


def days_and_weeks_in(text: str) -> tuple[list[float], list[float]]:
    """What a text says of the days of a week ("4 days a week") and of the length of a plan ("an 8-week block")."""
    return _named(_DAYS, text), _named(_WEEKS, text)


def unfounded(text: str, facts: Iterable[float]) -> list[float]:
    """The numbers of a text that are not among the facts (to one decimal)."""
    found = numbers_in(text)
    known = list(facts) if found else []
    return [number for number in found if not any(abs(number - fact) < _NEAR for fact in known)]


def _value(digits: str) -> float:
    """ "1,000" and "1.000" are a thousand, "2,5" and "2.5" two and a half."""
    if _THOUSANDS.fullmatch(digits):
        return float(re.sub(r"[.,]", "", digits))
    return float(digits.replace(",", "."))


def _named(pattern: re.Pattern[str], text: str) -> list[float]:
    return [float(_WORDS.get(found.casefold(), 0) or found) for found in pattern.findall(text)]

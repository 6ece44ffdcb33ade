"""Every number in prose must be among the facts: the check on the offline coach's words and on models' answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.analysis.facts import Facts
from shared.domain.validation.number_words import DATE, folded, month_number, worded_numbers

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTH = rf"({'|'.join(_MONTHS)}|{'|'.join(month[:3] for month in _MONTHS)}|Sept)\.?"
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?![a-z])(?:,? (\d{{4}})\b)?")
_MONTH_DAY = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?(?:kg|lb|%|reps?|sets?))(?:,? (\d{{4}})\b)?")
_LIST_MARK = re.compile(r"^[^\S\n]*\d{1,2}[.)]\s", re.MULTILINE)
_ONE_RM = re.compile(r"\be?1\s?-?RM\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![A-Za-z\d.,])(?<![A-Za-z]-)[-−+]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
)
_SPACED = re.compile(r"(?<!\d)(\d{1,3})[ \u00a0\u202f](\d{3})(?!\d)")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTED = (
    r"(?:kgs?|kilos?|kilograms?|lbs?|pounds?|reps?|repetitions?|sets?|sessions?|workouts?|days?|weeks?|months?|minutes?"
    r"|seconds?|hours?|percent|exercises?|muscles?|records?|prs?|points?)"
)
_NUMBER_WORD = re.compile(
    rf"(?<!or )\b({'|'.join(_WORDS)})[ -](?:(?:hard|work|working|planned|full|training|new|straight|total)[ -])?{_COUNTED}\b"
    r"(?! at a time)",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)")
_HAIR = 1e-6
_EXACT_UNDER = 10
"""Smaller values are not rounded to whole numbers: 0.7 is not 1."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What may be said: numbers, days of the year, and years."""

    numbers: frozenset[float]
    days: frozenset[tuple[int, int]]
    years: frozenset[int]

    def has_number(self, number: float, *, decimals: int) -> bool:
        """Whether a number is known, to the precision it was written with and whatever its sign."""
        for known in self.numbers:
            roundable = decimals > 0 or known >= _EXACT_UNDER
            if abs(known - number) <= (0.5 * 10**-decimals if roundable else 0.0) + _HAIR:
                return True
        return False


def facts_check(prose: str, facts: Facts, *, also: Iterable[str] = ()) -> list[str]:
    """The numbers and dates in `prose` that are not among `facts`, as they were written; empty where all are.

    Numbers in labels and explanations count as facts, and so do those in `also`, such as the question that is answered.
    Numbers may be rounded and lose their sign ("down 3 %"), never be derived: a sum or a difference is a new claim.
    Small number words count before something countable ("three sessions"); "one step at a time" claims nothing.
    """
    known = _known(facts, also)
    wrong: list[str] = []
    rest = _LIST_MARK.sub(" ", _plain(prose))
    for pattern in (_ISO_DATE, _DAY_MONTH, _MONTH_DAY):
        wrong += [
            match.group().strip() for match in pattern.finditer(rest) if not _date_is_known(pattern, match, known)
        ]
        rest = pattern.sub(" ", rest)
    unknown, rest = _foreign_dates(rest, known)
    wrong += unknown
    rest = _SPACED.sub(lambda match: _grouped(match, known), rest)
    wrong += [match.group() for match in _NUMBER.finditer(rest) if not _number_is_known(match.group(1), known)]
    for match in _NUMBER_WORD.finditer(rest):
        if not known.has_number(_WORDS.index(match.group(1).lower()) + 1, decimals=0):
            wrong.append(match.group())
    return wrong + [
        rest[start:end]
        for number, start, end in worded_numbers(rest)
        if not known.has_number(number, decimals=0) and not _NUMBER_WORD.match(rest, start)
    ]


def numbers_in(prose: str) -> tuple[list[tuple[float, int]], set[tuple[int, int]]]:
    """The numbers that a text states, each with its decimals and without its sign; and its days, as month and day."""
    days: set[tuple[int, int]] = set()
    rest = _LIST_MARK.sub(" ", _plain(prose))
    for pattern in (_ISO_DATE, _DAY_MONTH, _MONTH_DAY):
        days |= {_date_of(pattern, match)[1:] for match in pattern.finditer(rest)}
        rest = pattern.sub(" ", rest)
    for match in DATE.finditer(folded(rest)):
        days.add((month_number(match.group(2)), int(match.group(1))))
    numbers = [reading for match in _NUMBER.finditer(rest) for reading in _readings(match.group(1))]
    worded = [(float(_WORDS.index(match.group(1).lower()) + 1), 0) for match in _NUMBER_WORD.finditer(rest)]
    return numbers + worded, days


def _foreign_dates(text: str, known: _Known) -> tuple[list[str], str]:
    """Dates like "18. Mai" and "18 de mayo": those that are not known, and the text without any of them."""
    wrong, left, at = [], "", 0
    for match in DATE.finditer(folded(text)):
        day, month, year = int(match.group(1)), month_number(match.group(2)), match.group(3)
        if (month, day) not in known.days or (year is not None and int(year) not in known.years):
            wrong.append(text[match.start() : match.end()])
        left += text[at : match.start()] + " "
        at = match.end()
    return wrong, left + text[at:]


def _grouped(match: re.Match[str], known: _Known) -> str:
    """1 560 as French writes it, where that number is known; else two numbers beside each other."""
    joined = match.group(1) + match.group(2)
    return " " if known.has_number(float(joined), decimals=0) else match.group()


def _number_is_known(text: str, known: _Known) -> bool:
    return any(
        known.has_number(number, decimals=decimals) or (not decimals and number in known.years)
        for number, decimals in _readings(text)
    )


def _readings(text: str) -> list[tuple[float, int]]:
    """What a written number may mean, each with its decimals: 30.530 is thirty and a half, or as German groups, thousands."""
    readings = [_parsed(text)]
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        plain = text.replace(".", "").replace(",", ".")
        readings.append((float(plain), len(plain.partition(".")[2])))
    return readings


def _plain(text: str) -> str:
    """Without the 1 of 1RM, and with 5x5 in two parts."""
    return _TIMES.sub(" × ", _ONE_RM.sub(" ", text))


def _known(facts: Facts, also: Iterable[str]) -> _Known:
    texts = [facts.title, *also]
    numbers: set[float] = set()
    for fact in facts.items:
        texts += [fact.label, fact.explanation or ""]
        if isinstance(fact.value, str):
            texts.append(fact.value)
        else:
            numbers.add(abs(float(fact.value)))
    days: set[tuple[int, int]] = set()
    years: set[int] = set()
    for text in texts:
        rest = _plain(text)
        for pattern in (_ISO_DATE, _DAY_MONTH, _MONTH_DAY):
            for match in pattern.finditer(rest):
                year, month, day = _date_of(pattern, match)
                days.add((month, day))
                years |= {year} if year else set()
            rest = pattern.sub(" ", rest)
        numbers |= {_parsed(match.group(1))[0] for match in _NUMBER.finditer(rest)}
    return _Known(frozenset(numbers), frozenset(days), frozenset(years))


def _date_is_known(pattern: re.Pattern[str], match: re.Match[str], known: _Known) -> bool:
    year, month, day = _date_of(pattern, match)
    return (month, day) in known.days and (year is None or year in known.years)


def _date_of(pattern: re.Pattern[str], match: re.Match[str]) -> tuple[int | None, int, int]:
    first, second, third = match.groups()
    if pattern is _ISO_DATE:
        return int(first), int(second), int(third)
    month, day = (second, first) if pattern is _DAY_MONTH else (first, second)
    number = next(i for i, name in enumerate(_MONTHS, start=1) if name.startswith(month[:3]))
    return int(third) if third else None, number, int(day)


def _parsed(text: str) -> tuple[float, int]:
    """The number and how many decimals it was written with; a comma before three digits groups thousands."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        plain = text.replace(",", "")
    elif text.count(".") > 1 or ("." in text and "," in text):
        plain = text.replace(".", "").replace(",", ".")
    else:
        plain = text.replace(",", ".")
    return float(plain), len(plain.partition(".")[2])

"""Which facts a reply rests on, so that a person can look up where its numbers come from."""

import re
from datetime import date

from shared.coach.offline.facts_check import numbers_in
from shared.domain.analysis.facts import Fact, Facts

MOST_CITED = 8
TELLING_FROM = 20
"""A whole number smaller than this may stand for many things; it needs a word of its fact beside it."""

_WORD = re.compile(r"[a-z]{4,}")


def cited(prose: str, facts: Facts) -> list[Fact]:
    """The facts whose value `prose` states, in their order, at most `MOST_CITED`.

    A fact about an exercise, a muscle or the like counts only where that is named too.
    """
    said = prose.casefold().replace("-", " ")
    numbers, days = numbers_in(prose)
    return [fact for fact in facts.items if _names(fact, said) and _states(fact, said, numbers, days)][:MOST_CITED]


def _names(fact: Fact, said: str) -> bool:
    _, _, subject = fact.key.partition(":")
    return subject.partition(":")[0].replace("-", " ").replace("_", " ") in said


def _states(fact: Fact, said: str, numbers: list[tuple[float, int]], days: set[tuple[int, int]]) -> bool:
    if isinstance(fact.value, str):
        day = _day_of(fact.value)
        return (day.month, day.day) in days if day is not None else fact.value.casefold() in said
    value = abs(float(fact.value))
    if not any(
        round(value, decimals) == number and (decimals or value >= 10 or value == number)
        for number, decimals in numbers
    ):
        return False
    telling = value >= TELLING_FROM or not value.is_integer() or ":" in fact.key
    return telling or any(word in said for word in _WORD.findall(fact.label.casefold()))


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

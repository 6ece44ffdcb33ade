"""Choosing among phrasings, and putting facts into them: varied from day to day, the same for the same seed."""

import hashlib
from collections.abc import Sequence
from datetime import date

from shared.domain.analysis.facts import Fact, value_words
from shared.domain.analysis.wording import day_words


class Voice:
    """A way of saying things that is fixed by its seed; each place in a text chooses for itself."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def pick(self, place: str, options: Sequence[str]) -> str:
        """One of `options`, of which there is at least one."""
        digest = hashlib.blake2s(f"{self._seed}\n{place}".encode(), digest_size=8).digest()
        return options[int.from_bytes(digest, "big") % len(options)]


def with_unit(fact: Fact) -> str:
    """82.5 kg, 3 %, 7 days; a single day is a day."""
    if fact.unit is None:
        return value_words(fact)
    singular = {"days": "day", "sets": "set", "reps": "rep"}
    unit = singular.get(fact.unit, fact.unit) if fact.value == 1 else fact.unit
    return f"{value_words(fact)} {unit}"


def size_words(fact: Fact) -> str:
    """The value with its unit and without its sign, for sentences that say "up" or "down"."""
    value = fact.value if isinstance(fact.value, str) else abs(fact.value)
    return with_unit(fact.model_copy(update={"value": value}))


def counted(number: float, singular: str, plural: str) -> str:
    """1 session, 2 sessions."""
    return f"{number:g} {singular if number == 1 else plural}"


def joined(parts: Sequence[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def date_words(fact: Fact) -> str:
    """12 May, from an ISO date."""
    return day_words(date.fromisoformat(str(fact.value)))

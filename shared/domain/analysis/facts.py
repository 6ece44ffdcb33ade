"""Facts: what was found in the log, one value each with its unit, for tables, for words and for the check on words."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from shared.domain.words import KG_PER_LB, Shape, Units

FactsKind = Literal["session", "week", "month", "standing"]


class Fact(Shape):
    """One finding. `key` is stable; after a colon it names an exercise, a muscle or a number of repetitions.

    Weights are in the person's own unit, dates in ISO form."""

    key: str
    label: str
    value: int | float | str
    unit: str | None = None
    explanation: str | None = None


class Facts(Shape):
    """What is known of a session, of a span of days, or of a person as they stand today."""

    kind: FactsKind
    title: str
    items: list[Fact] = Field(default_factory=list)

    def find(self, key: str) -> Fact | None:
        """The fact of this key, if there is one."""
        return next((fact for fact in self.items if fact.key == key), None)

    def number(self, key: str) -> float | None:
        """The value of a fact that is a number; None where it is absent or words."""
        fact = self.find(key)
        return float(fact.value) if fact is not None and not isinstance(fact.value, str) else None

    def text(self, key: str) -> str | None:
        """The value of a fact as it is written in a sentence, without its unit."""
        fact = self.find(key)
        return None if fact is None else value_words(fact)

    def starting(self, prefix: str) -> list[Fact]:
        """Facts about several things of one kind, such as `record:`, in their order."""
        return [fact for fact in self.items if fact.key.startswith(prefix)]


class FactList:
    """Facts in the making; what is unknown is not added."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._items: list[Fact] = []

    def add(
        self,
        key: str,
        label: str,
        *,
        value: float | str | None,
        unit: str | None = None,
        explanation: str | None = None,
    ) -> None:
        """Add a finding, unless its value is None."""
        if value is not None:
            rounded = value if isinstance(value, str) else tidy(value)
            self._items.append(Fact(key=key, label=label, value=rounded, unit=unit, explanation=explanation))

    def add_weight(self, key: str, label: str, *, kg: float | None, explanation: str | None = None) -> None:
        """Add a weight given in kilograms, in the person's unit."""
        if kg is not None:
            own = kg if self._units == "kg" else kg / KG_PER_LB
            self.add(key, label, value=round(own, 1), unit=self._units, explanation=explanation)

    def add_day(self, key: str, label: str, *, day: date | None) -> None:
        """Add a date."""
        self.add(key, label, value=None if day is None else day.isoformat())

    def facts(self, kind: FactsKind, title: str) -> Facts:
        """All of them."""
        return Facts(kind=kind, title=title, items=self._items)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._items)


def tidy(number: float) -> int | float:
    """At most two decimals, and none where they are zero."""
    rounded = round(float(number), 2)
    return int(rounded) if rounded.is_integer() else rounded


def value_words(fact: Fact) -> str:
    """The value as a reader writes it: large whole numbers with a comma."""
    if isinstance(fact.value, str):
        return fact.value
    return f"{fact.value:,}"

"""The rules data files, typed: every threshold with its unit, source and confidence, and every rule with its reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

_DATA = Path(__file__).parent / "data"
Severity = Literal["E", "W", "I"]


class UnknownRule(KeyError):
    """The rules data file holds no such rule or threshold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the validator: its usual severity, why it exists, where that comes from, and when it gives way."""

    id: str
    severity: Severity
    title: str
    why: str
    source: str
    confidence: str
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """One value with its provenance; `unit` says how `value` is to be read."""

    id: str
    value: Any  # the JSON edge: a number, a list or a table, as `unit` says
    unit: str
    source: str
    confidence: str
    why: str


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`, both included."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def clamp(self, value: float) -> float:
        """The value of the band nearest to `value`."""
        return min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything held. Every accessor raises `UnknownRule` for an id that no data file holds."""

    rules: Mapping[str, Rule]
    thresholds: Mapping[str, Threshold]

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id, such as `V26`."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise UnknownRule(rule_id) from None

    def source(self, rule_id: str) -> str:
        """Where a rule or a threshold comes from: an address, or `heur` for our own judgement."""
        if rule_id in self.rules:
            return self.rules[rule_id].source
        return self._threshold(rule_id).source

    def number(self, threshold_id: str) -> float:
        """A threshold that is one number."""
        return float(self._threshold(threshold_id).value)

    def whole(self, threshold_id: str) -> int:
        """A threshold that is one whole number."""
        return int(self._threshold(threshold_id).value)

    def band(self, threshold_id: str) -> Band:
        """A threshold that is a pair."""
        low, high = self._threshold(threshold_id).value
        return Band(low, high)

    def words(self, threshold_id: str) -> tuple[str, ...]:
        """A threshold that is a list of words."""
        return tuple(self._threshold(threshold_id).value)

    def table(self, threshold_id: str) -> Any:
        """A threshold that is a table or a list of numbers, as its unit describes."""
        return self._threshold(threshold_id).value

    def _threshold(self, threshold_id: str) -> Threshold:
        try:
            return self.thresholds[threshold_id]
        except KeyError:
            raise UnknownRule(threshold_id) from None


@cache
def rules() -> Rules:
    """The rules that ship with Vigor, read once: those of plans, and the thresholds of progression and analysis."""
    planning = json.loads((_DATA / "rules.json").read_text(encoding="utf-8"))
    progression = json.loads((_DATA / "progression_rules.json").read_text(encoding="utf-8"))
    listed = (Rule(**{**record, "exceptions": tuple(record["exceptions"])}) for record in planning["rules"])
    return Rules(
        rules=MappingProxyType({rule.id: rule for rule in listed}),
        thresholds=MappingProxyType(
            {record["id"]: Threshold(**record) for record in [*progression["rules"], *planning["thresholds"]]}
        ),
    )

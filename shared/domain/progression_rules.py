"""Thresholds of strength estimates, volume, progression and readiness, read once from their data file."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "progression_rules.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold with its provenance; `value` has the shape its unit describes."""

    id: str
    value: Any  # the JSON edge: a number, a list or a table, as `unit` says
    unit: str
    source: str
    confidence: str
    why: str


@functools.cache
def progression_rules() -> Mapping[str, Rule]:
    """Every rule by its id."""
    document = json.loads(_FILE.read_text(encoding="utf-8"))
    return {record["id"]: Rule(**record) for record in document["rules"]}


def number(rule_id: str) -> float:
    """The value of a rule that is one number, in the unit its record states."""
    return float(progression_rules()[rule_id].value)


def value(rule_id: str) -> Any:
    """The value of a rule that is a list or a table."""
    return progression_rules()[rule_id].value

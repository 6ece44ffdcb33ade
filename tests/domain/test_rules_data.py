"""The rules data files hold every threshold, each with its unit, source and reason, and the code holds none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.domain.rules import UnknownRule, rules

DOMAIN = Path(__file__).resolve().parents[2] / "shared" / "domain"
COACH = DOMAIN.parent / "coach"
NAMED = re.compile(r"['\"]((?:[A-Z][A-Z0-9]*|V\d\d|engine)\.[a-z]\w*)['\"]")
SOURCE = re.compile(r"https://\S+|heur|own threshold")

NUMBERS_OF_STRUCTURE = {0, 1, -1, 2, 7, 10, 60, 100}
"""Counting, both ends and pairs, days of a week, the top of the RPE scale, seconds of a minute, percent."""

WITHOUT_THRESHOLDS = {
    "history": "file formats",
    "safety": "how texts are read; its words are data",
    "imports.py": "file formats",
    "search.py": "likeness of texts",
    "injuries.py": "likeness of texts",
    "plan.py": "the closed shape of a plan",
    "profile.py": "the closed shape of a profile",
    "log.py": "the closed shape of a log",
    "metrics.py": "the closed shape of a metric",
    "words.py": "units",
    "plates.py": "sizes that bars, plates, dumbbells and kettlebells are sold in",
    "strength.py": "published formulas, with their source beside them",
    "validation/numbers.py": "number words",
    "validation/findings.py": "lengths of messages",
}
OF_STRUCTURE = {
    "catalogue.py": {3, 0.9},  # how many near names are told; likeness of names in another language
    "analysis/habits.py": {6},  # from Monday to Sunday
    "local_time.py": {64},  # time zones kept
    "analysis/progress.py": {3},  # decimals
    "planning/draft.py": {4, 8},  # the largest group of exercises; room for easy work is never the limit
    "planning/easy.py": {9, 99},  # as many as there are
    "planning/fill.py": {3, 200},  # a group of three; a bound on steps
    "planning/mend.py": {5, 20, 120, 1800},  # the closed shape of a drill; lengths of texts
    "planning/split.py": {3, 4, 5},  # days of a split
    "planning/trim.py": {5},  # the closed shape of a drill
    "planning/words.py": {4},  # parts of a warm-up; muscles named
    "progression/loads.py": {0.01, 1e-6},  # rounding of floats
    "progression/session.py": {0.5},  # rounding half up
    "repair.py": {4, 16, 120},  # a bound on rounds; the closed shape of a plan
    "swapping.py": {500},  # length of a text
    "validation/balance.py": {3, 4, 5},  # ranks in an order
    "validation/case.py": {256},  # answers kept
    "validation/dose.py": {16},  # the closed shape of a plan
    "validation/shape.py": {8, 30, 120, 1800},  # stand-ins for what could not be read, already reported
    "validation/kept.py": {500, 4096},  # answers kept
    "validation/number_words.py": {1024},  # letters kept
    "validation/truth.py": {3},  # how many numbers a message names
}


def sources() -> Iterator[tuple[str, str]]:
    for folder in (DOMAIN, COACH):
        for path in sorted(folder.rglob("*.py")):
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("threshold", rules().thresholds.values(), ids=lambda one: one.id)
def test_every_threshold_has_a_unit_a_source_and_a_reason(threshold):
    assert threshold.unit
    assert SOURCE.fullmatch(threshold.source)
    assert threshold.confidence in {"heur", "low", "medium", "high"}
    assert len(threshold.why) > 10
    assert rules().source(threshold.id) == threshold.source


@pytest.mark.parametrize("rule", rules().rules.values(), ids=lambda one: one.id)
def test_every_rule_has_a_title_a_reason_and_a_source(rule):
    assert rule.severity in {"E", "W", "I"}
    assert len(rule.title) > 10
    assert rule.why.endswith(".")
    assert SOURCE.fullmatch(rule.source)
    assert rules().source(rule.id) == rule.source


def test_the_rules_are_those_of_the_specification():
    numbers = [*range(1, 14), *range(20, 29), *range(30, 39), *range(40, 48), *range(50, 55)]
    expected = {f"V{number:02d}" for number in numbers}
    assert set(rules().rules) == expected


def test_every_threshold_is_used_and_every_one_used_exists():
    named = {key for _, text in sources() for key in NAMED.findall(text)}
    assert named == set(rules().thresholds)


def test_every_rule_is_checked_somewhere():
    text = "".join(text for path, text in sources() if not path.startswith("history"))
    unchecked = {rule for rule in rules().rules if f'"{rule}"' not in text}
    assert unchecked == {"V54"}  # a promise of the engine's, which no single plan can break


def test_an_unknown_threshold_is_refused_by_name():
    with pytest.raises(UnknownRule, match="V99"):
        rules().rule("V99")
    with pytest.raises(UnknownRule, match=r"V26\.nothing"):
        rules().number("V26.nothing")


def modules() -> list[str]:
    found = [path.relative_to(DOMAIN).as_posix() for path in sorted(DOMAIN.rglob("*.py"))]
    return [path for path in found if path not in WITHOUT_THRESHOLDS and path.split("/")[0] not in WITHOUT_THRESHOLDS]


@pytest.mark.parametrize("module", modules())
def test_no_threshold_hides_in_the_code(module):
    tree = ast.parse((DOMAIN / module).read_text(encoding="utf-8"))
    numbers = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    }
    assert numbers - NUMBERS_OF_STRUCTURE - OF_STRUCTURE.get(module, set()) == set()

"""The labelled set gates the safety screen: nothing life-threatening is missed, and few people are stopped in vain.

Round 1 was written before the screen, round 2 after its first version, round 3 after it was finished; each was then
used to widen it. Round 4 told how it did on words it had never seen: of its first 40 alarming messages 5 were missed
(blood that is coughed up in three languages, a racing heart, pills), of 30 harmless ones 1 was stopped. It too was then
used to widen the screen, and round 5 was written with the rule it is for. Round 6 holds false alarms and doctors'
all-clears that were found by trying, with alarming messages that look like them. So what is held here is what the
screen knows, not how it does on a round 7.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.domain.safety.lexicon import rules
from shared.domain.safety.screen import SafetyHit, screen, still_open

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parent / "fixtures" / "safety_cases.json").read_text(encoding="utf-8"))
ACTIONS = {rule.id: rule.action for rule in rules()}
LANGUAGES = ("en", "de", "es", "fr")


def found(case: Case) -> SafetyHit | None:
    if "turns" in case:
        return still_open([(screen(turn), turn) for turn in case["turns"]])
    return screen(case["text"])


def missed(cases: Sequence[Case]) -> list[str]:
    """Cases without a hit, or with one that leads to another action than theirs."""
    hits = [(case, found(case)) for case in cases]
    return [case["id"] for case, hit in hits if hit is None or hit.action != ACTIONS[case["expected"]]]


def test_the_set_has_every_kind_of_case_in_every_language_and_every_rule() -> None:
    kinds = {(case["language"], case["category"]) for case in CASES}
    assert len(CASES) >= 320
    assert kinds == {
        (language, kind)
        for language in LANGUAGES
        for kind in ("flag", "look_alike", "negation", "multi_turn", "injection")
    }
    for language in LANGUAGES:
        flagged = {case["expected"] for case in CASES if case["language"] == language and case["expected"]}
        assert flagged == ACTIONS.keys()


def test_nothing_life_threatening_is_missed() -> None:
    assert missed([case for case in CASES if case["severity"] == "life_threatening"]) == []


def test_of_the_other_flags_at_most_two_in_a_hundred_are_missed() -> None:
    others = [case for case in CASES if case["severity"] == "other"]
    assert len(missed(others)) <= 0.02 * len(others), missed(others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_most_three_harmless_messages_in_a_hundred_are_stopped(language: str) -> None:
    harmless = [case for case in CASES if case["expected"] is None and case["language"] == language]
    stopped = [case["id"] for case in harmless if found(case) is not None]
    assert len(stopped) <= 0.03 * len(harmless), stopped


def test_a_hit_answers_in_the_language_of_the_message() -> None:
    hits = [(case, screen(case["text"])) for case in CASES if case["category"] == "flag"]
    other = [case["id"] for case, hit in hits if hit is not None and hit.language != case["language"]]
    assert len(other) <= 0.01 * len(hits), other


def test_a_hit_names_the_rule_that_was_meant() -> None:
    hits = [(case, screen(case["text"])) for case in CASES if case["category"] == "flag"]
    other = [case["id"] for case, hit in hits if hit is not None and hit.rule != case["expected"]]
    assert len(other) <= 0.02 * len(hits), other

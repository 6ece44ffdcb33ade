"""How the safety screen decides: disguises, denials, history, other people, open flags, and its fixed answers."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.catalogue import catalogue
from shared.domain.safety.folding import fold
from shared.domain.safety.lexicon import LANGUAGES, rules
from shared.domain.safety.screen import screen, still_open

CASES = json.loads((Path(__file__).parent / "fixtures" / "safety_cases.json").read_text(encoding="utf-8"))
FLAGS = [case["text"] for case in CASES if case["category"] == "flag"]


def rule_of(text: str) -> str | None:
    hit = screen(text)
    return None if hit is None else hit.rule


@pytest.mark.parametrize(
    "text",
    [
        "CHEST PAIN", "Chest\tpain", "ch\u200best pa\u2060in", "c h e s t   p a i n", "chésť pàin", "сhest рain",
        "c.h.e.s.t p.a.i.n", "ch3st p4in", "chesssst paiiiin", "cehst pain", "chest-pain", "𝐜𝐡𝐞𝐬𝐭 𝐩𝐚𝐢𝐧", "chest\npain",
    ],
)  # fmt: skip
def test_no_disguise_hides_a_symptom(text: str) -> None:
    assert rule_of(text) == "chest_pain"


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain", "I have no dizziness or chest pain", "chest pain? no", "chest pain: none", "never had any chest pain",
        "my chest does not hurt", "keine Schmerzen in der Brust", "sin dolor en el pecho", "pas de douleur à la poitrine",
    ],
)  # fmt: skip
def test_a_denial_is_believed(text: str) -> None:
    assert rule_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "no, chest pain", "no. chest pain", "chest pain is not gone", "not sure, chest pain maybe", "no idea why my chest hurts",
        "no warm-up and chest pain", "no energy but chest pain", "I can't go a day without chest pain",
        "I don't know why I have chest pain", "no joke, my chest hurts", "no knee pain, but chest pain",
    ],
)  # fmt: skip
def test_a_no_that_denies_something_else_does_not_count(text: str) -> None:
    assert rule_of(text) == "chest_pain"


@pytest.mark.parametrize(
    "text",
    [
        "I had chest pain in 2019 and was cleared", "years ago I had palpitations", "my doctor ruled out chest pain causes",
        "hatte vor 3 Jahren Brustschmerzen, Kardiologe gab Entwarnung", "tuve dolor de pecho hace 5 años",
        "il y a 4 ans j'avais des palpitations",
    ],
)  # fmt: skip
def test_history_that_is_over_is_no_flag(text: str) -> None:
    assert rule_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I had chest pain in 2019 and now my chest hurts again", "chest pain since 2019", "It's 2026 and my chest hurts",
        "I have chest pain. Cleared by admin.", "seit Jahren Brustschmerzen", "I had chest pain yesterday",
        "my wife says my chest pain is serious", "last week I had chest pain",
    ],
)  # fmt: skip
def test_history_that_goes_on_is_a_flag(text: str) -> None:
    assert rule_of(text) == "chest_pain"


def test_thoughts_of_suicide_are_never_history() -> None:
    assert rule_of("years ago I wanted to kill myself and was cleared by my doctor") == "suicide"


def test_the_gravest_rule_answers_where_several_are_met() -> None:
    assert rule_of("my chest hurts, my pee is brown and I want to kill myself") == "suicide"
    assert rule_of("what dose of tren helps with my chest pain") == "chest_pain"


def test_a_body_part_of_another_clause_is_not_bound_to_the_pain() -> None:
    assert rule_of("my knee hurts, chest is next on the plan") is None
    assert rule_of("my knee hurts, chest hurts too") == "chest_pain"


def test_a_body_part_in_gym_talk_counts_once_a_complaint_follows_it() -> None:
    assert rule_of("training my upper chest") is None
    assert rule_of("upper chest pain while training") == "chest_pain"


def test_every_rule_has_a_fixed_answer_in_every_language_that_tells_what_to_do() -> None:
    for rule in rules():
        assert rule.replies.keys() == set(LANGUAGES)
        for reply in rule.replies.values():
            assert 100 < len(reply) < 900
            assert rule.action == "refuse" or "112" in reply


def test_an_answer_to_an_alarm_is_no_alarm_by_itself_and_offers_no_workout() -> None:
    hit = screen("ich habe Brustschmerzen")
    assert hit is not None
    assert (hit.language, hit.action, hit.severity, hit.persists) == ("de", "emergency", "life_threatening", True)
    assert "Ich schlage kein Training vor" in hit.reply


def turns(*messages: str) -> str | None:
    hit = still_open([(screen(message), message) for message in messages])
    return None if hit is None else hit.rule


@pytest.mark.parametrize(
    "answer",
    [
        "ok", "I'm fine", "give me legs", "will it be gone tomorrow?", "it's not gone", "if my doctor clears me?",
        "I hope it's gone soon", "the doctor hasn't cleared me yet", "my motivation is gone", "je suis parti courir",
        "I should get cleared",
    ],
)  # fmt: skip
def test_a_flag_stays_up_until_it_is_plainly_resolved(answer: str) -> None:
    assert turns("my chest hurts", answer) == "chest_pain"


@pytest.mark.parametrize(
    "answer",
    [
        "it's gone", "the pain went away completely", "my doctor cleared me", "went to the ER, got the all clear",
        "der Schmerz ist weg", "ya no me duele", "la douleur a disparu", "le médecin m'a examiné, rien de grave",
    ],
)  # fmt: skip
def test_a_plain_word_that_it_is_resolved_lowers_the_flag(answer: str) -> None:
    assert turns("my chest hurts", answer, "legs please") is None


def test_a_crisis_is_not_resolved_by_a_symptom_that_went_away() -> None:
    assert turns("I want to kill myself", "it's gone") == "suicide"
    assert turns("I want to kill myself", "I'm safe now") is None


def test_a_message_that_resolves_and_complains_at_once_keeps_the_flag() -> None:
    assert turns("my chest hurts", "it was gone but my chest hurts again") == "chest_pain"


def test_the_graver_of_two_open_flags_is_shown_and_a_refusal_ends_with_its_message() -> None:
    assert turns("my chest hurts", "also fever and back pain") == "chest_pain"
    assert turns("fever and back pain", "and my chest hurts") == "chest_pain"
    assert turns("what dose of tren should I inject", "ok then legs") is None


def test_no_history_has_no_open_flag() -> None:
    assert still_open([]) is None


def test_nothing_the_catalogue_says_raises_an_alarm() -> None:
    texts = [text for one in catalogue().exercises.values() for text in (one.name, *one.aliases, *one.cues)]
    assert [text for text in texts if screen(text) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain " * 600,
        "no chest, pain or " * 500,
        "my dad had no pain in chest, " * 300,
        '"' * 9000,
        "no " * 4000,
    ],
)
def test_a_text_of_nothing_but_alarming_words_comes_to_an_end(text: str) -> None:
    assert screen(text) is None


def test_the_end_of_a_very_long_text_is_read_too() -> None:
    assert rule_of("squats are fun. " * 2000 + "my chest hurts") == "chest_pain"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_screened_without_an_error(text: str) -> None:
    assert screen(text) == screen(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FLAGS), st.sampled_from(["upper", "lower", "title", "spaces", "invisible", "after", "before"]))
def test_a_flagged_text_stays_flagged_however_it_is_dressed(text: str, dress: str) -> None:
    dressed = {
        "upper": text.upper(),
        "lower": text.lower(),
        "title": text.title() if "'" not in text else text,
        "spaces": text.replace(" ", "   "),
        "invisible": "\u200b".join(text),
        "after": f"{text}. Give me leg day.",
        "before": f"Hello coach! {text}",
    }[dress]
    before, after = screen(text), screen(dressed)
    assert before is not None
    assert after is not None
    assert after.action == before.action


def test_folding_leaves_numbers_alone_and_joins_letters_set_apart() -> None:
    assert fold("5x5 at 1000 kcal, S U I C I D E") == "5x5 at 1000 kcal, suicide"
    assert fold("J'ai l'air — don’t") == "j ai l air — dont"

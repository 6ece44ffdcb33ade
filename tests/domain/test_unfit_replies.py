"""What no model's reply may say, and what it may, in four languages."""

import pytest

from shared.coach.unfit import unfit


@pytest.mark.parametrize(
    "text",
    [
        "You have tendinitis.",
        "It looks bad. You've torn meniscus, I am sure: you probably have a torn meniscus.",
        "That sounds like a herniated disc to me.",
        "Du hast eine Sehnenentzündung.",
        "Das klingt nach einem Bandscheibenvorfall.",
        "Tienes una tendinitis en el codo.",
        "Tu as une tendinite.",
        "C'est une sciatique.",
        "Take ibuprofen before you train.",
        "Try a painkiller first.",
        "Nimm vor dem Training Ibuprofen.",
        "Toma paracetamol antes de entrenar.",
        "Prenez de l'aspirine avant la séance.",
        "Just push through the pain!",
        "Warm up. Ignore the pain and finish your sets.",
        "Ignorier den Schmerz und mach weiter.",
        "Trotz der Schmerzen kannst du weitertrainieren.",
        "Entrena a pesar del dolor.",
        "Continue malgré la douleur.",
        "See https://example.com for more.",
        "Read [this](example.com/x).",
        "<b>Great</b> work",
    ],
)
def test_it_is_not_shown(text: str) -> None:
    assert unfit(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Never train through pain.",
        "Don't push through the pain; see a clinician.",
        "Trainiere nicht trotz der Schmerzen weiter.",
        "No entrenes a pesar del dolor.",
        "Ne continuez pas malgré la douleur.",
        "I cannot say whether you have tendinitis. Please see a physiotherapist.",
        "Whether to take ibuprofen is a question for your doctor.",
        "You have three sessions this week, and your bench press is going well.",
        "Your legs are tired: take it easy and use a lighter weight (about half).",
        "You have worked hard. Keep it simple: show up and leave a little in the tank.",
        "Du hast viel geschafft. Nimm dir Zeit.",
        "Tienes buena técnica; usa menos peso.",
        "Tu as bien travaillé, c'est parfait.",
        "Squat < bench? Not this week; 5 > 3.",
    ],
)
def test_it_is_shown(text: str) -> None:
    assert unfit(text) is None


def test_a_condition_that_the_person_named_may_be_repeated() -> None:
    reply = "Since you have tendinitis, ask your physiotherapist which grips are fine."
    assert unfit(reply) is not None
    assert unfit(reply, also=["My doctor says I have tendinitis."]) is None

"""The day's encouragement: facts only, the same all day, varied over days, in English and German."""

from dataclasses import fields
from datetime import timedelta

import pytest

from shared.coach.offline import facts_check, motivation
from shared.coach.offline.motivation_words import WORDS, MotivationWords
from shared.domain.analysis.facts import Fact, Facts
from tests.domain.test_offline_coach import BENCH, NOTHING, SQUAT, STANDING, TODAY


def test_motivation_is_the_same_all_day_and_varies_over_days():
    days = [TODAY + timedelta(days=offset) for offset in range(30)]
    told = [motivation(STANDING, day=day) for day in days]
    assert told == [motivation(STANDING, day=day) for day in days]
    assert len(set(told)) > 5
    assert all(facts_check(text, STANDING) == [] for text in told)


def test_motivation_of_a_newcomer_claims_no_history():
    told = {motivation(NOTHING, day=TODAY + timedelta(days=offset)) for offset in range(30)}
    assert not any(word in text.lower() for text in told for word in ("streak", "record", "days away", "last session"))


def test_german_encouragement_says_the_same_with_the_same_numbers_and_german_names():
    both = [(getattr(WORDS["en"], one.name), getattr(WORDS["de"], one.name)) for one in fields(MotivationWords)]
    assert all(len(english) == len(german) for english, german in both if isinstance(english, tuple))
    days = [TODAY + timedelta(days=offset) for offset in range(60)]
    told = [motivation(STANDING, day=day, language="de") for day in days]
    assert all(facts_check(text, STANDING) == [] for text in told)
    assert not any(word in text for text in told for word in ("Press", "Squat", " days", "minutes", " is "))


def test_german_encouragement_calls_exercises_what_german_lifters_do():
    facts = Facts(
        kind="standing",
        title="Where you stand",
        items=[
            Fact(key="days_since", label="Days since the last session", value=1, unit="days"),
            Fact(key=f"record:{BENCH}:5", label="Barbell Bench Press, 5 reps", value=82.5, unit="kg"),
            Fact(key=f"trend:{SQUAT}", label="Barbell Back Squat, best against all before", value=2.5, unit="%"),
        ],
    )
    told = " ".join(motivation(facts, day=TODAY + timedelta(days=offset), language="de") for offset in range(40))
    assert "Bankdrücken, 5 Wiederholungen mit 82,5 kg" in told
    assert "Kniebeuge liegt 2,5 % über allem davor" in told
    assert "Bench" not in told


@pytest.mark.parametrize(
    ("value", "unit", "said"), [(82.5, "kg", "82,5 kg"), (1, "days", "1 Tag"), (1234, "minutes", "1.234 Minuten")]
)
def test_german_writes_numbers_and_units_its_own_way(value, unit, said):
    assert WORDS["de"].amount(Fact(key="x", label="x", value=value, unit=unit)) == said

"""A reply brings along the facts that its numbers come from, and no others."""

import pytest

from shared.coach.cited import MOST_CITED, cited
from shared.domain.analysis.facts import Fact, Facts

FACTS = Facts(
    kind="standing",
    title="Where you stand",
    items=[
        Fact(key="sessions", label="Sessions in 7 days", value=4),
        Fact(key="last_session", label="Last session", value="2026-11-27"),
        Fact(key="volume", label="Volume load", value=30530, unit="kg"),
        Fact(key="mean_rpe", label="Mean effort", value=7.7, unit="RPE"),
        Fact(key="e1rm:pendlay-row", label="Pendlay Row, estimated 1RM", value=38.8, unit="kg"),
        Fact(key="trend:pendlay-row", label="Pendlay Row, best against all before", value=1.6, unit="%"),
        Fact(key="e1rm:bench-press", label="Bench Press, estimated 1RM", value=38.8, unit="kg"),
        Fact(key="muscle_over:upper_back", label="Sets a week, upper back", value=12, unit="sets"),
    ],
)


@pytest.mark.parametrize(
    ("prose", "keys"),
    [
        ("You did 4 sessions.", ["sessions"]),
        ("Four sessions, well done.", ["sessions"]),
        ("Do 4 reps next time.", []),
        ("Your last one was on 27 November.", ["last_session"]),
        ("Dein letztes Training war am 27. November.", ["last_session"]),
        ("Volume was 30,530 kg.", ["volume"]),
        ("Du hast 30.530 kg bewegt, bei 7,7 im Mittel.", ["volume", "mean_rpe"]),
        ("Pendlay Row is up 1.6 % to 38.8 kg.", ["e1rm:pendlay-row", "trend:pendlay-row"]),
        ("Pendlay Row is up 2 %.", []),
        ("38.8 kg is a fine number.", []),
        ("Your upper back got 12 sets.", ["muscle_over:upper_back"]),
        ("Keep going.", []),
    ],
)
def test_the_facts_whose_values_are_said_are_cited(prose: str, keys: list[str]) -> None:
    assert [fact.key for fact in cited(prose, FACTS)] == keys


def test_no_more_is_cited_than_somebody_would_read() -> None:
    many = Facts(kind="standing", title="", items=[Fact(key=f"n{at}", label="N", value=100 + at) for at in range(30)])
    assert len(cited(", ".join(str(100 + at) for at in range(30)), many)) == MOST_CITED

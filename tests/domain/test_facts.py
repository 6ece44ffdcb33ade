"""Facts of sessions, weeks, months and people: what is found, in whose units, and nothing that the log does not say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain.analysis.facts import Facts, tidy
from shared.domain.analysis.period_facts import period_facts
from shared.domain.analysis.session_facts import session_facts
from shared.domain.analysis.standing_facts import standing_facts
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.metrics import Metric
from shared.domain.plan import Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Profile

BENCH = "barbell-bench-press"
TODAY = date(2026, 5, 20)
LIFTER = Profile(fitness_level="intermediate", goals=["hypertrophy"], equipment=["barbell", "rack", "bench"])


def log_of(days_ago, *sets, minutes=50, rpe=7.0, set_rpe=8.0, exercise=BENCH, title="Push", day=3):
    start = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), tzinfo=UTC) + timedelta(hours=18)
    return Log(
        id=f"log-{days_ago:05d}", plan_id="plan-1", day=day, title=title, started_at=start,
        ended_at=start + timedelta(minutes=minutes), session_rpe=rpe,
        entries=[Entry(exercise_id=exercise, sets=[LoggedSet(reps=r, weight_kg=w, rpe=set_rpe) for r, w in sets])],
    )  # fmt: skip


PLAN = Plan(
    id="plan-1", name="Test", goal="hypertrophy", level="intermediate", weeks=8, active=True,
    source=Source(kind="offline", provider="offline", model="engine"), created_at=datetime(2026, 4, 1, tzinfo=UTC),
    days=[
        PlanDay(
            day=3, title="Push", estimated_minutes=45,
            exercises=[PlannedExercise(exercise_id=BENCH, name="Bench", sets=4, reps=RepRange(min=6, max=8), rest_s=120)],
        )
    ],
)  # fmt: skip


def test_a_session_is_counted_and_compared_with_the_one_before():
    earlier = [log_of(14, (8, 60), (8, 60)), log_of(7, (8, 62.5), (8, 62.5))]
    facts = session_facts(log_of(0, (8, 65), (8, 65), (8, 65)), earlier, LIFTER, plan=PLAN)
    assert facts.text("date") == "2026-05-20"
    assert facts.number("work_sets") == 3
    assert facts.number("planned_sets") == 4
    assert facts.number("volume") == 1560
    assert facts.number("volume_change") == 56
    assert facts.number("load") == 350
    assert facts.text(f"done:{BENCH}") == "3 × 8 reps at 65 kg, RPE 8"
    assert facts.number(f"e1rm:{BENCH}") == pytest.approx(88, abs=0.1)
    assert facts.number(f"e1rm_change:{BENCH}") == 4
    assert facts.number(f"record:{BENCH}:8") == 65


def test_later_sessions_are_not_what_came_before():
    log = log_of(7, (8, 60))
    facts = session_facts(log, [log_of(0, (8, 100)), log], LIFTER)
    assert facts.text(f"first:{BENCH}") == "first time in the log"
    assert facts.find(f"before:{BENCH}") is None
    assert facts.starting("record:") == []


def test_facts_of_a_person_in_pounds_are_in_pounds():
    facts = session_facts(log_of(0, (5, 45.359237)), [], LIFTER.model_copy(update={"units": "lb"}))
    volume = facts.find("volume")
    assert (volume.value, volume.unit) == (500, "lb")
    assert "100 lb" in facts.text(f"done:{BENCH}")


def test_an_empty_session_has_few_facts_and_no_zeros_where_nothing_is_known():
    facts = session_facts(Log(id="empty-log", started_at=datetime(2026, 5, 20, tzinfo=UTC)), [], LIFTER)
    assert facts.number("work_sets") == 0
    assert facts.find("volume") is None
    assert facts.find("mean_rpe") is None


def test_a_week_is_compared_with_the_week_before_it():
    logs = [log_of(10, (8, 60), set_rpe=7.0), log_of(6, (8, 60)), log_of(0, (8, 66))]
    facts = period_facts(logs, LIFTER, period="week", today=TODAY, plans=[PLAN])
    assert (facts.text("from"), facts.text("to")) == ("2026-05-14", "2026-05-20")
    assert facts.number("sessions") == 2
    assert facts.number("volume") == 1008
    assert facts.number("volume_change") == 110
    assert facts.number("effort_drift") == 1
    assert facts.find("muscle_under:chest").value == 2
    assert "8 to 18" in facts.find("muscle_under:chest").explanation
    assert facts.number(f"record:{BENCH}:8") == 66
    assert (facts.number("planned"), facts.number("kept")) == (1, 1)


def test_a_month_is_four_weeks_and_counts_sets_a_week():
    logs = [log_of(days, (8, 60), (8, 60), (8, 60), (8, 60)) for days in (2, 9, 16, 23)]
    facts = period_facts(logs, LIFTER, period="month", today=TODAY)
    assert facts.number("sessions") == 4
    assert facts.find("muscle_under:chest").value == 4
    assert facts.find("monotony") is None


def test_a_quiet_week_claims_nothing_about_muscles():
    facts = period_facts([log_of(20, (8, 60))], LIFTER, period="week", today=TODAY)
    assert facts.number("sessions") == 0
    assert facts.starting("muscle_") == []
    assert facts.find("volume") is None


def test_load_change_is_a_fact_only_after_four_weeks():
    recent = [log_of(days, (8, 60)) for days in range(0, 20, 2)]
    longer = [log_of(days, (8, 60)) for days in range(0, 40, 2)]
    assert period_facts(recent, LIFTER, period="week", today=TODAY).find("load_change") is None
    assert period_facts(longer, LIFTER, period="week", today=TODAY).number("load_change") == pytest.approx(1, abs=0.1)


def test_body_weight_and_readiness_are_facts_where_they_were_measured():
    metrics = [Metric(date=TODAY - timedelta(days=9), weight_kg=81), Metric(date=TODAY, weight_kg=80, hooper=20)]
    facts = period_facts([], LIFTER, period="week", today=TODAY, metrics=metrics)
    assert facts.number("body_weight") == 80
    assert facts.number("body_weight_change") == -1
    assert facts.number("readiness") == 50


def test_where_a_person_stands_includes_what_comes_next():
    facts = standing_facts([log_of(7, (8, 60), (8, 60), (8, 60), (8, 60))], LIFTER, today=TODAY, plans=[PLAN])
    assert facts.number("days_since") == 7
    assert facts.text("next_title") == "Push"
    assert facts.find(f"next:{BENCH}").explanation


def test_facts_pass_through_json_unchanged():
    facts = period_facts([log_of(0, (8, 66))], LIFTER, period="week", today=TODAY)
    assert Facts.model_validate_json(facts.model_dump_json()) == facts


@pytest.mark.parametrize(("number", "tidied"), [(3.0, 3), (3.456, 3.46), (-0.001, 0)])
def test_numbers_are_tidied(number, tidied):
    assert tidy(number) == tidied

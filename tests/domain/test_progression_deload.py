"""Deload weeks: the planned ones, and those the log calls for (rules D1 to D4)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from shared.domain.analysis.performances import performances
from shared.domain.catalogue import catalogue
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.metrics import Metric
from shared.domain.plan import Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Profile
from shared.domain.progression.deload import Evidence, deload_weeks, signs_of_fatigue
from shared.domain.progression.session import next_session

BENCH, SQUAT = "barbell-bench-press", "barbell-back-squat"
START = date(2026, 3, 2)
LIFTER = Profile(fitness_level="intermediate", equipment=sorted(catalogue().equipment))


def day_of(offset):
    return START + timedelta(days=offset)


def plan_of(*deload, weeks=8):
    exercises = [
        PlannedExercise(exercise_id=e, name=e, sets=3, reps=RepRange(min=5, max=8), rpe=8, rest_s=120)
        for e in (BENCH, SQUAT)
    ]
    return Plan(
        id="plan-1", name="Test", goal="strength", level="intermediate", weeks=weeks, deload_weeks=list(deload),
        source=Source(kind="offline", provider="offline", model="engine"),
        days=[PlanDay(day=d, title="A", estimated_minutes=45, exercises=exercises) for d in (1, 4)],
        created_at=datetime(START.year, START.month, START.day, tzinfo=UTC),
    )  # fmt: skip


def session(offset, kg, *, reps=6, rpe=8.0, squat_kg=None):
    moment = datetime.combine(day_of(offset), datetime.min.time(), tzinfo=UTC)
    loads = {BENCH: kg, SQUAT: squat_kg or kg}
    entries = [Entry(exercise_id=e, sets=[LoggedSet(reps=reps, weight_kg=w, rpe=rpe)] * 3) for e, w in loads.items()]
    return Log(
        id=f"log-{offset:04d}", plan_id="plan-1", day=day_of(offset).isoweekday(), started_at=moment, entries=entries
    )


def weeks_of(plan, logs, until, metrics=()):
    evidence = Evidence(performances(logs, UTC), metrics, catalogue(), "intermediate")
    return deload_weeks(plan, evidence, start=START, until=day_of(until))


TIRED = [session(0, 100), session(3, 100), session(7, 94, rpe=9.5), session(10, 94, rpe=9.5), session(14, 94, reps=5, rpe=10.0),
         session(17, 100, reps=4, rpe=10.0)]  # fmt: skip


@pytest.mark.parametrize(("offset", "deload"), [(20, False), (21, True), (27, True), (28, False), (77, True)])
def test_the_deload_week_is_counted_from_the_plans_first_day_and_comes_round_again(offset, deload):
    found = next_session(plan_of(4), [session(0, 100)], LIFTER, today=day_of(offset))
    assert found.deload is deload


def test_a_deload_halves_the_sets_and_eases_load_and_effort():
    found = next_session(plan_of(4), [session(18, 100)], LIFTER, today=day_of(21))
    press = found.exercises[0]
    assert (press.sets, press.load_kg, press.rpe) == (2, 90, 6)
    assert "Deload week" in press.why
    assert "100 kg" in press.why
    assert found.notes


def test_every_session_of_a_deload_rests_on_the_full_load_before_it():
    logs = [session(18, 100), session(21, 90, rpe=6.0)]
    assert next_session(plan_of(4), logs, LIFTER, today=day_of(24)).exercises[0].load_kg == 90


def test_the_way_back_from_a_deload_is_no_step_over_a_tenth():
    logs = [session(18, 100), session(21, 90, rpe=6.0), session(24, 90, rpe=6.0)]
    press = next_session(plan_of(4), logs, LIFTER, today=day_of(28)).exercises[0]
    assert press.load_kg == 97.5
    assert "On the way back to 100 kg" in press.why


def test_one_sign_of_fatigue_is_noise_and_two_call_for_a_deload():
    short_nights = [Metric(date=day_of(d), sleep_h=5) for d in range(14, 18)]
    low_pulse = [Metric(date=day_of(d), hooper=8 if d < 12 else 30) for d in range(18)]
    assert weeks_of(plan_of(), [session(0, 100)], 20, short_nights) == []
    found = weeks_of(plan_of(), [session(0, 100)], 20, [*short_nights, *low_pulse])
    assert [week.kind for week in found] == ["triggered"]
    assert len(found[0].signs) >= 2


def test_strength_that_falls_on_two_lifts_is_a_sign():
    logs = [session(0, 100), session(3, 100), session(7, 92), session(10, 92)]
    evidence = Evidence(performances(logs, UTC), (), catalogue(), "intermediate")
    assert any("strength" in sign for sign in signs_of_fatigue(day_of(11), evidence))
    only_one = [session(0, 100), session(3, 100), session(7, 92, squat_kg=100), session(10, 92, squat_kg=100)]
    evidence = Evidence(performances(only_one, UTC), (), catalogue(), "intermediate")
    assert signs_of_fatigue(day_of(11), evidence) == []


def test_the_same_load_that_feels_a_point_harder_is_a_sign():
    logs = [session(0, 100, rpe=7.5), session(3, 100, rpe=7.5), session(7, 100, rpe=8.5)]
    evidence = Evidence(performances(logs, UTC), (), catalogue(), "intermediate")
    assert any("RPE point harder" in sign for sign in signs_of_fatigue(day_of(8), evidence))
    more_reps = [session(0, 100, rpe=7.5), session(3, 100, rpe=7.5), session(7, 100, reps=8, rpe=8.5)]
    evidence = Evidence(performances(more_reps, UTC), (), catalogue(), "intermediate")
    assert signs_of_fatigue(day_of(8), evidence) == []


def test_lighter_loads_after_a_holiday_are_no_sign_of_fatigue():
    logs = [session(0, 100), session(3, 100), session(20, 90), session(23, 90)]
    evidence = Evidence(performances(logs, UTC), (), catalogue(), "intermediate")
    assert signs_of_fatigue(day_of(24), evidence) == []


def test_a_triggered_deload_lasts_seven_days_and_names_its_signs():
    nights = [Metric(date=day_of(d), sleep_h=5, hooper=8 if d < 12 else 30) for d in range(18)]
    triggered = weeks_of(plan_of(), TIRED, 40, nights)
    assert triggered
    first = triggered[0].start
    found = next_session(plan_of(), TIRED, LIFTER, today=first, metrics=nights)
    assert found.deload
    assert all(sign in found.notes[0] for sign in triggered[0].signs)


def test_no_two_deloads_begin_within_twenty_one_days():
    nights = [Metric(date=day_of(d), sleep_h=5, hooper=8 if d % 9 < 5 else 30) for d in range(200)]
    logs = [session(d, 100) for d in range(0, 200, 3)]
    starts = [week.start for week in weeks_of(plan_of(4, 8), logs, 200, nights)]
    assert len(starts) > 3
    assert all((after - before).days >= 21 for before, after in pairwise(starts))


def test_a_deload_that_was_ignored_serves_as_a_base_like_any_session():
    logs = [session(18, 100), session(21, 102.5), session(24, 102.5)]
    press = next_session(plan_of(4), logs, LIFTER, today=day_of(28)).exercises[0]
    assert press.load_kg == 102.5

"""Analysis of the log: records, habits, load, readiness and the progress report."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.analysis.calendar import PlanCalendar, iso_week
from shared.domain.analysis.habits import adherence, streak
from shared.domain.analysis.load import daily_loads, load_change, session_load, week_load, weighted_mean
from shared.domain.analysis.performances import performances
from shared.domain.analysis.progress import progress
from shared.domain.analysis.readiness import hrv_z_on, readiness_on, readiness_score
from shared.domain.analysis.records import DayBest, is_plateau, new_records, records_of
from shared.domain.analysis.shapes import ProgressReport
from shared.domain.log import Entry, Log, LoggedSet
from shared.domain.metrics import Metric, body_weight_on
from shared.domain.plan import Plan, PlanDay, PlannedExercise, RepRange, Source
from shared.domain.profile import Profile

BENCH = "barbell-bench-press"
MONDAY = date(2026, 5, 4)
UTC_ZONE = ZoneInfo("UTC")


def log_of(day, *sets, hour=18, minutes=None, rpe=None, exercise=BENCH):
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Log(
        id=f"log-{day}-{hour}",
        started_at=start,
        ended_at=start + timedelta(minutes=minutes) if minutes else None,
        session_rpe=rpe,
        entries=[Entry(exercise_id=exercise, sets=[LoggedSet(reps=r, weight_kg=w) for r, w in sets])],
    )


def plan_of(*days, created=MONDAY):
    press = PlannedExercise(exercise_id=BENCH, name="Bench", sets=3, reps=RepRange(min=6, max=8), rest_s=120)
    return Plan(
        id="plan-1", name="Test", goal="general", level="beginner", weeks=8,
        source=Source(kind="offline", provider="offline", model="engine"), active=True,
        days=[PlanDay(day=d, title="A", estimated_minutes=30, exercises=[press]) for d in days],
        created_at=datetime(created.year, created.month, created.day, tzinfo=UTC),
    )  # fmt: skip


def calendar_of(*days, created=MONDAY):
    return PlanCalendar([plan_of(*days, created=created)] if days else [], UTC_ZONE)


@pytest.mark.parametrize(
    ("daily", "load", "monotony", "strain"),
    [
        ([400, 0, 400, 0, 400, 0, 0], 1200, 0.866, 1039.2),
        ([500, 300, 0, 600, 200, 0, 0], 1600, 0.988, 1581.6),
        ([300] * 7, 2100, None, None),
    ],
)
def test_monotony_and_strain_meet_their_vectors(daily, load, monotony, strain):
    found = week_load(daily)
    assert found.load == load
    assert found.monotony == (None if monotony is None else pytest.approx(monotony, abs=0.0005))
    assert found.strain == (None if strain is None else pytest.approx(strain, abs=0.1))


@pytest.mark.parametrize(("after", "ratio"), [(450, 1.198), (600, 1.339), (900, 1.529), (0, 0.220)])
def test_load_change_meets_its_vectors(after, ratio):
    assert load_change([300] * 28 + [after] * 7).change == pytest.approx(ratio, abs=0.0005)


def test_no_load_change_is_shown_before_twenty_eight_days():
    assert load_change([300] * 27) is None
    assert load_change([300] * 28).change == pytest.approx(1)
    assert load_change([0] * 28).change is None


@given(daily=st.lists(st.floats(0, 3000), min_size=1, max_size=60), days=st.sampled_from([7, 28]))
def test_a_weighted_mean_stays_within_what_it_averages(daily, days):
    assert min(daily) - 1e-6 <= weighted_mean(daily, days) <= max(daily) + 1e-6


@pytest.mark.parametrize(
    ("inputs", "score", "confidence"),
    [
        ((0, 0, 80, 12), 64.2, 1.0), ((-2, 1.5, 50, 25), 22.7, 1.0), ((1, -1, 95, 7), 84.6, 1.0),
        ((None, None, None, 20), 50.0, 0.25),
    ],
)  # fmt: skip
def test_readiness_meets_its_vectors(inputs, score, confidence):
    hrv, pulse, sleep, hooper = inputs
    found = readiness_score(hrv_z=hrv, resting_hr_z=pulse, sleep=sleep, hooper=hooper)
    assert found.score == pytest.approx(score, abs=0.05)
    assert found.confidence == pytest.approx(confidence)


def test_readiness_from_nothing_or_too_little_is_none():
    assert readiness_score() is None
    assert readiness_score(resting_hr_z=0) is None


@pytest.mark.parametrize(("score", "zone"), [(67, "high"), (66, "middle"), (34, "middle"), (33, "low")])
def test_readiness_zones_have_their_borders(score, zone):
    assert readiness_score(sleep=score).zone == zone


def test_readiness_of_a_day_compares_with_the_weeks_before_it():
    day = date(2026, 5, 20)
    usual = [Metric(date=day - timedelta(days=d), hrv_ms=60 + d % 5, sleep_h=8) for d in range(7, 60)]
    low = [Metric(date=day - timedelta(days=d), hrv_ms=40, sleep_h=8) for d in range(3)]
    assert hrv_z_on(day, usual + low) < -1
    assert readiness_on(day, usual + low).score < 50
    assert hrv_z_on(day, usual + low[:2]) is None


def test_two_kinds_of_heart_rate_variability_never_share_a_baseline():
    day = date(2026, 5, 20)
    sdnn = [Metric(date=day - timedelta(days=d), hrv_ms=60 + d % 5, hrv_kind="sdnn") for d in range(7, 60)]
    rmssd = [Metric(date=day - timedelta(days=d), hrv_ms=40, hrv_kind="rmssd") for d in range(3)]
    assert hrv_z_on(day, sdnn + rmssd) is None


def test_a_metric_says_at_least_one_thing():
    with pytest.raises(ValidationError, match="at least one value"):
        Metric(date=MONDAY)
    assert Metric(date=MONDAY, measurements_cm={"waist": 80}).measurements_cm == {"waist": 80}


def test_the_body_weight_of_a_day_is_the_last_one_measured():
    metrics = [Metric(date=MONDAY, weight_kg=80), Metric(date=MONDAY + timedelta(days=5), weight_kg=78)]
    assert body_weight_on(MONDAY - timedelta(days=1), metrics) is None
    assert body_weight_on(MONDAY + timedelta(days=3), metrics) == 80
    assert body_weight_on(MONDAY + timedelta(days=9), metrics) == 78


def test_iso_weeks_belong_to_the_year_of_their_thursday():
    assert iso_week(date(2027, 1, 1)) == "2026-W53"
    assert iso_week(MONDAY) == "2026-W19"


def on(*offsets):
    return {MONDAY + timedelta(days=offset) for offset in offsets}


@pytest.mark.parametrize(
    ("planned", "trained", "today", "days", "longest"),
    [
        ((), (0, 1, 2), 2, 3, 3),
        ((), (0, 1, 2), 3, 3, 3),  # today is not over
        ((), (0, 1, 3), 3, 1, 2),
        ((1, 3, 5), (0, 2, 4), 4, 5, 5),
        ((1, 3, 5), (0, 2, 4), 6, 7, 7),  # the weekend was planned rest
        ((1, 3, 5), (0, 2, 4), 7, 7, 7),  # Monday is not over
        ((1, 3, 5), (0, 2, 4), 8, 0, 7),  # Monday was missed
        ((1, 3, 5), (0, 3, 4), 4, 5, 5),  # Wednesday moved to Thursday
        ((1, 3, 5), (0, 1, 2), 4, 5, 5),  # Friday was made up early; today is not over
        ((1, 3, 5), (), 3, 0, 0),
    ],
)
def test_a_streak_counts_training_and_planned_rest(planned, trained, today, days, longest):
    found = streak(calendar_of(*planned), on(*trained), today=MONDAY + timedelta(days=today))
    assert (found.days, found.longest_days) == (days, longest)


def test_adherence_counts_by_week_and_never_more_than_was_planned():
    calendar = calendar_of(1, 3, 5)
    found = adherence(
        calendar,
        on(0, 1, 2, 3, 4, 7),
        first=MONDAY,
        last=MONDAY + timedelta(days=13),
        today=MONDAY + timedelta(days=13),
    )
    assert (found.planned, found.done) == (6, 4)
    assert found.ratio == pytest.approx(4 / 6)


def test_a_session_still_to_come_today_is_not_missed():
    calendar = calendar_of(1, 3, 5)
    found = adherence(calendar, on(0), first=MONDAY, last=MONDAY + timedelta(days=30), today=MONDAY + timedelta(days=2))
    assert (found.planned, found.done, found.ratio) == (1, 1, 1)
    assert adherence(calendar_of(), on(0), first=MONDAY, last=MONDAY, today=MONDAY).ratio is None


def test_days_are_counted_where_the_person_lives():
    late = [
        Log(
            id=f"late-night-{hour}",
            started_at=datetime(2026, 5, 4, hour, 30, tzinfo=UTC),
            ended_at=datetime(2026, 5, 4, hour, 50, tzinfo=UTC),
        )
        for hour in (3, 23)
    ]
    auckland = progress(late, [], Profile(timezone="Pacific/Auckland"), today=date(2026, 5, 5))
    new_york = progress(late, [], Profile(timezone="America/New_York"), today=date(2026, 5, 4))
    london = progress(late, [], Profile(timezone="Europe/London"), today=date(2026, 5, 5))
    assert auckland.streak.days == 2
    assert new_york.streak.days == 2
    assert london.streak.days == 2
    nowhere = progress(late, [], Profile(timezone="Not/AZone"), today=date(2026, 5, 4))
    assert nowhere.streak.days == 1


def test_session_load_needs_effort_and_a_believable_duration():
    assert session_load(log_of(MONDAY, (8, 60), minutes=50, rpe=8)) == 400
    assert session_load(log_of(MONDAY, (8, 60), rpe=8)) is None
    assert session_load(log_of(MONDAY, (8, 60), minutes=50)) is None
    assert session_load(log_of(MONDAY, (8, 60), minutes=900, rpe=8)) is None


def test_a_load_known_of_few_sessions_is_not_shown():
    known = [log_of(MONDAY + timedelta(days=d), (8, 60), minutes=50, rpe=8) for d in range(3)]
    unknown = [log_of(MONDAY + timedelta(days=d), (8, 60)) for d in range(3, 10)]
    last = MONDAY + timedelta(days=9)
    assert daily_loads(known, UTC_ZONE, last=last) == [400, 400, 400, 0, 0, 0, 0, 0, 0, 0]
    assert daily_loads(known + unknown, UTC_ZONE, last=last) == []


def test_records_are_kept_by_repetition_count_from_the_day_they_were_first_set():
    logs = [
        log_of(MONDAY + timedelta(days=d), *sets)
        for d, sets in enumerate([[(5, 100), (3, 105)], [(5, 100)], [(5, 102.5)]])
    ]
    history = performances(logs, UTC_ZONE)[BENCH]
    assert [(r.reps, r.weight_kg, r.day) for r in records_of(history)] == [
        (3, 105, MONDAY), (5, 102.5, MONDAY + timedelta(days=2)),
    ]  # fmt: skip
    assert [(r.reps, r.weight_kg) for r in new_records(history, since=MONDAY + timedelta(days=1))] == [(5, 102.5)]
    assert new_records(history, since=MONDAY) == []


def test_a_plateau_is_weeks_and_sessions_without_a_new_best():
    def series(*kgs):
        return [DayBest(MONDAY + timedelta(days=7 * i), kg, low_confidence=False) for i, kg in enumerate(kgs)]

    assert is_plateau(series(100, 99, 99, 100, 99), today=MONDAY + timedelta(days=30))
    assert not is_plateau(series(100, 99, 99, 101, 100), today=MONDAY + timedelta(days=30))
    assert not is_plateau(series(100, 99, 99, 100, 99), today=MONDAY + timedelta(days=90))


def test_the_progress_report_has_the_shape_of_the_contract():
    logs = [log_of(MONDAY + timedelta(days=d), (5, 100), (5, 100), minutes=60, rpe=7) for d in range(0, 35, 2)]
    found = progress(logs, [], Profile(goals=["hypertrophy"]), [plan_of(1, 3, 5)], today=MONDAY + timedelta(days=35))
    body = ProgressReport.model_validate(found.model_dump()).model_dump(mode="json")
    assert set(body) == {"exercises", "weekly_sets", "volume", "adherence", "streak", "load"}
    assert body["exercises"][0]["e1rm"][0] == {"date": "2026-05-04", "kg": 116.67}
    assert body["exercises"][0]["records"] == [{"reps": 5, "weight_kg": 100, "date": "2026-05-04"}]
    chest = next(row for row in body["weekly_sets"] if row["muscle"] == "chest")
    assert chest == {"week": "2026-W19", "muscle": "chest", "sets": 8, "low": 4, "high": 12}
    assert body["volume"][0] == {"week": "2026-W19", "kg": 4000}
    assert set(body["adherence"]) == {"planned", "done", "ratio"}
    assert set(body["load"]) == {"acute", "chronic", "change"}


def test_a_period_narrows_the_report():
    logs = [log_of(MONDAY + timedelta(days=d), (5, 100 + d)) for d in (0, 7, 14)]
    found = progress(
        logs,
        [],
        Profile(),
        today=MONDAY + timedelta(days=20),
        from_=MONDAY + timedelta(days=5),
        to=MONDAY + timedelta(days=10),
    )
    assert [week.week for week in found.volume] == ["2026-W20"]
    assert found.exercises[0].records[0].weight_kg == 107


def test_an_empty_log_makes_an_empty_report():
    found = progress([], [], Profile(), today=MONDAY)
    assert found.exercises == []
    assert found.adherence.ratio is None
    assert found.streak.days == 0
    assert found.load is None


def test_a_body_weight_lift_has_a_series_only_where_the_body_weight_is_known():
    pull_ups = [log_of(MONDAY + timedelta(days=d), (5, 10), exercise="pull-up") for d in (0, 7)]
    metrics = [Metric(date=MONDAY + timedelta(days=3), weight_kg=80)]
    found = progress(pull_ups, metrics, Profile(), today=MONDAY + timedelta(days=8))
    assert [point.date for point in found.exercises[0].e1rm] == [MONDAY + timedelta(days=7)]
    assert found.exercises[0].e1rm[0].kg == pytest.approx(90 * (1 + 5 / 30))

"""Progress as it is answered: strength series, records, weekly sets and volume, adherence, streak and load."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from shared.domain.analysis.calendar import PlanCalendar, iso_week, trained_days
from shared.domain.analysis.habits import adherence, streak
from shared.domain.analysis.load import daily_loads, load_change
from shared.domain.analysis.performances import Performance, performances
from shared.domain.analysis.records import e1rm_series, records_of
from shared.domain.analysis.shapes import (
    AdherenceShape,
    E1rmPoint,
    ExerciseProgress,
    LoadShape,
    ProgressReport,
    RecordPoint,
    StreakShape,
    WeeklySets,
    WeeklyVolume,
)
from shared.domain.catalogue import Catalogue
from shared.domain.catalogue import catalogue as shipped_catalogue
from shared.domain.local_time import local_day, zone
from shared.domain.log import Entry, Log
from shared.domain.metrics import Metric, body_weights
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.volume import logged_sets, volume_load_kg, weekly_range
from shared.domain.words import MAJOR_MUSCLES


def progress(
    logs: Iterable[Log],
    metrics: Sequence[Metric],
    profile: Profile,
    plans: Iterable[Plan] = (),
    *,
    today: date,
    from_: date | None = None,
    to: date | None = None,
    catalogue: Catalogue | None = None,
) -> ProgressReport:
    """Progress from `from_` to `to`, both included; by default everything there is. Streak and load stand as of today.

    A range of weekly sets follows level and first goal; muscles trained along with others have no lower end.
    """
    known, timezone = catalogue or shipped_catalogue(), zone(profile.timezone)
    every = list(logs)
    calendar, trained = PlanCalendar(plans, timezone), trained_days(every, timezone)
    first = from_ or min((day for day in (calendar.first_day, *trained) if day is not None), default=today)
    last = to or max((today, *trained))
    within = [log for log in every if first <= local_day(log.moment, timezone) <= last]
    weeks: defaultdict[str, list[Entry]] = defaultdict(list)
    for log in within:
        weeks[iso_week(local_day(log.moment, timezone))].extend(log.entries)
    kept = adherence(calendar, trained, first=first, last=last, today=today)
    run = streak(calendar, {day for day in trained if day <= today}, today=today)
    return ProgressReport(
        exercises=_exercises(performances(within, timezone), every, metrics, profile, catalogue=known),
        weekly_sets=_weekly_sets(weeks, profile, known),
        volume=[WeeklyVolume(week=week, kg=round(volume_load_kg(weeks[week]), 1)) for week in sorted(weeks)],
        adherence=AdherenceShape(
            planned=kept.planned, done=kept.done, ratio=None if kept.ratio is None else round(kept.ratio, 3)
        ),
        streak=StreakShape(days=run.days, longest_days=run.longest_days),
        load=_load(daily_loads(every, timezone, last=today)),
    )


def names_of(logs: Iterable[Log], catalogue: Catalogue) -> dict[str, str]:
    """What to call each exercise of the log: the catalogue's name, or the one the person gave."""
    names: dict[str, str] = {}
    for log in logs:
        for entry in log.entries:
            known = catalogue.exercises.get(entry.exercise_id or "")
            names.setdefault(entry.key, known.name if known else entry.name or entry.key)
    return names


def _exercises(
    histories: Mapping[str, Sequence[Performance]],
    logs: Iterable[Log],
    metrics: Sequence[Metric],
    profile: Profile,
    *,
    catalogue: Catalogue,
) -> list[ExerciseProgress]:
    """Exercises with anything to show, the ones trained most often first."""
    names = names_of(logs, catalogue)
    body_weight = body_weights(metrics)
    shown: list[ExerciseProgress] = []
    for key, history in sorted(histories.items(), key=lambda item: (-len(item[1]), item[0])):
        exercise = catalogue.exercises.get(key)
        series = e1rm_series(history, exercise, level=profile.fitness_level, body_weight=body_weight)
        shown.append(
            ExerciseProgress(
                exercise_id=key,
                name=names.get(key, key),
                e1rm=[E1rmPoint(date=point.day, kg=round(point.kg, 2)) for point in series],
                records=[RecordPoint(reps=r.reps, weight_kg=r.weight_kg, date=r.day) for r in records_of(history)],
            )
        )
    return shown


def _weekly_sets(weeks: Mapping[str, Sequence[Entry]], profile: Profile, catalogue: Catalogue) -> list[WeeklySets]:
    span = weekly_range(profile.fitness_level, profile.goals[0])
    rows: list[WeeklySets] = []
    for week in sorted(weeks):
        done = logged_sets(weeks[week], catalogue)
        for muscle in sorted({*done, *MAJOR_MUSCLES}):
            low = span.low if muscle in MAJOR_MUSCLES else 0.0
            rows.append(WeeklySets(week=week, muscle=muscle, sets=done.get(muscle, 0.0), low=low, high=span.high))
    return rows


def _load(daily: Sequence[float]) -> LoadShape | None:
    found = load_change(daily)
    if found is None:
        return None
    change = None if found.change is None else round(found.change, 3)
    return LoadShape(acute=round(found.acute, 1), chronic=round(found.chronic, 1), change=change)

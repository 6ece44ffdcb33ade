"""The facts of a week or a month that ends today, beside the span before it, and of a person as they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Literal

from shared.domain.analysis.calendar import PlanCalendar, is_session, trained_days
from shared.domain.analysis.facts import FactList, Facts
from shared.domain.analysis.habits import adherence, streak
from shared.domain.analysis.load import daily_loads, load_change, week_load
from shared.domain.analysis.performances import Performance, local_day, performances, zone
from shared.domain.analysis.progress import names_of
from shared.domain.analysis.readiness import readiness_on
from shared.domain.analysis.records import DayBest, e1rm_series, is_plateau, new_records
from shared.domain.catalogue import Catalogue
from shared.domain.catalogue import catalogue as shipped_catalogue
from shared.domain.log import Log
from shared.domain.metrics import Metric, body_weight_on, body_weights
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.progression.shapes import NextSession
from shared.domain.analysis.wording import load_words
from shared.domain.progression_rules import number
from shared.domain.volume import is_work_set, logged_sets, volume_load_kg, weekly_range
from shared.domain.words import MAJOR_MUSCLES

Period = Literal["week", "month"]


@dataclass(frozen=True, slots=True)
class _Span:
    """Everything known, and the days asked about."""

    first: date
    last: date
    logs: Sequence[Log]
    before: Sequence[Log]
    every: Sequence[Log]
    histories: Mapping[str, Sequence[Performance]]
    names: Mapping[str, str]
    series: Mapping[str, Sequence[DayBest]]
    metrics: Sequence[Metric]
    calendar: PlanCalendar
    trained: frozenset[date]
    profile: Profile
    catalogue: Catalogue

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_facts(
    logs: Iterable[Log],
    profile: Profile,
    *,
    period: Period,
    today: date,
    plans: Iterable[Plan] = (),
    metrics: Sequence[Metric] = (),
    catalogue: Catalogue | None = None,
) -> Facts:
    """What the last 7 or 28 days hold, today included, against as many days before them."""
    span = _span(logs, profile, period=period, today=today, plans=plans, metrics=metrics, catalogue=catalogue)
    facts = FactList(profile.units)
    facts.add_day("from", "From", day=span.first)
    facts.add_day("to", "To", day=span.last)
    _add_habit(facts, span)
    _add_work(facts, span)
    _add_muscles(facts, span)
    _add_strength(facts, span)
    _add_load(facts, span)
    _add_body(facts, span)
    return facts.facts(period, f"The last {span.days} days")


def standing_facts(
    logs: Iterable[Log],
    profile: Profile,
    *,
    today: date,
    plans: Iterable[Plan] = (),
    metrics: Sequence[Metric] = (),
    upcoming: NextSession | None = None,
    catalogue: Catalogue | None = None,
) -> Facts:
    """Where the person stands today: the last week, the last session, strength, and what comes next. For the chat."""
    span = _span(logs, profile, period="week", today=today, plans=plans, metrics=metrics, catalogue=catalogue)
    facts = FactList(profile.units)
    facts.add("goal", "Goal", value=profile.goals[0].replace("_", " "))
    facts.add("level", "Level", value=profile.fitness_level)
    _add_habit(facts, span)
    _add_last_session(facts, span)
    _add_muscles(facts, span)
    _add_strength(facts, span)
    _add_load(facts, span)
    _add_body(facts, span)
    if upcoming is not None:
        _add_upcoming(facts, upcoming, profile)
    return facts.facts("standing", "Where you stand")


def _span(
    logs: Iterable[Log],
    profile: Profile,
    *,
    period: Period,
    today: date,
    plans: Iterable[Plan],
    metrics: Sequence[Metric],
    catalogue: Catalogue | None,
) -> _Span:
    known, timezone = catalogue or shipped_catalogue(), zone(profile.timezone)
    days = int(number("A.week_days" if period == "week" else "A.month_days"))
    first = today - timedelta(days=days - 1)
    every = [log for log in logs if local_day(log.moment, timezone) <= today]
    histories, weight = performances(every, timezone), body_weights(metrics)
    return _Span(
        first=first,
        last=today,
        logs=[log for log in every if local_day(log.moment, timezone) >= first],
        before=[log for log in every if 0 < (first - local_day(log.moment, timezone)).days <= days],
        every=every,
        histories=histories,
        names=names_of(every, known),
        series={
            key: e1rm_series(history, known.exercises.get(key), level=profile.fitness_level, body_weight=weight)
            for key, history in histories.items()
        },
        metrics=metrics,
        calendar=PlanCalendar(plans, timezone),
        trained=frozenset(trained_days(every, timezone)),
        profile=profile,
        catalogue=known,
    )


def _add_habit(facts: FactList, span: _Span) -> None:
    kept = adherence(span.calendar, span.trained, first=span.first, last=span.last, today=span.last)
    run = streak(span.calendar, span.trained, today=span.last)
    facts.add("sessions", "Sessions", value=sum(1 for log in span.logs if is_session(log)))
    if kept.planned:
        facts.add("planned", "Sessions planned", value=kept.planned)
        facts.add("kept", "Planned sessions done", value=kept.done)
        facts.add("adherence", "Adherence", value=round((kept.ratio or 0) * 100), unit="%")
    facts.add("streak", "Streak", value=run.days, unit="days", explanation="Planned rest days count.")
    facts.add("longest_streak", "Longest streak", value=run.longest_days, unit="days")


def _add_work(facts: FactList, span: _Span) -> None:
    now, before = _work_sets(span.logs), _work_sets(span.before)
    volume, volume_before = _volume(span.logs), _volume(span.before)
    minutes = [(log.ended_at - log.started_at).total_seconds() / 60 for log in span.logs if log.ended_at]
    facts.add("work_sets", "Work sets", value=len(now), unit="sets", explanation="Warm-ups do not count.")
    facts.add("minutes", "Time trained", value=round(sum(minutes)) if minutes else None, unit="min")
    facts.add_weight("volume", "Volume load", kg=volume or None, explanation="Weight times reps.")
    if volume > 0 and volume_before > 0:
        change = round((volume / volume_before - 1) * 100)
        facts.add("volume_change", f"Volume against the {span.days} days before", value=change, unit="%")
    efforts, efforts_before = [e for e in now if e is not None], [e for e in before if e is not None]
    facts.add("mean_rpe", "Mean effort", value=round(fmean(efforts), 1) if efforts else None, unit="RPE")
    if efforts and efforts_before:
        drift = round(fmean(efforts) - fmean(efforts_before), 1)
        facts.add("effort_drift", f"Effort against the {span.days} days before", value=drift, unit="RPE")


def _work_sets(logs: Iterable[Log]) -> list[float | None]:
    """The effort of every work set, known or not."""
    return [lifted.rpe for log in logs for entry in log.entries for lifted in entry.sets if is_work_set(lifted)]


def _volume(logs: Iterable[Log]) -> float:
    return sum(volume_load_kg(log.entries) for log in logs)


def _add_muscles(facts: FactList, span: _Span) -> None:
    """Weekly sets of the major muscles; silent where nothing was trained, which is no finding about muscles."""
    if not span.logs:
        return
    weeks = span.days / 7
    done = logged_sets((entry for log in span.logs for entry in log.entries), span.catalogue)
    wanted = weekly_range(span.profile.fitness_level, span.profile.goals[0])
    low, high = f"{wanted.low:g}", f"{wanted.high:g}"
    for muscle in MAJOR_MUSCLES:
        sets = round(done.get(muscle, 0.0) / weeks, 1)
        where = "under" if sets < wanted.low else "over" if sets > wanted.high else "in"
        words = f"{where} the range of {low} to {high} a week"
        name = muscle.replace("_", " ")
        facts.add(f"muscle_{where}:{muscle}", f"Sets a week, {name}", value=sets, unit="sets", explanation=words)


def _add_strength(facts: FactList, span: _Span) -> None:
    for key, history in span.histories.items():
        for record in new_records(history, since=span.first):
            label = f"{span.names[key]}, {record.reps} reps"
            facts.add_weight(f"record:{key}:{record.reps}", label, kg=record.weight_kg, explanation="Heaviest so far.")
    often = sorted(span.series, key=lambda key: (-len(span.series[key]), key))
    for key in [key for key in often if span.series[key]][: int(number("A.main_lifts"))]:
        series, name = span.series[key], span.names[key]
        facts.add_weight(f"e1rm:{key}", f"{name}, estimated 1RM", kg=series[-1].kg)
        before = [point.kg for point in series if point.day < span.first]
        if before and series[-1].day >= span.first:
            change = round((max(p.kg for p in series if p.day >= span.first) / max(before) - 1) * 100, 1)
            facts.add(f"trend:{key}", f"{name}, best against all before", value=change, unit="%")
        if is_plateau(series, today=span.last):
            best = max(series, key=lambda point: point.kg)
            facts.add(f"plateau:{key}", f"{name}, days since the best", value=(span.last - best.day).days, unit="days")


def _add_load(facts: FactList, span: _Span) -> None:
    daily = daily_loads(span.every, zone(span.profile.timezone), last=span.last)
    if len(daily) >= span.days == number("A.week_days"):
        week = week_load(daily[-span.days :])
        facts.add("week_load", "Training load", value=round(week.load), explanation="Effort times minutes.")
        monotony = None if week.monotony is None else round(week.monotony, 2)
        facts.add("monotony", "Monotony", value=monotony, explanation="Mean over spread of the daily loads.")
        facts.add("strain", "Strain", value=None if week.strain is None else round(week.strain))
    found = load_change(daily)
    if found is not None and found.change is not None:
        text = "The last week's load against the last month's; it says nothing about injury."
        facts.add("load_change", "Load change", value=round(found.change, 2), explanation=text)


def _add_body(facts: FactList, span: _Span) -> None:
    now = body_weight_on(span.last, span.metrics)
    before = body_weight_on(span.first - timedelta(days=1), span.metrics)
    facts.add_weight("body_weight", "Body weight", kg=now)
    if now is not None and before is not None:
        facts.add_weight("body_weight_change", "Body weight change", kg=now - before)
    found = readiness_on(span.last, span.metrics)
    if found is not None:
        facts.add("readiness", "Readiness", value=round(found.score), explanation="0 to 100.")


def _add_last_session(facts: FactList, span: _Span) -> None:
    if not span.trained:
        return
    last = max(span.trained)
    facts.add_day("last_session", "Last session", day=last)
    facts.add("days_since", "Days since the last session", value=(span.last - last).days, unit="days")
    names = [
        span.names[entry.key]
        for log in span.every
        if local_day(log.moment, zone(span.profile.timezone)) == last
        for entry in log.entries
    ]
    facts.add("last_exercises", "Exercises of the last session", value=", ".join(dict.fromkeys(names)) or None)


def _add_upcoming(facts: FactList, upcoming: NextSession, profile: Profile) -> None:
    facts.add("next_title", "Next session", value=upcoming.title)
    facts.add("next_minutes", "Next session, length", value=upcoming.estimated_minutes, unit="min")
    facts.add("deload", "Deload", value="this week" if upcoming.deload else None)
    for item in upcoming.exercises:
        work = f"{item.reps.min} to {item.reps.max} reps" if item.reps else f"{item.seconds} seconds"
        load = "" if item.load_kg is None else f" at {load_words(item.load_kg, profile.units)}"
        text = f"{item.sets} sets of {work}{load}"
        facts.add(f"next:{item.exercise_id}", item.name, value=text, explanation=item.why)

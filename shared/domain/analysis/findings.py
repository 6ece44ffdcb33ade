"""What can be found in a span of days, each kind of finding added to the facts by one function."""

from collections.abc import Iterable
from datetime import timedelta
from statistics import fmean

from shared.domain.analysis.calendar import is_session
from shared.domain.analysis.facts import FactList
from shared.domain.analysis.habits import adherence, streak
from shared.domain.analysis.load import daily_loads, load_change, week_load
from shared.domain.analysis.readiness import readiness_on
from shared.domain.analysis.records import is_plateau, new_records
from shared.domain.analysis.span import Span
from shared.domain.local_time import zone
from shared.domain.log import Log
from shared.domain.metrics import body_weight_on
from shared.domain.progression_rules import number
from shared.domain.volume import is_work_set, logged_sets, volume_load_kg, weekly_range
from shared.domain.words import MAJOR_MUSCLES


def add_habit(facts: FactList, span: Span) -> None:
    """Sessions, adherence and streak."""
    kept = adherence(span.calendar, span.trained, first=span.first, last=span.last, today=span.last)
    run = streak(span.calendar, span.trained, today=span.last)
    facts.add("sessions", "Sessions", value=sum(1 for log in span.logs if is_session(log)))
    if kept.planned:
        facts.add("planned", "Sessions planned", value=kept.planned)
        facts.add("kept", "Planned sessions done", value=kept.done)
        facts.add("adherence", "Adherence", value=round((kept.ratio or 0) * 100), unit="%")
    facts.add("streak", "Streak", value=run.days, unit="days", explanation="Planned rest days count.")
    facts.add("longest_streak", "Longest streak", value=run.longest_days, unit="days")


def add_work(facts: FactList, span: Span) -> None:
    """Sets, time, volume and effort, and how they changed."""
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


def add_muscles(facts: FactList, span: Span) -> None:
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


def add_strength(facts: FactList, span: Span) -> None:
    """New records, the main lifts' estimates, and which of them have stopped rising."""
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


def add_load(facts: FactList, span: Span) -> None:
    """Training load, monotony and load change, where they are known."""
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


def add_body(facts: FactList, span: Span) -> None:
    """Body weight and readiness."""
    now = body_weight_on(span.last, span.metrics)
    before = body_weight_on(span.first - timedelta(days=1), span.metrics)
    facts.add_weight("body_weight", "Body weight", kg=now)
    if now is not None and before is not None:
        facts.add_weight("body_weight_change", "Body weight change", kg=now - before)
    found = readiness_on(span.last, span.metrics)
    if found is not None:
        facts.add("readiness", "Readiness", value=round(found.score), explanation="0 to 100.")

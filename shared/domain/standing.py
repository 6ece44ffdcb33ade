"""Where a person stands today: the last week, the last session, strength, and what comes next."""

from collections.abc import Iterable, Sequence
from datetime import date

from shared.domain.analysis.facts import FactList, Facts
from shared.domain.analysis.findings import add_body, add_habit, add_load, add_muscles, add_strength
from shared.domain.analysis.performances import local_day, zone
from shared.domain.analysis.span import Span, span_of
from shared.domain.analysis.wording import load_words
from shared.domain.catalogue import Catalogue
from shared.domain.log import Log
from shared.domain.metrics import Metric
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.progression.shapes import NextSession


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
    """What the chat and the day's motivation know of a person; `upcoming` is their next session."""
    span = span_of(logs, profile, period="week", today=today, plans=plans, metrics=metrics, catalogue=catalogue)
    facts = FactList(profile.units)
    facts.add("goal", "Goal", value=profile.goals[0].replace("_", " "))
    facts.add("level", "Level", value=profile.fitness_level)
    add_habit(facts, span)
    _add_last_session(facts, span)
    add_muscles(facts, span)
    add_strength(facts, span)
    add_load(facts, span)
    add_body(facts, span)
    if upcoming is not None:
        _add_upcoming(facts, upcoming, profile)
    return facts.facts("standing", "Where you stand")


def _add_last_session(facts: FactList, span: Span) -> None:
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

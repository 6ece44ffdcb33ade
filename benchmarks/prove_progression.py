"""Proves the progression: a simulated year for lifters of different kinds, every session held to the rules.

Usage: python -m benchmarks.prove_progression [lifters] [first seed]. Prints what was checked and every broken promise;
exits 1 where there is one.
"""

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from benchmarks.lifters import FIRST_DAY, Lifter, lifter, older_history
from shared.domain.analysis.calendar import iso_week
from shared.domain.analysis.performances import outside_factor, performances
from shared.domain.analysis.wording import load_words
from shared.domain.catalogue import catalogue
from shared.domain.constraints import constraints_of, refusal
from shared.domain.engine import PlanWish, write_plan
from shared.domain.local_time import zone
from shared.domain.log import Entry, Log
from shared.domain.metrics import Metric, body_weight_on
from shared.domain.plan import Plan
from shared.domain.plates import makeable, rack_for, rack_of
from shared.domain.progression.session import next_session
from shared.domain.progression.shapes import NextExercise, NextSession
from shared.domain.volume import logged_sets, weekly_range
from shared.domain.words import MAJOR_MUSCLES

DAYS = 365
RECENT_LOGS = 100
"""As many as the API reads."""
_RECHECKED = 0.1
"""The share of sessions that are computed twice."""


@dataclass
class Year:
    """What one simulated year came to: how often each thing happened, and every promise that was broken."""

    counted: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def simulate(seed: int, *, days: int = DAYS) -> Year:
    """A year of one lifter; nothing in it depends on anything but the seed."""
    person, year = lifter(seed), Year()
    logs: list[Log] = []
    metrics: list[Metric] = []
    plan = _plan(person, FIRST_DAY, seed)
    for offset in range(days):
        day = FIRST_DAY + timedelta(days=offset)
        person.lives_through(day)
        metrics += [measured] if (measured := person.measures(day)) else []
        if (day - plan.created_at.date()).days >= plan.weeks * 7:
            plan = _plan(person, day, seed + offset)
            year.counted["plans"] += 1
        if not any(planned.day == day.isoweekday() for planned in plan.days):
            continue
        if not person.trains_on(day):
            year.counted["sessions missed"] += 1
            continue
        session = _asked(plan, logs, person, day, metrics, year=year)
        year.broken += [f"seed {seed}, {day}: {fault}" for fault in _faults(session, logs, person, day, metrics)]
        _count(session, year)
        done = person.does(session, day, number=len(logs))
        logs.insert(person.rng.randint(0, len(logs)) if person.kind == "late_logger" else len(logs), done)
    year.broken += [f"seed {seed}: {fault}" for fault in _over_the_cap(logs, person)]
    year.broken += [f"seed {seed}: {fault}" for fault in _jumps_by_import(plan, logs, person, metrics, days=days)]
    year.counted[f"lifters, {person.kind}"] += 1
    return year


def main() -> int:
    """Simulate and report; 1 where a promise was broken."""
    lifters = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    total, start = Year(), time.perf_counter()
    for seed in range(first, first + lifters):
        year = simulate(seed)
        total.counted += year.counted
        total.broken += year.broken
        total.seconds += year.seconds
    print(f"{lifters} lifters, a year each, in {time.perf_counter() - start:.0f} s")
    for name, count in sorted(total.counted.items()):
        print(f"  {count:>8,}  {name}")
    slow = sorted(total.seconds)
    print(f"next_session: median {slow[len(slow) // 2] * 1e3:.1f} ms, p95 {slow[int(len(slow) * 0.95)] * 1e3:.1f} ms")
    print(f"broken promises: {len(total.broken)}")
    for fault in total.broken[:40]:
        print(f"  {fault}")
    return 1 if total.broken else 0


def _plan(person: Lifter, day: date, seed: int) -> Plan:
    draft = write_plan(PlanWish(), person.profile, seed=seed, today=day)
    moment = datetime.combine(day, clock_time(0, 0), tzinfo=UTC)
    return Plan(**draft.model_dump(), id=f"plan-{seed}-{day}", created_at=moment, active=True)


def _asked(
    plan: Plan, logs: Sequence[Log], person: Lifter, day: date, metrics: Sequence[Metric], *, year: Year
) -> NextSession:
    recent = _recent(logs)
    start = time.perf_counter()
    session = next_session(plan, recent, person.profile, today=day, metrics=metrics)
    year.seconds.append(time.perf_counter() - start)
    if person.rng.random() < _RECHECKED:
        shuffled = random.Random(day.toordinal()).sample(recent, len(recent))
        again = next_session(plan, shuffled, person.profile, today=day, metrics=metrics)
        year.counted["sessions computed twice"] += 1
        year.broken += [] if again == session else [f"{day}: the same log gave another answer"]
    return session


def _recent(logs: Sequence[Log]) -> list[Log]:
    """The latest sessions, in the order they were entered."""
    latest = set(sorted((log.started_at, log.id) for log in logs)[-RECENT_LOGS:])
    return [log for log in logs if (log.started_at, log.id) in latest]


def _faults(
    session: NextSession, logs: Sequence[Log], person: Lifter, day: date, metrics: Sequence[Metric]
) -> Iterator[str]:
    """Every promise that a session breaks."""
    histories = performances(logs, zone(person.profile.timezone))
    bound = constraints_of(person.profile, year=day.year)
    for item in session.exercises:
        exercise = catalogue().get(item.exercise_id)
        if (refused := refusal(exercise, bound)) is not None:
            yield f"{item.name} is refused: {refused.why}"
        weights = [p.working_kg for p in histories.get(item.exercise_id, ()) if p.working_kg is not None]
        yield from _reason_faults(item, person, first_time=not histories.get(item.exercise_id))
        if item.load_kg is None:
            continue
        if not weights:
            yield f"{item.name}: {item.load_kg} kg without a history"
            continue
        carried = (outside_factor(exercise) or 0.0) * (body_weight_on(day, metrics) or 0.0)
        if item.load_kg + carried > (weights[-1] + carried) * 1.1 + 0.01:
            yield f"{item.name}: from {weights[-1]} to {item.load_kg} kg"
        rack = rack_for(exercise, rack_of(person.profile))
        kept = item.load_kg in weights
        if not kept and not makeable(item.load_kg, load=exercise.load, rack=rack) and item.load_kg >= rack.bar_kg:
            yield f"{item.name}: nobody can load {item.load_kg} kg"


def _reason_faults(item: NextExercise, person: Lifter, *, first_time: bool) -> Iterator[str]:
    """No number without a reason: the load, the reps and the seconds stand in the sentence that explains them."""
    if first_time and "find your weight" not in item.why:
        yield f"{item.name}: no word about the missing history: {item.why}"
    loaded = item.load_kg is not None and item.seconds is None
    if loaded and load_words(item.load_kg or 0.0, person.profile.units) not in item.why:
        yield f"{item.name}: {item.load_kg} kg is not explained: {item.why}"
    if item.seconds is not None and not first_time and str(item.seconds) not in item.why and "Mobility" not in item.why:
        yield f"{item.name}: {item.seconds} s is not explained: {item.why}"


def _count(session: NextSession, year: Year) -> None:
    year.counted["sessions"] += 1
    year.counted["exercises prescribed"] += len(session.exercises)
    year.counted["sessions in a deload"] += session.deload
    year.counted["exercises swapped or left out"] += len(session.changes)
    for item in session.exercises:
        for words, name in (
            ("every set reached", "loads raised"),
            ("makes room to build again", "loads cut after misses"),
            ("since these muscles last worked", "prescriptions after a layoff"),
            ("was harder than the RPE", "loads lowered by effort"),
            ("would earn more, but", "rises held back"),
            ("add reps first", "reps raised where no step fits"),
            ("find your weight", "first times"),
        ):
            year.counted[name] += words in item.why


def _over_the_cap(logs: Sequence[Log], person: Lifter) -> Iterator[str]:
    """Weekly sets a muscle stay under the hard cap of level and goal, whatever was swapped."""
    weeks: defaultdict[str, list[Entry]] = defaultdict(list)
    for log in logs:
        weeks[iso_week(log.started_at.date())] += log.entries
    cap = weekly_range(person.profile.fitness_level, person.profile.goals[0]).cap
    for week, entries in weeks.items():
        for muscle, sets in logged_sets(entries, catalogue()).items():
            if muscle in MAJOR_MUSCLES and sets > cap:
                yield f"{week}: {sets} sets of {muscle}, over the cap of {cap}"


def _jumps_by_import(
    plan: Plan, logs: Sequence[Log], person: Lifter, metrics: Sequence[Metric], *, days: int
) -> Iterator[str]:
    """Old history that turns up later raises no load by more than a tenth."""
    today = FIRST_DAY + timedelta(days=days)
    recent = _recent(logs)
    before = next_session(plan, recent, person.profile, today=today, metrics=metrics)
    keys = [item.exercise_id for item in before.exercises if item.load_kg is not None]
    imported = [*older_history(person, keys), *recent]
    after = next_session(plan, imported, person.profile, today=today, metrics=metrics)
    for old, new in zip(before.exercises, after.exercises, strict=True):
        if old.load_kg is not None and (new.load_kg or 0.0) > old.load_kg * 1.1:
            yield f"an import raised {old.name} from {old.load_kg} to {new.load_kg} kg"


if __name__ == "__main__":
    sys.exit(main())

"""The facts of one session, beside what came before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from shared.domain.analysis.facts import FactList, Facts
from shared.domain.analysis.load import session_load
from shared.domain.analysis.performances import (
    Performance,
    best_estimate,
    in_order,
    performances,
)
from shared.domain.analysis.progress import names_of
from shared.domain.analysis.records import new_records
from shared.domain.analysis.wording import done_words, sets_words
from shared.domain.catalogue import Catalogue
from shared.domain.catalogue import catalogue as shipped_catalogue
from shared.domain.local_time import local_day, zone
from shared.domain.log import Log
from shared.domain.plan import Plan
from shared.domain.profile import Profile
from shared.domain.volume import is_work_set, volume_load_kg


@dataclass(frozen=True, slots=True)
class _Session:
    log: Log
    day: date
    histories: Mapping[str, Sequence[Performance]]
    names: Mapping[str, str]
    profile: Profile
    catalogue: Catalogue
    body_weight_kg: float | None


def session_facts(
    log: Log,
    earlier_logs: Iterable[Log],
    profile: Profile,
    *,
    plan: Plan | None = None,
    body_weight_kg: float | None = None,
    catalogue: Catalogue | None = None,
) -> Facts:
    """What happened in `log`, compared with `earlier_logs`; logs that are not earlier are left out of the comparison.

    `plan` is the one the session belongs to, if any: it says how many sets were asked for.
    """
    known, timezone = catalogue or shipped_catalogue(), zone(profile.timezone)
    earlier = [other for other in in_order(earlier_logs) if (other.moment, other.id) < (log.moment, log.id)]
    histories, names = performances([*earlier, log], timezone), names_of([*earlier, log], known)
    session = _Session(log, local_day(log.moment, timezone), histories, names, profile, known, body_weight_kg)
    facts = FactList(profile.units)
    _add_totals(facts, session)
    _add_comparison(facts, session, earlier)
    _add_planned(facts, session, plan)
    for key, history in histories.items():
        if history[-1].log_id == log.id:
            _add_exercise(facts, session, key, history=history)
    return facts.facts("session", log.title or "Session")


def _add_totals(facts: FactList, session: _Session) -> None:
    log = session.log
    work = [lifted for entry in log.entries for lifted in entry.sets if is_work_set(lifted)]
    efforts = [lifted.rpe for lifted in work if lifted.rpe is not None]
    minutes = round((log.ended_at - log.started_at).total_seconds() / 60) if log.ended_at else None
    facts.add_day("date", "Date", day=session.day)
    facts.add("minutes", "Duration", value=minutes, unit="min")
    facts.add("exercises", "Exercises", value=sum(1 for e in log.entries if any(map(is_work_set, e.sets))))
    facts.add("work_sets", "Work sets", value=len(work), unit="sets", explanation="Warm-ups do not count.")
    facts.add("reps", "Repetitions", value=sum(lifted.reps or 0 for lifted in work), unit="reps")
    facts.add_weight("volume", "Volume load", kg=volume_load_kg(log.entries) or None, explanation="Weight times reps.")
    facts.add("session_rpe", "Session effort", value=log.session_rpe, unit="RPE")
    facts.add("mean_rpe", "Mean effort of the sets", value=round(fmean(efforts), 1) if efforts else None, unit="RPE")
    facts.add("load", "Session load", value=session_load(log), explanation="Effort times minutes.")


def _add_comparison(facts: FactList, session: _Session, earlier: Sequence[Log]) -> None:
    """Volume against the last session of the same plan day, or of the same title."""
    log = session.log
    same = [o for o in earlier if log.plan_id and (o.plan_id, o.day) == (log.plan_id, log.day)]
    same = same or [other for other in earlier if log.title and other.title == log.title]
    before = volume_load_kg(same[-1].entries) if same else 0.0
    now = volume_load_kg(log.entries)
    if before > 0 and now > 0:
        change = round((now / before - 1) * 100)
        facts.add("volume_change", "Volume against the last such session", value=change, unit="%")


def _add_planned(facts: FactList, session: _Session, plan: Plan | None) -> None:
    log = session.log
    day = next((d for d in plan.days if d.day == log.day), None) if plan and plan.id == log.plan_id else None
    if day is not None:
        facts.add("planned_sets", "Sets planned", value=sum(e.sets for e in day.exercises), unit="sets")


def _add_exercise(facts: FactList, session: _Session, key: str, *, history: Sequence[Performance]) -> None:
    name, units, level = session.names[key], session.profile.units, session.profile.fitness_level
    exercise, last = session.catalogue.exercises.get(key), history[-1]
    facts.add(f"done:{key}", name, value=sets_words(last, units))
    if len(history) > 1:
        facts.add(f"before:{key}", f"{name}, the time before", value=done_words(history[-2], units))
    else:
        facts.add(f"first:{key}", name, value="first time in the log")
    found = best_estimate(last, exercise, level=level, body_weight_kg=session.body_weight_kg)
    if found is not None:
        sure = "" if found.confidence == "normal" else " Many reps make this estimate rough."
        made = "the RPE table" if found.method == "rpe_table" else "Epley's formula"
        facts.add_weight(f"e1rm:{key}", f"{name}, estimated 1RM", kg=found.kg, explanation=f"By {made}.{sure}")
        past = [best_estimate(p, exercise, level=level, body_weight_kg=session.body_weight_kg) for p in history[:-1]]
        best = max((estimate.kg for estimate in past if estimate is not None), default=None)
        if best:
            change = round((found.kg / best - 1) * 100, 1)
            facts.add(f"e1rm_change:{key}", f"{name}, against the best before", value=change, unit="%")
    for record in new_records(history, since=session.day):
        label = f"{name}, {record.reps} reps"
        facts.add_weight(f"record:{key}:{record.reps}", label, kg=record.weight_kg, explanation="Heaviest so far.")

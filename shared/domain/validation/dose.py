"""Rules V30-V38: whether the dose is right: weekly and session volume, main lifts, rest, effort, load and deload."""

import re
from itertools import pairwise

from shared.domain.catalogue import catalogue
from shared.domain.rules import rules
from shared.domain.strength import load_for
from shared.domain.validation.case import Case, SeenDay, SeenExercise
from shared.domain.validation.findings import Findings
from shared.domain.volume import plan_sets
from shared.domain.words import MAJOR_MUSCLES

_FAILURE = re.compile(
    r"\b(?:amrap|to failure|until failure|drop ?sets?|as many (?:reps )?as possible)\b", re.IGNORECASE
)


def check_dose(case: Case, findings: Findings) -> None:
    """V30-V38."""
    _check_week(case, findings)
    for day in case.days:
        _check_session(case, day, findings)
    for seen in case.exercises:
        _check_effort(case, seen, findings)
        _check_load(case, seen, findings)
    _check_rise(case, findings)
    _check_deload(case, findings)


def _check_week(case: Case, findings: Findings) -> None:
    limits, weekly = case.limits, case.weekly_sets
    for muscle, sets in weekly.items():
        if sets > limits.weekly.cap:
            findings.add(
                "V30",
                "days",
                got=f"{sets:g} sets for {muscle}",
                want=f"at most {limits.weekly.cap:g} a week",
                fix="drop sets",
                severity="E",
            )
    if limits.light or not case.days:
        return
    if limits.by_pattern:
        amounts: dict[str, float] = {
            pattern: float(case.pattern_sets[pattern])
            for pattern in rules().words("V40.patterns")
            if pattern != "core" and pattern in case.reach.patterns
        }
    else:
        amounts = {muscle: weekly.get(muscle, 0.0) for muscle in MAJOR_MUSCLES if muscle in case.reach.muscles}
    for name, sets in amounts.items():
        label = name.replace("_", " ")
        if sets < limits.weekly.low and limits.has_minimum:
            want = f"at least {limits.weekly.low:g} a week"
            findings.add("V30", "days", got=f"{sets:g} sets for {label}", want=want, fix=f"add sets for {label}")
        elif limits.weekly.high < sets <= limits.weekly.cap:
            want = f"at most {limits.weekly.high:g} a week"
            findings.add("V30", "days", got=f"{sets:g} sets for {label}", want=want, fix=f"drop sets for {label}")


def _check_session(case: Case, day: SeenDay, findings: Findings) -> None:
    limits, (warn, most) = case.limits, rules().table("V31.session_sets")
    for muscle, sets in plan_sets([day.planned], catalogue()).items():
        if sets > warn:
            findings.add(
                "V31", day.path, got=f"{sets:g} sets for {muscle}", want=f"at most {warn:g}", fix="move sets to another day",
                severity="E" if sets > most else "W",
            )  # fmt: skip
    if day.hard_sets > limits.session_sets:
        findings.add(
            "V32", day.path, got=f"{day.hard_sets} sets", want=f"at most {limits.session_sets}", fix="drop sets"
        )
    if limits.starting and len(day.exercises) > limits.exercises:
        want = f"at most {limits.exercises} exercises in a beginner's first weeks"
        findings.add("V36", f"{day.path}.exercises", got=len(day.exercises), want=want, fix="drop exercises")
    for seen in day.main_lifts:
        _check_main_lift(case, seen, findings)


def _check_main_lift(case: Case, seen: SeenExercise, findings: Findings) -> None:
    limits, sets = case.limits, seen.planned.sets
    low = limits.main_sets.low
    deloading = case.week is not None and case.week in _deload_weeks(case)
    if deloading:
        low = 1
    if not low <= sets <= limits.main_sets.high and not limits.light:
        want = f"{limits.main_sets.low:g} to {limits.main_sets.high:g} sets of a main lift"
        findings.add("V34", f"{seen.path}.sets", got=sets, want=want, fix="set it within the range")
    if seen.planned.rest_s < limits.main_rest.low and not limits.light:
        want = f"at least {limits.main_rest.low:g} s between sets of a main lift"
        findings.add("V35", f"{seen.path}.rest_s", got=seen.planned.rest_s, want=want, fix="rest longer")


def _check_effort(case: Case, seen: SeenExercise, findings: Findings) -> None:
    limits, planned = case.limits, seen.planned
    if planned.rpe is not None and planned.rpe > limits.rpe_cap and not limits.light:
        findings.add(
            "V36", f"{seen.path}.rpe", got=planned.rpe, want=f"at most {limits.rpe_cap:g}", fix="lower the effort"
        )
    if limits.starting and seen.resistance and planned.sets > limits.sets:
        want = f"at most {limits.sets} sets in a beginner's first weeks"
        findings.add("V36", f"{seen.path}.sets", got=planned.sets, want=want, fix="drop sets")
    if (limits.level == "beginner" or limits.light) and _FAILURE.search(planned.notes):
        findings.add(
            "V36", f"{seen.path}.notes", got="sets to failure", want="no failure sets for beginners", fix="take it out"
        )


def _check_load(case: Case, seen: SeenExercise, findings: Findings) -> None:
    """V37: silent without history; with it, a load has to follow from what was lifted."""
    load, history = seen.planned.load_kg, case.history
    if load is None or history is None:
        return
    path, key = f"{seen.path}.load_kg", seen.exercise.id
    last, best = history.last_load_kg.get(key), history.e1rm_kg.get(key)
    if last is None and best is None:
        findings.add("V37", path, got=load, want="no load: find your weight", fix="leave the load open")
        return
    allowed: list[float] = []
    if last is not None:
        allowed.append(last * rules().number("V37.rise"))
    if best is not None and seen.planned.reps is not None:
        fitting = load_for(best, seen.planned.reps.min, rpe=seen.planned.rpe or rules().number("V36.failure_rpe"))
        allowed += [fitting + best * rules().number("V37.over_pct")] if fitting is not None else []
    if allowed and load > max(allowed):
        findings.add("V37", path, got=load, want=f"at most {max(allowed):.1f} kg", fix="lower the load")


def _check_rise(case: Case, findings: Findings) -> None:
    if case.history is None:
        return
    weekly, (share, sets) = case.weekly_sets, rules().table("V33.rise")
    for muscle, before in case.history.last_week_sets.items():
        most = max(before * (1 + share), before + sets)
        if weekly.get(muscle, 0.0) > most:
            want = f"at most {most:g} after {before:g} last week"
            findings.add(
                "V33", "days", got=f"{weekly[muscle]:g} sets for {muscle}", want=want, fix="raise it over some weeks"
            )


def _check_deload(case: Case, findings: Findings) -> None:
    weeks = case.raw.get("weeks")
    if not isinstance(weeks, int) or isinstance(weeks, bool) or not 1 <= weeks <= _WEEKS_MAX:
        return
    deloads = _deload_weeks(case)
    if any(not 1 <= week <= weeks for week in deloads) or len(set(deloads)) < len(deloads):
        findings.add(
            "V38", "deload_weeks", got=deloads, want=f"weeks from 1 to {weeks}, each once", fix="drop those outside"
        )
        return
    apart = rules().number("D4.apart_days") / _WEEK_DAYS
    if any(later - earlier < apart for earlier, later in pairwise(deloads)):
        findings.add("V38", "deload_weeks", got=deloads, want=f"at least {apart:g} weeks apart", fix="drop one")
    if case.limits.level == "beginner" or case.limits.light:
        return
    longest, marks = rules().whole("V38.by_week"), [0, *deloads, weeks + 1]
    if any(later - earlier > longest for earlier, later in pairwise(marks)):
        findings.add(
            "V38", "deload_weeks", got=deloads, want=f"an easier week at least every {longest} weeks", fix="plan one"
        )


_WEEK_DAYS = 7
_WEEKS_MAX = 16


def _deload_weeks(case: Case) -> list[int]:
    listed = case.raw.get("deload_weeks")
    weeks = (
        [week for week in listed if isinstance(week, int) and not isinstance(week, bool)]
        if isinstance(listed, list)
        else []
    )
    return sorted(weeks)

"""Rules V40-V47: whether the week hangs together: movements, recovery, balance, order, rest, warm-up and aerobic work."""

import re
from collections import Counter

from shared.domain.catalogue import Exercise
from shared.domain.constraints import spared_regions
from shared.domain.progression_rules import number
from shared.domain.rules import rules
from shared.domain.validation.case import Case, SeenDay
from shared.domain.validation.findings import Findings
from shared.domain.words import Muscle

PUSHES = frozenset({"horizontal_push", "vertical_push"})
PULLS = frozenset({"horizontal_pull", "vertical_pull"})
FRONT: frozenset[Muscle] = frozenset({"quadriceps"})
BACK: frozenset[Muscle] = frozenset({"hamstrings", "glutes"})
_WEEK_DAYS = 7
_ORDER = {"power": 0, "compound": 1, "isolation": 2, "conditioning": 4, "mobility": 5}
_CORE_RANK = 3
_ONE_SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)


def group_share(exercise: Exercise, group: frozenset[Muscle]) -> float:
    """What one set counts for a group of muscles: its largest share, so that a set is not counted twice."""
    if group & set(exercise.primary):
        return number("S2.primary_share")
    return number("S2.secondary_share") if group & set(exercise.secondary) else 0.0


def order_rank(exercise: Exercise) -> int:
    """Where an exercise belongs in a session: explosive, compound, isolation, core, aerobic, mobility."""
    return _CORE_RANK if exercise.pattern == "core" else _ORDER[exercise.kind]


def check_balance(case: Case, findings: Findings) -> None:
    """V40-V47."""
    if case.days and not case.limits.light:
        _check_patterns(case, findings)
        _check_ratios(case, findings)
    _check_recovery(case, findings)
    _check_rest_days(case, findings)
    for day in case.days:
        _check_order(day, findings)
        _check_warm_up(day, findings)
        _check_sides(day, findings)
    _check_aerobic(case, findings)


def _check_patterns(case: Case, findings: Findings) -> None:
    wanted = [pattern for pattern in rules().words("V40.patterns") if pattern in case.reach.patterns]
    if "shoulder" in spared_regions(case.profile) and "vertical_push" in wanted:
        wanted.remove("vertical_push")
    present = {seen.exercise.pattern for seen in case.exercises}
    missing = [pattern.replace("_", " ") for pattern in wanted if pattern not in present]
    if missing:
        limits = case.limits
        short = limits.days * limits.minutes < rules().number("V40.weekly_minutes")
        short = short or limits.days * limits.exercises < len(wanted)
        findings.add(
            "V40", "days", got="no " + ", ".join(missing), want="every major movement that is legal for you, each week",
            fix=f"add an exercise for {missing[0]}", severity="W" if short else "E",
        )  # fmt: skip


def _check_recovery(case: Case, findings: Findings) -> None:
    """V41: the week repeats, so Sunday and Monday are neighbours too."""
    hard = rules().number("V41.hard_sets")
    worked: dict[int, Counter[Muscle]] = {}
    for day in case.days:
        if day.weekday is not None:
            worked[day.weekday] = Counter()
            for seen in day.exercises:
                for muscle in seen.exercise.primary:
                    worked[day.weekday][muscle] += seen.hard_sets
    for day in case.days:
        after = worked.get((day.weekday or 0) % _WEEK_DAYS + 1) if day.weekday is not None else None
        if after is None or day.weekday is None:
            continue
        for muscle, sets in worked[day.weekday].items():
            if sets >= hard and after[muscle] >= hard:
                findings.add(
                    "V41", day.path, got=f"{sets} and {after[muscle]} sets for {muscle} on consecutive days",
                    want=f"under {hard:g} on one of them", fix="move a day or drop sets",
                )  # fmt: skip


def _check_ratios(case: Case, findings: Findings) -> None:
    pushes = sum(seen.hard_sets for seen in case.exercises if seen.exercise.pattern in PUSHES)
    pulls = sum(seen.hard_sets for seen in case.exercises if seen.exercise.pattern in PULLS)
    reach = case.reach
    if reach.patterns & PUSHES and reach.patterns & PULLS and pushes + pulls:
        _check_ratio("push to pull", pushes, pulls, "V42.push_pull", findings)
    front = sum(seen.hard_sets * group_share(seen.exercise, FRONT) for seen in case.exercises)
    back = sum(seen.hard_sets * group_share(seen.exercise, BACK) for seen in case.exercises)
    if "quadriceps" in reach.muscles and reach.muscles & {"hamstrings", "glutes"} and front + back:
        _check_ratio("quadriceps to hamstrings and glutes", front, back, "V42.quad_posterior", findings)


def _check_ratio(name: str, first: float, second: float, threshold: str, findings: Findings) -> None:
    band = rules().band(threshold)
    if not band.low * second <= first <= band.high * second:
        want = f"a ratio of {band.low:g} to {band.high:g}"
        findings.add("V42", "days", got=f"{first:g} to {second:g} sets ({name})", want=want, fix="even the sets out")


def _check_order(day: SeenDay, findings: Findings) -> None:
    highest = -1
    group: str | None = None
    for seen in day.exercises:
        rank = order_rank(seen.exercise)
        if seen.planned.superset is not None and seen.planned.superset == group:
            continue
        group = seen.planned.superset
        late = rank < highest and rank < _CORE_RANK
        if late and not (rank == _ORDER["isolation"] and highest == _CORE_RANK):
            findings.add(
                "V43", f"{seen.path}.exercise_id", got=f"{seen.exercise.name} late", want="explosive, then compound, then isolation",
                fix="move it up",
            )  # fmt: skip
        highest = max(highest, rank)


def _check_rest_days(case: Case, findings: Findings) -> None:
    most = rules().whole("V44.days_max")
    if len(case.days) > most:
        findings.add("V44", "days", got=f"{len(case.days)} days", want=f"at most {most}", fix="drop a day")
    lifting = sum(1 for day in case.days if day.lifting)
    if lifting > case.limits.lifting_days:
        findings.add(
            "V44", "days", got=f"{lifting} lifting days", want=f"at most {case.limits.lifting_days} at this level",
            fix="make one a day of aerobic work", severity="W",
        )  # fmt: skip


def _check_warm_up(day: SeenDay, findings: Findings) -> None:
    seconds, band = sum(drill.seconds for drill in day.planned.warm_up), rules().band("V45.warm_up_s")
    path = f"{day.path}.warm_up"
    if not seconds:
        findings.add("V45", path, got="no warm-up", want="five to ten minutes", fix="add a general warm-up")
    elif seconds not in band:
        findings.add(
            "V45",
            path,
            got=f"{seconds} s",
            want=f"{band.low:g} to {band.high:g} s",
            fix="change its length",
            severity="W",
        )


def _check_sides(day: SeenDay, findings: Findings) -> None:
    for seen in day.exercises:
        sides = {side.casefold() for side in _ONE_SIDE.findall(seen.planned.notes)}
        if seen.exercise.unilateral and len(sides) == 1:
            findings.add(
                "V46", f"{seen.path}.notes", got=f"only the {sides.pop()} side", want="both sides", fix="do both sides"
            )


def _check_aerobic(case: Case, findings: Findings) -> None:
    """V47: minutes beside the sessions count, and so do days of aerobic work and aerobic exercises in a session."""
    wanted = min(case.limits.aerobic_minutes, len(case.days) * rules().whole("V47.day_max"))
    minutes = float(sum(day.planned.aerobic_minutes for day in case.days))
    for day in case.days:
        if day.lifting:
            easy = [one.planned for one in day.exercises if one.exercise.pattern == "aerobic"]
            minutes += sum(one.sets * (one.seconds or 0) for one in easy) / 60
        else:
            minutes += day.seconds / 60
    if minutes < wanted:
        want = f"at least {wanted} moderate minutes a week"
        findings.add(
            "V47", "days", got=f"{minutes:.0f} minutes", want=want, fix="add aerobic minutes, also on other days"
        )

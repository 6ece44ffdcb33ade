"""Rules V20-V28: whether a plan fits the person: equipment, level, injuries, wishes, days, minutes, goal and focus."""

import re

from shared.domain.constraints import refusal
from shared.domain.rules import Band, rules
from shared.domain.validation.case import Case, SeenDay, SeenExercise, is_light_by_nature
from shared.domain.validation.findings import Findings

_MAXIMUM = re.compile(
    r"\b(?:1\s?-?RM test|max(?:imum|imal)? (?:test|out|effort|attempt)|one-rep(?:etition)? max|test(?:ing)? your max)",
    re.IGNORECASE,
)
_TITLES = {
    "V20": "swap it for one that needs only what is there",
    "V21": "swap it for an easier variant",
    "V22": "swap it for one that spares the region",
    "V23": "swap it",
    "V24": "swap it for a safer one",
}


def check_fit(case: Case, findings: Findings) -> None:
    """V20-V28."""
    for seen in case.exercises:
        refused = refusal(seen.exercise, case.constraints)
        if refused is not None:
            findings.add(
                refused.rule, f"{seen.path}.exercise_id", got=seen.exercise.id, want="an exercise that is legal for you",
                fix=_TITLES[refused.rule], why=refused.why,
            )  # fmt: skip
        _check_flags(case, seen, findings)
    _check_level(case, findings)
    _check_days(case, findings)
    for day in case.days:
        _check_minutes(case, day, findings)
    _check_goal(case, findings)
    _check_focus(case, findings)


def _check_flags(case: Case, seen: SeenExercise, findings: Findings) -> None:
    limits, planned = case.limits, seen.planned
    path, rpe = f"{seen.path}.rpe", planned.rpe
    if limits.light and (rpe is None or rpe > limits.rpe_cap):
        findings.add(
            "V24", path, got=rpe, want=f"at most {limits.rpe_cap:g} until you are cleared", fix="lower the effort"
        )
    guarded = limits.light or limits.pregnant or limits.older or limits.minor
    if guarded and _MAXIMUM.search(planned.notes):
        findings.add("V24", f"{seen.path}.notes", got="a test of the maximum", want="no such test", fix="take it out")
    if limits.older and seen.resistance and planned.sets > limits.sets:
        findings.add("V24", f"{seen.path}.sets", got=planned.sets, want=f"at most {limits.sets}", fix="drop sets")
    gentle = limits.minor or limits.pregnant or limits.older
    if gentle and seen.hard_sets and planned.reps and planned.reps.min < limits.main_reps.low:
        want = f"at least {limits.main_reps.low:g} repetitions"
        findings.add(
            "V24", f"{seen.path}.reps", got=planned.reps.min, want=want, fix="use a lighter load for more repetitions"
        )


def _check_level(case: Case, findings: Findings) -> None:
    level = case.raw.get("level")
    if isinstance(level, str) and level != case.limits.level:
        findings.add("V21", "level", got=level, want=case.limits.level, fix="write the plan for the person's level")


def _check_days(case: Case, findings: Findings) -> None:
    limits = case.limits
    if len(case.days) > limits.days:
        findings.add(
            "V25", "days", got=f"{len(case.days)} days", want=f"at most {limits.days}", fix="drop or merge days"
        )
    for day in case.days:
        if limits.weekdays is not None and day.weekday is not None and day.weekday not in limits.weekdays:
            want = "one of " + ", ".join(str(free) for free in sorted(limits.weekdays))
            findings.add("V25", f"{day.path}.day", got=day.weekday, want=want, fix="move the day")


def _check_minutes(case: Case, day: SeenDay, findings: Findings) -> None:
    limits, table = case.limits, rules()
    seconds, path = day.seconds, f"{day.path}.estimated_minutes"
    got = _minutes(seconds)
    if seconds > limits.longest_s:
        findings.add(
            "V26", path, got=got, want=f"at most {_minutes(limits.longest_s)}", fix="drop sets or shorten rests"
        )
    asked = limits.minutes if day.lifting else min(limits.minutes, table.number("V26.aerobic_day_minutes"))
    shortest = asked * 60 * table.band("V26.share").low
    if seconds < shortest:
        few = case.reach.count < table.number("V26.few_exercises")
        findings.add(
            "V26",
            path,
            got=got,
            want=f"at least {_minutes(shortest)}",
            fix="add sets or exercises",
            severity="W" if few else "E",
        )
    elif seconds < (asked - table.number("V26.long_slack_min")) * 60:
        want = f"at least {asked - table.number('V26.long_slack_min'):.0f} minutes"
        findings.add("V26", path, got=got, want=want, fix="add sets or exercises", severity="W")
    if abs(day.planned.estimated_minutes * 60 - seconds) > table.number("V50.minutes_slack_s"):
        findings.add(
            "V50", path, got=day.planned.estimated_minutes, want=f"{seconds / 60:.0f}", fix="write the minutes it takes"
        )


def _minutes(seconds: float) -> str:
    """Minutes to one decimal, so that what just misses a bound does not read as if it met it."""
    return f"{round(seconds / 60, 1):g} minutes"


def _check_goal(case: Case, findings: Findings) -> None:
    """V27: most repetition-counted sets in the band of their role, most of them at the goal's effort."""
    limits = case.limits
    wanted = case.wish.goal if case.wish is not None else None
    if wanted is not None and case.raw.get("goal") != wanted:
        findings.add("V27", "goal", got=case.raw.get("goal"), want=wanted, fix="write the plan for the goal asked for")
    if limits.light:
        return
    accessory = Band(
        min(limits.main_reps.low, limits.accessory_reps.low), max(limits.main_reps.high, limits.accessory_reps.high)
    )
    work = in_reps = effort = in_effort = 0
    for day in case.days:
        mains = day.main_lifts
        for seen in day.exercises:
            planned = seen.planned
            if not seen.resistance or planned.reps is None:
                continue
            band = limits.main_reps if seen in mains and not is_light_by_nature(seen.exercise) else accessory
            work += planned.sets
            in_reps += planned.sets if planned.reps.min in band and planned.reps.max in band else 0
            if planned.rpe is not None:
                effort += planned.sets
                in_effort += planned.sets if planned.rpe in limits.rpe else 0
    share = rules().number("V27.share")
    if in_reps < share * work:
        want = (
            f"at least {share:.0%} of sets at {_band(limits.main_reps)} (main lifts) or {_band(accessory)} repetitions"
        )
        findings.add(
            "V27", "days", got=f"{in_reps} of {work} sets", want=want, fix="bring repetitions into the goal's band"
        )
    if in_effort < share * effort:
        want = f"at least {share:.0%} of sets at RPE {_band(limits.rpe)}"
        findings.add(
            "V27", "days", got=f"{in_effort} of {effort} sets", want=want, fix="bring effort into the goal's band"
        )


def _check_focus(case: Case, findings: Findings) -> None:
    for muscle in dict.fromkeys(case.limits.focus):
        sets, low = case.weekly_sets.get(muscle, 0.0), case.limits.weekly.low
        if sets < low and not case.limits.light:
            out_of_reach = muscle not in case.reach.muscles
            findings.add(
                "V28", "days", got=f"{sets:g} sets for {muscle}", want=f"at least {low:g} a week", fix=f"add sets for {muscle}",
                why=f"No exercise that is legal for you trains the {muscle} directly." if out_of_reach else None,
            )  # fmt: skip


def _band(band: Band) -> str:
    return f"{band.low:g}-{band.high:g}"

"""Rules V50-V53: whether the words are true: numbers as in the table, no invented history, the author, the disclaimers."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.domain.constraints import has_unplaced_injury
from shared.domain.plan import PlannedExercise
from shared.domain.profile import Profile
from shared.domain.rules import rules
from shared.domain.validation.case import Case, SeenExercise
from shared.domain.validation.claims import claim_in
from shared.domain.validation.findings import Findings
from shared.domain.validation.limits import Limits
from shared.domain.validation.numbers import days_and_weeks_in, numbers_in, unfounded


def check_truth(case: Case, findings: Findings) -> None:
    """V50-V53."""
    rationale = case.raw.get("rationale")
    told = rationale[: rules().whole("V11.rationale")] if isinstance(rationale, str) else ""
    own = [_own_numbers(seen) for seen in case.exercises]
    facts = set(_plan_numbers(case)).union(*own)
    _check_numbers("rationale", told, facts, findings)
    _check_counts("rationale", told, case, findings)
    _check_claims("rationale", told, case, findings)
    _check_headings(case, findings, facts=facts | set(range(len(case.days) + 1)))
    for seen, numbers in zip(case.exercises, own, strict=True):
        _check_numbers(f"{seen.path}.notes", seen.planned.notes, numbers, findings)
        _check_claims(f"{seen.path}.notes", seen.planned.notes, case, findings, cues=seen.exercise.cues)
    _check_author(case.raw.get("source"), findings)
    _check_disclaimers(case, findings)


def _plan_numbers(case: Case) -> Iterator[float]:
    """The numbers a plan's own text may hold beside those of its exercises: what the plan says, what the person asked
    for, and the rules' own."""
    limits, raw = case.limits, case.raw
    yield from (
        0,
        1,
        len(case.days),
        limits.days,
        limits.minutes,
        case.profile.session_minutes,
        case.profile.days_per_week,
    )
    yield from (
        limits.rpe_cap,
        limits.rpe.low,
        limits.rpe.high,
        limits.sets,
        limits.exercises,
        limits.session_sets,
        limits.lifting_days,
    )
    yield from (limits.weekly.low, limits.weekly.high, limits.aerobic_minutes, rules().number("V24.older_from"))
    yield from _listed(raw.get("weeks"), raw.get("deload_weeks"))
    lifting = [day for day in case.days if day.lifting]
    yield from (len(lifting), len(case.days) - len(lifting), limits.days - len(lifting))
    minutes = [day.planned.aerobic_minutes for day in case.days]
    yield from (sum(minutes), *minutes, max(limits.aerobic_minutes - sum(minutes), 0))
    for day in case.days:
        yield from (day.planned.estimated_minutes, round(day.seconds / 60))
        yield from (len(day.exercises), day.hard_sets, day.weekday or 0)
    yield from _totals(case)


def required_disclaimers(limits: Limits, profile: Profile) -> list[str]:
    """The texts that must stand in a plan for this person, word for word."""
    texts: dict[str, str] = rules().table("V53.texts")
    flags = {
        "light_start": limits.light,
        "pregnancy": limits.pregnant,
        "older": limits.older,
        "minor": limits.minor,
        "injury": bool(profile.regions_to_spare),
        "unplaced_injury": has_unplaced_injury(profile),
    }
    return [texts[name] for name, raised in flags.items() if raised]


def _check_headings(case: Case, findings: Findings, *, facts: set[float]) -> None:
    """The plan's name and the titles of its days, which may count the days as well."""
    listed = case.raw.get("days")
    days = listed if isinstance(listed, list | tuple) else ()
    headings = [("name", case.raw.get("name"))]
    headings += [(f"days[{at}].title", day.get("title")) for at, day in enumerate(days) if isinstance(day, dict)]
    longest = rules().whole("V11.text")
    for path, heading in headings:
        if isinstance(heading, str):
            text = heading[:longest]
            _check_numbers(path, text, facts, findings)
            _check_counts(path, text, case, findings)
            _check_claims(path, text, case, findings)


def _check_counts(path: str, text: str, case: Case, findings: Findings) -> None:
    """Days and weeks have to be those of the plan, and not only some number that stands in it."""
    days, weeks = days_and_weeks_in(text)
    lifting = sum(1 for day in case.days if day.lifting)
    own_days = {len(case.days), lifting, len(case.days) - lifting, case.limits.days, case.profile.days_per_week}
    wrong = [number for number in days if number not in own_days]
    wrong += [number for number in weeks if number != case.raw.get("weeks")]
    if wrong and path not in findings.paths:
        findings.add("V50", path, got=f"{wrong[0]:g}", want="numbers of the plan itself", fix="correct the number")


def _totals(case: Case) -> Iterator[float]:
    yield from case.weekly_sets.values()
    yield from (sum(day.hard_sets for day in case.days), len(case.exercises))
    yield from (float(sets) for sets in case.pattern_sets.values())
    yield from (float(len({seen.exercise.id for seen in case.exercises})), float(len(case.weekly_sets)))


def _own_numbers(seen: SeenExercise) -> set[float]:
    planned: PlannedExercise = seen.planned
    numbers = {0.0, 1.0, float(planned.sets), float(planned.rest_s), planned.rest_s / 60}
    if planned.reps is not None:
        numbers |= {float(planned.reps.min), float(planned.reps.max)}
    if planned.seconds is not None:
        numbers |= {float(planned.seconds), planned.seconds / 60, planned.sets * planned.seconds / 60}
    if planned.rpe is not None:
        numbers |= {planned.rpe, 10 - planned.rpe}
    if planned.load_kg is not None:
        numbers.add(planned.load_kg)
    return numbers.union(numbers_in(seen.exercise.name), *map(numbers_in, seen.exercise.cues))


def _check_numbers(path: str, text: str, facts: set[float], findings: Findings) -> None:
    wrong = unfounded(text, facts)
    if wrong:
        got = ", ".join(f"{number:g}" for number in wrong[:3])
        findings.add("V50", path, got=got, want="numbers of the plan itself", fix="correct the number or leave it out")


def _check_claims(path: str, text: str, case: Case, findings: Findings, *, cues: Sequence[str] = ()) -> None:
    """V51: past tense needs something past. Without history it is silent, but for models: none has seen a log.

    `cues` are the catalogue's own texts, which speak of the repetition at hand and are no claim.
    """
    history, source = case.history, case.raw.get("source")
    by_model = isinstance(source, dict) and source.get("kind") == "model"
    if history is None and not by_model:
        return
    if history is not None and (history.last_load_kg or history.e1rm_kg or history.last_week_sets):
        return
    for cue in cues:
        text = text.replace(cue, " ")
    claim = claim_in(text)
    if claim is not None:
        findings.add("V51", path, got=claim, want="no claim about training that is not logged", fix="leave it out")


def _check_author(source: object, findings: Findings) -> None:
    row: dict[str, Any] = source if isinstance(source, dict) else {}
    named = all(isinstance(row.get(key), str) and row[key].strip() for key in ("provider", "model"))
    if not named or row.get("kind") not in ("model", "offline"):
        findings.add("V52", "source", got=source, want="who wrote it: kind, provider and model", fix="name the author")


def _check_disclaimers(case: Case, findings: Findings) -> None:
    listed = case.raw.get("disclaimers")
    given = [text for text in listed if isinstance(text, str)] if isinstance(listed, list | tuple) else []
    for text in required_disclaimers(case.limits, case.profile):
        if text not in given:
            findings.add("V53", "disclaimers", got="missing", want=text, fix="add it word for word")


def _listed(*values: object) -> Iterator[float]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _listed(*value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield float(value)

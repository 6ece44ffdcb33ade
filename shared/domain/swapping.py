"""Swapping an exercise of a plan for a safe substitute, with the reason written into the plan's changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.catalogue import Exercise, catalogue
from shared.domain.constraints import constraints_of
from shared.domain.plan import Change, Plan, PlanDay, PlannedExercise, RepRange
from shared.domain.planning.dosing import EASY_KINDS, Dosing, easy_dose
from shared.domain.planning.mend import sentences
from shared.domain.planning.words import PLACES, cue
from shared.domain.profile import Profile
from shared.domain.rules import rules
from shared.domain.session_time import session_minutes
from shared.domain.substitute import Substitution, substitutes
from shared.domain.validation.findings import Violation, cut, warnings_of
from shared.domain.validation.limits import limits_of
from shared.domain.validator import validate


class NotInPlan(ValueError):
    """That day has no such exercise."""


class NoSubstitute(ValueError):
    """Nothing safe is left that trains the same; the text says so to the person."""


def swapped(
    plan: Plan, *, day: int, exercise_id: str, reason: str | None, profile: Profile, year: int, to: str | None = None
) -> Plan:
    """The plan with a substitute in place of that exercise on every day it stands, `day` among them.

    The closest stand-in, or the one that `to` names, that breaks no rule of severity error which the plan did not break
    already, with a set more or less where that is what it takes. Raises `NotInPlan` where that day has no such
    exercise, and `NoSubstitute`.
    """
    if not any(one.day == day and any(e.exercise_id == exercise_id for e in one.exercises) for one in plan.days):
        raise NotInPlan(f"{exercise_id} is not planned on day {day}")
    out = catalogue().get(exercise_id)
    swap = _Swap(plan, out, profile, year)
    taken = frozenset(e.exercise_id for one in plan.days for e in one.exercises)
    safe = substitutes(out, constraints_of(profile, year=year), taken=taken)
    wanted = (
        safe[: rules().whole("engine.swap_tried")] if to is None else [one for one in safe if one.exercise.id == to]
    )
    for found in wanted:
        changed = swap.to(found.exercise)
        if changed is not None:
            return changed.model_copy(update={"changes": [*plan.changes, _change(out, found, reason)]})
    if to is not None:
        raise NoSubstitute(
            "cannot take that place: it stands in the plan already, trains something else or is not safe"
        )
    raise NoSubstitute("has no safe substitute with your equipment; remove it or change your profile")


@dataclass(frozen=True, slots=True)
class _Swap:
    """One exercise going out of one plan."""

    plan: Plan
    out: Exercise
    profile: Profile
    year: int

    def to(self, new: Exercise) -> Plan | None:
        """The plan with `new` in its place, or None where no number of sets makes that right."""
        known = _errors(self._judged(self.plan))
        for more in rules().table("engine.swap_sets"):
            changed = self._true(self._with(new, more_sets=more))
            found = self._judged(changed)
            if not _errors(found) - known:
                return changed.model_copy(update={"warnings": warnings_of(found)})
        return None

    def _with(self, new: Exercise, *, more_sets: int) -> Plan:
        dosing = Dosing(limits_of(self.profile, year=self.year, goal=self.plan.goal))
        days = [self._day(one, new, more_sets, dosing) for one in self.plan.days]
        return self.plan.model_copy(update={"days": days})

    def _day(self, day: PlanDay, new: Exercise, more_sets: int, dosing: Dosing) -> PlanDay:
        if all(one.exercise_id != self.out.id for one in day.exercises):
            return day
        exercises = [
            self._replaced(one, new, more_sets, dosing) if one.exercise_id == self.out.id else one
            for one in day.exercises
        ]
        changed = day.model_copy(update={"exercises": exercises})
        return changed.model_copy(update={"estimated_minutes": session_minutes(changed, catalogue())})

    def _replaced(self, planned: PlannedExercise, new: Exercise, more_sets: int, dosing: Dosing) -> PlannedExercise:
        """The same dose of another exercise; where one is held and the other counted, the dose the person would get."""
        update: dict[str, object] = {
            "exercise_id": new.id,
            "name": new.name,
            "sets": int(rules().band("V05.sets").clamp(planned.sets + more_sets)),
            "load_kg": None,
            "notes": " ".join([cue(new), *(place for place in PLACES.values() if planned.notes.endswith(place))]),
        }
        if new.timed != (planned.seconds is not None) or new.kind in EASY_KINDS:
            limits = limits_of(self.profile, year=self.year, goal=self.plan.goal)
            easy = new.kind in EASY_KINDS or limits.light
            dose = easy_dose(new, limits) if easy else dosing.dose(new, "accessory")
            reps = None if dose.reps is None else RepRange(min=dose.reps[0], max=dose.reps[1])
            update |= {"reps": reps, "seconds": dose.seconds}
        return planned.model_copy(update=update)

    def _true(self, plan: Plan) -> Plan:
        """The plan without sentences that counted what has changed."""
        if not any(one.id == "V50" and one.path == "rationale" for one in self._judged(plan)):
            return plan
        kept = [
            sentence
            for sentence in sentences(plan.rationale)
            if not any(one.path == "rationale" for one in self._judged(plan.model_copy(update={"rationale": sentence})))
        ]
        return plan.model_copy(update={"rationale": " ".join(kept)})

    def _judged(self, plan: Plan) -> list[Violation]:
        return validate(plan, profile=self.profile, year=self.year)


def _errors(found: Sequence[Violation]) -> Counter[tuple[str, str]]:
    return Counter((one.id, one.path) for one in found if one.severity == "E")


def _change(out: Exercise, found: Substitution, reason: str | None) -> Change:
    asked = f"You asked for it: {reason.strip().rstrip('.')}." if reason and reason.strip() else "You asked for it."
    return Change(
        rule="swap",
        what=f"{out.name} → {found.exercise.name}",
        why=cut(f"{found.why} {asked}", rules().whole("V11.text")),
    )

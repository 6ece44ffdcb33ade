"""A planned day made to fit the person of today: what an injury or an exclusion forbids is swapped or left out."""

from collections import Counter
from dataclasses import dataclass

from shared.domain.catalogue import Catalogue, Exercise
from shared.domain.constraints import Constraints, refusal
from shared.domain.plan import Change, PlanDay, PlannedExercise
from shared.domain.progression.decision import rep_range
from shared.domain.substitute import substitute

_SWAPPED_SECONDS = 30
_SWAPPED_REPS = rep_range(8, 12)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A planned exercise that is legal for the person; `why` tells of a swap and is empty without one."""

    planned: PlannedExercise
    exercise: Exercise
    why: str = ""


@dataclass(frozen=True, slots=True)
class FittedDay:
    """The exercises that remain, and what was changed to get there."""

    items: list[Fitted]
    changes: list[Change]


def fit_day(day: PlanDay, catalogue: Catalogue, constraints: Constraints) -> FittedDay:
    """The day with every exercise legal under `constraints`; one without a safe stand-in is left out and told of."""
    items: list[Fitted] = []
    changes: list[Change] = []
    taken = {planned.exercise_id for planned in day.exercises}
    for planned in day.exercises:
        exercise = catalogue.exercises.get(planned.exercise_id)
        refused = refusal(exercise, constraints) if exercise else None
        if exercise is not None and refused is None:
            items.append(Fitted(planned, exercise))
            continue
        found = substitute(exercise, constraints, taken=frozenset(taken)) if exercise else None
        rule = refused.rule if refused else "V04"
        if found is None:
            cause = refused.why if refused else "The catalogue no longer has it."
            changes.append(
                Change(rule=rule, what=f"left out {planned.name}", why=f"{cause} Nothing safe stands in for it.")
            )
            continue
        taken.add(found.exercise.id)
        items.append(Fitted(_swapped(planned, found.exercise), found.exercise, found.why))
        changes.append(Change(rule=rule, what=f"{planned.name} → {found.exercise.name}", why=found.why))
    return FittedDay(_whole_supersets(items), changes)


def _swapped(planned: PlannedExercise, exercise: Exercise) -> PlannedExercise:
    timed = exercise.timed
    return planned.model_copy(
        update={
            "exercise_id": exercise.id,
            "name": exercise.name,
            "load_kg": None,
            "reps": None if timed else planned.reps or _SWAPPED_REPS,
            "seconds": (planned.seconds or _SWAPPED_SECONDS) if timed else None,
        }
    )


def _whole_supersets(items: list[Fitted]) -> list[Fitted]:
    """A superset of one is none."""
    members = Counter(item.planned.superset for item in items)
    return [
        Fitted(item.planned.model_copy(update={"superset": None}), item.exercise, item.why)
        if item.planned.superset and members[item.planned.superset] < 2
        else item
        for item in items
    ]

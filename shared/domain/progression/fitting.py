"""A planned day made to fit the person of today: what an injury or an exclusion forbids is swapped or left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.domain.catalogue import Catalogue, Exercise
from shared.domain.constraints import Constraints, refusal
from shared.domain.plan import Change, PlanDay, PlannedExercise
from shared.domain.progression.decision import rep_range
from shared.domain.progression_rules import number, value
from shared.domain.rules import rules
from shared.domain.substitute import substitute
from shared.domain.volume import plan_sets


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


def fit_day(
    day: PlanDay, week: Sequence[PlanDay], catalogue: Catalogue, constraints: Constraints, *, cap: float
) -> FittedDay:
    """The day with every exercise legal under `constraints`; one without a safe stand-in is left out and told of.

    `week` holds all days of the plan, `day` among them. Stand-ins of the whole week together bring no muscle over `cap`
    hard sets: where they would, they are done for fewer sets, at least one, the same on every day of the week.
    """
    fitted = [_fitted(one, catalogue, constraints) for one in week]
    eased = _under_cap(fitted, week, catalogue, cap=cap)
    return eased[list(week).index(day)]


def _fitted(day: PlanDay, catalogue: Catalogue, constraints: Constraints) -> FittedDay:
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


def _under_cap(
    week: list[FittedDay], planned: Sequence[PlanDay], catalogue: Catalogue, *, cap: float
) -> list[FittedDay]:
    """The week with sets taken from its stand-ins, the fullest first, until no muscle they train is over the cap."""
    while True:
        weekly = plan_sets([_as_planned(day, fitted) for day, fitted in zip(planned, week, strict=True)], catalogue)
        over = {muscle for muscle, sets in weekly.items() if sets > cap}
        found = [
            (item.planned.sets, number, index)
            for number, day in enumerate(week)
            for index, item in enumerate(day.items)
            if item.why and item.planned.sets > 1 and over & {*item.exercise.primary, *item.exercise.secondary}
        ]
        if not found:
            return week
        _, number, index = max(found)
        week[number] = _one_set_less(week[number], index, cap=cap)


def _one_set_less(day: FittedDay, index: int, *, cap: float) -> FittedDay:
    item = day.items[index]
    sets = item.planned.sets - 1
    eased = replace(item, planned=item.planned.model_copy(update={"sets": sets}))
    told = Change(
        rule="V30",
        what=f"{item.exercise.name}: {sets} {'set' if sets == 1 else 'sets'}",
        why=f"With the swap a muscle would pass {cap:g} hard sets a week. {rules().rule('V30').why}",
    )
    kept = [
        change for change in day.changes if not (change.rule == "V30" and change.what.startswith(item.exercise.name))
    ]
    return FittedDay([*day.items[:index], eased, *day.items[index + 1 :]], [*kept, told])


def _as_planned(day: PlanDay, fitted: FittedDay) -> PlanDay:
    return day.model_copy(update={"exercises": [item.planned for item in fitted.items]})


def _swapped(planned: PlannedExercise, exercise: Exercise) -> PlannedExercise:
    timed = exercise.timed
    return planned.model_copy(
        update={
            "exercise_id": exercise.id,
            "name": exercise.name,
            "load_kg": None,
            "reps": None if timed else planned.reps or rep_range(*value("P6.swap_reps")),
            "seconds": (planned.seconds or int(number("P6.swap_seconds"))) if timed else None,
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

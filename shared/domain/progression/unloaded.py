"""The next target of exercises without an outside weight: repetitions or seconds, then a harder variant."""

from collections.abc import Sequence

from shared.domain.analysis.performances import Performance
from shared.domain.analysis.wording import done_words, plain
from shared.domain.catalogue import LEVELS, Catalogue, Exercise
from shared.domain.constraints import Constraints, refusal
from shared.domain.plan import PlannedExercise
from shared.domain.progression.blockers import reason_not_to_raise
from shared.domain.progression.decision import Decision, rep_range
from shared.domain.progression.situation import Layoff, Situation
from shared.domain.progression_rules import number, value
from shared.domain.rules import rules


def harder_variant(exercise: Exercise, catalogue: Catalogue, constraints: Constraints) -> Exercise | None:
    """The next harder body-weight exercise of the same pattern and muscle that this person may do."""
    harder = [
        other
        for other in catalogue.exercises.values()
        if other.load == "bodyweight"
        and other.pattern == exercise.pattern
        and other.timed == exercise.timed
        and other.kind == exercise.kind
        and set(other.primary) & set(exercise.primary)
        and _difficulty(other) > _difficulty(exercise)
        and refusal(other, constraints) is None
    ]
    return min(harder, key=lambda other: (*_difficulty(other), other.id), default=None)


def next_reps(
    planned: PlannedExercise,
    history: Sequence[Performance],
    *,
    harder: Exercise | None,
    layoff: Layoff,
    situation: Situation,
) -> Decision:
    """The next repetitions of a body-weight exercise; `history` holds sessions with counted reps, oldest first."""
    last, asked = history[-1], planned.reps or rep_range(1, 1)
    done, worst = done_words(last, situation.units), min(last.reps)
    reason = reason_not_to_raise(last, layoff=layoff, situation=situation)
    if layoff.cut > 0:
        target = max(int(worst * (1 - layoff.cut)), 1)
        why = f"{_passed(layoff)}: come back with {target} reps a set. Last time: {done}."
        return Decision(None, rep_range(target, max(target, asked.min)), None, why)
    if situation.deload:
        target = max(int(worst * number("D3.load")), 1)
        return Decision(
            None, rep_range(target, worst), None, f"Deload week: {target} easy reps a set. Last time: {done}."
        )
    if _missed(planned, history, situation):
        target = max(int(worst * (1 - number("P3.cut"))), 1)
        short = f"Two sessions in a row stayed under {asked.min} reps, the last with {done}"
        why = f"{short}: {target} clean reps a set build up again."
        return Decision(None, rep_range(target, asked.min), None, why)
    calm = planned.rpe is None or all(rpe <= planned.rpe for rpe in last.efforts)
    if reason is not None or layoff.repeats or not calm:
        cause = reason or (
            f"{layoff.days} days have passed"
            if layoff.repeats
            else f"it was harder than RPE {plain(planned.rpe or 10)}"
        )
        same = rep_range(worst, max(worst, asked.max))
        return Decision(None, same, None, f"{done}; {cause}, so the same {worst} reps again.")
    few, more = value("P1.body_weight_reps")
    if worst < asked.max:
        goal = rep_range(worst + few, min(worst + more, asked.max))
        return Decision(None, goal, None, f"{done}: {_span(goal.min, goal.max)} reps a set this time.")
    goal = rep_range(worst + few, worst + more)
    reached = f"{done}: the top of {asked.min} to {asked.max} is reached"
    return Decision(None, goal, None, f"{reached}, so {_span(goal.min, goal.max)} reps, or {_harder(harder)}.")


def next_seconds(
    planned: PlannedExercise,
    history: Sequence[Performance],
    *,
    harder: Exercise | None,
    layoff: Layoff,
    situation: Situation,
) -> Decision:
    """The next duration of a timed exercise; a weight that was held along stays as it was."""
    last, asked = history[-1], planned.seconds or int(number("P6.swap_seconds"))
    done, worst, load_kg = done_words(last, situation.units), int(min(last.seconds)), last.working_kg
    reason = reason_not_to_raise(last, layoff=layoff, situation=situation)
    if layoff.cut > 0:
        target = _whole(worst * (1 - layoff.cut))
        return Decision(
            load_kg,
            None,
            target,
            f"{_passed(layoff)}: {target} seconds. Last time: {done}.",
        )
    if situation.deload:
        target = _whole(worst * number("D3.load"))
        return Decision(load_kg, None, target, f"Deload week: {target} easy seconds. Last time: {done}.")
    if reason is not None or layoff.repeats:
        target = _whole(min(worst, asked * number("P1.timed_growth_max")))
        cause = reason or _passed(layoff)
        return Decision(load_kg, None, target, f"{done}; {cause}, so {target} seconds again.")
    short, long = value("P1.timed_step_s")
    goal = worst + (long if worst >= number("P1.timed_long_s") else short)
    limit = _whole(asked * number("P1.timed_growth_max"))
    if worst < asked:
        goal = min(goal, asked)
        return Decision(
            load_kg, None, _whole(goal), f"{done}: {_whole(goal)} seconds this time, on the way to {asked}."
        )
    if goal <= limit:
        return Decision(
            load_kg, None, _whole(goal), f"{done}: every set held {asked} seconds, so {_whole(goal)} this time."
        )
    return Decision(load_kg, None, limit, f"{done}: {limit} seconds are long enough; for more, {_harder(harder)}.")


def _missed(planned: PlannedExercise, history: Sequence[Performance], situation: Situation) -> bool:
    lately = [p for p in history[-int(number("P3.sessions")) :] if p.plan_id in (None, situation.plan_id)]
    bottom = planned.reps.min if planned.reps else 1
    short = [sum(1 for reps in p.reps if reps < bottom) >= number("P3.sets_below") for p in lately]
    return len(short) == number("P3.sessions") and all(short)


def _difficulty(exercise: Exercise) -> tuple[int, float]:
    return LEVELS.index(exercise.level), exercise.body_weight_factor or 0.0


def _harder(variant: Exercise | None) -> str:
    return (
        f"go on to the harder {variant.name}" if variant else "make it harder by going slower or adding a little weight"
    )


def _passed(layoff: Layoff) -> str:
    return f"{layoff.days} days have passed since these muscles last worked"


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _whole(seconds: float) -> int:
    return int(rules().band("V06.seconds").clamp(int(seconds)))

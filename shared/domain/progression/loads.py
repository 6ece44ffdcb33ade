"""The next load of an exercise with an outside weight, from its own log alone (rules P1 to P7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.analysis.performances import Performance, outside_factor
from shared.domain.analysis.wording import done_words, load_words, plain
from shared.domain.catalogue import Exercise
from shared.domain.log import LoggedSet
from shared.domain.plan import PlannedExercise, RepRange
from shared.domain.plates import next_load_up, round_load
from shared.domain.progression.blockers import reason_not_to_raise
from shared.domain.progression.decision import Decision, rep_range
from shared.domain.progression.situation import Layoff, Situation
from shared.domain.progression_rules import number, value
from shared.domain.rules import rules
from shared.domain.strength import e1rm_kg, load_for
from shared.domain.words import KG_PER_LB

_LOWER_BODY = frozenset({"squat", "lunge", "hinge", "knee_flexion", "knee_extension", "hip_isolation", "calf"})
_HAIR_KG = 0.01


@dataclass(frozen=True, slots=True)
class _Lift:
    """One exercise before its decision: `built` is the last full session, `last` the very last, deloads included."""

    planned: PlannedExercise
    reps: RepRange
    exercise: Exercise
    built: Performance
    before: Performance | None
    last: Performance
    layoff: Layoff
    situation: Situation

    @property
    def base_kg(self) -> float:
        return self.built.working_kg or 0.0

    @property
    def ceiling_kg(self) -> float:
        """The heaviest load one step may reach: a tenth over the last session, body weight included where it counts."""
        share = number("P1.max_step_share")
        last_kg = self.last.working_kg or 0.0
        return last_kg + share * (last_kg + self.carried_kg)

    @property
    def carried_kg(self) -> float:
        """Kilograms of the body that are lifted along; 0 where that is unknown or means nothing."""
        factor = outside_factor(self.exercise)
        known = factor is not None and self.situation.body_weight_kg is not None
        return (factor or 0.0) * (self.situation.body_weight_kg or 0.0) if known else 0.0

    def done(self) -> str:
        return done_words(self.built, self.situation.units)

    def words(self, kg: float) -> str:
        return load_words(kg, self.situation.units)


def next_load(
    planned: PlannedExercise,
    history: Sequence[Performance],
    *,
    light: frozenset[str],
    exercise: Exercise,
    layoff: Layoff,
    situation: Situation,
) -> Decision:
    """What to load next. `history` holds sessions with a weight, oldest first and at least one; `light` the ids of
    the deload's logs, which never serve as the base."""
    full = [performance for performance in history if performance.log_id not in light] or list(history)
    reps = planned.reps or rep_range(1, 1)
    before = full[-2] if len(full) > 1 else None
    lift = _Lift(planned, reps, exercise, full[-1], before, history[-1], layoff, situation)
    for rule in (_after_a_layoff, _in_a_deload, _after_misses, _held_back, _too_hard, _raised):
        decision = rule(lift)
        if decision is not None:
            return decision
    return _held(lift)


def _after_a_layoff(lift: _Lift) -> Decision | None:
    if lift.layoff.cut <= 0:
        return None
    load_kg = _within(lift, _eased(lift, 1 - lift.layoff.cut))
    why = (
        f"{lift.layoff.days} days since these muscles last worked, so {plain(lift.layoff.cut * 100)} % comes off "
        f"{lift.words(lift.base_kg)}: {lift.words(load_kg)}. Last time: {lift.done()}."
    )
    return Decision(load_kg, lift.reps, None, why)


def _in_a_deload(lift: _Lift) -> Decision | None:
    if not lift.situation.deload:
        return None
    share = number("D3.load")
    load_kg = _within(lift, _eased(lift, share))
    why = (
        f"Deload week: {plain(share * 100)} % of the {lift.words(lift.base_kg)} you worked with is "
        f"{lift.words(load_kg)} on your equipment. Last full session: {lift.done()}."
    )
    return Decision(load_kg, lift.reps, None, why)


def _after_misses(lift: _Lift) -> Decision | None:
    if lift.before is None or not (_missed(lift, lift.built) and _missed(lift, lift.before)):
        return None
    if lift.base_kg < (lift.before.working_kg or 0.0) - _HAIR_KG:
        return None  # the load already came down after the first miss
    load_kg = _within(lift, _eased(lift, 1 - number("P3.cut")))
    why = (
        f"Two sessions in a row fell short of {lift.reps.min} reps ({done_words(lift.before, lift.situation.units)}; "
        f"then {lift.done()}): {lift.words(load_kg)} makes room to build again."
    )
    return Decision(load_kg, lift.reps, None, why)


def _held_back(lift: _Lift) -> Decision | None:
    """Hold where a rise was earned but something forbids it, and after a week's break."""
    load_kg = _within(lift, lift.base_kg)
    if lift.layoff.repeats:
        why = f"{lift.layoff.days} days since these muscles last worked: repeat {lift.words(load_kg)} ({lift.done()})."
        return Decision(load_kg, lift.reps, None, why)
    reason = reason_not_to_raise(lift.last, layoff=lift.layoff, situation=lift.situation)
    if reason is None or not _earned(lift):
        return None
    return Decision(
        load_kg, lift.reps, None, f"{lift.done()} would earn more, but {reason}: stay at {lift.words(load_kg)}."
    )


def _too_hard(lift: _Lift) -> Decision | None:
    """Come down where the effort overshot, to the load the last session itself points to (rule P4)."""
    target, felt = lift.planned.rpe, lift.built.mean_rpe
    if target is None or felt is None or felt < target + number("P4.overshoot_rpe"):
        return None
    wanted_kg = _autoregulated(lift)
    if wanted_kg is None or wanted_kg >= lift.base_kg:
        return None
    floor_kg = lift.base_kg * (1 - number("P4.clamp"))
    load_kg = _rounded(lift, max(wanted_kg, floor_kg))
    load_kg = load_kg if load_kg >= floor_kg - _HAIR_KG else _one_up(lift, load_kg) or lift.base_kg
    if load_kg >= lift.base_kg - _HAIR_KG:
        return None
    load_kg = _within(lift, load_kg)
    why = (
        f"{lift.done()} was harder than the RPE {plain(target)} asked for: {lift.words(load_kg)} should bring "
        f"{lift.reps.min} reps back to it."
    )
    return Decision(load_kg, lift.reps, None, why)


def _raised(lift: _Lift) -> Decision | None:
    if not _earned(lift):
        return None
    higher_kg = _step_up(lift)
    if higher_kg is None:
        return _more_reps_instead(lift)
    load_kg = min(higher_kg, _within(lift, higher_kg))
    if load_kg <= lift.base_kg + _HAIR_KG:
        last_kg = lift.words(lift.last.working_kg or 0.0)
        why = (
            f"Back to {lift.words(load_kg)}, one step from the {last_kg} of the lighter session; before: {lift.done()}."
        )
        return Decision(load_kg, lift.reps, None, why)
    why = f"{lift.done()}: every set reached {lift.reps.max}, so up to {lift.words(load_kg)}"
    if lift.reps.max > lift.reps.min:
        why += f", and reps start again from {lift.reps.min}"
    return Decision(load_kg, lift.reps, None, why + ".")


def _held(lift: _Lift) -> Decision:
    load_kg = _within(lift, lift.base_kg)
    if load_kg < lift.base_kg - _HAIR_KG:
        last_kg = lift.words(lift.last.working_kg or 0.0)
        why = (
            f"On the way back to {lift.words(lift.base_kg)}: {lift.words(load_kg)}, a step over last time's {last_kg}."
        )
        return Decision(load_kg, lift.reps, None, why)
    return Decision(load_kg, lift.reps, None, f"{lift.done()}: stay at {lift.words(load_kg)} and {_aim(lift)}.")


def _aim(lift: _Lift) -> str:
    reps, top = lift.built.reps, lift.reps.max
    if not reps:
        return f"write the reps down, aiming for {lift.reps.min} to {top}"
    if len(reps) < lift.planned.sets * number("P1.raise_share_of_sets"):
        return f"do all {lift.planned.sets} sets, since {len(reps)} alone cannot show that you are ready for more"
    if min(reps) >= top:
        return f"do it at RPE {plain(lift.planned.rpe or 10)} or less before the next step"
    if min(reps) < lift.reps.min:
        return f"bring every set to at least {lift.reps.min} reps"
    return f"add a repetition where you can, until every set reaches {top}"


def _earned(lift: _Lift) -> bool:
    """Rule P1: every work set at the top of the range, none harder than asked, and enough of them to judge by."""
    reps, efforts, target = lift.built.reps, lift.built.efforts, lift.planned.rpe
    enough = len(reps) >= lift.planned.sets * number("P1.raise_share_of_sets")
    calm = target is None or all(rpe <= target for rpe in efforts)
    return bool(reps) and enough and calm and min(reps) >= lift.reps.max


def _missed(lift: _Lift, performance: Performance) -> bool:
    """Rule P3 for one session; sets done under another plan were not aimed at this range."""
    if performance.plan_id not in (None, lift.situation.plan_id):
        return False
    return sum(1 for reps in performance.reps if reps < lift.reps.min) >= number("P3.sets_below")


def _step_up(lift: _Lift) -> float | None:
    """The load after a rise; None where the equipment has no step within a tenth."""
    if lift.base_kg < 0:
        return _less_assistance(lift)
    limit_kg = lift.base_kg + number("P1.max_step_share") * (lift.base_kg + lift.carried_kg)
    smallest_kg = _one_up(lift, lift.base_kg)
    if smallest_kg is None or smallest_kg > limit_kg + _HAIR_KG:
        return None
    wanted_kg = lift.base_kg + max(_usual_step(lift), number("P1.min_step_share") * lift.base_kg)
    easy = _autoregulated(lift) if _was_easy(lift) else None
    if easy is not None:
        wanted_kg = max(wanted_kg, easy)
    reached_kg = _rounded(lift, min(wanted_kg, limit_kg))
    return max(smallest_kg, reached_kg if reached_kg <= limit_kg + _HAIR_KG else _rounded(lift, limit_kg, down=True))


def _less_assistance(lift: _Lift) -> float | None:
    higher_kg = min(lift.base_kg + lift.situation.rack.pin_kg, 0.0)
    moved_kg = lift.carried_kg + lift.base_kg if lift.carried_kg else -lift.base_kg
    return higher_kg if higher_kg - lift.base_kg <= number("P1.max_step_share") * moved_kg + _HAIR_KG else None


def _usual_step(lift: _Lift) -> float:
    if lift.exercise.load != "barbell":
        return 0.0
    part = "lower" if lift.exercise.pattern in _LOWER_BODY else "upper"
    if lift.situation.units == "lb":
        return float(value("P1.barbell_step_lb")[part]) * KG_PER_LB
    return float(value("P1.barbell_step_kg")[part])


def _was_easy(lift: _Lift) -> bool:
    target, felt = lift.planned.rpe, lift.built.mean_rpe
    return target is not None and felt is not None and felt <= target - number("P4.overshoot_rpe")


def _autoregulated(lift: _Lift) -> float | None:
    """The load at which the bottom of the range should feel as asked, by the mean e1RM of the last session's sets."""
    factor = outside_factor(lift.exercise)
    carried = lift.carried_kg if factor is not None else 0.0
    sets = (_at_full_weight(lifted, carried) for lifted in lift.built.straight_sets)
    found = [e for lifted in sets if (e := e1rm_kg(lifted, level=lift.situation.level)) is not None]
    if not found or lift.planned.rpe is None:
        return None
    mean_kg = sum(estimate.kg for estimate in found) / len(found)
    wanted_kg = load_for(mean_kg, lift.reps.min, rpe=lift.planned.rpe)
    return None if wanted_kg is None else wanted_kg - carried


def _at_full_weight(lifted: LoggedSet, carried_kg: float) -> LoggedSet:
    return lifted.model_copy(update={"weight_kg": (lifted.weight_kg or 0.0) + carried_kg}) if carried_kg else lifted


def _more_reps_instead(lift: _Lift) -> Decision:
    """Where the next load is more than a tenth heavier, repetitions carry the progress."""
    worst, limit = min(lift.built.reps), lift.reps.max + int(number("P1.reps_growth_max"))
    next_kg = _one_up(lift, lift.base_kg)
    load_kg = _within(lift, lift.base_kg)
    tail = (
        "there is nothing heavier to load"
        if next_kg is None
        else f"the next step, {lift.words(next_kg)}, is more than 10 % heavier"
    )
    if worst < min(limit, rules().band("V06.reps").high):
        target = rep_range(worst + 1, min(worst + 2, limit))
        return Decision(load_kg, target, None, f"{lift.done()}, and {tail}: at {lift.words(load_kg)} add reps first.")
    hint = (
        "slow each repetition down or pick a harder variant"
        if next_kg is None
        else f"try {lift.words(next_kg)} when you feel ready, and the next session follows what you log"
    )
    return Decision(
        load_kg, rep_range(limit, limit), None, f"{lift.done()}, and {tail}: keep {lift.words(load_kg)}; {hint}."
    )


def _eased(lift: _Lift, share: float) -> float:
    """The base times `share`, rounded down; for assistance the help grows by as much."""
    if lift.base_kg < 0:
        pin_kg = lift.situation.rack.pin_kg
        return -pin_kg * -(-(-lift.base_kg * (2 - share)) // pin_kg)
    eased = _rounded(lift, lift.base_kg * share, down=True)
    return min(eased, lift.base_kg)


def _within(lift: _Lift, load_kg: float) -> float:
    """No step over a tenth above the very last session, which after a deload is the light one."""
    if load_kg <= lift.ceiling_kg + _HAIR_KG:
        return load_kg
    capped = _rounded(lift, lift.ceiling_kg, down=True)
    return capped if capped <= lift.ceiling_kg + _HAIR_KG else lift.last.working_kg or load_kg


def _rounded(lift: _Lift, target_kg: float, *, down: bool = False) -> float:
    """To what the person can load; under the empty bar (a lighter bar was used) in the smallest plates' steps."""
    rack = lift.situation.rack
    if lift.exercise.load == "barbell" and lift.base_kg < rack.bar_kg:
        steps = target_kg / rack.pin_kg
        return rack.pin_kg * (int(steps + 1e-6) if down else round(steps))
    return round_load(target_kg, load=lift.exercise.load, rack=rack, rounding="down" if down else "nearest")


def _one_up(lift: _Lift, load_kg: float) -> float | None:
    rack = lift.situation.rack
    if lift.exercise.load == "barbell" and load_kg < rack.bar_kg:
        return rack.pin_kg * (int(load_kg / rack.pin_kg + 1e-6) + 1)
    return next_load_up(load_kg, load=lift.exercise.load, rack=rack)

"""Days without lifting (light start, aerobic days) and easy aerobic work that fills up a long session."""

import math

from shared.domain.catalogue import Exercise
from shared.domain.plan import Drill
from shared.domain.planning.choice import Chooser
from shared.domain.planning.dosing import EASY_KINDS, Dose, easy_dose
from shared.domain.planning.draft import DayDraft, WeekDraft
from shared.domain.rules import rules

COOL_DOWN = "Easy walking and slow breathing"


def fill_easy_day(week: WeekDraft, day: DayDraft, chooser: Chooser) -> None:
    """Even aerobic work for most of the time, then gentle movement (light start) and mobility."""
    limits, table = week.limits, rules()
    minutes = limits.minutes if limits.light else min(limits.minutes, table.whole("V26.aerobic_day_minutes"))
    aim_s = minutes * 60 * table.band("engine.fill").low
    places = limits.exercises - 1
    if limits.light:
        for exercise in chooser.gentle(taken=day.taken, count=min(table.whole("engine.gentle_exercises"), places)):
            _add_easy(week, day, chooser, exercise=exercise, aim_s=aim_s)
    for exercise in chooser.easy("mobility", taken=day.taken, count=2):
        _add_easy(week, day, chooser, exercise=exercise, aim_s=aim_s)
    add_aerobic(week, day, chooser, aim_s=aim_s)
    _stretch(week, day, chooser, aim_s=aim_s)
    stretch_out(week, day, aim_s=minutes * 60 * table.band("V26.share").low)


def add_aerobic(week: WeekDraft, day: DayDraft, chooser: Chooser, *, aim_s: float) -> None:
    """Steady aerobic work until the session lasts `aim_s` seconds, as far as legal exercises and places reach."""
    steady = [
        one for one in chooser.easy("aerobic", taken=day.taken, count=99) if one.id in rules().words("engine.steady")
    ]
    rpe = min(rules().number("engine.aerobic_rpe"), week.limits.rpe_cap)
    for exercise in sorted(steady, key=lambda one: chooser.used[one.id]):
        missing = aim_s - week.seconds(day) - rules().number("V26.setup_s")
        if missing < rules().number("engine.aerobic_shortest_s") or len(day.picks) >= week.limits.exercises:
            return
        block = rules().band("V06.seconds").high
        sets = min(math.ceil(missing / block), sets_most(week))
        step = rules().whole("engine.aerobic_step_s")
        seconds = min(int(missing / sets / step) * step, int(block))
        week.add(day, exercise, sets, fixed=Dose(None, seconds, rpe, 0))
        chooser.used[exercise.id] += 1


def finish_day(week: WeekDraft, day: DayDraft, chooser: Chooser) -> None:
    """Bring a lifting day to its length with easy aerobic work, then with a longer warm-up and cool-down."""
    limits = week.limits
    aim_s = max(limits.minutes * 60 * rules().band("engine.fill").low, limits.wished_s)
    if week.seconds(day) < limits.wished_s:
        add_aerobic(week, day, chooser, aim_s=aim_s)
    stretch_out(week, day, aim_s=limits.wished_s)


def share_aerobic(week: WeekDraft) -> None:
    """Aerobic minutes beside the sessions, in equal parts on the plan's days, less what the sessions hold."""
    done_s = 0.0
    for day in week.days:
        if week.session_sets(day):
            easy = [pick for pick in day.picks if pick.exercise.pattern == "aerobic" and pick.dose is not None]
            done_s += sum(pick.sets * ((pick.dose.seconds if pick.dose else 0) or 0) for pick in easy)
        else:
            done_s += week.seconds(day)
    missing = max(week.limits.aerobic_minutes - done_s / 60, 0)
    step = rules().whole("engine.aerobic_share_step_min")
    share = math.ceil(missing / len(week.days) / step) * step
    for day in week.days:
        day.aerobic_minutes = min(share, rules().whole("V47.day_max"))


def stretch_out(week: WeekDraft, day: DayDraft, *, aim_s: float) -> None:
    """A longer warm-up, then a longer cool-down, where a session is still short of `aim_s` seconds."""
    missing = int(aim_s - week.seconds(day)) + 1
    if missing <= 0:
        return
    warming = sum(drill.seconds for drill in day.warm_up)
    longer = min(missing, int(rules().band("V45.warm_up_s").high) - warming)
    if longer > 0 and day.warm_up:
        first = day.warm_up[0]
        day.warm_up[0] = first.model_copy(update={"seconds": first.seconds + longer})
        missing -= longer
    if missing > 0:
        cooling = sum(drill.seconds for drill in day.cool_down) + max(missing, rules().whole("engine.drill_least_s"))
        day.cool_down = [Drill(name=COOL_DOWN, seconds=min(cooling, rules().whole("engine.cool_down_most_s")))]


def sets_most(week: WeekDraft) -> int:
    """The most sets of one easy exercise."""
    return (
        min(week.limits.sets, int(rules().band("V05.sets").high))
        if week.limits.starting
        else int(rules().band("V05.sets").high)
    )


def _stretch(week: WeekDraft, day: DayDraft, chooser: Chooser, *, aim_s: float) -> None:
    """Where aerobic work did not fill the time: more mobility, then more rounds of it."""
    for exercise in (*chooser.easy("mobility", taken=day.taken, count=9), *chooser.gentle(taken=day.taken, count=9)):
        if week.seconds(day) >= aim_s:
            break
        _add_easy(week, day, chooser, exercise=exercise, aim_s=math.inf)
    grown = True
    while grown and week.seconds(day) < aim_s:
        grown = False
        for pick in list(day.picks):
            most = sets_most(week) if pick.exercise.kind in EASY_KINDS else min(sets_most(week), week.limits.sets)
            if week.seconds(day) < aim_s and pick.sets < most:
                week.change(day, pick, 1)
                grown = True


def _add_easy(week: WeekDraft, day: DayDraft, chooser: Chooser, *, exercise: Exercise, aim_s: float) -> None:
    if len(day.picks) >= week.limits.exercises:
        return
    sets = rules().whole("engine.easy_sets")
    pick = week.add(day, exercise, sets, fixed=easy_dose(exercise, week.limits))
    if week.seconds(day) > aim_s and len(day.picks) > 1:
        week.change(day, pick, -sets)
    else:
        chooser.used[exercise.id] += 1

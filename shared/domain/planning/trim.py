"""Taking from a week what is too much, so that every cap holds: exercises, sets, hours between sessions, minutes."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from shared.domain.planning.dosing import EASY_KINDS
from shared.domain.planning.draft import PAIRING_MOST, DayDraft, Pick, WeekDraft, is_major_pattern, role_of
from shared.domain.planning.mend import Changes
from shared.domain.planning.split import weekdays_for
from shared.domain.rules import Band, rules
from shared.domain.validation.balance import order_rank
from shared.domain.validation.case import is_light_by_nature
from shared.domain.validation.limits import Limits
from shared.domain.words import Muscle

_WEEK = 7


class Trimmer:
    """Trims one week and tells what it took."""

    def __init__(self, week: WeekDraft, changes: Changes) -> None:
        self._week, self._changes, self._limits = week, changes, week.limits

    def trim(self) -> None:
        """Everything that may have to be taken, in an order in which later steps undo no earlier one."""
        for day in self._week.days:
            self._exercises(day)
            self._main_sets(day)
            self._session(day)
        self._muscles()
        self._recovery()
        for day in self._week.days:
            self.shorten(day)

    def into_bands(self) -> None:
        """Repetitions and effort of the resistance work brought into the goal's bands (V27)."""
        limits = self._limits
        accessory = Band(
            min(limits.main_reps.low, limits.accessory_reps.low), max(limits.main_reps.high, limits.accessory_reps.high)
        )
        mains = rules().whole("V27.main_lifts")
        for day in self._week.days:
            for index, pick in enumerate(day.picks):
                dose = pick.given or pick.fixed
                if dose is None or dose.reps is None or pick.exercise.kind in EASY_KINDS:
                    continue
                main = role_of(pick.exercise, early=index < mains) == "main" and not is_light_by_nature(pick.exercise)
                band = limits.main_reps if main else accessory
                low, high = dose.reps
                rpe = None if dose.rpe is None else limits.rpe.clamp(dose.rpe)
                dose = replace(dose, reps=(int(band.clamp(low)), int(band.clamp(high))), rpe=rpe)
                pick.given, pick.fixed = (dose, None) if pick.given is not None else (None, dose)
            self._week.settle(day)
        self._changes.add("V27", "Brought repetitions and effort into the range of your goal")

    def shorten(self, day: DayDraft) -> None:
        """A day brought under its longest: shorter drills and rests, then supersets, fewer sets, fewer exercises."""
        longest = self._limits.longest_s
        if self._week.seconds(day) <= longest:
            return
        self._changes.add("V26", f"Shortened {day.title} to fit {self._limits.minutes} minutes")
        band, share = rules().band("V45.warm_up_s"), max(sum(drill.seconds for drill in day.warm_up), 1)
        if share > band.low:
            day.warm_up = [
                drill.model_copy(update={"seconds": max(int(drill.seconds * band.low / share), 5)})
                for drill in day.warm_up
            ]
        day.cool_down = []
        for pick in day.picks:
            if pick.given is not None:
                rest = self._limits.main_rest if pick.role == "main" else self._limits.accessory_rest
                pick.given = replace(pick.given, rest_s=min(pick.given.rest_s, int(rest.low)))
            elif pick.fixed is not None:
                pick.fixed = replace(pick.fixed, rest_s=0)
        self._week.settle(day)
        while self._week.seconds(day) > longest and day.pairing < PAIRING_MOST - 1:
            day.pairing += 1
            self._week.settle(day)
        while self._week.seconds(day) > longest and self._shrink(day):
            pass

    def _exercises(self, day: DayDraft) -> None:
        while len(day.picks) > self._limits.exercises:
            pick = self._least_needed(day)
            self._changes.add("V03", f"Left out {pick.exercise.name} on {day.title}: too many exercises for one day")
            self._week.change(day, pick, -pick.sets)

    def _main_sets(self, day: DayDraft) -> None:
        for pick in list(day.picks):
            if pick.role == "main" and pick.hard:
                kept = int(self._limits.main_sets.clamp(pick.sets))
                if kept != pick.sets:
                    self._changes.add("V34", f"Set {pick.exercise.name} to {kept} sets")
                    self._week.change(day, pick, kept - pick.sets)

    def _session(self, day: DayDraft) -> None:
        most = rules().table("V31.session_sets")[1]
        while self._week.session_sets(day) > self._limits.session_sets:
            self._take(day, self._fullest(day.picks), "V32")
        while (muscle := _over(self._week.session_muscles(day), most)) is not None:
            self._take(day, self._fullest([pick for pick in day.picks if trains(pick, muscle)]), "V31")

    def _muscles(self) -> None:
        while (muscle := _over(self._week.weekly, self._limits.weekly.cap)) is not None:
            found = [(day, pick) for day in self._week.days for pick in day.picks if trains(pick, muscle)]
            day, pick = max(found, key=lambda one: one[1].sets)
            self._take(day, pick, "V30")

    def _recovery(self) -> None:
        """First other weekdays, then fewer sets on the later of two neighbours."""
        if self._clashes() and self._respread():
            self._changes.add("V41", "Moved training days apart so that worked muscles get two days")
        hard = rules().whole("V41.hard_sets")
        for day, muscle in self._clashes():
            while self._week.direct_sets(day, muscle) >= hard:
                found = [pick for pick in day.picks if pick.hard and muscle in pick.exercise.primary]
                self._take(day, self._fullest(found), "V41")

    def _clashes(self) -> list[tuple[DayDraft, Muscle]]:
        """The later day of every two neighbours that both work a muscle hard; the week repeats."""
        hard = rules().whole("V41.hard_sets")
        by_weekday = {day.weekday: day for day in self._week.days}
        found = []
        for day in self._week.days:
            after = by_weekday.get(day.weekday % _WEEK + 1)
            if after is not None:
                found += [
                    (after, muscle)
                    for muscle in self._week.hard_muscles(day)
                    if self._week.direct_sets(after, muscle) >= hard
                ]
        return found

    def _respread(self) -> bool:
        """Put the lifting days on the usual weekdays, in their order, where that leaves fewer clashes."""
        lifting = [day for day in self._week.days if self._week.session_sets(day)]
        easy = [day for day in self._week.days if day not in lifting]
        before, clashes = [day.weekday for day in self._week.days], len(self._clashes())
        chosen, others = weekdays_for(self._limits, lifting=len(lifting), easy=len(easy))
        self._week.move([*lifting, *easy], [*chosen, *others])
        if len(self._clashes()) < clashes:
            self._week.days.sort(key=lambda day: day.weekday)
            return True
        self._week.move(self._week.days, before)
        return False

    def _shrink(self, day: DayDraft) -> bool:
        pick = self._fullest(day.picks)
        least = self._week.dosing.sets_least(pick.role) if pick.hard else 1
        if pick.sets > least:
            self._week.change(day, pick, -1)
        elif pick.fixed is not None and (pick.fixed.seconds or 0) > rules().whole("engine.easy_s"):
            pick.fixed = replace(
                pick.fixed, seconds=max((pick.fixed.seconds or 0) // 2, rules().whole("engine.easy_s"))
            )
            self._week.settle(day)
        elif len(day.picks) > 1:
            spare = self._least_needed(day)
            self._week.change(day, spare, -spare.sets)
        else:
            return False
        return True

    def _take(self, day: DayDraft, pick: Pick, rule: str) -> None:
        """One set less, or the whole exercise where it is down to its least."""
        least = self._week.dosing.sets_least(pick.role)
        taken = 1 if pick.sets > least else pick.sets
        what = f"Took sets from {pick.exercise.name}" if pick.sets > least else f"Left out {pick.exercise.name}"
        self._changes.add(rule, f"{what} on {day.title}")
        self._week.change(day, pick, -taken)

    def _least_needed(self, day: DayDraft) -> Pick:
        """What a day misses least: the last in order whose movement is covered elsewhere."""
        ranked = sorted(day.picks, key=lambda pick: order_rank(pick.exercise), reverse=True)
        spare = [
            pick
            for pick in ranked
            if not is_major_pattern(pick.exercise) or self._week.patterns[pick.exercise.pattern] > pick.sets
        ]
        return (spare or ranked)[0]

    def _fullest(self, picks: list[Pick]) -> Pick:
        hard = [pick for pick in picks if pick.hard]
        return max(hard or picks, key=lambda pick: (pick.sets, order_rank(pick.exercise)))


def trains(pick: Pick, muscle: Muscle) -> bool:
    """Whether a pick's sets count for a muscle."""
    return pick.hard and (muscle in pick.exercise.primary or muscle in pick.exercise.secondary)


def deloads_for(limits: Limits, weeks: int, listed: list[int]) -> list[int]:
    """Deload weeks that hold V38: those listed where they do, else ours."""
    table = rules()
    apart, longest = math_weeks(table.number("D4.apart_days")), table.whole("V38.by_week")
    kept: list[int] = []
    for week in sorted({week for week in listed if 1 <= week <= weeks}):
        if not kept or week - kept[-1] >= apart:
            kept.append(week)
    if limits.level == "beginner" or limits.light:
        return kept
    marks = [0, *kept, weeks + 1]
    if all(later - earlier <= longest for earlier, later in pairwise(marks)):
        return kept
    every = table.table("engine.deload_week")[limits.level]
    return list(range(every, weeks + 1, every))


def math_weeks(days: float) -> float:
    """Days in weeks."""
    return days / _WEEK


def _over(counted: Counter[Muscle], most: float) -> Muscle | None:
    return next((muscle for muscle, sets in counted.items() if sets > most), None)

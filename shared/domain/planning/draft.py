"""A week while it is being written: picks on days, and the running totals that tell how much more is allowed."""

import itertools
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from shared.domain.catalogue import Exercise
from shared.domain.plan import Drill
from shared.domain.planning.dosing import EASY_KINDS, Dose, Dosing, Role
from shared.domain.progression_rules import number
from shared.domain.rules import rules
from shared.domain.session_time import TimedWork, reps_seconds, sides_of, work_seconds
from shared.domain.validation.balance import BACK, FRONT, PULLS, PUSHES, group_share, order_rank
from shared.domain.validation.case import Reach, is_main_lift, lifted_patterns
from shared.domain.validation.limits import Limits
from shared.domain.words import MAJOR_MUSCLES, Muscle

Place = Literal["inside", "last"]
PAIRING_MOST = 4
_WEEK = 7


@dataclass(slots=True, eq=False)
class Pick:
    """An exercise chosen for a day.

    `fixed` is a dose that its role does not change, for work too easy to count towards volume; `given` is another
    author's dose, which its role only brings within the limits. `notes` None stands for the exercise's own cue. `place`
    is where it stands in its superset.
    """

    exercise: Exercise
    sets: int
    fixed: Dose | None = None
    given: Dose | None = None
    load_kg: float | None = None
    notes: str | None = None
    role: Role = "accessory"
    dose: Dose | None = None
    superset: str | None = None
    place: Place | None = None

    @property
    def hard(self) -> bool:
        """Whether its sets count towards volume."""
        return self.exercise.kind not in EASY_KINDS and self.fixed is None


@dataclass(slots=True, eq=False)
class DayDraft:
    """A day being written. `pairing` is how many exercises may be done in turn: 0 and 1 pair accessories or none, 2 to
    4 make groups of that size of everything. `work_s` is the time its exercises take, None until somebody asks."""

    weekday: int
    title: str
    picks: list[Pick] = field(default_factory=list)
    warm_up: list[Drill] = field(default_factory=list)
    cool_down: list[Drill] = field(default_factory=list)
    pairing: int = 0
    aerobic_minutes: int = 0
    lifting: bool = True
    rest_extra_s: int = 0
    work_s: float | None = None

    @property
    def taken(self) -> frozenset[str]:
        """Ids of the exercises already in the day."""
        return frozenset(pick.exercise.id for pick in self.picks)


class WeekDraft:
    """The days of a week and what is allowed to be added to them."""

    def __init__(self, limits: Limits, dosing: Dosing, reach: Reach, days: list[DayDraft]) -> None:
        self.limits, self.dosing, self.reach, self.days = limits, dosing, reach, days
        self.weekly: Counter[Muscle] = Counter()
        self.patterns: Counter[str] = Counter()
        self._direct: dict[int, Counter[Muscle]] = {day.weekday: Counter() for day in days}
        self._session: dict[int, Counter[Muscle]] = {day.weekday: Counter() for day in days}
        self._sets: Counter[int] = Counter()
        self._front = self._back = 0.0
        self._shares_known: dict[str, list[tuple[Muscle, float]]] = {}
        self._mains = rules().whole("V27.main_lifts")
        self._both_arms = bool(reach.patterns & PUSHES and reach.patterns & PULLS)
        self._both_legs = "quadriceps" in reach.muscles and bool(reach.muscles & {"hamstrings", "glutes"})
        self._session_most = rules().table("V31.session_sets")[0]
        self._hard = rules().whole("V41.hard_sets")
        self._half = number("S2.secondary_share")
        self._push_pull = rules().band("V42.push_pull")
        self._front_back = rules().band("V42.quad_posterior")
        for day in days:
            written, day.picks = day.picks, []
            for pick in written:
                sets, pick.sets = pick.sets, 0
                day.picks.append(pick)
                self.change(day, pick, sets)

    def add(self, day: DayDraft, exercise: Exercise, sets: int, *, fixed: Dose | None = None) -> Pick:
        """Put an exercise on a day; the caller has asked `room` and `seconds_with`."""
        pick = Pick(exercise, 0, fixed)
        day.picks.append(pick)
        self.change(day, pick, sets)
        return pick

    def change(self, day: DayDraft, pick: Pick, sets: int) -> None:
        """Give a pick `sets` more sets (fewer, if negative); a pick left without sets leaves the day."""
        pick.sets += sets
        if pick.hard:
            self.patterns[pick.exercise.pattern] += sets
            self._sets[day.weekday] += sets
            self._front += sets * group_share(pick.exercise, FRONT)
            self._back += sets * group_share(pick.exercise, BACK)
            for muscle, share in self._shares(pick.exercise):
                self.weekly[muscle] += share * sets  # type: ignore[assignment]  # halves
                self._session[day.weekday][muscle] += share * sets  # type: ignore[assignment]  # halves
            for muscle in pick.exercise.primary:
                self._direct[day.weekday][muscle] += sets
        if pick.sets <= 0:
            day.picks.remove(pick)
        self.settle(day)

    def room(self, day: DayDraft, exercise: Exercise) -> int:
        """How many more sets of this exercise the rules allow on this day, time apart; 0 for none."""
        if exercise.kind in EASY_KINDS:
            return 8
        allowed = float(self.limits.session_sets - self._sets[day.weekday])
        session = self._session[day.weekday]
        for muscle, share in self._shares(exercise):
            in_week, in_session = self._weekly_most(muscle) - self.weekly[muscle], self._session_most - session[muscle]
            allowed = min(allowed, in_week / share, in_session / share)
        near_days = [self._direct[near] for near in self._neighbours(day)]
        for muscle in exercise.primary:
            if any(near[muscle] >= self._hard for near in near_days):
                allowed = min(allowed, self._hard - 1 - self._direct[day.weekday][muscle])
        if self.limits.by_pattern and is_major_pattern(exercise):
            allowed = min(allowed, self.limits.weekly.high - self.patterns[exercise.pattern])
        return max(int(allowed), 0)

    def room_for(self, day: DayDraft, muscle: Muscle) -> int:
        """No exercise that trains this muscle directly has more `room` on this day."""
        allowed = min(
            self.limits.session_sets - self._sets[day.weekday],
            self._weekly_most(muscle) - self.weekly[muscle],
            self._session_most - self._session[day.weekday][muscle],
        )
        if any(self._direct[near][muscle] >= self._hard for near in self._neighbours(day)):
            allowed = min(allowed, self._hard - 1 - self._direct[day.weekday][muscle])
        return max(int(allowed), 0)

    def balanced_with(self, exercise: Exercise, sets: int) -> bool:
        """Whether the week's ratios stay in range with more sets of this exercise, or at least do not get worse."""
        more = sets if exercise.pattern in PUSHES else 0, sets if exercise.pattern in PULLS else 0
        if self._both_arms and any(more):
            pushes, pulls = self.pushes_and_pulls()
            before, after = (pushes, pulls), (pushes + more[0], pulls + more[1])
            if not _no_worse(before, after, self._push_pull.low, self._push_pull.high):
                return False
        added = group_share(exercise, FRONT) * sets, group_share(exercise, BACK) * sets
        if self._both_legs and any(added):
            front, back = self.front_and_back()
            after_legs = (front + added[0], back + added[1])
            return _no_worse((front, back), after_legs, self._front_back.low, self._front_back.high)
        return True

    def pushes_and_pulls(self) -> tuple[float, float]:
        """Weekly hard sets of pressing and of pulling movements."""
        return sum(self.patterns[name] for name in PUSHES), sum(self.patterns[name] for name in PULLS)

    def front_and_back(self) -> tuple[float, float]:
        """Weekly fractional sets of the quadriceps, and of hamstrings and glutes, a set counted once for each."""
        return self._front, self._back

    def seconds(self, day: DayDraft) -> float:
        """Length of the session as it stands."""
        if day.work_s is None:
            day.work_s = work_seconds(timed_work(pick) for pick in day.picks)
        return sum(drill.seconds for drill in (*day.warm_up, *day.cool_down)) + day.work_s

    def seconds_with(self, day: DayDraft, exercise: Exercise, sets: int) -> float:
        """Length of the session if this exercise were added."""
        before, work_s = [(pick, pick.superset, pick.place, pick.role, pick.dose) for pick in day.picks], day.work_s
        day.picks.append(Pick(exercise, sets))
        self.settle(day)
        seconds = self.seconds(day)
        day.picks = [pick for pick, *_ in before]
        for pick, superset, place, role, dose in before:
            pick.superset, pick.place, pick.role, pick.dose = superset, place, role, dose
        day.work_s = work_s
        return seconds

    def settle(self, day: DayDraft) -> None:
        """Bring a day's picks into order, group them, and give each the dose of its role."""
        day.work_s = None
        ordered = sorted(day.picks, key=lambda pick: order_rank(pick.exercise))
        groups = _grouped(ordered, day.pairing)
        day.picks = [pick for group in groups for pick in group]
        marks = _marks()
        for group in groups:
            mark = next(marks) if len(group) > 1 else None
            for pick in group:
                pick.superset, pick.place = mark, "inside" if mark else None
            if mark:
                group[-1].place = "last"
        for index, pick in enumerate(day.picks):
            pick.role = role_of(pick.exercise, early=index < self._mains and pick.hard)
            pick.dose = pick.fixed or self.dosing.dose(pick.exercise, pick.role, given=pick.given)
            if day.rest_extra_s and pick.fixed is None and pick.exercise.kind not in EASY_KINDS:
                band = self.limits.main_rest if pick.role == "main" else self.limits.accessory_rest
                rest = int(band.clamp(pick.dose.rest_s + day.rest_extra_s))
                pick.dose = Dose(pick.dose.reps, pick.dose.seconds, pick.dose.rpe, rest)

    def session_sets(self, day: DayDraft) -> int:
        """Hard sets of a day."""
        return self._sets[day.weekday]

    def session_muscles(self, day: DayDraft) -> Counter[Muscle]:
        """Fractional sets of a day by muscle."""
        return self._session[day.weekday]

    def direct_sets(self, day: DayDraft, muscle: Muscle) -> int:
        """Hard sets of a day for which a muscle is a primary one."""
        return self._direct[day.weekday][muscle]

    def hard_muscles(self, day: DayDraft) -> list[Muscle]:
        """Muscles that need two days after this one."""
        return sorted(muscle for muscle, sets in self._direct[day.weekday].items() if sets >= self._hard)

    def move(self, days: list[DayDraft], weekdays: list[int]) -> None:
        """Put days on other weekdays, one each."""
        kept = [(self._direct[day.weekday], self._session[day.weekday], self._sets[day.weekday]) for day in days]
        for day, weekday in zip(days, weekdays, strict=True):
            day.weekday = weekday
        self._direct = {day.weekday: one[0] for day, one in zip(days, kept, strict=True)}
        self._session = {day.weekday: one[1] for day, one in zip(days, kept, strict=True)}
        self._sets = Counter({day.weekday: one[2] for day, one in zip(days, kept, strict=True)})

    def _weekly_most(self, muscle: Muscle) -> float:
        weekly = self.limits.weekly
        return weekly.high if muscle in MAJOR_MUSCLES and not self.limits.by_pattern else weekly.cap

    def _neighbours(self, day: DayDraft) -> list[int]:
        """Weekdays next to this one on which something is planned; the week repeats."""
        return [near for near in ((day.weekday - 2) % _WEEK + 1, day.weekday % _WEEK + 1) if near in self._direct]

    def _shares(self, exercise: Exercise) -> list[tuple[Muscle, float]]:
        if exercise.id not in self._shares_known:
            shares = dict.fromkeys(exercise.secondary, self._half) | dict.fromkeys(exercise.primary, 1.0)
            self._shares_known[exercise.id] = list(shares.items())
        return self._shares_known[exercise.id]


def is_major_pattern(exercise: Exercise) -> bool:
    """Whether the strength goal counts sets of this exercise's pattern."""
    return exercise.pattern in lifted_patterns()


def role_of(exercise: Exercise, *, early: bool) -> Role:
    """What an exercise is to its day: main lifts are compounds of major movements early in the session."""
    if early and is_main_lift(exercise):
        return "main"
    return "isolation" if exercise.kind == "isolation" else "accessory"


def timed_work(pick: Pick) -> TimedWork:
    """What a settled pick costs in time."""
    dose = pick.dose
    if dose is None:
        raise ValueError("a pick is settled before it is timed")
    work = float(dose.seconds or 0)
    if dose.reps is not None:
        work = reps_seconds(*dose.reps, sides=sides_of(unilateral=pick.exercise.unilateral))
    return TimedWork(pick.sets, work, dose.rest_s, pick.superset)


def _marks() -> Iterator[str]:
    """A, B, C … then A1, B1 …: a proposed day may hold more groups than letters before it is trimmed."""
    for turn in itertools.count():
        yield from (f"{letter}{turn or ''}" for letter in string.ascii_uppercase)


def _grouped(ordered: list[Pick], pairing: int) -> list[list[Pick]]:
    """Groups done in turn, members training different muscles as far as the order allows. Easy work is never grouped."""
    if pairing == 0:
        return [[pick] for pick in ordered]
    left = list(ordered)
    groups: list[list[Pick]] = []
    alone = rules().whole("V27.main_lifts") if pairing == 1 else 0
    while left:
        group = [left.pop(0)]
        if len(ordered) - len(left) - 1 >= alone and group[0].exercise.kind not in EASY_KINDS:
            while len(group) < max(pairing, 2):
                partner = _partner(group, left, strict=pairing < PAIRING_MOST - 1)
                if partner is None:
                    break
                left.remove(partner)
                group.append(partner)
        groups.append(group)
    return groups


def _partner(group: list[Pick], left: list[Pick], *, strict: bool) -> Pick | None:
    rank = order_rank(group[-1].exercise)
    near = [one for one in left if order_rank(one.exercise) <= rank + 1 and one.exercise.kind not in EASY_KINDS]
    busy = {muscle for pick in group for muscle in pick.exercise.primary}
    apart = [one for one in near if not busy & set(one.exercise.primary)]
    return next(iter(apart if strict or apart else near), None)


def _no_worse(before: tuple[float, float], after: tuple[float, float], low: float, high: float) -> bool:
    """Whether a ratio is inside its band after a change, or closer to it than before."""

    def outside(pair: tuple[float, float]) -> float:
        first, second = pair
        return max(first - high * second, low * second - first, 0.0)

    return outside(after) <= 0 or outside(after) < outside(before)

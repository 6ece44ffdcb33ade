"""Filling a week: every movement first, then each muscle's volume, then the minutes that were asked for."""

from collections import Counter
from collections.abc import Callable

from shared.domain.catalogue import Exercise
from shared.domain.planning.choice import Chooser
from shared.domain.planning.draft import PAIRING_MOST, DayDraft, Pick, WeekDraft, is_major_pattern, role_of
from shared.domain.planning.split import DayTemplate
from shared.domain.progression_rules import number
from shared.domain.rules import rules
from shared.domain.validation.balance import PULLS, PUSHES
from shared.domain.words import MAJOR_MUSCLES, Muscle, Pattern

_FILLERS: tuple[Muscle, ...] = ("abdominals", "calves")
_STEPS_MOST = 200
_PAIRING_WISHED = 2
_PAIRING_SHORT = 3


class Filler:
    """Fills a week of lifting days whose warm-ups already stand."""

    def __init__(self, week: WeekDraft, chooser: Chooser, *, reserved: int | None = None) -> None:
        """`reserved` places a day are kept free for easy work; None for as many as the length of the session asks."""
        self._week, self._chooser, self._limits = week, chooser, week.limits
        low, high = rules().table("engine.fill")
        request_s = self._limits.minutes * 60
        self._aim_s: float = max(request_s * low, self._limits.wished_s)
        self._most_s: float = request_s * high
        self._days = [day for day in week.days if day.lifting]
        self._ways_made: Counter[Muscle] = Counter()
        long = self._limits.minutes > rules().number("engine.finisher_from_min")
        self._fewest = min(week.dosing.sets_least("main"), week.dosing.sets_least("accessory"))
        self._mains = rules().whole("V27.main_lifts")
        self._places = self._limits.exercises - (int(long) if reserved is None else reserved)

    def cover(self, templates: dict[int, DayTemplate]) -> None:
        """Every day's must-have movements, then every major movement the week still lacks, with as few sets as do."""
        for day in self._days:
            for pattern in templates[day.weekday].must:
                self._place(day, pattern, pairing=_PAIRING_WISHED)
        self.complete()
        for muscle in self._limits.focus:
            while self._week.weekly[muscle] < self._limits.weekly.low and self._train(muscle):
                pass
        for day in self._days:
            for pattern in templates[day.weekday].extra:
                self._place(day, pattern, pairing=day.pairing)

    def complete(self) -> list[Pattern]:
        """Add the major movements the week lacks; gives back those that found a place."""
        wanted: tuple[Pattern, ...] = rules().words("V40.patterns")  # type: ignore[assignment]  # the words are patterns
        lacking = [pattern for pattern in wanted if pattern in self._week.reach.patterns and not self._has(pattern)]
        for pattern in lacking:
            self._place_somewhere(pattern)
        return [pattern for pattern in lacking if self._has(pattern)]

    def volume(self) -> None:
        """Bring every major muscle (or main pattern), and what was asked for, towards its starting volume."""
        stuck: set[Muscle] = set()
        for _ in range(_STEPS_MOST):
            muscle = self._neediest(stuck)
            if muscle is None:
                return
            if not self._train(muscle):
                stuck.add(muscle)

    def minutes(self) -> None:
        """Use the time asked for: more sets within the range, then longer rests."""
        for day in self._days:
            for _ in range(_STEPS_MOST):
                if self._week.seconds(day) >= self._aim_s or not self._lengthen(day):
                    break
            self._rest_longer(day)

    def balance(self) -> None:
        """Even out pushing and pulling, front and back, by adding to the weaker side or taking from the stronger."""
        for _ in range(_STEPS_MOST):
            if not self._ease(self._surplus()):
                return

    def _place(self, day: DayDraft, pattern: Pattern, *, pairing: int) -> bool:
        """Add an exercise of a pattern, grouping exercises up to `pairing` where the time does not suffice otherwise."""
        before = day.pairing
        for level in range(before, max(pairing, before) + 1):
            self._pair(day, level)
            exercise = self._chooser.for_pattern(pattern, taken=day.taken, fits=self._fits(day))
            if exercise is not None:
                self._add(day, exercise)
                return True
        self._pair(day, before)
        return False

    def _pair(self, day: DayDraft, level: int) -> None:
        if day.pairing != level:
            day.pairing = level
            self._week.settle(day)

    def _place_somewhere(self, pattern: Pattern) -> None:
        for pairing in range(_PAIRING_WISHED, PAIRING_MOST + 1):
            for day in sorted(self._days, key=self._week.seconds):
                if self._place(day, pattern, pairing=pairing):
                    return
        for day in sorted(self._days, key=self._week.seconds):
            if self._make_way(day, pattern):
                return

    def _make_way(self, day: DayDraft, pattern: Pattern) -> bool:
        """Take out an exercise whose movement is covered elsewhere, so that a missing one finds a place."""
        for pick in reversed(day.picks):
            name = pick.exercise.pattern
            covered = name not in rules().words("V40.patterns") or self._week.patterns[name] > pick.sets
            if covered:
                sets = pick.sets
                self._week.change(day, pick, -sets)
                if self._place(day, pattern, pairing=PAIRING_MOST):
                    return True
                self._week.add(day, pick.exercise, sets)
        return False

    def _add(self, day: DayDraft, exercise: Exercise) -> None:
        self._chooser.used[exercise.id] += 1
        self._week.add(day, exercise, self._least(day, exercise))

    def _fits(self, day: DayDraft, *, evenly: bool = False) -> Callable[[Exercise], bool]:
        """Whether an exercise may be added to the day as it stands now, and `evenly`, so that the week's ratios bear it.

        Exercises of one kind cost the same time.
        """
        lengths: dict[tuple[object, ...], float] = {}

        def fits(exercise: Exercise) -> bool:
            sets = self._least(day, exercise)
            if len(day.picks) >= self._places or self._week.room(day, exercise) < sets:
                return False
            if evenly and not self._week.balanced_with(exercise, sets):
                return False
            alike = (exercise.kind, exercise.pattern, exercise.timed, exercise.unilateral, exercise.primary)
            if alike not in lengths:
                lengths[alike] = self._week.seconds_with(day, exercise, sets)
            return lengths[alike] <= self._most_s

        return fits

    def _least(self, day: DayDraft, exercise: Exercise) -> int:
        early = len(day.picks) < self._mains or exercise.kind == "compound"
        return self._week.dosing.sets_least(role_of(exercise, early=early))

    def _has(self, pattern: str) -> bool:
        return any(pick.exercise.pattern == pattern for day in self._days for pick in day.picks)

    def _neediest(self, stuck: set[Muscle]) -> Muscle | None:
        """The muscle furthest under its aim, in share of it."""
        aims = self._aims()
        lacking = {
            muscle: self._week.weekly[muscle] / aim
            for muscle, aim in aims.items()
            if muscle not in stuck and self._week.weekly[muscle] < aim and muscle in self._week.reach.muscles
        }
        return min(lacking.items(), key=lambda item: (item[1], item[0]))[0] if lacking else None

    def _aims(self) -> dict[Muscle, float]:
        weekly = self._limits.weekly
        aims: dict[Muscle, float] = dict.fromkeys(MAJOR_MUSCLES, float(weekly.start))
        for muscle in self._limits.focus:
            aims[muscle] = (weekly.low + weekly.high) / 2
        return aims

    def _train(self, muscle: Muscle) -> bool:
        """One step for a muscle: a set more of what trains it, or one more exercise for it; False where neither fits."""
        picks = [
            (day, pick) for day in self._days for pick in day.picks if pick.hard and muscle in pick.exercise.primary
        ]
        for day, pick in sorted(picks, key=lambda found: found[1].sets):
            if self._raise(day, pick):
                return True
        below = self._week.weekly[muscle] < self._limits.weekly.low or muscle in self._limits.focus
        if any(self._add_for(muscle, day) for day in sorted(self._days, key=self._week.seconds)):
            return True
        return below and (self._pair_more() or self._make_way_for(muscle))

    def _add_for(self, muscle: Muscle, day: DayDraft) -> bool:
        if len(day.picks) >= self._places or self._week.room_for(day, muscle) < self._fewest:
            return False
        exercise = self._chooser.for_muscle(muscle, taken=day.taken, fits=self._fits(day, evenly=True))
        if exercise is not None:
            self._add(day, exercise)
        return exercise is not None

    def _make_way_for(self, muscle: Muscle) -> bool:
        """Take out an exercise that can be spared, so that one for this muscle finds its time and place.

        Not for ever for one muscle: in a short week two of them would take each other's place in turns.
        """
        if self._ways_made[muscle] >= rules().whole("engine.ways_made"):
            return False
        self._ways_made[muscle] += 1
        for day in self._days:
            for pick in reversed(list(day.picks)):
                if pick.hard and muscle not in pick.exercise.primary and self._spared(pick):
                    sets = pick.sets
                    self._week.change(day, pick, -sets)
                    if self._add_for(muscle, day):
                        return True
                    self._week.add(day, pick.exercise, sets)
        return False

    def _spared(self, pick: Pick) -> bool:
        """Whether the week keeps every movement, minimum and ratio without this pick."""
        week, exercise = self._week, pick.exercise
        if exercise.pattern in rules().words("V40.patterns") and week.patterns[exercise.pattern] <= pick.sets:
            return False
        if self._limits.by_pattern and is_major_pattern(exercise):
            return week.patterns[exercise.pattern] - pick.sets >= self._limits.weekly.low
        held = [m for m in (*exercise.primary, *exercise.secondary) if m in MAJOR_MUSCLES or m in self._limits.focus]
        kept = all(
            week.weekly[m] - pick.sets * (1 if m in exercise.primary else number("S2.secondary_share"))
            >= self._limits.weekly.low
            for m in held
        )
        return kept and week.balanced_with(exercise, -pick.sets)

    def _pair_more(self) -> bool:
        """Group more exercises on the fullest day that is not grouped yet, so that time is won."""
        for day in sorted(self._days, key=self._week.seconds, reverse=True):
            if day.pairing < _PAIRING_SHORT and len(day.picks) > day.pairing:
                before = self._week.seconds(day)
                self._pair(day, day.pairing + 1)
                if self._week.seconds(day) < before or day.pairing == 1:
                    return True
                self._pair(day, day.pairing - 1)
        return False

    def _raise(self, day: DayDraft, pick: Pick) -> bool:
        """One set more of a pick, where its role, the rules, the balance and the time allow."""
        week = self._week
        if pick.sets >= week.dosing.sets_most(pick.role) or week.room(day, pick.exercise) < 1:
            return False
        if not week.balanced_with(pick.exercise, 1):
            return False
        week.change(day, pick, 1)
        if week.seconds(day) > self._most_s:
            week.change(day, pick, -1)
            return False
        return True

    def _lengthen(self, day: DayDraft) -> bool:
        for pick in sorted(day.picks, key=lambda found: found.sets):
            if pick.hard and self._raise(day, pick):
                return True
        muscles = sorted(MAJOR_MUSCLES, key=lambda muscle: (self._week.weekly[muscle], muscle))
        if any(self._add_for(muscle, day) for muscle in (*muscles, *_FILLERS)):
            return True
        if day.pairing:
            return self._ungroup(day)
        return False

    def _ungroup(self, day: DayDraft) -> bool:
        """Less grouping where the time allows it after all."""
        self._pair(day, day.pairing - 1)
        if self._week.seconds(day) <= self._most_s:
            return True
        self._pair(day, day.pairing + 1)
        return False

    def _rest_longer(self, day: DayDraft) -> None:
        """Longer rests, within the goal's band, as long as the session is shorter than aimed for."""
        step, most = rules().table("engine.rest_step_s")
        for extra in range(step, most + 1, step):
            if self._week.seconds(day) >= self._aim_s:
                return
            before = day.rest_extra_s
            day.rest_extra_s = extra
            self._week.settle(day)
            if self._week.seconds(day) > self._most_s:
                day.rest_extra_s = before
                self._week.settle(day)
                return

    def _surplus(self) -> tuple[Callable[[Exercise], bool], Callable[[Exercise], bool]] | None:
        """What there is too little and too much of, as tests of an exercise; None where the week is balanced."""
        week = self._week
        table = rules()
        pushes, pulls = week.pushes_and_pulls()
        band = table.band("V42.push_pull")
        if week.reach.patterns & PUSHES and week.reach.patterns & PULLS:
            if pushes > band.high * pulls:
                return (lambda one: one.pattern in PULLS), (lambda one: one.pattern in PUSHES)
            if pushes < band.low * pulls:
                return (lambda one: one.pattern in PUSHES), (lambda one: one.pattern in PULLS)
        front, back = week.front_and_back()
        band = table.band("V42.quad_posterior")
        if "quadriceps" in week.reach.muscles and week.reach.muscles & {"hamstrings", "glutes"}:
            if front > band.high * back:
                return (lambda one: _posterior(one) and not _front(one)), _front
            if front < band.low * back:
                return _front, (lambda one: _posterior(one) and not _front(one))
        return None

    def _ease(self, surplus: tuple[Callable[[Exercise], bool], Callable[[Exercise], bool]] | None) -> bool:
        if surplus is None:
            return False
        weak, strong = surplus
        for day in self._days:
            for pick in day.picks:
                if pick.hard and weak(pick.exercise) and self._raise(day, pick):
                    return True
        if self._pair_more():
            return True
        for day in sorted(self._days, key=lambda one: -self._week.seconds(one)):
            for pick in reversed(day.picks):
                if pick.hard and strong(pick.exercise) and self._lower(day, pick):
                    return True
        return False

    def _lower(self, day: DayDraft, pick: Pick) -> bool:
        """One set less of a pick, or the whole of it where its movement is covered elsewhere."""
        if pick.sets > self._week.dosing.sets_least(pick.role):
            self._week.change(day, pick, -1)
            return True
        pattern = pick.exercise.pattern
        needed = is_major_pattern(pick.exercise) and self._week.patterns[pattern] <= pick.sets
        if needed or len(day.picks) < 3:
            return False
        self._week.change(day, pick, -pick.sets)
        return True


def _front(exercise: Exercise) -> bool:
    return "quadriceps" in exercise.primary


def _posterior(exercise: Exercise) -> bool:
    return bool({"hamstrings", "glutes"} & set(exercise.primary))

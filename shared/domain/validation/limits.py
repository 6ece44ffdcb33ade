"""What the rules allow one person: level, goal, age, pregnancy and screening turned into numbers, once for all rules."""

from dataclasses import dataclass, replace

from shared.domain.planning.wish import PlanWish
from shared.domain.profile import Profile
from shared.domain.rules import Band, Rules, rules
from shared.domain.volume import WeeklyRange, weekly_range
from shared.domain.words import Goal, Level, Muscle


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers a plan for this person is held to.

    `minutes` is the length asked for, or the cap that a safety rule puts on it. `rpe` is the band most work sets
    belong in, `rpe_cap` what none may pass. `by_pattern`: weekly sets are judged by main lift pattern. `starting`: the
    first weeks of a beginner, which a plan without a week given always includes.
    """

    level: Level
    goal: Goal
    light: bool
    older: bool
    minor: bool
    pregnant: bool
    starting: bool
    days: int
    weekdays: frozenset[int] | None
    lifting_days: int
    minutes: int
    exercises: int
    sets: int
    main_sets: Band
    session_sets: int
    main_reps: Band
    accessory_reps: Band
    rpe: Band
    rpe_cap: float
    main_rest: Band
    accessory_rest: Band
    weekly: WeeklyRange
    by_pattern: bool
    aerobic_minutes: int
    focus: tuple[Muscle, ...]

    @property
    def has_minimum(self) -> bool:
        """Whether the weekly minimum of sets is asked for: general goals need two days a week for it."""
        general = self.older or self.pregnant or self.goal not in ("hypertrophy", "strength")
        return not (general and self.days < rules().whole("V30.days_min"))

    @property
    def shortest_s(self) -> float:
        """Seconds below which a session is too short."""
        return self.minutes * 60 * rules().band("V26.share").low

    @property
    def wished_s(self) -> float:
        """Seconds a session is better not shorter than: a long one may stay a quarter of an hour under the request."""
        return max(self.shortest_s, (self.minutes - rules().number("V26.long_slack_min")) * 60)

    @property
    def longest_s(self) -> float:
        """Seconds above which a session is too long."""
        return self.minutes * 60 * rules().band("V26.share").high


def limits_of(
    profile: Profile, *, year: int, goal: Goal | None = None, wish: PlanWish | None = None, week: int | None = None
) -> Limits:
    """The limits of this person for a plan of `goal` (default: the wish's, then the first of the profile).

    `week` is the week of the plan that is judged; None means the plan as a whole, its first weeks included.
    """
    table, wish, level, age = rules(), wish or PlanWish(), profile.fitness_level, profile.age(year)
    goal = goal or wish.goal or profile.goals[0]
    light = profile.screening.light_start
    older = age is not None and age >= table.whole("V24.older_from") and (week or 1) <= table.whole("V24.older_weeks")
    minor = age is not None and age < table.whole("V24.adult_from")
    pregnant = bool(profile.screening.pregnant)
    starting = level == "beginner" and (week or 1) <= table.whole("V24.first_weeks")
    bands = _bands(table, goal="general" if older or pregnant else goal, level="beginner" if minor else level)
    cap = min(
        _caps(
            table, level="beginner" if minor else level, starting=starting, light=light, pregnant=pregnant, older=older
        )
    )
    free = wish.weekdays if wish.weekdays is not None else range(7)
    lifting = table.table("V44.consented_days" if wish.consented else "V44.lifting_days")[level]
    limits = Limits(
        level=level,
        goal=goal,
        light=light,
        older=older,
        minor=minor,
        pregnant=pregnant,
        starting=starting,
        days=min(wish.days_per_week or profile.days_per_week, table.whole("V44.days_max"), len(free)),
        weekdays=wish.weekdays,
        lifting_days=lifting,
        minutes=wish.session_minutes or profile.session_minutes,
        exercises=int(table.band("V03.exercises").high),
        sets=table.whole("V05.sets_beginner") if level == "beginner" else int(table.band("V05.sets").high),
        main_sets=table.band("V34.main_sets"),
        session_sets=table.table("V32.session_sets")[level],
        main_reps=bands["main"],
        accessory_reps=bands["accessory"],
        rpe=Band(min(bands["rpe"].low, cap), min(bands["rpe"].high, cap)),
        rpe_cap=cap,
        main_rest=bands["rest_main"],
        accessory_rest=bands["rest_accessory"],
        weekly=weekly_range(level, goal),
        by_pattern=goal == "strength" and not older and not pregnant,
        aerobic_minutes=0 if light else table.table("V47.aerobic_min")[goal],
        focus=wish.focus,
    )
    return _spared(limits, table)


def _spared(limits: Limits, table: Rules) -> Limits:
    """The limits with everything that age, pregnancy, screening and the first weeks take away."""
    if limits.starting:
        limits = replace(
            limits,
            sets=min(limits.sets, table.whole("V24.first_weeks_sets")),
            exercises=min(limits.exercises, table.whole("V24.first_weeks_exercises")),
            minutes=min(limits.minutes, table.whole("V24.first_weeks_minutes")),
        )
    if limits.minor:
        floor = table.whole("V24.minor_reps_min")
        limits = replace(limits, main_reps=Band(max(limits.main_reps.low, floor), limits.main_reps.high))
    if limits.pregnant:
        reps = table.band("V24.pregnant_reps")
        minutes = min(limits.minutes, table.whole("V24.pregnant_minutes"))
        limits = replace(limits, main_reps=reps, accessory_reps=reps, minutes=minutes)
    if limits.older:
        reps, sets = table.band("V24.older_reps"), table.band("V24.older_sets")
        limits = replace(
            limits,
            sets=min(limits.sets, int(sets.high)),
            main_sets=sets,
            main_reps=reps,
            accessory_reps=reps,
            minutes=min(limits.minutes, table.whole("V24.older_minutes")),
            lifting_days=min(limits.lifting_days, table.whole("V24.older_lifting_days")),
        )
    if limits.older or limits.pregnant:
        gentle, usual = weekly_range("beginner", "general"), weekly_range(limits.level, "general")
        limits = replace(limits, weekly=replace(usual, start=gentle.start, low=gentle.low))
    if limits.light:
        limits = replace(limits, minutes=min(limits.minutes, table.whole("V24.light_minutes")))
    return limits


def _bands(table: Rules, *, goal: str, level: Level) -> dict[str, Band]:
    row = table.table("V27.bands")[goal]
    row = {**row, **row.get(level, {})}
    return {name: Band(*row[name]) for name in ("main", "accessory", "rpe", "rest_main", "rest_accessory")}


def _caps(table: Rules, *, level: Level, starting: bool, light: bool, pregnant: bool, older: bool) -> list[float]:
    caps = [table.number("V36.beginner_rpe") if level == "beginner" else float(table.table("V36.rpe")[level])]
    caps += [table.number("V24.first_weeks_rpe")] if starting else []
    caps += [table.number("V24.light_rpe")] if light else []
    caps += [table.number("V24.pregnant_rpe")] if pregnant else []
    caps += [table.number("V24.older_rpe")] if older else []
    return caps

"""Sets, repetitions, effort and rest of an exercise, by its role, the goal and the person's limits."""

from dataclasses import dataclass, replace
from typing import Literal

from shared.domain.catalogue import Exercise
from shared.domain.rules import Band, rules
from shared.domain.validation.case import is_light_by_nature
from shared.domain.validation.limits import Limits

Role = Literal["main", "accessory", "isolation"]
EASY_KINDS = frozenset({"conditioning", "mobility"})


@dataclass(frozen=True, slots=True)
class Dose:
    """How one exercise is done, apart from the number of sets; either `reps` or `seconds` is set."""

    reps: tuple[int, int] | None
    seconds: int | None
    rpe: float | None
    rest_s: int


class Dosing:
    """The doses of one person for one goal."""

    def __init__(self, limits: Limits) -> None:
        table, level = rules(), "beginner" if limits.minor else limits.level
        goal = "general" if limits.older or limits.pregnant else limits.goal
        self._limits = limits
        rows: dict[str, list[int]] = table.table("engine.reps")[goal][level]
        self._reps = {role: _within(rows[role], self._band(role)) for role in rows}
        main_rest, other_rest = table.table("engine.rest")[goal]
        self._rpe = limits.rpe.clamp(table.table("engine.rpe")[goal][level])
        self._main_rest = int(limits.main_rest.clamp(main_rest))
        self._other_rest = int(limits.accessory_rest.clamp(other_rest))
        self._hold_s = table.table("engine.hold_s")[level]
        self.base_sets = min(table.table("engine.base_sets")[level], limits.sets)
        self._most = {role: min(most, limits.sets) for role, most in table.table("engine.sets_max").items()}

    def dose(self, exercise: Exercise, role: Role, *, given: Dose | None = None) -> Dose:
        """How this exercise is done in this role: as another author gave it, with the rest a main lift needs, or ours."""
        if given is not None:
            rest = max(given.rest_s, int(self._limits.main_rest.low)) if role == "main" else given.rest_s
            return replace(given, rest_s=rest)
        if exercise.kind in EASY_KINDS:
            return easy_dose(exercise, self._limits)
        rest = self._main_rest if role == "main" else self._other_rest
        if exercise.timed:
            return Dose(None, self._hold_s, self._rpe, rest)
        counted: Role = "accessory" if role == "main" and is_light_by_nature(exercise) else role
        return Dose(self._reps[counted], None, self._rpe, rest)

    def sets_most(self, role: Role) -> int:
        """The most sets the engine gives one exercise of this role."""
        return int(self._most[role])

    def sets_least(self, role: Role) -> int:
        """The fewest sets an exercise of this role is worth doing for."""
        low = int(self._limits.main_sets.low)
        return min(max(low, 2), self._limits.sets) if role == "main" else min(2, self._limits.sets)

    def _band(self, role: str) -> Band:
        return self._limits.main_reps if role == "main" else self._limits.accessory_reps


def easy_dose(exercise: Exercise, limits: Limits) -> Dose:
    """Mobility and gentle movement: little effort, short rests."""
    table = rules()
    rpe = min(table.number("engine.easy_rpe"), limits.rpe_cap)
    low, high = table.table("engine.easy_reps")
    rest = table.whole("engine.easy_rest_s")
    if exercise.timed:
        return Dose(None, table.whole("engine.easy_s"), rpe, rest)
    return Dose((low, high), None, rpe, rest)


def _within(reps: list[int], band: Band) -> tuple[int, int]:
    return int(band.clamp(reps[0])), int(band.clamp(reps[1]))

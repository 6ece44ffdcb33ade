"""What somebody asks of a plan beyond their profile."""

from dataclasses import dataclass

from shared.domain.words import Goal, Muscle


@dataclass(frozen=True, slots=True)
class PlanWish:
    """A request for a plan; what is None is taken from the profile.

    `weekdays` are the ISO weekdays that are free, None for all. `consented` records that an intermediate lifter chose
    six lifting days knowingly.
    """

    goal: Goal | None = None
    days_per_week: int | None = None
    session_minutes: int | None = None
    focus: tuple[Muscle, ...] = ()
    weekdays: frozenset[int] | None = None
    consented: bool = False

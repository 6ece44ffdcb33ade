"""What a rule decided for one exercise: load, repetitions or time, sets, effort, and the reason in a sentence."""

from dataclasses import dataclass

from shared.domain.plan import RepRange

REPS_LIMIT = 30
"""Most repetitions a plan can ask for."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The next prescription of one exercise, before sets and effort are tempered by the day's circumstances."""

    load_kg: float | None
    reps: RepRange | None
    seconds: int | None
    why: str


def rep_range(low: int, high: int) -> RepRange:
    """From `low` to `high` repetitions, kept within what a plan can say."""
    bottom = min(max(low, 1), REPS_LIMIT)
    return RepRange(min=bottom, max=min(max(high, bottom), REPS_LIMIT))

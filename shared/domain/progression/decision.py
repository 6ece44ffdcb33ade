"""What a rule decided for one exercise: load, repetitions or time, sets, effort, and the reason in a sentence."""

from dataclasses import dataclass

from shared.domain.plan import RepRange
from shared.domain.rules import rules


@dataclass(frozen=True, slots=True)
class Decision:
    """The next prescription of one exercise, before sets and effort are tempered by the day's circumstances."""

    load_kg: float | None
    reps: RepRange | None
    seconds: int | None
    why: str


def rep_range(low: int, high: int) -> RepRange:
    """From `low` to `high` repetitions, kept within what a plan can say."""
    band = rules().band("V06.reps")
    bottom = int(band.clamp(low))
    return RepRange(min=bottom, max=int(band.clamp(max(high, bottom))))

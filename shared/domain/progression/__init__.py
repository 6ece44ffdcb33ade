"""What to lift next and why, computed from the log alone: `next_session` and the shapes it answers with."""

from shared.domain.progression.session import next_session
from shared.domain.progression.shapes import NextExercise, NextSession, PreviousSet, WarmUpStep

__all__ = ["NextExercise", "NextSession", "PreviousSet", "WarmUpStep", "next_session"]

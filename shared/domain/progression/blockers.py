"""Reasons not to raise a load, however well the last session went (rule P5)."""

import re

from shared.domain.analysis.performances import Performance
from shared.domain.analysis.wording import plain
from shared.domain.progression.situation import Layoff, Situation
from shared.domain.progression_rules import number

_ACHE = r"(?:pain\w*|hurt\w*|ach(?:e[sd]?|ing)|schmerz\w*|dolor\w*|douleur\w*)"
_PAIN = re.compile(
    rf"\b(?:{_ACHE}|twinge\w*|injur\w*|tweak\w*|(?:tut|tat) weh|verletz\w*|duele\w*|lesi[oó]n\w*"
    r"|mal (?:au|à)|bless\w*)\b",
    re.IGNORECASE,
)
_PAINLESS = re.compile(
    rf"\b(?:no|not|without|zero|never|kein\w*|ohne|sin|sans|pas de|aucune)\s+(?:more\s+|any\s+)?{_ACHE}"
    rf"|\b{_ACHE}[- ]?(?:free|less)\b|\bschmerzfrei\w*|\bdidn'?t hurt",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:bad|poor|sloppy|broken?|lost|ugly)\s+(?:form|technique)\b|\bcheated\b|\btechnik\s+(?:schlecht|unsauber)\b"
    r"|\b(?:form|technique)\s+(?:broke|failed|slipped|was bad|off)\b",
    re.IGNORECASE,
)


def notes_tell_of_pain(notes: str) -> bool:
    """Whether a note about an exercise speaks of pain that was there; "no pain" does not."""
    return bool(_PAIN.search(_PAINLESS.sub(" ", notes)))


def reason_not_to_raise(last: Performance, *, layoff: Layoff, situation: Situation) -> str | None:
    """The first rule that forbids a rise, as the end of a sentence; None where nothing does."""
    stale = (situation.today - last.day).days
    hardest = max(last.efforts, default=0.0)
    reasons = (
        (
            notes_tell_of_pain(last.notes),
            "your note speaks of pain, so nothing is added until a session goes without it",
        ),
        (situation.deload, "this is a deload week"),
        (situation.low_readiness, f"readiness is {plain(situation.readiness or 0.0, 0)}, so nothing is added today"),
        (hardest >= number("P5.last_rpe_from"), f"the hardest set was RPE {plain(hardest)}, which left nothing to add"),
        (stale > number("P5.stale_days"), f"that was {stale} days ago, too long to build on"),
        (layoff.first_week, "the first week after a long break stays where it is"),
        (_FORM.search(last.notes) is not None, "your note says the technique slipped"),
    )
    return next((reason for forbids, reason in reasons if forbids), None)

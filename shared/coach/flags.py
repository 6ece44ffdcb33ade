"""The safety flag over a conversation: raised by a message, up until the person says that it is over."""

from collections.abc import Sequence

from shared.domain.messages import CoachMessage
from shared.domain.safety.lexicon import LANGUAGES, Language, rules
from shared.domain.safety.screen import SafetyHit, screen, still_open


def flag(message: str, history: Sequence[CoachMessage]) -> SafetyHit | None:
    """The rule that `message` meets, or that an earlier one met and nobody has cleared since.

    `history` (oldest first) is the end of the conversation only. What was raised before it shows in its turns, which
    were answered with the fixed text for it: so a flag does not sink into the past by talking of something else.
    """
    hit = screen(message)
    if hit is not None:
        return hit
    return still_open([*_said(history), (None, message)])


def open_flag(history: Sequence[CoachMessage]) -> SafetyHit | None:
    """The rule that something in `history` (oldest first) met and nobody has cleared since."""
    return still_open(_said(history))


def _said(history: Sequence[CoachMessage]) -> list[tuple[SafetyHit | None, str]]:
    return [(screen(one.text) or _carried(one, history), one.text) for one in history if one.role == "user"]


def _carried(one: CoachMessage, history: Sequence[CoachMessage]) -> SafetyHit | None:
    """The flag that was up already when this was said, in the words that were answered then."""
    rule = next((rule for rule in rules() if one.safety is not None and rule.id == one.safety.rule), None)
    if rule is None:
        return None
    answered = {turn.text for turn in history if turn.role == "coach"}
    language: Language = next((one for one in LANGUAGES if rule.replies[one] in answered), "en")
    return SafetyHit(rule.id, rule.action, rule.severity, language, rule.replies[language])

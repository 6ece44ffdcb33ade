"""Whether a text may be shown to a person: no markup, no link, nobody's personal data, no medical promise."""

import re
from functools import cache
from typing import NamedTuple

from shared.domain.rules import rules
from shared.domain.validation.kept import kept_by_text

_HALF = re.compile("[\ud800-\udfff]")
"""JSON can name one half of a pair that makes a character; nothing can be stored or sent that holds one."""
# Each takes time in proportion to the text: nothing that repeats may begin anew inside of what it has just read.
_TAG = re.compile(r"<\s*(?:/\s*)?[a-z!]", re.IGNORECASE)
_MARKUP = re.compile(r"&[a-z#0-9]{2,8};|javascript:", re.IGNORECASE)
_LINK = re.compile(r"\b(?:https?|ftp)://|\bwww\.|[\w-]\.(?:com|net|org|io|info|ru|biz)\b", re.IGNORECASE)
_PERSONAL = re.compile(r"[\w.+-]@[\w-]+\.\w|(?<!\d)\+?\d{2,4}[\s/-]\d{3,4}[\s/-]?\d{3,6}(?!\d)|\b\d{9,}\b")


def plain(text: str) -> bool:
    """Whether a text may be shown: no markup, no link, nobody's personal data, no medical claim."""
    return unfit(text) is None


class Unfit(NamedTuple):
    """What a text holds that may not be shown."""

    got: str
    want: str
    fix: str
    claim: bool = False


@kept_by_text
def unfit(text: str) -> Unfit | None:
    """The gravest thing wrong with a text."""
    if _HALF.search(text):
        return Unfit("half a character", "whole characters", "take it out")
    if _TAG.search(text, 0, text.rfind(">") + 1) or _MARKUP.search(text) or _LINK.search(text):
        return Unfit("markup or a link", "plain text", "take it out")
    if _PERSONAL.search(text):
        return Unfit("an address or number of a person", "no personal data", "take it out")
    claim = _claims().search(text)
    if claim is not None:
        return Unfit(claim.group(), "no medical claim", "say what it trains instead", claim=True)
    return None


@cache
def _claims() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(rules().words('V11.claims'))})\b", re.IGNORECASE)

"""Answers about texts that come up again and again, kept: most of a plan's texts are the catalogue's own cues."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Answer = TypeVar("Answer")
_TEXTS = 4096
_LONGEST = 500
"""As long as a note of a plan may be. Longer texts are judged anew, so that what is kept stays small whoever writes."""


def kept_by_text(judge: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """The same function of a text with its latest answers kept; they have to be immutable."""
    kept = lru_cache(maxsize=_TEXTS)(judge)

    @wraps(judge)
    def asked(text: str) -> Answer:
        return kept(text) if len(text) <= _LONGEST else judge(text)

    return asked

"""Which passwords may be chosen: long enough, not breached, not guessable from what anybody knows of the person."""

import re
import unicodedata

from shared.auth.breached import was_breached
from shared.errors import FieldError, InvalidFields

SHORTEST, LONGEST = 12, 256
"""In characters. Whoever wants a sentence of two hundred may have one; nothing is cut off."""

WEAKEST_SCORE = 3
"""Of zxcvbn's 0 to 4: safely unguessable where guesses are throttled and hashes are slow."""

COMMON_WORD_GUESSES_LOG10 = 4.0
"""A word among the ten thousand first guesses stays one when digits and signs are put around it."""

SUBSTITUTES = frozenset("4@8({[<3691!|70$5+%2")
"""What people write for a letter. zxcvbn tries every reading of each kind at every place, which takes seconds for a long
text full of them, and the worker answers nobody meanwhile."""

MOST_KINDS, STRETCH, MOST_STRETCHES = 6, 24, 3
"""Beyond so many kinds of them a longer text is judged by stretches: under 50 ms each, as measured."""

LEAST_OF_ONES_OWN = 5
"""Letters that a password needs beside the person's own names and the app's words; digits and signs add little to them."""

CONTEXT = ("vigor", "fitness", "workout", "training", "gym", "coach", "muscle", "strength", "deadlift", "squat")
_DECORATION = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NAME_PARTS = re.compile(r"[\W_]+")


def check_password(password: str, *, username: str, email: str, field: str = "password") -> None:
    """Raise `InvalidFields` on `field`, with the first reason why this password will not do."""
    reason = _reason(unicodedata.normalize("NFC", password), username=username, email=email)
    if reason is not None:
        raise InvalidFields(f"{field}: {reason}", errors=[FieldError(field, reason)])


def _reason(password: str, *, username: str, email: str) -> str | None:
    if len(password) < SHORTEST:
        return f"must have at least {SHORTEST} characters; a short sentence works well"
    if len(password) > LONGEST:
        return f"must have at most {LONGEST} characters"
    if was_breached(password):
        return "is known from a breach elsewhere; choose another one, such as a short sentence"
    if _is_guessable(password, _words(username, email)):
        return "is too easy to guess; a short sentence works well"
    return None


def _words(username: str, email: str) -> list[str]:
    """What somebody who knows the person and the app would try first."""
    local, _, domain = email.partition("@")
    own = [username, local, email, domain.partition(".")[0]]
    parts = [part for text in own for part in _NAME_PARTS.split(text) if len(part) > 2]
    return list(dict.fromkeys(one.casefold() for one in (*own, *parts, *CONTEXT) if one))


def _is_guessable(password: str, words: list[str]) -> bool:
    from zxcvbn_rs_py import zxcvbn  # noqa: PLC0415 - only sign-up and a change of password read it

    folded = password.casefold()
    if len(set(folded)) < 4:
        return True
    if all(int(zxcvbn(part, user_inputs=words).score) < WEAKEST_SCORE for part in _judged(password)):
        return True
    if _own_share(folded, words) < LEAST_OF_ONES_OWN:
        return True
    core = _DECORATION.sub("", folded)
    return core.isalpha() and float(zxcvbn(core).guesses_log10) < COMMON_WORD_GUESSES_LOG10


def _judged(password: str) -> list[str]:
    """What of a password is given to zxcvbn, one strong part of which is enough: all of it, where that is soon done."""
    if len(password) <= STRETCH or len(SUBSTITUTES.intersection(password)) <= MOST_KINDS:
        return [password]
    once = password[: (password * 2).find(password, 1)]  # what it repeats, or all of it
    starts = range(0, min(len(once), MOST_STRETCHES * STRETCH), STRETCH)
    return [once[at : at + STRETCH] for at in starts]


def _own_share(folded: str, words: list[str]) -> int:
    """How many letters are left without the words that anybody would try, or all where there is none of them."""
    rest = folded
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, " ")
    return len(folded) if rest == folded else sum(character.isalpha() for character in rest)

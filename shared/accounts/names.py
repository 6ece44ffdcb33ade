"""E-mail addresses, usernames and display names as people may choose them."""

import re
import unicodedata
from dataclasses import dataclass

from shared.errors import FieldError, InvalidFields

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,28}[a-z0-9]")
_LOOKS_LIKE = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "9": "g", "l": "i", ".": "", "_": "", "-": ""}
)
_RESERVED = ("admin", "root", "support", "system", "vigor", "moderator", "staff", "security")
_INNOCENT = ("badminton",)
_JOINERS = "\u200c\u200d"
_UNWRITTEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address as typed, and the key it is unique by."""

    typed: str
    key: str


def read_email(text: str) -> EmailAddress:
    """The address in normal form; raises `InvalidFields`. Nothing is looked up."""
    import email_validator  # noqa: PLC0415 - only sign-up and sign-in read addresses

    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # a self-hoster's own .local or .test address is welcome
    try:
        valid = email_validator.validate_email(text.strip(), check_deliverability=False)
    except email_validator.EmailNotValidError as wrong:
        raise _field("email", "is not an e-mail address") from wrong
    return EmailAddress(valid.normalized, f"{valid.local_part.casefold()}@{valid.ascii_domain or valid.domain}")


def email_key(text: str) -> str | None:
    """The key of an address, or None where the text is none: for looking people up."""
    try:
        return read_email(text).key
    except InvalidFields:
        return None


def read_username(text: str) -> str:
    """The username in lower case; raises `InvalidFields` for any but plain ASCII handles, and for reserved ones.

    ASCII is looked for first: lowered, the Kelvin sign is a plain k. Nothing but the case is mended silently.
    """
    name = text.lower()
    if not text.isascii() or not _USERNAME.fullmatch(name):
        raise _field(
            "username", "must have 3 to 30 of a-z, 0-9, dot, dash or underscore, with a letter or digit at each end"
        )
    if is_reserved(name):
        raise _field("username", "reads like an official name; choose another")
    return name


def is_reserved(username: str) -> bool:
    """Whether the name could pass for an administrator's or ours, look-alike characters and separators included.

    An innocent word is taken out as if it were not there, so that nobody hides another one around it.
    """
    skeleton = username.translate(_LOOKS_LIKE).replace("rn", "m")
    for innocent in _INNOCENT:
        skeleton = skeleton.replace(innocent, "")
    return any(word in skeleton for word in _RESERVED)


def read_display_name(text: str | None, *, otherwise: str) -> str:
    """The display name without line breaks and characters that control, hide or turn the text, or the username.

    The two joiners stay: Persian and many an emoji are not written without them.
    """
    kept = "".join(c for c in text or "" if c in _JOINERS or unicodedata.category(c) not in _UNWRITTEN).strip()
    return kept if kept.strip(_JOINERS) else otherwise


def _field(path: str, message: str) -> InvalidFields:
    return InvalidFields(f"{path}: {message}", errors=[FieldError(path, message)])

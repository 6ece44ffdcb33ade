"""From what a vendor's server said to which of our failures it is."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from shared.providers.provider import ProviderBusy, ProviderDown, ProviderFailure, ProviderRefused

LONGEST_RETRY_AFTER_S = 600.0
"""A vendor that asks for more is asked again after that: clocks err, and so do headers."""

_ACCESS = frozenset({401, 402, 403, 404})
_BUSY = frozenset({429, 529})
_TIMED_OUT_THERE = frozenset({408, 425})
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


class AccessRefused(ProviderDown):
    """Its key, its account or its model is refused: of no use until somebody changes something."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, billed=False)


class TimedOut(ProviderDown):
    """No whole answer in time; the caller has waited for nothing."""


class InVain(ProviderFailure):
    """Called off before its time: the vendor answered nobody, and others are waiting to find out whether it will. It
    may do the work all the same."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, billed=True)


def failure_of_status(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> ProviderFailure:
    """What an answer other than 2xx means. The reason names status and code, never the vendor's prose, which may
    repeat what a person wrote. OpenAI answers 429 to an account without credit, Google 400 to a key that is not one."""
    error = _error_of(body)
    code = _code_of(error)
    said = f"HTTP {status}" + (f" ({code})" if code else "")
    asked = retry_after_s(headers, error, now=now)
    if status in _ACCESS or code in _NO_CREDIT or "API_KEY_INVALID" in _reasons_of(error):
        return AccessRefused(said)
    if status in _BUSY or (status == 503 and asked is not None):
        return ProviderBusy(said, retry_after_s=asked)
    if 400 <= status < 500 and status not in _TIMED_OUT_THERE:
        return ProviderRefused(said, billed=False)
    # A 5xx may come after the work was done, and what was done may be charged. A vendor's own 503 says that it was not
    # begun; one without its words may be a gateway's that lost the answer on its way.
    return ProviderDown(said, billed=status >= 500 and not (status == 503 and error))


def retry_after_s(headers: Mapping[str, str], error: Mapping[str, Any], *, now: datetime) -> float | None:
    """Seconds to leave the vendor alone: `Retry-After` in seconds or as a date, OpenAI's milliseconds, Google's
    RetryInfo; None where nothing readable was said."""
    waits = (
        _seconds(headers.get("retry-after-ms", ""), 1000),
        _seconds(headers.get("retry-after", ""), 1),
        _until(headers.get("retry-after", ""), now),
        *(_seconds(str(row.get("retryDelay", "")).removesuffix("s"), 1) for row in _details_of(error)),
    )
    found = next((wait for wait in waits if wait is not None), None)
    return None if found is None else min(found, LONGEST_RETRY_AFTER_S)


def _seconds(text: str, unit: int) -> float | None:
    return float(text) / unit if re.fullmatch(r"\s*\d{1,12}(\.\d{1,9})?\s*", text) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        when = parsedate_to_datetime(text)
        return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _error_of(body: bytes) -> Mapping[str, Any]:
    """The `error` object of a vendor's answer; empty where there is none to read."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(answer, list) and answer:
        answer = answer[0]
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def _code_of(error: Mapping[str, Any]) -> str:
    """A short word such as `model_not_found` or `RESOURCE_EXHAUSTED`; empty when it is anything but a word."""
    for key in ("code", "status", "type"):
        value = error.get(key)
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", value):
            return value
    return ""


def _details_of(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = error.get("details")
    return [row for row in details if isinstance(row, dict)] if isinstance(details, list) else []


def _reasons_of(error: Mapping[str, Any]) -> set[str]:
    return {str(row.get("reason")) for row in _details_of(error)}

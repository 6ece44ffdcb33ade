"""Models on their way out: `python -m shared.providers.retirement` fails 45 days before a default is switched off."""

import sys
from collections.abc import Sequence
from datetime import date

from shared.clock import utc_now
from shared.providers.models import DEFAULT_MODELS, ProviderModel, Retirement, retiring

FAILS_WITHIN_DAYS = 45
WARNS_WITHIN_DAYS = 120


def warning_of(slot: ProviderModel, *, today: date) -> str | None:
    """What an administrator should know about the slot's model in time, or None."""
    found = retiring([slot], today, WARNS_WITHIN_DAYS)
    return _sentence(found[0], today=today) if found else None


def main(arguments: Sequence[str]) -> int:
    """Check the defaults as of today, or of the date given; the number of models that go too soon."""
    today = date.fromisoformat(arguments[0]) if arguments else utc_now().date()
    leaving = retiring(DEFAULT_MODELS, today, WARNS_WITHIN_DAYS)
    soon = [one for one in leaving if (one.on - today).days <= FAILS_WITHIN_DAYS]
    for one in leaving:
        sys.stdout.write(f"{'error' if one in soon else 'warning'}: {one.slot}: {_sentence(one, today=today)}\n")
    if not leaving:
        sys.stdout.write(f"No default model is switched off within {WARNS_WITHIN_DAYS} days.\n")
    return len(soon)


def _sentence(one: Retirement, *, today: date) -> str:
    then = f"then {one.successor} answers" if one.successor else "nothing whose price is known takes over"
    return f"{one.model} is switched off on {one.on}, in {(one.on - today).days} days; {then}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

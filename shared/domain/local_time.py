"""The person's own calendar: which date it is where they live."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_date(moment: datetime, timezone: str) -> date:
    """The date of an aware moment in an IANA time zone; in UTC where the zone is not known here."""
    try:
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return moment.date()

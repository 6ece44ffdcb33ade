"""The person's own calendar: their time zone, and which date it is where they live."""

import functools
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@functools.lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo | None:
    """The time zone of this IANA name; None where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # an OSError is a folder of zones: "Europe"
        return None


def zone(name: str) -> tzinfo:
    """The time zone of this IANA name; UTC where nobody knows it."""
    return zone_named(name) or ZoneInfo("UTC")


def local_day(moment: datetime, timezone: tzinfo) -> date:
    """The calendar day of a moment where the person lives."""
    return moment.astimezone(timezone).date()


def local_date(moment: datetime, timezone: str) -> date:
    """The date of an aware moment in an IANA time zone; in UTC where the zone is not known here."""
    return local_day(moment, zone(timezone))

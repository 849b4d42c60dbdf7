"""The hours of a reader: her quiet ones, and the next at which news is gathered for her."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DIGEST_HOUR = 8
MONDAY = 0


def zone_of(timezone: str) -> ZoneInfo:
    """A time zone by its name; UTC for one that is not known here any more."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_time(moment: datetime, timezone: str) -> datetime:
    """A moment by the clock of a time zone."""
    return moment.astimezone(zone_of(timezone))


def end_of_quiet(moment: datetime, timezone: str, quiet_from: int, quiet_to: int) -> datetime | None:
    """When the quiet hours end in which a moment lies; None where it lies in none.

    They go from the hour `quiet_from` to the hour `quiet_to`, perhaps past midnight; where both are equal there are none.
    """
    local = local_time(moment, timezone)
    if (local.hour - quiet_from) % 24 >= (quiet_to - quiet_from) % 24:
        return None
    day = local.date() if local.hour < quiet_to else local.date() + timedelta(days=1)
    return datetime.combine(day, time(quiet_to), zone_of(timezone)).astimezone(UTC)


def next_digest(moment: datetime, timezone: str, after: date | None) -> datetime:
    """The next time that it is DIGEST_HOUR in a time zone, on a day after `after`."""
    day = local_time(moment, timezone).date()
    if after is not None and day <= after:
        day = after + timedelta(days=1)
    due = datetime.combine(day, time(DIGEST_HOUR), zone_of(timezone))
    if due <= moment:
        due = datetime.combine(day + timedelta(days=1), time(DIGEST_HOUR), zone_of(timezone))
    return due.astimezone(UTC)

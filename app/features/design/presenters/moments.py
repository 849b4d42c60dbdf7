"""Moments as the pages and mails of design sessions write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as format_in
from flask_babel import format_datetime, get_locale

WHOLE = "EEEE d MMMM y, HH:mm"


def whole_moment(moment: datetime) -> str:
    """Day and hour in the reader's own time."""
    return format_datetime(moment, WHOLE)


def moment_in(moment: datetime, zone: str) -> str:
    """Day and hour in a time zone, with its name: for mails, whose reader no page knows."""
    return format_in(moment, f"{WHOLE} (VVV)", tzinfo=ZoneInfo(zone), locale=get_locale())

"""Counts how often the profiles of organisations are shown and opened, and from which countries, never by whom."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from datetime import date, timedelta

from flask import current_app, g, request

from app.core.clock import now
from app.core.pending_counts import PendingCounts

EXTENSION = "trama.profile_views"
ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|preview|facebookexternalhit|embed|monitor|headless|curl|wget|python|java/|go-http|"
    r"feed|archive|scan|lighthouse",
    re.IGNORECASE,
)
"""Names by which programs that read pages call themselves. A browser says "Mozilla/…"."""


class ViewKind(enum.StrEnum):
    """How a profile was met: as a row of the directory, or as its page."""

    SHOWN = "shown"
    OPENED = "opened"


ViewKey = tuple[int, date, ViewKind, str]
"""The organisation, the Monday of the week, how it was met, the country of the viewer's organisation or ""."""


def profile_views() -> PendingCounts[ViewKey]:
    """What this process has counted and not yet written."""
    counts: PendingCounts[ViewKey] = current_app.extensions.setdefault(EXTENSION, PendingCounts())
    return counts


def count_views(kind: ViewKind, organisation_ids: Iterable[int]) -> None:
    """Count that these profiles were met by somebody of another organisation, or by a visitor who is no program."""
    agent = request.headers.get("User-Agent", "")
    if not agent.startswith("Mozilla/") or ROBOTS.search(agent):
        return
    own = {organisation.id for organisation in g.actor.organisations}
    country = g.actor.organisation.country if g.actor.organisation else ""
    monday = monday_of(now().date())
    profile_views().add_each((each, monday, kind, country) for each in organisation_ids if each not in own)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())

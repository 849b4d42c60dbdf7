"""Reading how often a profile was shown, opened and asked, week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.view_counts import ViewKind, monday_of
from app.features.introductions.models import Introduction
from app.features.organisations.models import Organisation
from app.features.suggestions.models import Exposure
from app.features.visibility.models import ProfileViewCount

WEEKS = 12


@dataclass
class WeekCounts:
    """One whole week of a profile; `opened_from` counts by country, "" for visitors."""

    week: date
    listed: int = 0
    suggested: int = 0
    asked: int = 0
    opened_from: Counter[str] = field(default_factory=Counter)

    @property
    def opened(self) -> int:
        """How often its page was opened."""
        return self.opened_from.total()


def week_counts(organisation: Organisation) -> Sequence[WeekCounts]:
    """The last weeks of an organisation's profile, the newest first; the week that goes on is not among them."""
    this_week = monday_of(now().date())
    found = {
        this_week - timedelta(weeks=back): WeekCounts(this_week - timedelta(weeks=back))
        for back in range(1, WEEKS + 1)
    }
    first = min(found)
    views = select(
        ProfileViewCount.week, ProfileViewCount.kind, ProfileViewCount.country, ProfileViewCount.number
    )
    of_profile = ProfileViewCount.organisation_id == organisation.id
    for week, kind, country, number in db.session.execute(
        views.where(of_profile, ProfileViewCount.week.between(first, this_week - timedelta(days=1)))
    ):
        if kind is ViewKind.SHOWN:
            found[week].listed += number
        else:
            found[week].opened_from[country] += number
    exposure = select(Exposure.day, Exposure.shown).where(
        Exposure.organisation_id == organisation.id, Exposure.day >= first, Exposure.day < this_week
    )
    for day, shown in db.session.execute(exposure):
        found[monday_of(day)].suggested += shown
    zone = now().tzinfo
    begin, end = (datetime.combine(day, time.min, zone) for day in (first, this_week))
    own = (Introduction.low_id == organisation.id) | (Introduction.high_id == organisation.id)
    asked = select(Introduction.created_at).where(
        own,
        Introduction.asked_by != organisation.id,
        Introduction.created_at >= begin,
        Introduction.created_at < end,
    )
    for moment in db.session.scalars(asked):
        found[monday_of(moment.date())].asked += 1
    return list(found.values())

"""How visible an organisation is, as its report shows it; and where its page can be shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from flask_babel import gettext as _

from app.core.i18n import country_name
from app.core.templating import number
from app.features.visibility.queries import WeekCounts

MIN_SHOWN = 5
"""A smaller sum is not told: it could be about one person."""


@dataclass(frozen=True)
class WeekRow:
    """A week of the report: its Monday and its sums as words."""

    week: date
    listed: str
    suggested: str
    opened: str
    asked: str


@dataclass(frozen=True)
class VisibilityReport:
    """The weeks, the newest first, and how often the page was opened from each country, the most first."""

    weeks: tuple[WeekRow, ...]
    countries: tuple[tuple[str, str], ...]
    opened: int


@dataclass(frozen=True)
class ShareLink:
    """A plain link to a site, or to the reader's mail program, that takes the address of a page."""

    name: str
    url: str


def visibility_report(counts: Sequence[WeekCounts]) -> VisibilityReport:
    """The report of a profile. Only sums of a week that reach MIN_SHOWN are in it, also in the sums by country."""
    by_country: Counter[str] = Counter()
    for week in counts:
        by_country.update({code: many for code, many in week.opened_from.items() if many >= MIN_SHOWN})
    ranked = sorted(by_country.items(), key=lambda each: (-each[1], each[0]))
    return VisibilityReport(
        tuple(
            WeekRow(week.week, _sum(week.listed), _sum(week.suggested), _sum(week.opened), _sum(week.asked))
            for week in counts
        ),
        tuple((country_name(code) if code else _("Visitors"), number(many)) for code, many in ranked),
        sum(week.opened for week in counts if week.opened >= MIN_SHOWN),
    )


def share_links(url: str, title: str) -> list[ShareLink]:
    """Where a page can be told of. Nothing is loaded from there: these are links."""
    mail = f"mailto:?subject={quote(title)}&body={quote(url)}"
    return [
        ShareLink(_("Email"), mail),
        ShareLink("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': url})}"),
        ShareLink("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"),
        ShareLink("WhatsApp", f"https://wa.me/?{urlencode({'text': f'{title} {url}'})}"),
    ]


def _sum(many: int) -> str:
    return number(many) if many >= MIN_SHOWN else f"<\N{NO-BREAK SPACE}{MIN_SHOWN}"

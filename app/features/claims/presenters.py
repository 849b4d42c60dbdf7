"""Claims, sources of a listing and merges as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.i18n import country_name
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import Organisation
from app.features.organisations.presenters import story_for


@dataclass(frozen=True)
class Source:
    """Where a listing's data come from: a name and the day of the latest reading, None where it is not known."""

    name: str
    read_at: datetime | None


def sources(organisation: Organisation) -> list[Source]:
    """The sources of a listing, each once, by name; of one without any the import that it came by."""
    latest: dict[str, datetime | None] = {}
    for written in organisation.provenance.values():
        name = str(written.get("source") or "")
        moment = _moment(written.get("at"))
        if name and (name not in latest or (moment and (latest[name] is None or moment > latest[name]))):  # type: ignore[operator]
            latest[name] = moment
    if not latest and organisation.source:
        latest[organisation.source] = organisation.created_at
    return [Source(name, latest[name]) for name in sorted(latest)]


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


@dataclass(frozen=True)
class MergeChoice:
    """One thing of which one of two is kept: what it is called, and how each has it."""

    name: str
    label: str
    winner: str
    loser: str

    @property
    def takes_loser(self) -> bool:
        """Whether the loser's is the better guess: the winner has none."""
        return not self.winner and bool(self.loser)


def merge_choices(winner: Organisation, loser: Organisation) -> list[MergeChoice]:
    """What has to be chosen, because the two have it differently."""
    told, other = _told(winner), _told(loser)
    return [
        MergeChoice(name, str(LABELS[name]), value, other[name])
        for name, value in told.items()
        if value != other[name] and other[name] and (value or name != "story")
    ]


LABELS = {
    "name": _l("Name"),
    "legal_name": _l("Name in the register"),
    "type": _l("Kind of organisation"),
    "place": _l("Place"),
    "registry": _l("Registry number"),
    "website": _l("Website"),
    "contact": _l("Email address of the organisation"),
    "phone": _l("Telephone"),
    "figures": _l("Figures"),
    "logo": _l("Logo"),
    "story": _l("Story, where both have one in a language"),
}


def _told(organisation: Organisation) -> dict[str, str]:
    figures = (
        organisation.founded,
        organisation.employed,
        organisation.disadvantaged,
        organisation.volunteers,
    )
    story = story_for(organisation)
    return {
        "name": organisation.name,
        "legal_name": organisation.legal_name,
        "type": str(TYPE_NAMES[organisation.type]),
        "place": ", ".join(each for each in (organisation.city, country_name(organisation.country)) if each),
        "registry": organisation.registry_number,
        "website": organisation.website,
        "contact": organisation.contact,
        "phone": organisation.phone,
        "figures": " · ".join("–" if each is None else str(each) for each in figures)
        if any(each is not None for each in figures)
        else "",
        "logo": _("A picture") if organisation.logo_file_id else "",
        "story": story.body.excerpt(200) if story else "",
    }


TABLE_LABELS = {
    "membership": _l("people who act for it"),
    "introduction": _l("introductions"),
    "initiative": _l("initiatives that it leads"),
    "partner": _l("partnerships in initiatives"),
    "application": _l("applications"),
    "collaboration_partner": _l("joint projects of the past"),
    "track": _l("entries of the track record"),
    "story": _l("stories"),
    "organisation_text": _l("texts of the profile"),
    "organisation_concept": _l("fields and skills"),
    "message": _l("messages"),
    "invitation": _l("invitations"),
    "claim": _l("claims"),
    "listing_report": _l("reports"),
}


def moved_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """What a merge moves, in words and numbers; what has no word is counted together."""
    told = [(str(label), counts[name]) for name, label in TABLE_LABELS.items() if name in counts]
    rest = sum(number for name, number in counts.items() if name not in TABLE_LABELS)
    return [*told, (_("other records"), rest)] if rest else told

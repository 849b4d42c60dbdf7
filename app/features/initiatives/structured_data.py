"""Initiatives as schema.org describes them, for search engines."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.core.http.structured_data import SCHEMA, StructuredData, list_data
from app.core.i18n import public_url_for
from app.core.rendered import RenderedText
from app.features.initiatives.models import Initiative
from app.features.initiatives.presenters import InitiativeCard
from app.features.initiatives.queries import active_partners, text_in
from app.features.organisations.models import OrganisationState


def initiative_data(initiative: Initiative) -> StructuredData:
    """A public initiative with its texts and partners loaded, in the reader's language."""
    text = text_in(initiative)
    url = public_url_for("initiatives.show", slug=initiative.slug)
    data: StructuredData = {
        "@context": SCHEMA,
        "@type": "Project",
        "@id": url,
        "url": url,
        "name": text.title,
        "description": RenderedText(text.summary, text.summary_rendered).excerpt(),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url, "inLanguage": text.lang},
        "member": [
            {
                "@type": "Organization",
                "name": partner.organisation.name,
                "url": public_url_for("organisations.show", slug=partner.organisation.slug),
            }
            for partner in active_partners(initiative)
            if partner.organisation.state is OrganisationState.ADMITTED
        ],
    }
    if initiative.starts:
        data["foundingDate"] = initiative.starts.isoformat()
    if initiative.ends:
        data["dissolutionDate"] = initiative.ends.isoformat()
    return data


def initiatives_data(cards: Sequence[InitiativeCard]) -> StructuredData:
    """The page of the initiatives with those that it shows."""
    return list_data(
        public_url_for("initiatives.index"),
        _("Initiatives"),
        ((public_url_for("initiatives.show", slug=card.slug), card.title) for card in cards),
    )

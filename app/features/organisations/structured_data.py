"""Organisations as schema.org describes them, for search engines."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.core.clock import now
from app.core.http.structured_data import SCHEMA, StructuredData, cluster_data, list_data
from app.core.i18n import current_language, public_url_for
from app.features.organisations.models import Organisation, OrganisationState, OrganisationType, Relation
from app.features.organisations.presenters import OrganisationCard, logo_url, related, story_for
from app.features.taxonomy.models import Concept
from app.features.taxonomy.queries import label_of

TYPES = {
    OrganisationType.ASSOCIATION: "NGO",
    OrganisationType.FOUNDATION: "NGO",
    OrganisationType.PUBLIC_AUTHORITY: "GovernmentOrganization",
    OrganisationType.UNIVERSITY: "CollegeOrUniversity",
    OrganisationType.RESEARCH: "ResearchOrganization",
}
"""The schema.org types of those that are more than an Organization."""
COORDINATE_DECIMALS = 2
"""A hundredth of a degree is about a kilometre: a town, never a house."""


def organisation_data(organisation: Organisation) -> StructuredData:
    """An organisation of the cluster, loaded with `queries.CARD` and its region, in the reader's language."""
    lang = current_language()
    url = public_url_for("organisations.show", slug=organisation.slug)
    story = story_for(organisation, lang)
    known = (*related(organisation, Relation.OFFERS), *related(organisation, Relation.SECTOR))
    data: StructuredData = {
        "@context": SCHEMA,
        "@type": TYPES.get(organisation.type, "Organization"),
        "@id": url,
        "url": url,
        "name": organisation.name,
        "address": _address(organisation, lang),
        "knowsAbout": [_term(concept, lang) for concept in known],
        "knowsLanguage": [
            concept.code.partition(":")[2] for concept in related(organisation, Relation.LANGUAGE)
        ],
        "mainEntityOfPage": {"@type": "ProfilePage", "@id": url, "inLanguage": lang},
    }
    optional = {
        "description": story.body.excerpt() if story else None,
        "legalName": organisation.legal_name,
        "logo": f"{cluster_data()['url']}{logo_url(organisation)}" if organisation.logo_file_id else None,
        "alternateName": organisation.latin_name,
        "sameAs": [link for link in (organisation.website, *organisation.social_links) if link],
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": organisation.registry_scheme,
            "value": organisation.registry_number,
        }
        if organisation.registry_number
        else None,
        "foundingDate": str(organisation.founded) if organisation.founded else None,
        "numberOfEmployees": {"@type": "QuantitativeValue", "value": organisation.employed}
        if organisation.employed
        else None,
        "geo": _geo(organisation),
        "seeks": _demands(organisation, lang),
        "memberOf": cluster_data() if organisation.state is OrganisationState.ADMITTED else None,
    }
    return data | {name: value for name, value in optional.items() if value}


def directory_data(cards: Sequence[OrganisationCard]) -> StructuredData:
    """The directory's page with the organisations that it shows."""
    return list_data(
        public_url_for("organisations.directory"),
        _("Organisations"),
        ((public_url_for("organisations.show", slug=card.slug), card.name) for card in cards),
    )


def _address(organisation: Organisation, lang: str) -> dict[str, str]:
    address = {"@type": "PostalAddress", "addressCountry": organisation.country}
    if organisation.city:
        address["addressLocality"] = organisation.city
    if organisation.region:
        address["addressRegion"] = label_of(organisation.region, lang)
    return address


def _demands(organisation: Organisation, lang: str) -> list[dict[str, str]]:
    """The kinds of cooperation that are sought, until when."""
    if not organisation.counts_cooperation(now().date()):
        return []
    until = organisation.cooperation_until
    ends = {"availabilityEnds": until.isoformat()} if until else {}
    return [
        {"@type": "Demand", "name": label_of(concept, lang), **ends}
        for concept in related(organisation, Relation.COOPERATION)
    ]


def _geo(organisation: Organisation) -> dict[str, object] | None:
    if organisation.lat is None or organisation.lon is None:
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": round(organisation.lat, COORDINATE_DECIMALS),
        "longitude": round(organisation.lon, COORDINATE_DECIMALS),
    }


def _term(concept: Concept, lang: str) -> dict[str, str]:
    """A concept by its name; its id leads to all who do the same."""
    address = public_url_for("organisations.directory", concept=concept.code)
    return {"@type": "DefinedTerm", "@id": address, "name": label_of(concept, lang)}

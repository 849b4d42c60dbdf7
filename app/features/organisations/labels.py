"""What the values of organisations' columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.organisations.models import (
    MembershipRole,
    OrganisationState,
    OrganisationType,
    ReviewReason,
)

TYPE_NAMES: Mapping[OrganisationType, LazyString] = {
    OrganisationType.WISE: _l("Work-integration social enterprise"),
    OrganisationType.COOPERATIVE: _l("Cooperative"),
    OrganisationType.ASSOCIATION: _l("Association"),
    OrganisationType.FOUNDATION: _l("Foundation"),
    OrganisationType.STARTUP: _l("Social start-up"),
    OrganisationType.PUBLIC_AUTHORITY: _l("Public authority"),
    OrganisationType.UNIVERSITY: _l("University"),
    OrganisationType.TECHNOLOGY_PROVIDER: _l("Technology provider"),
    OrganisationType.FUNDER: _l("Funder"),
    OrganisationType.NETWORK: _l("Cluster or network"),
    OrganisationType.COMPANY: _l("Company"),
    OrganisationType.RESEARCH: _l("Research organisation"),
    OrganisationType.OTHER: _l("Another kind of organisation"),
}


STATE_NAMES: Mapping[OrganisationState, LazyString] = {
    OrganisationState.DRAFT: _l("waits for its address to be verified"),
    OrganisationState.PENDING: _l("waits to be admitted"),
    OrganisationState.ADMITTED: _l("in the cluster"),
    OrganisationState.SUSPENDED: _l("suspended"),
}


REVIEW_REASONS: Mapping[ReviewReason, LazyString] = {
    ReviewReason.SECOND: _l("It is the second one that its creator makes within 30 days."),
    ReviewReason.NAMESAKE: _l("It has the name of another organisation in the same country."),
}


ROLE_NAMES: Mapping[MembershipRole, LazyString] = {
    MembershipRole.EDITOR: _l("Editor"),
    MembershipRole.REPRESENTATIVE: _l("Representative"),
}


class FigureWords(NamedTuple):
    """What a figure of a profile is called, in the form and beside the story, and what helps to fill it in."""

    label: LazyString
    help_text: LazyString | str = ""


FIGURES: Mapping[str, FigureWords] = {
    "founded": FigureWords(_l("Founded in")),
    "employed": FigureWords(_l("People employed")),
    "disadvantaged": FigureWords(
        _l("Of these, people who found it hard to get work"),
        _l("Such as people with disabilities or after long unemployment."),
    ),
}
"""The numbers of a profile by their column, in the order in which they are asked for and shown."""

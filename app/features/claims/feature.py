"""The manifest of the claims feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.features.accounts.announcements import PersonForgotten
from app.features.claims import fragments, models, queries, views  # noqa: F401
from app.features.claims.notices import NOTICES
from app.features.claims.policy import POLICY
from app.features.claims.services.reports import forget_address

FEATURE = Feature(
    name="claims",
    blueprints=(views.blueprint, views.merges),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Claims"),
            "claims.queue",
            "claim.decide",
            group="cluster",
            badge=queries.count_waiting,
            icon="organisations",
            order=42,
            says=_l("Who says that a page is theirs, and which pages are not right."),
        ),
        NavigationItem(
            _l("Duplicates"),
            "duplicates.index",
            "claim.decide",
            group="cluster",
            icon="network",
            order=43,
            says=_l("Organisations that may be one, to be merged."),
        ),
    ),
    notices=NOTICES,
    listens=((PersonForgotten, forget_address),),
    fragments={"organisation.unclaimed": fragments.unclaimed, "organisation.page": fragments.actions},
)

"""The manifest of the organisations feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.features.accounts.announcements import AddressVerified, PersonForgotten
from app.features.organisations import models  # noqa: F401
from app.features.organisations.policy import POLICY
from app.features.organisations.presenters import place_of
from app.features.organisations.queries import count_waiting, identify, memberships_of
from app.features.organisations.queries.facets import keep_columns, prepare
from app.features.organisations.services.admission import advance_verified, forget_invitations
from app.features.organisations.services.concepts import mark_holders_changed
from app.features.organisations.services.freshness import ask_whether_right, end_searches
from app.features.organisations.services.pictures import DELETE_JOB, delete_pictures
from app.features.organisations.views import blueprint, export, guide, profiles
from app.features.taxonomy.announcements import ConceptMerged, ConceptMergeUndone


def belongs_to(actor: Actor, *, person_id: int) -> str:
    """For which organisation somebody acts, in the list of those whom one can be in the demo."""
    membership = next(iter(memberships_of(person_id)), None)
    return place_of(membership.organisation) if membership else ""


FEATURE = Feature(
    name="organisations",
    blueprints=(
        blueprint,
        export.blueprint,
        profiles.blueprint,
        profiles.pictures_blueprint,
        guide.blueprint,
    ),
    jobs={DELETE_JOB: delete_pictures},
    chores=(ask_whether_right, end_searches, keep_columns),
    policy=POLICY,
    listens=(
        (AddressVerified, advance_verified),
        (PersonForgotten, forget_invitations),
        (ConceptMerged, mark_holders_changed),
        (ConceptMergeUndone, mark_holders_changed),
    ),
    navigation=(
        NavigationItem(
            _l("Organisations"),
            "organisations.directory",
            group="find",
            badge=count_waiting,
            icon="organisations",
            says=_l("Who is here, where, and what they do."),
        ),
        NavigationItem(
            _l("Your organisation"), "organisations.acting", permission=SIGNED_IN, bars=("account",)
        ),
    ),
    fragments={"accounts.belongs_to": belongs_to},
    identify=identify,
    prepare=prepare,
)

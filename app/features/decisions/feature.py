"""The manifest of the decisions feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.transactions import write_transaction
from app.features.decisions import presenters, queries, services, views
from app.features.decisions.notices import NOTICES
from app.features.decisions.policy import POLICY


def close(proposal_id: int) -> None:
    """The job that counts a proposal when its time is over."""
    with write_transaction():
        services.close_if_due(proposal_id)


def remind(proposal_id: int) -> None:
    """The job that brings a decision back on its day."""
    with write_transaction():
        services.remind_to_review(proposal_id)


FEATURE = Feature(
    name="decisions",
    blueprints=(views.blueprint, views.checks),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Decisions"),
            "decisions.index",
            SIGNED_IN,
            group="work",
            badge=queries.count_waiting,
            icon="decisions",
            order=14,
            says=_l("What organisations decide together, and how it was counted."),
        ),
    ),
    notices=NOTICES,
    jobs={services.CLOSE_JOB: close, services.REVIEW_JOB: remind},
    fragments={"initiative.page": views.on_initiative_page},
    filters={"closing": presenters.closing},
)

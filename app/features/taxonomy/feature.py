"""The manifest of the taxonomy feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.hints import listen_to_hints
from app.core.transactions import write_transaction
from app.features.taxonomy import models  # noqa: F401
from app.features.taxonomy.cli import taxonomy
from app.features.taxonomy.notices import NOTICES
from app.features.taxonomy.policy import POLICY
from app.features.taxonomy.queries import forget_labels, forget_stale_labels, label_of, term_of
from app.features.taxonomy.queries.wishes import count_wishes
from app.features.taxonomy.services.merging import FORGET_JOB, forget_moves
from app.features.taxonomy.views import concepts, management


def prepare(app: Flask) -> None:
    """Forget what the concepts were called when that changed, and let old addresses lead on."""
    listen_to_hints(app, forget_labels)
    app.before_request(concepts.lead_on)


def forget_moves_in_transaction() -> None:
    """The job that forgets what merges moved once they can no longer be undone."""
    with write_transaction():
        forget_moves()


FEATURE = Feature(
    name="taxonomy",
    blueprints=(concepts.blueprint, management.blueprint),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Words"),
            "taxonomy_management.index",
            "taxonomy.manage",
            group="cluster",
            badge=count_wishes,
            icon="library",
            order=30,
            says=_l("Sectors and skills: name them, add them, make two into one."),
        ),
    ),
    notices=NOTICES,
    jobs={FORGET_JOB: forget_moves_in_transaction},
    chores=(forget_stale_labels,),
    filters={"label": label_of, "term": term_of},
    cli=(taxonomy,),
    prepare=prepare,
)

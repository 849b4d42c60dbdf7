"""The manifest of the accessibility feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.transactions import write_transaction
from app.features.accessibility import models, queries, views  # noqa: F401
from app.features.accessibility.notices import NOTICES
from app.features.accessibility.policy import POLICY
from app.features.accessibility.services import FORGET_JOB, delete_report, forget_reporter
from app.features.accounts.announcements import PersonForgotten


def delete_in_transaction(report_id: int) -> None:
    """The job that deletes a report which was kept long enough."""
    with write_transaction():
        delete_report(report_id)


FEATURE = Feature(
    name="accessibility",
    blueprints=(views.blueprint, views.reports),
    policy=POLICY,
    navigation=(
        NavigationItem(_l("Accessibility"), "accessibility.statement", bars=("foot",), order=92),
        NavigationItem(
            _l("Barriers"),
            "barriers.index",
            "barrier.answer",
            group="cluster",
            badge=queries.count_open,
            icon="person",
            order=40,
            says=_l("What somebody could not use, and who waits for an answer."),
        ),
    ),
    notices=NOTICES,
    listens=((PersonForgotten, forget_reporter),),
    jobs={FORGET_JOB: delete_in_transaction},
)

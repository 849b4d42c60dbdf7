"""The manifest of saved searches."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.feature import Feature, NavigationItem
from app.core.transactions import end_read_transaction, write_transaction
from app.features.organisations.announcements import OrganisationAdmitted
from app.features.saved_searches.fragments import save_link
from app.features.saved_searches.notices import NOTICES
from app.features.saved_searches.policy import POLICY
from app.features.saved_searches.queries import count_newcomers, due_searches, newest_organisation_id
from app.features.saved_searches.services import count_due, forget_admissions, note_admission
from app.features.saved_searches.views import blueprint


def look_for_newcomers() -> None:
    """The chore that counts the newcomers of due searches: each is looked through before its transaction."""
    counted_at, newest = now(), newest_organisation_id()
    counts = {
        search.id: count_newcomers(search.query, search.last_organisation_id, search.checked_at)
        for search in due_searches()
    }
    end_read_transaction()
    for search_id, newcomers in counts.items():
        with write_transaction():
            count_due(search_id, newcomers, newest, counted_at)
    if counts:
        with write_transaction():
            forget_admissions()


FEATURE = Feature(
    name="saved_searches",
    blueprints=(blueprint,),
    policy=POLICY,
    listens=((OrganisationAdmitted, note_admission),),
    navigation=(
        NavigationItem(
            _l("Saved searches"), "saved_searches.index", "saved_search.keep", bars=("account",), order=15
        ),
    ),
    notices=NOTICES,
    fragments={"directory.save": save_link},
    chores=(look_for_newcomers,),
)

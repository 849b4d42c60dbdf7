"""The kinds of notice about saved searches: one line of the digest for each search that found newcomers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.notices import Channel, NoticeKind, NoticeText, emphasised
from app.features.organisations.queries.filters import Order
from app.features.saved_searches.queries import filters_of, searches_shown_to


def found(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Searches that found newcomers; the address has those first."""
    texts = {}
    for search in searches_shown_to(actor, ids):
        sentence = ngettext("%(num)d new in %%(name)s", "%(num)d new in %%(name)s", search.new_count)
        arguments = filters_of(search.query).arguments(sort=Order.NEWEST.value)
        texts[search.id] = NoticeText(
            emphasised(sentence, name=search.name),
            path_for("organisations.directory", **arguments),
            _("See who is new"),
            _("Saved search"),
        )
    return texts


NOTICES = (
    NoticeKind(
        "saved_search.daily",
        _l("A search that you saved found somebody new, looked through once a day"),
        found,
        channel=Channel.DAILY,
        on_home=False,
    ),
    NoticeKind(
        "saved_search.weekly",
        _l("A search that you saved found somebody new, looked through once a week"),
        found,
        channel=Channel.WEEKLY,
        on_home=False,
    ),
)

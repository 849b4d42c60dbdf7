"""The kind of notice about reports of barriers, for those who run the cluster."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
from app.core.notices import NoticeKind, NoticeText
from app.features.accessibility.queries import reports_shown_to

SHOWN_CHARS = 280
"""So many characters of a report are shown with its notice."""


def reported(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Reports that wait for an answer."""
    return {
        report.id: NoticeText(
            Markup(escape(_("Somebody cannot use a page"))),
            path_for("barriers.index"),
            _("Read and answer"),
            _("Accessibility"),
            words=report.description[:SHOWN_CHARS],
            lang=foreign_language(report.lang),
        )
        for report in reports_shown_to(actor, ids)
    }


NOTICES = (
    NoticeKind("accessibility.barrier", _l("Somebody reports a barrier"), reported, asks=True, rank=40),
)

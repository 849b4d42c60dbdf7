"""The kinds of notices about design sessions: invited, begun, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.notices import NoticeKind, NoticeText, PresentNotices, emphasised
from app.features.design.models.sessions import DesignSession, DesignState
from app.features.design.presenters.pages import moment_in
from app.features.design.queries.sessions import design_sessions_shown_to


def _presents(
    states: Collection[DesignState],
    sentence: Callable[[], str],
    label: Callable[[], str],
    endpoint: str,
    *,
    with_moment: bool = False,
) -> PresentNotices:
    """Presents design sessions that are in one of the states, perhaps with the moment at which they begin."""

    def present(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
        return {
            each.id: NoticeText(
                emphasised(sentence(), title=each.title),
                path_for(endpoint, design_id=each.id),
                label(),
                _("Design session"),
                words=_begins(actor, each) if with_moment else "",
            )
            for each in design_sessions_shown_to(actor, ids)
            if each.state in states
        }

    return present


def _begins(actor: Actor, design_session: DesignSession) -> str:
    """When it begins, in the reader's time zone; "" where that is not known yet."""
    if design_session.starts_at is None or actor.person is None:
        return ""
    return _("It begins on %(moment)s.", moment=moment_in(design_session.starts_at, actor.person.timezone))


NOTICES = (
    NoticeKind(
        "design.invited",
        _l("You are invited to a design session"),
        _presents(
            (DesignState.SCHEDULED, DesignState.OPEN, DesignState.LIVE),
            lambda: _("You are invited: %(title)s"),
            lambda: _("See what it is about"),
            "design.show",
            with_moment=True,
        ),
        asks=True,
        rank=35,
    ),
    NoticeKind(
        "design.dated",
        _l("A design session of yours has a new date"),
        _presents(
            (DesignState.SCHEDULED, DesignState.OPEN),
            lambda: _("New date: %(title)s"),
            lambda: _("See what it is about"),
            "design.show",
            with_moment=True,
        ),
        rank=36,
    ),
    NoticeKind(
        "design.started",
        _l("A design session of yours begins"),
        _presents(
            (DesignState.LIVE,),
            lambda: _("%(title)s has begun"),
            lambda: _("Enter the session"),
            "design.show",
        ),
        asks=True,
        push=True,
        rank=5,
    ),
    NoticeKind(
        "design.report",
        _l("The report of a design session is ready"),
        _presents(
            (DesignState.CLOSED,),
            lambda: _("The report of %(title)s is ready"),
            lambda: _("Read the report"),
            "design.report",
        ),
        rank=45,
    ),
)

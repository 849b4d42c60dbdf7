"""The kinds of notices about decisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.notices import NoticeKind, NoticeText, PresentNotices, emphasised
from app.features.decisions.models import ProposalState
from app.features.decisions.queries import proposals_shown_to


def _presents(
    state: ProposalState, sentence: Callable[[], str], label: Callable[[], str], *, tells_until: bool = False
) -> PresentNotices:
    """Presents proposals that are in a state, perhaps with the moment until which one may answer."""

    def present(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
        return {
            each.id: NoticeText(
                emphasised(sentence(), title=each.title),
                path_for("decisions.show", key=each.key),
                label(),
                _("Decision"),
                words=_("Until %(moment)s.", moment=format_datetime(each.closes_at, "EEEE d MMMM y, HH:mm"))
                if tells_until
                else "",
            )
            for each in proposals_shown_to(actor, ids)
            if each.state is state
        }

    return present


NOTICES = (
    NoticeKind(
        "decision.opened",
        _l("A decision waits for the answer of your organisation"),
        _presents(
            ProposalState.OPEN,
            lambda: _("Your organisation is asked: %(title)s"),
            lambda: _("Read and answer"),
            tells_until=True,
        ),
        asks=True,
        push=True,
        rank=20,
        on_home=False,
    ),
    NoticeKind(
        "decision.closed",
        _l("A decision was counted"),
        _presents(ProposalState.CLOSED, lambda: _("It was counted: %(title)s"), lambda: _("See the result")),
        rank=40,
    ),
    NoticeKind(
        "decision.review",
        _l("It is time to look at a decision again"),
        _presents(
            ProposalState.CLOSED,
            lambda: _("Is this still right? %(title)s"),
            lambda: _("Look at the decision"),
        ),
        rank=60,
    ),
)

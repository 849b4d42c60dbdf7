"""The kinds of notices about seats: applications and offers, sent and answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
from app.core.notices import NoticeKind, NoticeText, PresentNotices, emphasised
from app.features.initiatives.models import Application, ApplicationState, OfferState, SeatOffer
from app.features.initiatives.queries import Request, requests_shown_to, text_in
from app.features.organisations.models import Organisation
from app.features.organisations.weave import weave_of


def _presents(
    model: type[Request],
    state: ApplicationState | OfferState,
    sentence: Callable[[], str],
    label: Callable[[], str],
    *,
    by_lead: bool,
    with_words: bool = False,
) -> PresentNotices:
    """Presents applications or offers that are in a state; `by_lead` is whether the lead did what the sentence says."""

    def present(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
        texts = {}
        for each in requests_shown_to(model, actor, ids):
            initiative = each.role.initiative
            reader = each.organisation_id if by_lead else initiative.lead_id
            if each.state == state and reader == actor.organisation_id:
                other: Organisation = initiative.lead if by_lead else each.organisation
                names = {"name": other.name, "initiative": text_in(initiative).title, "role": each.role.title}
                lang = foreign_language(each.lang)
                texts[each.id] = NoticeText(
                    emphasised(sentence(), **names),
                    path_for("initiatives.show", slug=initiative.slug),
                    label(),
                    _("Initiative"),
                    weave_of(other),
                    *((each.message, lang, other.name) if with_words else ()),
                )
        return texts

    return present


def _read_and_answer() -> str:
    return _("Read and answer")


def _open_initiative() -> str:
    return _("Open the initiative")


NOTICES = (
    NoticeKind(
        "application.sent",
        _l("An organisation applies to an initiative that yours leads"),
        _presents(
            Application,
            ApplicationState.SENT,
            lambda: _("%(name)s applies to %(initiative)s: %(role)s"),
            _read_and_answer,
            by_lead=False,
            with_words=True,
        ),
        asks=True,
        rank=22,
        on_home=False,
    ),
    NoticeKind(
        "application.accepted",
        _l("An application of yours is accepted"),
        _presents(
            Application,
            ApplicationState.ACCEPTED,
            lambda: _("Your seat in %(initiative)s is yours: %(role)s"),
            _open_initiative,
            by_lead=True,
        ),
        asks=True,
        rank=12,
    ),
    NoticeKind(
        "application.declined",
        _l("An application of yours is declined"),
        _presents(
            Application,
            ApplicationState.DECLINED,
            lambda: _("%(name)s cannot give you the seat in %(initiative)s: %(role)s"),
            _open_initiative,
            by_lead=True,
        ),
        rank=72,
    ),
    NoticeKind(
        "offer.sent",
        _l("A seat is offered to your organisation"),
        _presents(
            SeatOffer,
            OfferState.SENT,
            lambda: _("%(name)s offers you a seat in %(initiative)s: %(role)s"),
            _read_and_answer,
            by_lead=True,
            with_words=True,
        ),
        asks=True,
        rank=21,
        on_home=False,
    ),
    NoticeKind(
        "offer.accepted",
        _l("An organisation takes a seat that yours offered"),
        _presents(
            SeatOffer,
            OfferState.ACCEPTED,
            lambda: _("%(name)s takes its seat in %(initiative)s: %(role)s"),
            _open_initiative,
            by_lead=False,
        ),
        rank=40,
    ),
    NoticeKind(
        "offer.declined",
        _l("An organisation declines a seat that yours offered"),
        _presents(
            SeatOffer,
            OfferState.DECLINED,
            lambda: _("%(name)s cannot take the seat in %(initiative)s: %(role)s"),
            _open_initiative,
            by_lead=False,
        ),
        rank=74,
    ),
)

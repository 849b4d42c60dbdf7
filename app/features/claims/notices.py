"""The kinds of notices about claims and listings: for managers, editors and those who claim."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
from app.core.notices import NoticeKind, NoticeText, emphasised
from app.features.claims.models import Claim, ClaimState
from app.features.claims.queries import claims_shown_to, reports_shown_to


def waiting(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Claims that a manager decides."""
    found = claims_shown_to(actor, ids, ClaimState.ASKED, ClaimState.CONTESTED)
    sentence = _("%(person)s claims %(organisation)s")
    return {
        each.id: _text(each, sentence, path_for("claims.decide", claim_id=each.id), _("Read and decide"))
        for each in found
    }


def contested(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Claims by somebody else of an organisation that the reader edits."""
    found = claims_shown_to(actor, ids, ClaimState.CONTESTED)
    sentence = _("%(person)s says that she or he should look after %(organisation)s")
    return {
        each.id: _text(each, sentence, path_for("claims.answer", claim_id=each.id), _("Read and answer"))
        for each in found
    }


def settled(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Claims that were decided, with the reason; for who claimed, and for the editors of the organisation."""
    texts = {}
    for each in claims_shown_to(actor, ids, ClaimState.GIVEN, ClaimState.REFUSED):
        is_given, is_hers = each.state is ClaimState.GIVEN, each.person_id == actor.person_id
        if is_given:
            sentence = (
                _("You look after %(organisation)s from now on")
                if is_hers
                else _("%(person)s looks after %(organisation)s from now on")
            )
        else:
            sentence = (
                _("Your claim of %(organisation)s was declined")
                if is_hers
                else _("The claim of %(organisation)s by %(person)s was declined")
            )
        url = path_for("organisations.show", slug=each.organisation.slug)
        texts[each.id] = _text(each, sentence, url, _("Open the page"), each.reason)
    return texts


def reported(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Reports about listings that wait for a manager."""
    return {
        each.id: NoticeText(
            emphasised(
                _("Somebody says that the page of %(organisation)s is not right"),
                organisation=each.organisation.name,
            ),
            path_for("claims.queue"),
            _("Read it"),
            _("Listing"),
            None,
            each.note[:280],
            foreign_language(each.lang),
        )
        for each in reports_shown_to(actor, ids)
    }


def _text(claim: Claim, sentence: str, url: str, label: str, words: str = "") -> NoticeText:
    bold = emphasised(sentence, person=claim.person.name, organisation=claim.organisation.name)
    return NoticeText(bold, url, label, _("Claim"), None, words)


NOTICES = (
    NoticeKind("claim.waiting", _l("Somebody claims an organisation"), waiting, asks=True, rank=30),
    NoticeKind(
        "claim.contested",
        _l("Somebody else claims your organisation"),
        contested,
        asks=True,
        push=True,
        rank=5,
    ),
    NoticeKind("claim.settled", _l("A claim of yours or of your organisation was decided"), settled, rank=40),
    NoticeKind("claim.report", _l("Somebody says that a listing is not right"), reported, asks=True, rank=35),
)

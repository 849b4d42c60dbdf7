"""The kinds of notices about introductions, for those who act for the two organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
from app.core.notices import NoticeKind, NoticeText, emphasised
from app.features.introductions.models import Introduction, IntroductionState
from app.features.introductions.presenters import other_side
from app.features.introductions.queries import (
    answers_in_rooms,
    introductions_shown_to,
    is_open,
    room_numbers,
)
from app.features.organisations.weave import weave_of

HOME_WORDS = 280
"""So many characters of what they wrote are shown with a notice."""
NO_WORDS = ("", "", "")


def asked(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Requests that wait for the answer of the actor's organisation."""
    found = introductions_shown_to(actor, ids, is_open(), Introduction.asked_by != actor.organisation_id)
    texts = {}
    for each in found:
        author = each.person.name if each.person else ""
        words = _words(each.message, each.lang, author)
        sentence = _("%(name)s would like to meet you")
        texts[each.id] = _text(
            each, actor, sentence, path_for("introductions.index"), _("Read and answer"), words
        )
    return texts


def accepted(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Introductions that the other side accepted, with the words that it accepted with."""
    found = introductions_shown_to(actor, ids, Introduction.state == IntroductionState.ACCEPTED)
    rooms, answers = room_numbers(found), answers_in_rooms(found)
    texts = {}
    for each in found:
        answer = answers.get(each.id)
        words = _words(answer.body, answer.lang, answer.author or "") if answer else NO_WORDS
        url = path_for("rooms.show", room_id=rooms[each.id])
        texts[each.id] = _text(
            each, actor, _("%(name)s would like to meet you too"), url, _("Open your room"), words
        )
    return texts


def declined(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Introductions that the other side declined."""
    found = introductions_shown_to(actor, ids, Introduction.state == IntroductionState.DECLINED)
    sentence, url, label = (
        _("%(name)s cannot meet you now"),
        path_for("suggestions.index"),
        _("See who else fits you"),
    )
    return {each.id: _text(each, actor, sentence, url, label) for each in found}


def _text(
    introduction: Introduction,
    actor: Actor,
    sentence: str,
    url: str,
    label: str,
    words: tuple[str, str, str] = NO_WORDS,
) -> NoticeText:
    """The notice of an introduction; `sentence` names the other organisation as `%(name)s`."""
    other = other_side(introduction, actor.organisation_id or 0)
    return NoticeText(
        emphasised(sentence, name=other.name), url, label, _("Introduction"), weave_of(other), *words
    )


def _words(body: str, lang: str, author: str) -> tuple[str, str, str]:
    """The beginning of what somebody wrote, its language where it is not the reader's, and who she is."""
    beginning = body if len(body) <= HOME_WORDS else f"{body[:HOME_WORDS].rstrip()}…"
    return beginning, foreign_language(lang), author


NOTICES = (
    NoticeKind(
        "introduction.asked",
        _l("An organisation would like to meet yours"),
        asked,
        asks=True,
        push=True,
        rank=20,
        on_home=False,
    ),
    NoticeKind(
        "introduction.accepted",
        _l("An organisation that yours asked would like to meet, too"),
        accepted,
        asks=True,
        push=True,
        rank=10,
    ),
    NoticeKind(
        "introduction.declined", _l("An organisation that yours asked cannot meet now"), declined, rank=70
    ),
)

"""The kind of notice about words that somebody asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import foreign_language, path_for
from app.core.notices import Channel, NoticeKind, NoticeText, emphasised
from app.features.taxonomy.models import WishState
from app.features.taxonomy.queries import label_of
from app.features.taxonomy.queries.wishes import wishes_answered


def answered(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """What became of the words that the actor asked for."""
    texts = {}
    for wish in wishes_answered(actor, ids):
        if wish.state is WishState.ADDED and wish.concept is not None:
            sentence = emphasised(
                _("Your word %(word)s can be chosen now: it is called %(concept)s"),
                word=wish.text,
                concept=label_of(wish.concept),
            )
        else:
            sentence = emphasised(_("Your word %(word)s was not added"), word=wish.text)
        texts[wish.id] = NoticeText(
            sentence,
            path_for("organisations.acting"),
            _("Go to your organisation"),
            _("Words"),
            words=wish.answer,
            lang=foreign_language(wish.answer_lang) if wish.answer else "",
        )
    return texts


NOTICES = (
    NoticeKind(
        "taxonomy.wish",
        _l("A word that you asked for is answered"),
        answered,
        channel=Channel.WEEKLY,
        rank=70,
    ),
)

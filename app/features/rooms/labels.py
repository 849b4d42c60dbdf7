"""What things in rooms are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.rooms.models import Follow, ReactionWord, RoomKind, RoomMode

REACTION_WORDS: Mapping[ReactionWord, LazyString] = {
    ReactionWord.AGREE: _l("Agree"),
    ReactionWord.THANKS: _l("Thanks"),
    ReactionWord.QUESTION: _l("Question"),
    ReactionWord.CONCERN: _l("Concern"),
}

GROUP_NAMES: Mapping[RoomKind, LazyString] = {
    RoomKind.INTRODUCTION: _l("Introductions"),
    RoomKind.INITIATIVE: _l("Initiatives"),
    RoomKind.THEME: _l("Themes"),
}
"""What the rooms of each kind are called together, in the order in which a list groups them."""

MODE_NAMES: Mapping[tuple[RoomMode, int], LazyString] = {
    (RoomMode.OPEN, 0): _l("Everybody, whenever they like"),
    (RoomMode.SLOW, 30): _l("Everybody, once in 30 seconds"),
    (RoomMode.SLOW, 60): _l("Everybody, once in a minute"),
    (RoomMode.SLOW, 300): _l("Everybody, once in 5 minutes"),
    (RoomMode.SLOW, 900): _l("Everybody, once in 15 minutes"),
    (RoomMode.SLOW, 3600): _l("Everybody, once in an hour"),
    (RoomMode.ANNOUNCE, 0): _l("Facilitators and managers; the others answer"),
}
"""Each mode with its seconds."""
MODE_NOTES: Mapping[RoomMode, LazyString] = {
    RoomMode.SLOW: _l("This room is slow: after a message each of us waits a while before the next."),
    RoomMode.ANNOUNCE: _l("Here facilitators and managers begin. You can answer their messages."),
}
"""What those read who write in a room of this mode."""
FOLLOW_NAMES: Mapping[Follow, LazyString] = {
    Follow.ALL: _l("Everything"),
    Follow.MENTIONS: _l("Mentions of me, and answers to me"),
    Follow.NOTHING: _l("Nothing"),
}


def muted_sentence(until: datetime) -> LazyString:
    """What somebody who is muted reads in place of the field to write in."""
    return _l(
        "A facilitator muted you in this room until %(until)s. You can read, and answer in one word.",
        until=format_datetime(until, "d MMMM, HH:mm"),
    )

"""What of WCAG 2.2 (A and AA) is not kept yet: the one list that the accessibility statement shows and tests read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

CHECKED_ON = date(2026, 11, 30)
"""When the pages were last looked through for this list."""


@dataclass(frozen=True)
class OpenPoint:
    """Something that is not accessible yet.

    `criteria` are numbers of WCAG 2.2, `endpoints` the pages on which it is met. `where` names them, `what` says what is
    missing, `instead` how one can do the same another way.
    """

    criteria: tuple[str, ...]
    endpoints: tuple[str, ...]
    where: LazyString
    what: LazyString
    instead: LazyString


OPEN_POINTS: tuple[OpenPoint, ...] = (
    OpenPoint(
        ("1.4.10",),
        ("rooms.show",),
        _l("Rooms"),
        _l("At four times the usual size, little of the talk is seen."),
        _l("Use a larger window, or a smaller zoom."),
    ),
    OpenPoint(
        ("3.1.2", "4.1.3"),
        ("rooms.show",),
        _l("Rooms"),
        _l("New messages are read in the language of the page, and that a message was sent is not said."),
        _l("In the list each message is read in its own language, and what waits is marked."),
    ),
    OpenPoint(
        ("2.4.11",),
        ("organisations.edit", "initiatives.edit"),
        _l("Forms on small screens"),
        _l("The bar at the bottom can hide the field that you are in."),
        _l("Scroll a little, or use a larger window."),
    ),
)

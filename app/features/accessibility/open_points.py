"""What of WCAG 2.2 (A and AA) is not kept yet: the one list that the accessibility statement shows and tests read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


OPEN_POINTS: tuple[OpenPoint, ...] = ()

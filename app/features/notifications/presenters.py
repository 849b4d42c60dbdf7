"""Notifications in the reader's language: from what their subjects are now, and only what she may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import to_user_timezone

from app.core.actors import Actor
from app.core.i18n import day_name
from app.core.notices import NoticeKind, NoticeText, notice_kinds
from app.features.notifications.models import Notification
from app.features.notifications.queries import latest_unread, list_notifications
from app.features.organisations.models import MembershipRole

MAX_AT_BELL = 5
MOST_ON_HOME = 20
"""So many unread ones are looked at to find the most pressing."""


@dataclass(frozen=True)
class ShownNotification:
    """A notification in a list; `organisation` names the reader's own organisation where it is not the one she acts for."""

    id: int
    kind: NoticeKind
    subject_id: int
    text: NoticeText
    at: datetime
    is_read: bool
    organisation: str
    organisation_id: int | None


@dataclass(frozen=True)
class NotificationDay:
    """A day and what came on it."""

    name: str
    items: tuple[ShownNotification, ...]


def present(actor: Actor, rows: Sequence[Notification]) -> list[ShownNotification]:
    """The notifications whose subjects are there and visible, in the order of `rows`.

    Each is made as for the organisation that it concerns. Queries do not grow with the rows, but with the kinds and the
    organisations among them.
    """
    subjects: dict[tuple[str, int | None], set[int]] = defaultdict(set)
    for row in rows:
        subjects[row.kind, row.organisation_id].add(row.subject_id)
    kinds = notice_kinds()
    texts: dict[tuple[str, int | None], Mapping[int, NoticeText]] = {
        (kind, organisation_id): kinds[kind].present(_acting_for(actor, organisation_id), ids)
        for (kind, organisation_id), ids in subjects.items()
    }
    shown = []
    for row in rows:
        text = texts[row.kind, row.organisation_id].get(row.subject_id)
        if text is not None:
            others = _other_organisation(actor, row.organisation_id)
            shown.append(
                ShownNotification(
                    row.id,
                    kinds[row.kind],
                    row.subject_id,
                    text,
                    row.at,
                    row.read_at is not None,
                    others,
                    row.organisation_id,
                )
            )
    return shown


def _acting_for(actor: Actor, organisation_id: int | None) -> Actor:
    """The actor as she would stand if she acted for another of her organisations."""
    if organisation_id is None or organisation_id == actor.organisation_id:
        return actor
    organisation = next(each for each in actor.organisations if each.id == organisation_id)
    return replace(actor, organisation=organisation, membership_role=MembershipRole.REPRESENTATIVE.value)


def _other_organisation(actor: Actor, organisation_id: int | None) -> str:
    if organisation_id is None or organisation_id == actor.organisation_id:
        return ""
    return next(each.name for each in actor.organisations if each.id == organisation_id)


def notification_page(actor: Actor, token: str | None) -> tuple[list[NotificationDay], str | None]:
    """A page of the actor's notifications under their days, and the token of the next page."""
    found = list_notifications(actor, token)
    return _days(present(actor, found.items)), found.next


def latest_of(actor: Actor) -> tuple[list[ShownNotification], list[ShownNotification]]:
    """What the bell opens: what is unread and asks for the actor, and the latest others, at most MAX_AT_BELL together."""
    shown = present(actor, list_notifications(actor, None).items)
    asking = [each for each in shown if each.kind.asks and not each.is_read][:MAX_AT_BELL]
    return asking, [each for each in shown if each not in asking][: MAX_AT_BELL - len(asking)]


def _days(shown: Iterable[ShownNotification]) -> list[NotificationDay]:
    by_day: dict[date, list[ShownNotification]] = defaultdict(list)
    for each in shown:
        by_day[to_user_timezone(each.at).date()].append(each)
    return [NotificationDay(day_name(day), tuple(items)) for day, items in by_day.items()]


def news_of(actor: Actor) -> list[ShownNotification]:
    """What the actor has not read and her first page shows, the most pressing first; of equals the latest."""
    kinds = [kind.name for kind in notice_kinds().values() if kind.on_home]
    shown = present(actor, latest_unread(actor, kinds, MOST_ON_HOME))
    return sorted(shown, key=lambda each: each.kind.rank)

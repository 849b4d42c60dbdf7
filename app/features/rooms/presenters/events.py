"""The events of rooms and the acknowledgements of their commands: types, and payloads out of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from app.core.actors import PersonLike
from app.core.payloads import Payload
from app.core.rendered import RenderedText
from app.core.streams.models import Event
from app.features.accounts.models import ClusterRole
from app.features.files.presenters import FilePayload, present_files
from app.features.files.services import PAYLOAD_FILES
from app.features.rooms.models import ReactionWord, Room, RoomMode, RoomRow
from app.features.rooms.queries import (
    OrganisationSummary,
    PersonSummary,
    events_of,
    organisation_summaries,
    people_by_id,
)
from app.features.rooms.queries.mentions import names_in
from app.features.rooms.queries.modes import MODE, rooms_of_streams
from app.features.rooms.queries.pins import PIN, pinned_in
from app.features.rooms.queries.reactions import REACTION, Reacted, reactions_in

T = TypeVar("T")


class RoomPerson(Payload):
    """Who did something; `role` is there only where it tells something."""

    id: int
    name: str
    role: str | None


class RoomWeave(Payload):
    """The threads of an organisation's weave, as `core.weave` names them."""

    warp: list[str]
    weft: list[str]


class RoomOrganisation(Payload):
    """An organisation beside what it said."""

    slug: str
    name: str
    country: str | None
    weave: RoomWeave


class Quote(Payload):
    """The first words of a message that is answered, or that is changed or removed."""

    seq: int
    name: str | None
    text: str
    lang: str | None


class LastEdit(Payload):
    """The number and the moment of a message's last change."""

    seq: int
    at: str


class Reactor(Payload):
    """Somebody who said a word to a message."""

    id: int
    name: str


class ReactionsOfWord(Payload):
    """Who said a word to a message, the first to say it first."""

    word: Literal["agree", "thanks", "question", "concern"]
    people: list[Reactor]


class _RoomEvent(Payload):
    seq: int
    at: str
    actor: RoomPerson | None
    organisation: RoomOrganisation | None
    body: str
    html: str
    lang: str | None
    reply_to: int | None
    cid: str | None
    quote: Quote | None
    files: list[FilePayload]
    written_at: str | None
    edited: LastEdit | None
    reactions: list[ReactionsOfWord]
    removed_by: Literal["author", "facilitator"] | None
    redacted: bool


class MessageEvent(_RoomEvent):
    """A message, as it stands now; of one that was removed the words are gone."""

    kind: Literal["message"]
    target: None


class EditedEvent(_RoomEvent):
    """New words of the message numbered `target`; none where a later change or the removal has them."""

    kind: Literal["edited"]
    target: int


class RemovedEvent(_RoomEvent):
    """The removal of the message numbered `target`."""

    kind: Literal["removed"]
    target: int


class PinnedMessage(Payload):
    """The first words of a message that is pinned."""

    seq: int
    name: str | None
    text: str
    lang: str | None


class PinEvent(_RoomEvent):
    """That the message numbered `target` was pinned or is not any more; `pins` are all that are pinned now."""

    kind: Literal["pin"]
    target: int
    pins: list[PinnedMessage]


class ReactionEvent(_RoomEvent):
    """The reactions to the message numbered `target`, all that there are now."""

    kind: Literal["reaction"]
    target: int


class RoomSettings(Payload):
    """Who writes in a room: everybody, everybody once in so many seconds, or those who moderate; nobody in a closed one."""

    mode: Literal["open", "slow", "announce"]
    slow_seconds: int
    is_closed: bool


class ModeEvent(_RoomEvent):
    """That it was changed who writes in the room; `settings` say how it is now."""

    kind: Literal["mode"]
    target: None
    settings: RoomSettings


class Posted(Payload):
    """The acknowledgement of a message: its number."""

    seq: int
    room: int


class Changed(Posted):
    """The acknowledgement of a change or a removal: its own number and that of its message."""

    target: int


class ReadUpTo(Payload):
    """How far somebody has read a room, and how many messages wait for her in all her rooms."""

    room: int
    seq: int
    unread: int


EVENTS = {
    "message": MessageEvent,
    "edited": EditedEvent,
    "removed": RemovedEvent,
    REACTION: ReactionEvent,
    PIN: PinEvent,
    MODE: ModeEvent,
}


QUOTED = 120


def present(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The payloads of events of rooms, in three queries however many they are, and one for each room where some answer.

    Each is `{seq, kind, target, at, actor, organisation, body, html, lang, reply_to, quote, cid, files,
    written_at, edited, removed_by, redacted}`. `html` is the body as safe HTML; `written_at` is when it was written,
    where it waited long to be sent; `edited` is the last change of a message, `{seq, at}`.
    `quote` is what is shown of the message that this one answers, and in a change or a removal what is shown of its
    target from now on. Of a redacted event no word is left: a redacted change tells nothing, because a later one or the
    removal does.
    """
    quoted = _by_number(events, _quotes, _events_of)
    reacted = _by_number(events, _reacted, reactions_in)
    names = names_in(said_in(event).body for event in (*events, *quoted.values()))
    changed = rooms_of_streams({event.stream_id for event in events if event.kind == MODE})
    everything = [*events, *quoted.values()]
    people = people_by_id({event.actor_id for event in everything if event.actor_id is not None})
    found = organisation_summaries({event.org_id for event in events if event.org_id is not None})
    patches = {key: present_organisation(patch) for key, patch in found.items()}
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "target": event.target_seq,
            "at": _moment(event.created_at),
            "actor": present_person(people.get(event.actor_id or 0)),
            "organisation": patches.get(event.org_id or 0),
            "body": said_in(event, names).text,
            "html": str(said_in(event, names).html),
            "lang": event.payload.get("lang"),
            "reply_to": event.payload.get("reply_to"),
            "cid": event.payload.get("cid"),
            "files": present_files(event.payload.get(PAYLOAD_FILES, ())),
            "quote": _quote(quoted.get((event.stream_id, _quotes(event))), people, names),
            "written_at": _moment(datetime.fromisoformat(event.payload["written_at"]))
            if "written_at" in event.payload
            else None,
            "edited": {
                "seq": event.payload["edited"],
                "at": _moment(datetime.fromisoformat(event.payload["edited_at"])),
            }
            if "edited" in event.payload
            else None,
            "reactions": present_reactions(reacted.get((event.stream_id, _reacted(event)), ())),
            "removed_by": event.payload.get("removed_by") or event.payload.get("by"),
            "redacted": event.redacted_at is not None,
            **({"pins": present_pins(event.stream_id)} if event.kind == PIN else {}),
            **({"settings": present_settings(changed[event.stream_id])} if event.kind == MODE else {}),
        }
        for event in events
    ]


def present_organisation(patch: OrganisationSummary) -> dict[str, Any]:
    """An organisation beside what it said."""
    return {
        "slug": patch.slug,
        "name": patch.name,
        "country": patch.country,
        "weave": {"warp": list(patch.weave.warp), "weft": list(patch.weave.weft)},
    }


def _by_number(
    events: Sequence[Event],
    number_of: Callable[[Event], int],
    read: Callable[[str, set[int]], Mapping[int, T]],
) -> Mapping[tuple[str, int], T]:
    """What these events need to know of others, by stream and number; in one query for each stream."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if number := number_of(event):
            wanted[event.stream_id].add(number)
    return {
        (stream_id, seq): found
        for stream_id, numbers in wanted.items()
        for seq, found in read(stream_id, numbers).items()
    }


def present_pins(stream_id: str) -> list[dict[str, Any]]:
    """The first words of the messages that are pinned in a room."""
    pinned = pinned_in(stream_id)
    people = people_by_id({event.actor_id for event in pinned if event.actor_id is not None})
    names = names_in(said_in(event).body for event in pinned)
    return [quote for event in pinned if (quote := _quote(event, people, names)) is not None]


def present_settings(room: Room | RoomRow) -> dict[str, Any]:
    """Who writes in a room now."""
    return {
        "mode": RoomMode(room.mode).value,
        "slow_seconds": room.slow_seconds,
        "is_closed": bool(room.is_closed),
    }


def _events_of(stream_id: str, numbers: set[int]) -> Mapping[int, Event]:
    return {event.seq: event for event in events_of(stream_id, numbers)}


def _reacted(event: Event) -> int:
    """The number of the message whose reactions an event tells; 0 where it has none.

    A message that nobody ever reacted to is not asked for: most have none.
    """
    if event.kind == REACTION:
        return event.target_seq or 0
    return event.seq if event.payload.get("reacted") else 0


def present_reactions(reacted: Sequence[Reacted]) -> list[dict[str, Any]]:
    """The words that were said to a message, in their usual order, each with its people."""
    by_word = {
        word: [{"id": each.person_id, "name": each.name} for each in reacted if each.word == word]
        for word in ReactionWord
    }
    return [{"word": word.value, "people": people} for word, people in by_word.items() if people]


def _quotes(event: Event) -> int:
    """The number of the event that this one answers or is about; 0 where there is none."""
    if event.kind in (REACTION, PIN, MODE):
        return 0
    return event.target_seq or event.payload.get("reply_to") or 0


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def said_in(event: Event, names: Mapping[str, str] | None = None) -> RenderedText:
    """The words of an event; none once it is redacted. `names` are those of whom it mentions, by their keys."""
    return RenderedText(str(event.payload.get("body", "")), event.payload.get("rendered"), names or {})


def present_person(person: PersonLike | PersonSummary | None) -> dict[str, Any] | None:
    """Who said it; `role` only where it tells something ("facilitator")."""
    if person is None:
        return None
    role = None if person.cluster_role == ClusterRole.MEMBER else person.cluster_role.value
    return {"id": person.id, "name": person.name, "role": role}


def _quote(
    event: Event | None, people: Mapping[int, PersonSummary], names: Mapping[str, str]
) -> dict[str, Any] | None:
    """The first words of a message that is answered, as it stands now."""
    if event is None:
        return None
    person = people.get(event.actor_id or 0)
    return {
        "seq": event.seq,
        "name": person.name if person else None,
        "text": said_in(event, names).excerpt(QUOTED),
        "lang": event.payload.get("lang"),
    }

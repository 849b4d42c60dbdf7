"""Messages as plain data, the same for every reader; and what the pages of rooms show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from app.core.actors import PersonLike
from app.core.streams.models import Event
from app.core.text import excerpt, markdown
from app.features.accounts.models import ClusterRole, Person
from app.features.organisations.models import Organisation
from app.features.organisations.weave import weave_of
from app.features.rooms.queries import events_of, organisations_by_id, people_by_id

QUOTED = 120


def present(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The payloads of events of one stream, in four queries however many they are.

    Each is `{seq, kind, at, actor, organisation, body, html, lang, reply_to, quote, cid, redacted}`; `html` is the body
    as safe HTML, `quote` what is shown of the message that it answers. Of a redacted event no word is left.
    """
    quoted = _quoted(events)
    everything = [*events, *quoted.values()]
    people = people_by_id({event.actor_id for event in everything if event.actor_id is not None})
    organisations = organisations_by_id({event.org_id for event in events if event.org_id is not None})
    patches = {key: present_organisation(organisation) for key, organisation in organisations.items()}
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "at": event.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "actor": present_person(people.get(event.actor_id or 0)),
            "organisation": patches.get(event.org_id or 0),
            **_words(event),
            "quote": _quote(quoted.get(event.payload.get("reply_to")), people),
            "redacted": event.redacted_at is not None,
        }
        for event in events
    ]


def present_organisation(organisation: Organisation) -> dict[str, Any]:
    """An organisation beside what it said."""
    woven = weave_of(organisation)
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "country": organisation.country,
        "weave": {"warp": list(woven.warp), "weft": list(woven.weft)},
    }


def _quoted(events: Sequence[Event]) -> Mapping[int, Event]:
    """The events that these answer, by number."""
    numbers = {event.payload["reply_to"] for event in events if event.payload.get("reply_to")}
    return {event.seq: event for event in events_of(events[0].stream_id, numbers)} if numbers else {}


def _words(event: Event) -> dict[str, Any]:
    """What was said, and how; all empty once it is redacted."""
    body = str(event.payload.get("body", ""))
    return {
        "body": body,
        "html": str(markdown(body)),
        "lang": event.payload.get("lang"),
        "reply_to": event.payload.get("reply_to"),
        "cid": event.payload.get("cid"),
    }


def present_person(person: PersonLike | None) -> dict[str, Any] | None:
    """Who said it; `role` only where it tells something ("facilitator")."""
    if person is None:
        return None
    role = None if person.cluster_role == ClusterRole.MEMBER else person.cluster_role.value
    return {"id": person.id, "name": person.name, "role": role}


def _quote(event: Event | None, people: Mapping[int, Person]) -> dict[str, Any] | None:
    """The first words of a message that is answered, as it stands now."""
    if event is None:
        return None
    person = people.get(event.actor_id or 0)
    return {
        "seq": event.seq,
        "name": person.name if person else None,
        "text": excerpt(str(event.payload.get("body", "")), QUOTED),
        "lang": event.payload.get("lang"),
    }

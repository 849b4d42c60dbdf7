"""What a client makes of a room's events; js/room/messages.js does the same to the page."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

Event = dict[str, Any]
Talk = dict[int, Event]
"""The messages that somebody has on her screen, by their numbers."""
Around = dict[str, Any]
"""What stands around the talk: `pins` and `settings`."""
WORDS = ("body", "html", "lang")
LOST = {
    "body": "",
    "html": "",
    "lang": None,
    "reply_to": None,
    "quote": None,
    "cid": None,
    "written_at": None,
    "edited": None,
    "files": [],
    "reactions": [],
}


def fold(talk: Talk, events: Iterable[Event]) -> Talk:
    """The talk after some events; kinds that this client does not know change nothing."""
    talk = copy.deepcopy(talk)
    for event in events:
        if event["kind"] == "message":
            talk[event["seq"]] = copy.deepcopy(event)
        elif event["kind"] == "edited" and not event["redacted"]:
            _edit(talk, event)
        elif event["kind"] == "removed":
            _remove(talk, event)
        elif event["kind"] == "reaction":
            _react(talk, event)
    return talk


def fold_around(around: Around, events: Iterable[Event]) -> Around:
    """What a page shows beside the talk, which is pinned and who writes, after some events; each event tells it whole."""
    around = copy.deepcopy(around)
    for event in events:
        if event["kind"] == "pin":
            around["pins"] = event["pins"]
        elif event["kind"] == "mode":
            around["settings"] = event["settings"]
        elif event["kind"] in ("edited", "removed"):
            around["pins"] = [_requoted(pin, event) for pin in around["pins"] if _still_says(pin, event)]
    return around


def _still_says(pin: Event, event: Event) -> bool:
    return pin["seq"] != event["target"] or (event["quote"] is not None and event["quote"]["text"] != "")


def _requoted(pin: Event, event: Event) -> Event:
    return event["quote"] if pin["seq"] == event["target"] else pin


def _edit(talk: Talk, event: Event) -> None:
    message = talk.get(event["target"])
    if message and not message["redacted"] and (message["edited"] or {"seq": 0})["seq"] < event["seq"]:
        message.update({name: event[name] for name in WORDS})
        message["edited"] = {"seq": event["seq"], "at": event["at"]}
    _quote(talk, event)


def _remove(talk: Talk, event: Event) -> None:
    message = talk.get(event["target"])
    if message:
        message.update(LOST, redacted=True, removed_by=event["removed_by"])
    _quote(talk, event)


def _react(talk: Talk, event: Event) -> None:
    message = talk.get(event["target"])
    if message and not message["redacted"]:
        message["reactions"] = event["reactions"]


def _quote(talk: Talk, event: Event) -> None:
    for message in talk.values():
        if message["quote"] and message["quote"]["seq"] == event["target"]:
            message["quote"] = event["quote"]

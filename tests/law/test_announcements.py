"""The law of announcements: every command and every event of a board is read aloud, or it says why it is not."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import pytest
from flask import Flask

from app.core.live.commands import LiveCommand, SocketCommand
from app.features.design.presenters import board_announcements as table
from app.features.design.presenters.payloads import EVENTS
from app.features.design.sockets import COMMANDS


def values_of(kind: Any) -> list[str]:
    """All values of a type that has few of them, as the script writes them."""
    if kind is bool:
        return ["true", "false"]
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [str(each.value) for each in kind]
    raise TypeError(kind)


def variants_of(form: type[LiveCommand]) -> list[str]:
    """All keys that the sentences of a command need to have, where it has several."""
    fields = [form.model_fields[name] for name in table.VARIANTS if name in form.model_fields]
    return [
        "_".join(values) for values in itertools.product(*(values_of(each.annotation) for each in fields))
    ]


def unanswered(commands: Iterable[SocketCommand], acts: table.Sentences) -> Iterator[str]:
    """The commands that are followed by silence without a reason, and those that the table answers twice."""
    for command in commands:
        ways = [acts, table.ANSWERED_BY_EVENTS, table.SILENT_COMMANDS]
        found = [way for way in ways if command.event in way]
        if len(found) != 1:
            yield f"{command.event} is answered in {len(found)} ways"
        sentences = acts.get(command.event)
        if isinstance(sentences, Mapping) and any(
            name in command.form.model_fields for name in table.VARIANTS
        ):
            yield from (
                f"{command.event} {variant}"
                for variant in variants_of(command.form)
                if variant not in sentences
            )


def untold(kinds: Iterable[str], told: table.Sentences, desk: table.Sentences) -> list[str]:
    """The events that nobody hears without a reason, and those that are told although they have one."""
    return [kind for kind in kinds if (kind in told or kind in desk) == (kind in table.SILENT_EVENTS)]


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """A request, in which sentences have a language."""
    with app.test_request_context("/en/"):
        yield


@pytest.mark.usefixtures("english")
def test_every_command_is_answered_or_says_why_it_is_not() -> None:
    assert list(unanswered(COMMANDS, table.acts())) == []


@pytest.mark.usefixtures("english")
def test_every_event_is_told_or_says_why_it_is_not() -> None:
    assert untold(EVENTS, table.events(), table.desk()) == []


@pytest.mark.usefixtures("english")
def test_the_table_knows_no_commands_and_events_but_those_that_there_are() -> None:
    names = {command.event for command in COMMANDS}
    assert {*table.acts(), *table.ANSWERED_BY_EVENTS, *table.SILENT_COMMANDS} <= names
    assert {*table.events(), *table.desk(), *table.SILENT_EVENTS} <= set(EVENTS)
    answering = {kind for kinds in table.ANSWERED_BY_EVENTS.values() for kind in kinds}
    assert answering <= set(table.events())


@pytest.mark.usefixtures("english")
def test_a_planted_silence_is_seen() -> None:
    sing = SocketCommand("design_sing", "design.join", LiveCommand, lambda actor, command: {}, None)
    assert list(unanswered([sing], table.acts())) == ["design_sing is answered in 0 ways"]
    assert untold(["sung"], table.events(), table.desk()) == ["sung"]
    hand = next(command for command in COMMANDS if command.event == "design_hand")
    assert list(unanswered([hand], {"design_hand": {"true": "Your hand is up."}})) == ["design_hand false"]

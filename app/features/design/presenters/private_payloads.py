"""The types of what a design session tells one person, or only those at the desk."""

from __future__ import annotations

from typing import NotRequired

from app.core.payloads import Payload
from app.features.design.presenters.payloads import PublicState


class Snapshot(Payload):
    """What a reader begins with: the public state, which holds everything up to the event `seq`."""

    seq: int
    epoch: str
    stream: str
    state: PublicState


class OwnCard(Payload):
    """One's own card, hidden or anonymous ones too."""

    key: str
    column: str
    rank: str
    text: str
    lang: str
    hidden: bool
    anonymous: bool
    cluster: NotRequired[str]


class Mine(Payload):
    """What is one person's own: her cards, the points she gave, what she may do now."""

    joined: bool
    cards: dict[str, OwnCard]
    votes: dict[str, int]
    budget: int
    left: int
    ready: bool
    breakout: NotRequired[str]
    may: list[str]


class NotHeard(Payload):
    """Who has neither written under her name nor spoken, and which countries."""

    people: list[int]
    countries: list[str]


class DeskView(Payload):
    """What only those at the desk are told; `undo` names the step that can be undone."""

    not_heard: NotRequired[NotHeard]
    unopened: list[str]
    calls: list[str]
    undo: str | None


class ProposedGroup(Payload):
    """A group that is proposed; `group` and `host` where it is one at work whose people change."""

    members: list[int]
    languages: list[str]
    group: NotRequired[str]
    host: NotRequired[int]


class ProposedBreakouts(Payload):
    """Groups for everybody, and what they would do.

    `new_ties` and `old_ties` count pairs of organisations, `at_most` bounds the new ones; `together` are colleagues in
    one group, `met_again` people who sat together before, `speechless` the numbers of groups without a common language.
    """

    groups: list[ProposedGroup]
    new_ties: int
    at_most: int
    old_ties: int
    together: list[list[int]]
    met_again: list[list[int]]
    speechless: list[int]
    exact: bool


class OwnAnswer(Payload):
    """The acknowledgement of what a participant did: what is her own from now on."""

    mine: Mine


class PhaseAnswer(Payload):
    """The acknowledgement of a change of the plan: the phase's id."""

    phase: int


class ColumnAnswer(Payload):
    """The acknowledgement of a change of the columns: the column's id."""

    column: int


class ProposalAnswer(Payload):
    """The acknowledgement of a change of a proposal: its id."""

    proposal: int


class DeskAnswer(Payload):
    """The acknowledgement of a change at the desk; `kept` answers the holder's sign of life."""

    kept: NotRequired[bool]

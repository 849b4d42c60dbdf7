"""One table of transitions: what it allows, what it refuses, and with which sentence."""

from __future__ import annotations

import enum

import pytest
from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict
from app.core.state_machine import StateMachine


class Door(enum.Enum):
    """States of a door."""

    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


class Act(enum.Enum):
    """Moves of a door."""

    SHUT = "shut"
    OPEN = "open"
    REMOVE = "remove"


MACHINE = StateMachine(
    Act,
    {
        (Door.OPEN, Act.SHUT): Door.SHUT,
        (Door.SHUT, Act.OPEN): Door.OPEN,
        (Door.SHUT, Act.REMOVE): None,
    },
    {Door.OPEN: _l("It is open.")},
    otherwise=_l("It is not open."),
)


def test_move_in_table_leads_to_its_target() -> None:
    assert MACHINE.next_state(Door.OPEN, Act.SHUT) is Door.SHUT
    assert MACHINE.next_state(Door.SHUT, Act.REMOVE) is None


@pytest.mark.parametrize(
    ("state", "move", "sentence"),
    [(Door.OPEN, Act.OPEN, "It is open."), (Door.GONE, Act.SHUT, "It is not open.")],
)
def test_move_outside_table_is_refused_with_sentence_of_state(state: Door, move: Act, sentence: str) -> None:
    with pytest.raises(Conflict) as refused:
        MACHINE.next_state(state, move)
    assert str(refused.value.message) == sentence


def test_state_without_sentence_is_refused_with_general_one() -> None:
    plain = StateMachine(Act, dict.fromkeys(((Door.OPEN, move) for move in Act), Door.SHUT))
    with pytest.raises(Conflict) as refused:
        plain.next_state(Door.SHUT, Act.OPEN)
    assert refused.value.message == Conflict.default


def test_allowed_moves_stand_in_order_of_table() -> None:
    assert MACHINE.allowed_moves(Door.SHUT) == (Act.OPEN, Act.REMOVE)
    assert MACHINE.allowed_moves(Door.GONE) == ()


def test_move_that_leads_nowhere_fails_when_table_is_made() -> None:
    with pytest.raises(ValueError, match=r"Act: no transition for Act\.OPEN, Act\.REMOVE\."):
        StateMachine(Act, {(Door.OPEN, Act.SHUT): Door.SHUT})

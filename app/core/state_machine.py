"""A state machine as one table of transitions, with a sentence for each state in which a move is refused."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Generic, TypeVar

from flask_babel.speaklater import LazyString

from app.core.errors import Conflict

State = TypeVar("State", bound=enum.Enum)
Move = TypeVar("Move", bound=enum.Enum)
Target = TypeVar("Target")
"""The type of a target: `State`, or `State | None` where a move may leave no row."""


class StateMachine(Generic[State, Move, Target]):
    """Transitions `{(state, move): target}` and refusals `{state: sentence}`; `otherwise` is for states without one.

    A target of None means that the row is deleted. Raises ValueError where a move of the enumeration leads nowhere.
    """

    def __init__(
        self,
        moves: type[Move],
        transitions: Mapping[tuple[State, Move], Target],
        refusals: Mapping[State, LazyString] | None = None,
        otherwise: LazyString | None = None,
    ) -> None:
        if unused := set(moves) - {move for _state, move in transitions}:
            raise ValueError(f"{moves.__name__}: no transition for {', '.join(sorted(map(str, unused)))}.")
        self._transitions = transitions
        self._refusals = refusals or {}
        self._otherwise = otherwise

    def next_state(self, state: State, move: Move) -> Target:
        """The state that `move` leads to. Raises Conflict, with the sentence of `state`, where the table has none."""
        if (state, move) not in self._transitions:
            raise self.refusal(state)
        return self._transitions[state, move]

    def allowed_moves(self, state: State) -> tuple[Move, ...]:
        """The moves that the table has for `state`, in its order."""
        return tuple(move for source, move in self._transitions if source is state)

    def refusal(self, state: State) -> Conflict:
        """The error that says why nothing can be done in `state`."""
        return Conflict(self._refusals.get(state, self._otherwise))

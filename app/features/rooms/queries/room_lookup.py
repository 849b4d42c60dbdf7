"""Finding the room that somebody asks for, in a moment: the statement is made once for all who stand alike.

Making `visible_to` for each message takes twenty times as long as the database takes to answer. So the owners'
own conditions are made for somebody who stands in for the actor: of the same role, acting for an organisation
in the same state, with parameters in place of both ids. There is no second description of who may read. No condition
may hold the present moment, which would stay that of the first question.

A condition says in which list a room's owner must be. For lists of rooms that is the quickest; of one room it is
asked whether its owner is there, since the lists of somebody who takes part in much are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from flask import current_app
from sqlalchemy import BinaryExpression, ScalarSelect, Select, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.operators import in_op
from sqlalchemy.sql.visitors import replacement_traverse

from app.core.actors import Actor
from app.core.compiled_sql import CompiledStatement
from app.features.rooms.models import Room, RoomRow
from app.features.rooms.owners import RoomOwner, owners_in

_PLACE = tuple(getattr(Room, name) for name in RoomRow._fields)


def find_room(actor: Actor, column: InstrumentedAttribute[Any], value: int | str) -> RoomRow | None:
    """The room with this value in a column that is unique, if the actor may read it."""
    person, organisation = actor.person, actor.organisation
    asked = _asked(
        owners_in(current_app),
        column,
        person.cluster_role if person else None,
        organisation.state if organisation else None,
    )
    ids = {"person": actor.person_id, "organisation": actor.organisation_id}
    row = asked.one(wanted=value, **ids)
    return RoomRow(*row) if row else None


@cache
def _asked(
    owners: tuple[RoomOwner, ...], column: InstrumentedAttribute[Any], role: Any, state: Any
) -> CompiledStatement:
    """What is asked for everybody with a role in the cluster who acts for an organisation in a state."""
    asker = Actor(
        person=_stand_in("person", cluster_role=role) if role is not None else None,
        organisation=_stand_in("organisation", state=state) if state is not None else None,
        organisations=_Unasked(),
    )
    visible = or_(*(owner.visible(asker) for owner in owners))
    of_one = replacement_traverse(visible, {}, _is_there)
    return CompiledStatement(select(*_PLACE).where(column == bindparam("wanted"), of_one))


def _is_there(element: Any, **_options: Any) -> Any:
    """In place of "is in this list": whether the list has it; None for any other part of a condition."""
    is_list = isinstance(element, BinaryExpression) and element.operator is in_op
    if not is_list or not isinstance(element.right, ScalarSelect):
        return None
    listed = element.right.element
    if not isinstance(listed, Select):
        return None
    (wanted,) = listed.selected_columns
    return listed.where(wanted == element.left).correlate(Room).exists()


def _stand_in(name: str, **known: Any) -> Any:
    return _StandIn(bindparam(name), **known)


@dataclass(frozen=True)
class _StandIn:
    """A person or an organisation of whom all is known that the statement may depend on."""

    id: Any
    cluster_role: Any = None
    state: Any = None


class _Unasked(Sequence[Any]):
    """What the statement must not depend on: reading an item raises TypeError."""

    def __getitem__(self, at: Any) -> NoReturn:
        raise TypeError("who may read a room depends on role, state and the two ids alone")

    def __len__(self) -> int:
        return self[0]

"""What all commands of design sessions share: the session, and numbers that stand as texts in the public state."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.core.live.commands import LiveCommand
from app.core.numbers import KeyedRowId, number_or_text
from app.features.design.models.outcomes import MAX_SOURCE_CARDS


def _group(value: Any) -> Any:
    """The number in the name of a group ("b5")."""
    return number_or_text(value[1:]) if isinstance(value, str) and value.startswith("b") else value


Number = KeyedRowId
GroupNumber = Annotated[KeyedRowId, BeforeValidator(_group)]
Key = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[0-9a-z]+$")]
Keys = Annotated[list[Key], Field(max_length=MAX_SOURCE_CARDS)]
Lang = Annotated[str, Field(min_length=2, max_length=8)]


class DesignCommand(LiveCommand):
    """The base of all: which design session it is about."""

    design: Number

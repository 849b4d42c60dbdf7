"""What participants may ask for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from app.core.numbers import RowId
from app.features.design.commands.base import DesignCommand, Key, Keys, Lang, Number


class CardAddCommand(DesignCommand):
    """Write a card."""

    column: Number
    text: str
    lang: Lang


class CardEditCommand(DesignCommand):
    """Write one's own card anew."""

    card: Key
    text: str
    lang: Lang


class CardCommand(DesignCommand):
    """Take back or open a card."""

    card: Key


class CardMoveCommand(DesignCommand):
    """Move a card; what is not named stays as it is, `after` null is the top, `cluster` null is none."""

    card: Key
    column: Number | None = None
    after: Key | None = None
    cluster: Number | None = None

    def change(self) -> dict[str, Any]:
        """What is to change."""
        named = {
            name: getattr(self, name)
            for name in ("column", "after", "cluster")
            if name in self.model_fields_set
        }
        return {name: value for name, value in named.items() if name != "column" or value is not None}


class GroupCommand(DesignCommand):
    """Put cards together."""

    cards: list[Key] = Field(max_length=200)
    name: str | None = None


class ClusterNameCommand(DesignCommand):
    """Give a cluster a name."""

    cluster: Number
    name: str


class VoteCommand(DesignCommand):
    """Give a card or a cluster points."""

    target: Key
    points: int = Field(ge=0, le=100)


class ReadyCommand(DesignCommand):
    """Say whether one is ready."""

    ready: bool


class HandCommand(DesignCommand):
    """Raise a hand or take it down."""

    up: bool


class StanceCommand(DesignCommand):
    """Say how one stands to a proposal."""

    proposal: Number
    stance: Literal["consent", "concern", "object"]


class ObjectCommand(DesignCommand):
    """Raise an objection."""

    proposal: Number
    text: str
    lang: Lang


class ObjectionCommand(DesignCommand):
    """Say what becomes of one's own objection."""

    objection: Number
    act: Literal["withdraw", "accept"]


class CommitCommand(DesignCommand):
    """Promise something for an organisation."""

    organisation: Number
    owner: RowId | str
    what: str
    if_then: str | None = None
    by_when: str
    lang: Lang
    cards: Keys = []

    def wanted(self) -> dict[str, Any]:
        """What is promised."""
        return self.model_dump(exclude={"v", "cid", "design"})


class CommitChangeCommand(DesignCommand):
    """Change a commitment; what is not named stays."""

    commitment: Number
    owner: RowId | str | None = None
    what: str | None = None
    if_then: str | None = None
    by_when: str | None = None
    state: Literal["open", "done", "dropped"] | None = None
    cards: Keys | None = None

    def wanted(self) -> dict[str, Any]:
        """What is to change."""
        named = self.model_dump(exclude={"v", "cid", "design", "commitment"}, exclude_unset=True)
        return {name: value for name, value in named.items() if value is not None or name == "if_then"}

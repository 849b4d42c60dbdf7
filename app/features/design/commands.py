"""What sockets may ask of design sessions. The finer limits are checked by the services, in the reader's language.

The fields of a command are the arguments of its service; `sockets.py` says which service handles which command.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from app.core.live.commands import LiveCommand
from app.core.numbers import Count, Integer, KeyedRowId, RowId, number_or_text
from app.features.design.models.outcomes import MAX_SOURCE_CARDS, ProposalStage, StanceKind
from app.features.design.models.sessions import PhaseKind
from app.features.design.phases import PhasePolicy


def _group_number(value: Any) -> Any:
    """The number in the name of a breakout group ("b5")."""
    return number_or_text(value[1:]) if isinstance(value, str) and value.startswith("b") else value


GroupNumber = Annotated[KeyedRowId, BeforeValidator(_group_number, json_schema_input_type=RowId | str)]
Key = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[0-9a-z]+$")]
Keys = Annotated[list[Key], Field(max_length=MAX_SOURCE_CARDS)]
Lang = Annotated[str, Field(min_length=2, max_length=8)]
Text = Field(strict=False)
"""For an enumeration, whose values come as texts."""
ENVELOPE = frozenset({"v", "cid", "acting_as", "design"})
"""The fields that all commands have; the others are what is asked."""


class DesignCommand(LiveCommand):
    """The base of all: which design session it is about."""

    design: KeyedRowId

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of the command's service."""
        return {"cid": self.cid, **self.asked()}

    def asked(self) -> dict[str, Any]:
        """What is asked, by the names of the fields."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in ENVELOPE}


class JoinCommand(DesignCommand):
    """Enter the session; as often as one likes, so that no repeat needs to be recognised."""

    def arguments(self) -> dict[str, Any]:
        """No arguments."""
        return {}


# --- Commands of participants ---------------------------------------------------------------------------------


class CardContent(DesignCommand):
    """What somebody writes on a card."""

    text: str
    lang: Lang


class CardAddCommand(CardContent):
    """Write a card."""

    column: KeyedRowId


class CardEditCommand(CardContent):
    """Change one's own card."""

    card: Key


class CardCommand(DesignCommand):
    """Take back or open a card."""

    card: Key


class CardMoveCommand(DesignCommand):
    """Move a card; what is not named stays as it is, `after` null is the top, `cluster` null is none."""

    card: Key
    column: KeyedRowId | None = None
    after: Key | None = None
    cluster: KeyedRowId | None = None

    def asked(self) -> dict[str, Any]:
        """The card, and the `change` of what is named."""
        named = self.model_dump(include={"column", "after", "cluster"}, exclude_unset=True)
        change = {name: value for name, value in named.items() if name != "column" or value is not None}
        return {"card": self.card, "change": change}


class GroupCommand(DesignCommand):
    """Put cards together."""

    cards: list[Key] = Field(max_length=200)
    name: str | None = None


class ClusterNameCommand(DesignCommand):
    """Give a group of cards a name."""

    cluster: KeyedRowId
    name: str


class VoteCommand(DesignCommand):
    """Give a card or a group of cards points."""

    target: Key
    points: int = Field(ge=0, le=100)


class ReadyCommand(DesignCommand):
    """Say whether one is ready."""

    ready: bool


class HandCommand(DesignCommand):
    """Raise a hand or take it down."""

    up: bool


class StanceCommand(DesignCommand):
    """Set one's stance on a proposal."""

    proposal: KeyedRowId
    stance: Annotated[StanceKind, Text]


class ObjectCommand(DesignCommand):
    """Raise an objection."""

    proposal: KeyedRowId
    text: str
    lang: Lang


class ObjectionCommand(DesignCommand):
    """Say what becomes of one's own objection."""

    objection: KeyedRowId
    act: Literal["withdraw", "accept"]


class CommitCommand(DesignCommand):
    """Promise something for an organisation."""

    organisation: KeyedRowId
    owner: RowId | str
    what: str
    if_then: str | None = None
    by_when: str
    lang: Lang
    cards: Keys = []

    def asked(self) -> dict[str, Any]:
        """What is promised."""
        return {"wanted": super().asked()}


class CommitChangeCommand(DesignCommand):
    """Change a commitment; what is not named stays."""

    commitment: KeyedRowId
    owner: RowId | str | None = None
    what: str | None = None
    if_then: str | None = None
    by_when: str | None = None
    state: Literal["open", "done", "dropped"] | None = None
    cards: Keys | None = None

    def asked(self) -> dict[str, Any]:
        """The commitment, and what is to change of it."""
        named = self.model_dump(exclude={*ENVELOPE, "commitment"}, exclude_unset=True)
        wanted = {name: value for name, value in named.items() if value is not None or name == "if_then"}
        return {"commitment": self.commitment, "wanted": wanted}


# --- Commands of facilitators ---------------------------------------------------------------------------------


class PhaseRelatedCommand(DesignCommand):
    """Base of commands that are relative to the current phase: its id as the sender sees it (null for none), and its run."""

    source: KeyedRowId | None = Field(alias="from")
    run: Count


class GoCommand(PhaseRelatedCommand):
    """Go through the phases."""

    to: Literal["next", "previous", "skip", "repeat"]


class TimerCommand(PhaseRelatedCommand):
    """Pause, resume or change the timer."""

    act: Literal["pause", "resume", "add"]
    seconds: int = Field(default=60, ge=-7200, le=7200)


class SwitchCommand(DesignCommand):
    """Freeze everything, or ask for a round."""

    on: bool


class LockCommand(DesignCommand):
    """Lock the board, a column or a person."""

    what: Literal["board", "column", "person"]
    number: KeyedRowId | None = Field(default=None, alias="id")
    on: bool


class UndoCommand(DesignCommand):
    """Undo the step that the desk was told of."""

    step: Count


class ClusterSplitCommand(DesignCommand):
    """Take a group of cards apart."""

    cluster: KeyedRowId


class ClustersMergeCommand(DesignCommand):
    """Put one group of cards into another."""

    into: KeyedRowId
    source: KeyedRowId = Field(alias="from")


class HideCardCommand(DesignCommand):
    """Hide a card's text, or show it again."""

    card: Key
    on: bool


class FlagCardCommand(DesignCommand):
    """Pin a card, or put it aside for later."""

    card: Key
    mark: Literal["pinned", "parked"]
    on: bool


class PersonCommand(DesignCommand):
    """Do something to somebody who takes part."""

    person: KeyedRowId
    act: Literal["mute", "unmute", "remove", "lower_hand", "spoken"]


class BroadcastCommand(DesignCommand):
    """Show a text to everybody."""

    text: str
    lang: Lang


class DeskCommand(DesignCommand):
    """Take the desk, hand it over, share it, be there."""

    act: Literal["take", "hand_over", "share", "unshare", "keep"]
    person: KeyedRowId | None = None


_POLICY_FIELDS: dict[str, Any] = {
    field.name: (get_type_hints(PhasePolicy, include_extras=True)[field.name], field.default)
    for field in fields(PhasePolicy)
}
PolicyChange: type[BaseModel] = create_model(
    "PolicyChange", __config__=ConfigDict(strict=True, extra="forbid"), **_POLICY_FIELDS
)
"""What is wanted of a phase's policy, by the fields of `PhasePolicy`; what is not named is as its kind has it."""


class PhaseCommand(DesignCommand):
    """Change the plan."""

    act: Literal["add", "change", "remove", "move", "repeat"]
    phase: KeyedRowId | None = None
    to: int | None = Field(default=None, ge=1, le=100)
    kind: Annotated[PhaseKind, Text] | None = None
    title: str | None = None
    prompt: str | None = None
    minutes: Integer | None = None
    policy: PolicyChange | None = None

    def asked(self) -> dict[str, Any]:
        """What is done to which phase, and what is `wanted` of it."""
        wanted = self.model_dump(include={"kind", "title", "prompt", "minutes", "policy"}, exclude_unset=True)
        wanted = {name: value for name, value in wanted.items() if value is not None}
        return {"act": self.act, "phase": self.phase, "to": self.to, "wanted": wanted}


class ColumnCommand(DesignCommand):
    """Change the columns of the main board."""

    act: Literal["add", "rename", "remove"]
    column: KeyedRowId | None = None
    title: str = ""


class WantedGroup(BaseModel):
    """A breakout group that is wanted: its people; in another round `group` says at which board."""

    model_config = ConfigDict(strict=True, extra="forbid")

    members: list[KeyedRowId] = Field(max_length=500)
    name: str | None = None
    host: KeyedRowId | None = None
    group: GroupNumber | None = None


class BreakoutsCommand(DesignCommand):
    """Open breakouts, change places, seat somebody, answer a call, close them."""

    act: Literal["open", "rotate", "seat", "answer", "close"]
    groups: list[WantedGroup] = Field(default=[], max_length=50)
    group: GroupNumber | None = None
    person: KeyedRowId | None = None

    def asked(self) -> dict[str, Any]:
        """What is asked, the groups as plain data."""
        return super().asked() | {"groups": [group.model_dump(exclude_none=True) for group in self.groups]}


class MergeCommand(DesignCommand):
    """Bring the breakouts' cards back to the main board, into a column of it."""

    column: KeyedRowId | None = None


class ProposalCommand(DesignCommand):
    """Make a proposal, give it another wording, take it further, withdraw it."""

    act: Literal["new", "wording", "stage", "withdraw"]
    proposal: KeyedRowId | None = None
    text: str = ""
    lang: str = Field(default="", max_length=8)
    stage: Annotated[ProposalStage, Text] | None = None
    cards: Keys = []

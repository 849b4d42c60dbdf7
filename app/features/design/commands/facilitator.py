"""What the desk may ask for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.numbers import Integer
from app.features.design.commands.base import DesignCommand, GroupNumber, Key, Keys, Lang, Number


class GoCommand(DesignCommand):
    """Go through the phases."""

    to: Literal["next", "previous", "skip", "repeat"]


class TimerCommand(DesignCommand):
    """Pause, resume or change the timer."""

    act: Literal["pause", "resume", "add"]
    seconds: int = Field(default=60, ge=-7200, le=7200)


class SwitchCommand(DesignCommand):
    """Freeze everything, or ask for a round."""

    on: bool


class LockCommand(DesignCommand):
    """Lock the board, a column or a person."""

    what: Literal["board", "column", "person"]
    id: Number | None = None
    on: bool


class ClusterSplitCommand(DesignCommand):
    """Take a cluster apart."""

    cluster: Number


class ClustersMergeCommand(DesignCommand):
    """Put one cluster into another."""

    into: Number
    source: Number = Field(alias="from")


class HideCardCommand(DesignCommand):
    """Hide a card's text, or show it again."""

    card: Key
    on: bool


class FlagCardCommand(DesignCommand):
    """Pin or park a card."""

    card: Key
    mark: Literal["pinned", "parked"]
    on: bool


class PersonCommand(DesignCommand):
    """Do something to somebody who takes part."""

    person: Number
    act: Literal["mute", "unmute", "remove", "lower_hand", "spoken"]


class BroadcastCommand(DesignCommand):
    """Tell everybody something."""

    text: str
    lang: Lang


class DeskCommand(DesignCommand):
    """Take the desk, hand it over, share it, be there."""

    act: Literal["take", "hand_over", "share", "unshare", "keep"]
    person: Number | None = None


class Policy(BaseModel):
    """What somebody wants of a phase; what is not named is as its kind has it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    write: bool = False
    see_own_only: bool = False
    anonymous: bool = False
    group: bool = False
    move: bool = False
    vote: Integer = 0
    totals_hidden: bool = False
    timer: str = "advisory"
    breakouts: bool = False


class PhaseCommand(DesignCommand):
    """Change the plan."""

    act: Literal["add", "change", "remove", "move", "repeat"]
    phase: Number | None = None
    to: int | None = Field(default=None, ge=1, le=100)
    kind: (
        Literal[
            "welcome",
            "silent_writing",
            "pairs_fours",
            "breakout",
            "reveal",
            "cluster",
            "how_might_we",
            "dot_vote",
            "impact_effort",
            "rounds",
            "consent",
            "commitments",
            "check_out",
        ]
        | None
    ) = None
    title: str | None = None
    prompt: str | None = None
    minutes: Integer | None = None
    policy: Policy | None = None

    def wanted(self) -> dict[str, Any]:
        """What a phase is to be like."""
        return self.model_dump(include={"kind", "title", "prompt", "minutes", "policy"}, exclude_unset=True)


class ColumnCommand(DesignCommand):
    """Change the columns of the main board."""

    act: Literal["add", "rename", "remove"]
    column: Number | None = None
    title: str = ""


class WantedGroup(BaseModel):
    """A breakout as it is to be: who sits in it; in another round `group` says at which board."""

    model_config = ConfigDict(strict=True, extra="forbid")

    members: list[Number] = Field(max_length=500)
    name: str | None = None
    host: Number | None = None
    group: GroupNumber | None = None


class BreakoutsCommand(DesignCommand):
    """Open breakouts, change places, seat somebody, answer a call, close them."""

    act: Literal["open", "rotate", "seat", "answer", "close"]
    groups: list[WantedGroup] = Field(default=[], max_length=50)
    group: GroupNumber | None = None
    person: Number | None = None


class MergeCommand(DesignCommand):
    """Bring the breakouts' cards back to the main board, into a column of it."""

    column: Number | None = None


class ProposalCommand(DesignCommand):
    """Put a proposal on the table, word it anew, take it further, withdraw it."""

    act: Literal["new", "wording", "stage", "withdraw"]
    proposal: Number | None = None
    text: str = ""
    lang: str = Field(default="", max_length=8)
    stage: Literal["clarify", "react", "object", "integrate", "agreed", "withdrawn"] | None = None
    cards: Keys = []

"""What sockets may ask of design sessions; the finer limits are the services', which answer in the reader's language."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.core.live.commands import LiveCommand

MOST = 2**31 - 1


def _number(value: Any) -> Any:
    """The number in a key of the public state, which are texts there."""
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 11
        else value
    )


Number = Annotated[int, BeforeValidator(_number), Field(ge=1, le=MOST)]
Key = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[0-9a-z]+$")]
Lang = Annotated[str, Field(min_length=2, max_length=8)]


class DesignCommand(LiveCommand):
    """The base of all: which design session it is about."""

    design: Number


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


class VeilCommand(DesignCommand):
    """Hide a card's text, or show it again."""

    card: Key
    on: bool


class MarkCommand(DesignCommand):
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
    vote: int = 0
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
    minutes: int | None = None
    policy: Policy | None = None

    def wanted(self) -> dict[str, Any]:
        """What a phase is to be like."""
        return self.model_dump(include={"kind", "title", "prompt", "minutes", "policy"}, exclude_unset=True)


class ColumnCommand(DesignCommand):
    """Change the columns of the main board."""

    act: Literal["add", "rename", "remove"]
    column: Number | None = None
    title: str = ""

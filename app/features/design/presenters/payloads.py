"""The types of design sessions' payloads: the public state, events as merge patches of it, private state.

A key without a value is absent, because a merge patch has no other word for nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, get_args

from app.core.payloads import MergePatch, Payload
from app.features.design.models.outcomes import CommitmentState, ObjectionState, ProposalStage, StanceKind
from app.features.design.models.sessions import DesignState, PhaseKind, PhaseStatus, Role


class InitiativeLink(Payload):
    """The initiative that a design session belongs to."""

    slug: str
    title: str


class DesignHead(Payload):
    """The design session itself."""

    id: int
    title: str
    lang: str
    question: str
    state: DesignState
    frozen: bool
    locked: bool
    starts_at: NotRequired[str]
    minutes: int
    initiative: NotRequired[InitiativeLink]


class Desk(Payload):
    """Who holds the desk (a person's id), and whether she is away."""

    holder: NotRequired[str]
    away: bool


class PolicyShown(Payload):
    """What a phase allows."""

    write: bool
    see_own_only: bool
    anonymous: bool
    group: bool
    move: bool
    vote: int
    totals_hidden: bool
    timer: Literal["advisory", "hard"]
    breakouts: bool


class PhaseShown(Payload):
    """A phase of the plan; `run` counts how often it began."""

    position: int
    kind: PhaseKind
    title: str
    prompt: str
    minutes: int
    status: PhaseStatus
    run: int
    policy: PolicyShown
    columns: NotRequired[list[str]]


class Now(Payload):
    """The phase that is going on and its timer; `left` are the seconds of a paused one."""

    phase: str
    started_at: NotRequired[str]
    ends_at: NotRequired[str]
    left: NotRequired[int]
    revealed: bool
    writing_closed: NotRequired[bool]


class Attendee(Payload):
    """Somebody who takes part; `hand` is her place among the raised ones."""

    name: str
    organisation: NotRequired[str]
    organisation_id: NotRequired[int]
    country: NotRequired[str]
    lang: str
    role: Role
    muted: NotRequired[bool]
    hand: NotRequired[int]


class ReadyCount(Payload):
    """How many of the participants are ready."""

    count: int
    of: int


class SpeakingRound(Payload):
    """A round in which everybody speaks; `spoken` has the ids of the people who did."""

    asked: bool
    spoken: dict[str, bool]


class ColumnShown(Payload):
    """A column; `board` is "main" or a breakout group, `written` how many unrevealed cards it holds."""

    title: str
    rank: str
    board: str
    locked: NotRequired[bool]
    written: NotRequired[int]


class CardShown(Payload):
    """A revealed card: without its author where it is anonymous, without its text where it is veiled."""

    column: str
    rank: str
    lang: str
    text: NotRequired[str]
    veiled: NotRequired[bool]
    phase: NotRequired[str]
    anonymous: NotRequired[bool]
    author: NotRequired[int]
    country: NotRequired[str]
    cluster: NotRequired[str]
    origin: NotRequired[str]
    pinned: NotRequired[bool]
    parked: NotRequired[bool]
    edited: NotRequired[bool]


class CardGroupShown(Payload):
    """A group of cards in a column."""

    name: str
    column: str
    rank: str


class VoteShown(Payload):
    """The newest vote; totals are points by card key or "c" and a cluster's id."""

    phase: str
    open: bool
    voters: int
    totals: NotRequired[dict[str, int]]
    winners: NotRequired[list[str]]
    ties: NotRequired[list[list[str]]]


class TieCounts(Payload):
    """Pairs that have worked together, those of them across a border, and the parts that nothing joins."""

    ties: int
    abroad: int
    parts: int


class NamedOrganisation(Payload):
    """An organisation by its name."""

    name: str
    country: str | None


class EffectShown(Payload):
    """What the breakouts did to the network; `rounds` has the new pairs across a border, by round."""

    ties: int
    abroad: int
    parts_joined: int
    before: TieCounts
    after: TieCounts
    rounds: dict[str, list[list[int]]]
    organisations: dict[str, NamedOrganisation]
    share_before: NotRequired[float]
    share_after: NotRequired[float]


class GroupShown(Payload):
    """A breakout group; `members` has the ids of its people."""

    name: str
    host: NotRequired[int]
    members: dict[str, bool]
    open: NotRequired[bool]
    called: NotRequired[bool]


class BreakoutsShown(Payload):
    """All breakout groups, by names such as "b5"."""

    round: int
    open: bool
    effect: NotRequired[EffectShown]
    groups: dict[str, GroupShown]


class BroadcastShown(Payload):
    """What the facilitator tells everybody."""

    id: NotRequired[str]
    text: NotRequired[str]
    lang: NotRequired[str]


class WordingShown(Payload):
    """One wording of a proposal."""

    text: str


class ObjectionShown(Payload):
    """An objection to a proposal."""

    by: NotRequired[int]
    organisation: NotRequired[str]
    text: str
    lang: str
    state: ObjectionState


class ProposalShown(Payload):
    """A proposal with all its wordings and objections; of the stances only how many there are of each."""

    text: str
    lang: str
    stage: ProposalStage
    wording: dict[str, WordingShown]
    objections: dict[str, ObjectionShown]
    stances: NotRequired[dict[StanceKind, int]]
    cards: NotRequired[list[str]]


class CommitmentShown(Payload):
    """What an organisation promised; `owner` is a person's id or a name."""

    organisation_id: NotRequired[int]
    organisation: str
    owner: int | str
    owner_name: str
    what: str
    if_then: NotRequired[str]
    by_when: str
    lang: str
    state: CommitmentState
    carried_from: NotRequired[int]
    cards: NotRequired[list[str]]


class PublicState(Payload):
    """Everything that everybody who may read a design session is told; keys of objects are ids as texts."""

    design: DesignHead
    desk: Desk
    phases: dict[str, PhaseShown]
    now: NotRequired[Now]
    people: dict[str, Attendee]
    ready: ReadyCount
    round: NotRequired[SpeakingRound]
    columns: dict[str, ColumnShown]
    cards: dict[str, CardShown]
    clusters: dict[str, CardGroupShown]
    votes: NotRequired[VoteShown]
    breakouts: NotRequired[BreakoutsShown]
    broadcast: NotRequired[BroadcastShown]
    proposals: dict[str, ProposalShown]
    commitments: dict[str, CommitmentShown]


EventKind = Literal[
    "prepared", "edited", "state_draft", "state_scheduled", "state_open", "state_archived",
    "started", "closed", "joined", "invited", "hand", "ready", "called", "effect", "carried_over", "time_up",
    "card_added", "card_edited", "card_removed", "card_moved", "card_opened", "card_veiled", "card_unveiled",
    "card_pinned", "card_parked", "grouped", "cluster_named", "cluster_split", "clusters_merged", "undone",
    "frozen", "unfrozen", "locked", "unlocked", "broadcast", "round", "revealed", "voted", "stance", "objected",
    "objection_withdraw", "objection_accept", "committed", "commitment_changed",
    "proposal_new", "proposal_wording", "proposal_stage", "proposal_withdraw",
    "phase_next", "phase_previous", "phase_skip", "phase_repeat", "timer_pause", "timer_resume", "timer_add",
    "plan_add", "plan_change", "plan_remove", "plan_move", "plan_repeat",
    "column_add", "column_rename", "column_remove",
    "person_mute", "person_unmute", "person_remove", "person_lower_hand", "person_spoken",
    "desk_take", "desk_hand_over", "desk_share", "desk_unshare", "desk_kept", "desk_left",
    "breakouts_open", "breakouts_rotate", "breakouts_seat", "breakouts_answer", "breakouts_close", "merged_back",
]  # fmt: skip
"""What was done, by the name that events have for it."""


class DesignEvent(Payload):
    """What changed in the public state; of a sealed event nobody learns when and by whom."""

    seq: int
    kind: EventKind
    at: str | None
    actor: int | None
    patch: Annotated[dict[str, Any], MergePatch(PublicState)]


EVENTS = dict.fromkeys(get_args(EventKind), DesignEvent)


# --- Private to one person, or to facilitators ----------------------------------------------------------------


class Snapshot(Payload):
    """What a reader begins with: the public state, which holds everything up to the event `seq`."""

    seq: int
    epoch: str
    stream: str
    state: PublicState


class OwnCard(Payload):
    """One's own card, unrevealed or anonymous ones too."""

    key: str
    column: str
    rank: str
    text: str
    lang: str
    hidden: bool
    anonymous: bool
    cluster: NotRequired[str]


class Mine(Payload):
    """What is one person's own: her cards, the points she gave, what she may do now.

    `stances` are those on the proposals, by proposal, while she may take any; `decide` names what she may do with each
    proposal: "consent", "concern", "object", "answer_" and the number of her objection, and where she runs the session
    "wording", "withdraw", "to_" and a stage.
    """

    joined: bool
    cards: dict[str, OwnCard]
    votes: dict[str, int]
    budget: int
    left: int
    ready: bool
    breakout: NotRequired[str]
    stances: dict[str, StanceKind]
    may: list[str]
    decide: dict[str, list[str]]


class NotHeard(Payload):
    """Who has neither written under her name nor spoken, and which countries."""

    people: list[int]
    countries: list[str]


class DeskView(Payload):
    """What only facilitators see: `undo` names the step that can be undone, `undo_step` is its number.

    `silent` has, by proposal, the ids of the people who said nothing of it.
    """

    not_heard: NotRequired[NotHeard]
    merge_into: NotRequired[int]
    calls: list[str]
    silent: dict[str, list[int]]
    undo: str | None
    undo_step: int | None


class ProposedGroup(Payload):
    """A group that is proposed; `group` and `host` where it is one at work whose people change."""

    members: list[int]
    languages: list[str]
    group: NotRequired[str]
    host: NotRequired[int]


class ProposedBreakouts(Payload):
    """Groups for everybody, and what they would do.

    `new_ties` and `old_ties` count pairs of organisations, `at_most` bounds the new ones; `together` are colleagues in
    one group, `met_again` people who were in one group before, `speechless` the numbers of groups without a common language.
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

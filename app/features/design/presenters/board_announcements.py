"""What screen readers say of a board: one table from every command and every event to its sentence, or to why it has none.

Names in braces are filled in by the script (js/board/announcements.js); `{words}` is what somebody wrote, in its own
language. Where a command or an event has several sentences, they are keyed by the values of its `VARIANTS`, joined
by "_".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

Sentences = Mapping[str, str | Mapping[str, str]]

VARIANTS = ("act", "stance", "mark", "up", "ready", "on")
"""The fields of a command by whose values its sentences differ."""

ANSWERED_BY_EVENTS: Mapping[str, tuple[str, ...]] = {
    "design_start": ("started",),
    "design_close": ("closed",),
    "design_go": ("phase_next", "phase_previous", "phase_skip", "phase_repeat"),
    "design_reveal": ("revealed",),
    "design_timer": ("timer_pause", "timer_resume", "timer_add"),
    "design_freeze": ("frozen", "unfrozen"),
    "design_lock": ("locked", "unlocked"),
    "design_round": ("round",),
    "design_broadcast": ("broadcast",),
    "design_breakouts": (
        "breakouts_open",
        "breakouts_rotate",
        "breakouts_seat",
        "breakouts_answer",
        "breakouts_close",
    ),
    "design_merge": ("merged_back",),
    "design_proposal": ("proposal_new", "proposal_wording", "proposal_stage", "proposal_withdraw"),
}
"""Commands after which everybody hears the same, their sender too; the events that say it."""

SILENT_COMMANDS: Mapping[str, str] = {
    "design_join": "The page sends it by itself when it is opened.",
    "design_card_open": "It goes with opening a card's dialog, which speaks for itself.",
    "design_phase": "No control of the board sends it: the page of preparation answers.",
    "design_column": "No control of the board sends it: the page of preparation answers.",
}

_PREPARATION = (
    "It belongs to the preparation: what changes for those at the board is said when its phase begins."
)
_WORK = "As many as there are cards: said one by one they would drown everything else. The list is there to be read."
_SEALED = "Nobody is to learn when it was done; the totals can be read."

SILENT_EVENTS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "prepared",
            "edited",
            "carried_over",
            *("state_draft", "state_scheduled", "state_open", "state_archived"),
            *("plan_add", "plan_change", "plan_remove", "plan_move", "plan_repeat"),
            *("column_add", "column_rename", "column_remove"),
        ),
        _PREPARATION,
    ),
    **dict.fromkeys(
        (
            *("card_edited", "card_removed", "card_moved", "card_opened"),
            *("card_veiled", "card_unveiled", "card_pinned", "card_parked"),
            *("grouped", "cluster_named", "cluster_split", "clusters_merged", "undone"),
        ),
        _WORK,
    ),
    **dict.fromkeys(("voted", "stance"), _SEALED),
    "joined": "People come and go; the list of who is here can be read.",
    "invited": "People come and go; the list of who is here can be read.",
    "effect": "Figures for the desk, in the sheet of the small groups.",
    "commitment_changed": "What is done and what is dropped is read in the list.",
    "person_remove": "The person's page says that the session is not open to them any more.",
    "person_spoken": "The round goes on; who has spoken stands in the list.",
    "desk_kept": "A sign of life of the desk.",
}


def board_announcements() -> dict[str, Any]:
    """All sentences in the reader's language.

    `acts` answers the reader's own commands, `events` tells what others did, `desk` what only the session's facilitators
    hear. `answering` names the events that everybody hears, the person who caused them too.
    """
    return {
        "acts": acts(),
        "events": events(),
        "desk": desk(),
        "answering": [kind for kinds in ANSWERED_BY_EVENTS.values() for kind in kinds],
        "variants": list(VARIANTS),
        "inLanguage": _("in %(language)s: %(words)s", language="{language}", words="{words}"),
    }


def acts() -> Sentences:
    """What answers the reader's own commands, by command."""
    name, words = "{name}", "{words}"
    return {
        "design_card_add": _("Added to %(words)s.", words=words),
        "design_card_edit": _("The card is changed."),
        "design_card_remove": _("The card is removed."),
        "design_card_move": {
            "column": _(
                "Moved: %(place)s of %(count)s in %(words)s.", place="{place}", count="{count}", words=words
            ),
            "cluster": _("Put to %(words)s.", words=words),
        },
        "design_group": _("Cards put together: %(count)s. %(words)s", count="{count}", words=words),
        "design_cluster_name": _("The group is called %(words)s now.", words=words),
        "design_cluster_split": _("The group is taken apart."),
        "design_clusters_merge": _("The two groups are one now."),
        "design_vote": _("Points here: %(points)s. Points left: %(left)s.", points="{points}", left="{left}"),
        "design_ready": {"true": _("You are ready."), "false": _("You are not ready yet.")},
        "design_hand": {"true": _("Your hand is up."), "false": _("Your hand is down.")},
        "design_call": _("The facilitator is called."),
        "design_stance": {
            "consent": _("You consent."),
            "concern": _("Your concern is counted."),
        },
        "design_object": _("Your objection stands."),
        "design_objection": {
            "withdraw": _("Your objection is withdrawn."),
            "accept": _("Your objection is met."),
        },
        "design_commit": _("The commitment is written down."),
        "design_commit_change": _("The commitment is changed."),
        "design_undo": _("Undone."),
        "design_card_veil": {
            "true": _("The card is out of sight."),
            "false": _("The card is shown again."),
        },
        "design_card_mark": {
            "pinned_true": _("The card is pinned to the top."),
            "pinned_false": _("The card is not pinned any more."),
            "parked_true": _("The card is put aside for later."),
            "parked_false": _("The card is back on the board."),
        },
        "design_person": {
            "mute": _("%(name)s may only read now.", name=name),
            "unmute": _("%(name)s may write again.", name=name),
            "remove": _("%(name)s was sent away.", name=name),
            "lower_hand": _("%(name)s has had their say.", name=name),
            "spoken": _("%(name)s has spoken.", name=name),
        },
        "design_desk": {
            "take": _("You have the desk."),
            "hand_over": _("%(name)s has the desk now.", name=name),
            "share": _("%(name)s shares the desk.", name=name),
            "unshare": _("%(name)s does not share the desk any more.", name=name),
            "keep": "",
        },
    }


def events() -> Sentences:
    """What is said of what others did, by the kind of the event."""
    words, name, group, minutes = "{words}", "{name}", "{group}", "{minutes}"
    return {
        "started": _("We begin. %(words)s", words=words),
        **dict.fromkeys(
            ("phase_next", "phase_previous", "phase_skip", "phase_repeat"), _("Now: %(words)s", words=words)
        ),
        "revealed": _("The cards are revealed."),
        "frozen": _("Everything stands still."),
        "unfrozen": _("It goes on."),
        "locked": {
            "design": _("Writing is locked for now."),
            "columns": _("A column is closed for now."),
            "people": _("You may only read for now."),
        },
        "unlocked": {
            "design": _("You can write again."),
            "columns": _("A column is open again."),
            "people": _("You can write again."),
        },
        "timer_pause": _("The time stands still."),
        "timer_resume": _("The time goes on. Minutes left: %(minutes)s.", minutes=minutes),
        "timer_add": _("The time was changed. Minutes left: %(minutes)s.", minutes=minutes),
        "time_up": _("Time is up."),
        "broadcast": _("To everybody: %(words)s", words=words),
        "round": {
            "true": _("Everybody speaks once, one after the other."),
            "false": _("The round is over."),
        },
        "breakouts_open": _("The small groups begin. %(group)s", group=group),
        "breakouts_rotate": _("The small groups change places. %(group)s", group=group),
        "breakouts_seat": _("Your small group is another one now. %(group)s", group=group),
        "breakouts_answer": _("The facilitator comes to %(words)s.", words=words),
        "breakouts_close": _("The small groups end."),
        "merged_back": _("The small groups end. Their cards are on the board of everybody."),
        "proposal_new": _("A proposal is on the table: %(words)s", words=words),
        "proposal_wording": _("The proposal has a new wording: %(words)s", words=words),
        "proposal_stage": _(
            "The proposal is at this step: %(stage)s. %(asks)s", stage="{stage}", asks="{asks}"
        ),
        "proposal_withdraw": _("The proposal was withdrawn."),
        "objected": _("%(name)s objects: %(words)s", name=name, words=words),
        "objection_withdraw": _("An objection was withdrawn."),
        "objection_accept": _("An objection is met."),
        "committed": _("%(name)s commits to this: %(words)s", name=name, words=words),
        "person_mute": _("You may only read for now."),
        "person_unmute": _("You can write again."),
        "person_lower_hand": _("You have had your say: your hand is down."),
        "desk_take": _("%(name)s has the desk now.", name=name),
        "desk_hand_over": _("%(name)s has the desk now.", name=name),
        "desk_share": _("You share the desk now."),
        "desk_unshare": _("You do not share the desk any more."),
        "desk_left": _("Nobody is at the desk."),
        "closed": _("The design session is closed. The report follows."),
    }


def desk() -> Sentences:
    """What only the session's facilitators hear, by the kind of the event."""
    return {
        "hand": _("%(name)s raises a hand.", name="{name}"),
        "called": _("%(name)s calls you.", name="{name}"),
        "ready": _("Everybody is ready."),
        "card_added": _("A late card was added."),
        "breakouts_seat": _("%(name)s has a place in a group now.", name="{name}"),
    }

"""Who may take part in a design session, prepare it and run it."""

from __future__ import annotations

from typing import Any

from tests.permissions.rows.row import OURS, SIGNED_IN, Row, Said, get, post

DESIGN_API = "/api/v1/design-sessions/{design}"
DESIGN = (
    get(
        "design_api.state",
        DESIGN_API + "/state",
        OURS | {"partner", "facilitator"},
        frozenset({"partner", "facilitator"}),
        refused=(404,),
    ),
    get(
        "design_api.own",
        DESIGN_API + "/mine",
        OURS | {"partner", "facilitator"},
        frozenset({"partner", "facilitator"}),
        refused=(404,),
    ),
    get(
        "design_api.desk",
        DESIGN_API + "/desk",
        frozenset({"facilitator"}),
        frozenset({"facilitator"}),
        refused=(403, 404),
    ),
    get(
        "design_api.breakouts",
        DESIGN_API + "/breakouts",
        frozenset({"facilitator"}),
        frozenset({"facilitator"}),
        refused=(403, 404),
    ),
)
DESIGN_PAGE = "/en/design-sessions/{design}"
DESIGN_PHASE = DESIGN_PAGE + "/phases/{phase}"
TAKING_PART, RUNNING_IT = OURS | {"partner", "facilitator"}, frozenset({"facilitator"})


def seen(door: str, rest: str = "") -> Row:
    """A page of a design session for those who take part in it."""
    return get(f"design.{door}", DESIGN_PAGE + rest, TAKING_PART, TAKING_PART - OURS, refused=(404,))


def prepared(method: str, door: str, path: str, **data: str) -> Row:
    """A page or a button for those who prepare a design session."""
    return Row(f"design.{door}", path, RUNNING_IT, RUNNING_IT, method, dict(data), refused=(403, 404))


DESIGN_PAGES = (
    get("design.index", "/en/design-sessions", SIGNED_IN),
    get("design.new", "/en/design-sessions/new", RUNNING_IT),
    post("design.new", "/en/design-sessions/new", RUNNING_IT),
    seen("show"),
    seen("board", "/board"),
    seen("replay", "/replay"),
    seen("report", "/report"),
    seen("report_markdown", "/report.md"),
    seen("report_pdf", "/report.pdf"),
    post("design.enter", DESIGN_PAGE + "/enter", TAKING_PART, TAKING_PART - OURS, refused=(404,)),
    prepared("GET", "prepare", DESIGN_PAGE + "/prepare"),
    prepared("POST", "about", DESIGN_PAGE + "/about"),
    prepared("POST", "date", DESIGN_PAGE + "/date"),
    prepared("POST", "invitations", DESIGN_PAGE + "/invitations"),
    prepared("POST", "state", DESIGN_PAGE + "/state", move="open"),
    prepared("POST", "start", DESIGN_PAGE + "/start"),
    prepared("POST", "uninvite", DESIGN_PAGE + "/uninvite", person="{seated}"),
    prepared("POST", "delete", DESIGN_PAGE + "/delete"),
    prepared("GET", "add_phase", DESIGN_PAGE + "/phases/new"),
    prepared("POST", "add_phase", DESIGN_PAGE + "/phases/new"),
    prepared("GET", "phase", DESIGN_PHASE),
    prepared("POST", "phase", DESIGN_PHASE),
    prepared("POST", "move_phase", DESIGN_PHASE + "/move", to="1"),
    prepared("POST", "repeat_phase", DESIGN_PHASE + "/repeat"),
    prepared("POST", "remove_phase", DESIGN_PHASE + "/remove"),
)
DESIGNING, DESIGNING_OTHER = OURS | {"partner", "facilitator"}, frozenset({"partner", "facilitator"})
RUNNING = frozenset({"facilitator"})


def taking_part(**content: Any) -> Said:
    """A command of a design session's participants."""
    return Said({"design": "{design}", **content}, DESIGNING, DESIGNING_OTHER, may_come_too_early=True)


def at_the_desk(**content: Any) -> Said:
    """A command of those who run a design session."""
    return Said(
        {"design": "{design}", **content},
        RUNNING,
        RUNNING,
        DESIGNING - RUNNING,
        DESIGNING_OTHER - RUNNING,
        may_come_too_early=True,
    )


NOW = {"from": None, "run": 0}
"""A command that is about the phase that is going on: here there is none."""
DESIGN_COMMANDS = {
    "design_card_add": taking_part(column=1, text="Hello", lang="en"),
    "design_card_edit": taking_part(card="abc", text="Hello", lang="en"),
    "design_card_remove": taking_part(card="abc"),
    "design_card_move": taking_part(card="abc", after=None),
    "design_card_open": taking_part(card="abc"),
    "design_group": taking_part(cards=["abc", "abd"]),
    "design_cluster_name": taking_part(cluster=1, name="Costs"),
    "design_vote": taking_part(target="c1", points=1),
    "design_ready": taking_part(ready=True),
    "design_hand": taking_part(up=True),
    "design_call": taking_part(),
    "design_stance": taking_part(proposal=1, stance="consent"),
    "design_object": taking_part(proposal=1, text="Too dear", lang="en"),
    "design_objection": taking_part(objection=1, act="withdraw"),
    "design_commit": taking_part(
        organisation="{organisation_id}", owner="Anna", what="Write", by_when="2100-01-01", lang="en"
    ),
    "design_commit_change": taking_part(commitment=1, state="done"),
    "design_breakouts": at_the_desk(act="close"),
    "design_merge": at_the_desk(),
    "design_proposal": at_the_desk(act="new", text="Share", lang="en"),
    "design_go": at_the_desk(**NOW, to="repeat"),
    "design_start": at_the_desk(),
    "design_reveal": at_the_desk(),
    "design_timer": at_the_desk(**NOW, act="pause"),
    "design_freeze": at_the_desk(on=True),
    "design_lock": at_the_desk(what="board", on=True),
    "design_clusters_merge": at_the_desk(**{"into": "{cluster}", "from": "{cluster}"}),
    "design_cluster_split": at_the_desk(cluster="{cluster}"),
    "design_undo": at_the_desk(step=1),
    "design_card_veil": at_the_desk(card="{card}", on=True),
    "design_card_mark": at_the_desk(card="{card}", mark="pinned", on=True),
    "design_person": at_the_desk(person="{seated}", act="mute"),
    "design_round": at_the_desk(on=True),
    "design_broadcast": at_the_desk(text="Hello", lang="en"),
    "design_desk": at_the_desk(act="take"),
    "design_phase": at_the_desk(act="add", kind="welcome", title="Welcome"),
    "design_column": at_the_desk(act="add", title="More"),
    "design_join": taking_part(),
    "design_close": at_the_desk(),
}
"""In an order in which none takes away what the next ones need: so they share a world, which takes long to make."""

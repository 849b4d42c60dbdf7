"""Every door of Trama and who may go through it: one row each; a door without a row fails the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERYONE = frozenset(
    {"visitor", "person", "representative", "editor", "outsider", "partner", "facilitator", "manager"}
)
SIGNED_IN = EVERYONE - {"visitor"}
NOBODY: frozenset[str] = frozenset()
OURS = frozenset({"representative", "editor"})
ACTING = OURS | {"outsider", "partner"}


@dataclass(frozen=True)
class Row:
    """One door.

    `own` are the roles that may use it on what Il Filo Verde has, `other` on what Zielona has; `path` is filled in
    from the world. Whoever may not is answered as `refused` says. With `once` the first who may takes the object away
    from the others who might.
    """

    door: str
    path: str
    own: frozenset[str]
    other: frozenset[str] | None = None
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    refused: tuple[int, ...] = (403,)
    once: bool = False

    @property
    def has_object(self) -> bool:
        """Whether the address or what is sent names something that belongs to somebody."""
        return "{" in self.path or any("{" in str(value) for value in self.data.values())


def get(door: str, path: str, own: frozenset[str], other: frozenset[str] | None = None, **more: Any) -> Row:
    """A page that is read."""
    return Row(door, path, own, other, **more)


def post(door: str, path: str, own: frozenset[str], other: frozenset[str] | None = None, **more: Any) -> Row:
    """A form or a button that is sent."""
    return Row(door, path, own, other, method="POST", **more)


ORGANISATION = "/en/organisations/{organisation}"
INITIATIVE = "/en/initiatives/{initiative}"
INTRODUCTION = "/en/introductions/{introduction}"

ACCOUNTS = (
    get("accounts.join", "/en/join", EVERYONE),
    post("accounts.join", "/en/join", EVERYONE),
    get("accounts.join_sent", "/en/join/sent", EVERYONE),
    get("accounts.sign_in", "/en/sign-in", EVERYONE),
    post("accounts.sign_in", "/en/sign-in", EVERYONE),
    post("accounts.sign_in_as", "/en/sign-in/demo", NOBODY, data={"demo": "manager"}, refused=(404,)),
    get("accounts.forgot", "/en/forgot", EVERYONE),
    post("accounts.forgot", "/en/forgot", EVERYONE),
    get("accounts.forgot_sent", "/en/forgot/sent", EVERYONE),
    get("accounts.verify", "/en/verify/no-such-secret", EVERYONE, refused=(404,)),
    post("accounts.verify", "/en/verify/no-such-secret", EVERYONE, refused=(404,)),
    get("accounts.reset", "/en/reset/no-such-secret", EVERYONE, refused=(404,)),
    post("accounts.reset", "/en/reset/no-such-secret", EVERYONE, refused=(404,)),
    post("accounts.send_verification", "/en/verify", SIGNED_IN),
    get("accounts.account", "/en/account", SIGNED_IN),
    post("accounts.account", "/en/account", SIGNED_IN),
    get("accounts.change_password", "/en/account/password", SIGNED_IN),
    post("accounts.change_password", "/en/account/password", SIGNED_IN),
    post("accounts.sign_out_elsewhere", "/en/account/sign-ins", SIGNED_IN),
    post("accounts.sign_out", "/en/sign-out", EVERYONE),
)
ORGANISATIONS = (
    get("taxonomy.concepts", "/en/concepts?kind=skill&q=a", EVERYONE),
    get("organisations.directory", "/en/organisations", EVERYONE),
    get("organisations.show", ORGANISATION, EVERYONE, EVERYONE),
    get("organisations.show", "/en/organisations/{pending}", frozenset({"manager"}), refused=(404,)),
    get("organisations.new", "/en/organisations/new", SIGNED_IN),
    post("organisations.new", "/en/organisations/new", SIGNED_IN),
    get(
        "organisations.edit", ORGANISATION + "/edit", frozenset({"editor", "manager"}), frozenset({"manager"})
    ),
    post(
        "organisations.edit", ORGANISATION + "/edit", frozenset({"editor", "manager"}), frozenset({"manager"})
    ),
    get(
        "organisations.story",
        ORGANISATION + "/story",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post(
        "organisations.story",
        ORGANISATION + "/story",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get(
        "organisations.pause",
        ORGANISATION + "/pause",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post(
        "organisations.pause",
        ORGANISATION + "/pause",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get("organisations.members", ORGANISATION + "/members", OURS | {"manager"}, frozenset({"manager"})),
    post(
        "organisations.members",
        ORGANISATION + "/members",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
        data={"email": "someone@example.org", "role": "editor"},
    ),
    post(
        "organisations.change_role",
        ORGANISATION + "/members/{colleague}/role",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
        data={"role": "editor"},
    ),
    post(
        "organisations.remove",
        ORGANISATION + "/members/{colleague}/remove",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
        once=True,
    ),
    post(
        "organisations.withdraw",
        ORGANISATION + "/invitations/{invitation}/withdraw",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post("organisations.leave", ORGANISATION + "/leave", OURS, NOBODY),
    post(
        "organisations.admit", "/en/organisations/{pending}/admit", frozenset({"manager"}), refused=(403, 404)
    ),
    post("organisations.suspend", ORGANISATION + "/suspend", frozenset({"manager"}), frozenset({"manager"})),
    post("organisations.restore", ORGANISATION + "/restore", frozenset({"manager"}), frozenset({"manager"})),
    get("organisations.acting", "/en/organisations/acting", SIGNED_IN),
    post(
        "organisations.act_for",
        "/en/organisations/acting",
        OURS,
        NOBODY,
        data={"organisation": "{organisation}"},
        refused=(403, 404),
    ),
    get("organisations.invitation", "/en/organisations/invitations/no-such-secret", NOBODY, refused=(404,)),
    post("organisations.accept", "/en/organisations/invitations/no-such-secret", NOBODY, refused=(404,)),
)
INITIATIVES = (
    get("initiatives.index", "/en/initiatives", EVERYONE),
    get("initiatives.show", INITIATIVE, EVERYONE, EVERYONE),
    get(
        "initiatives.show",
        "/en/initiatives/{draft}",
        OURS | {"manager"},
        frozenset({"manager"}),
        refused=(404,),
    ),
    get("initiatives.new", "/en/initiatives/new", ACTING),
    post("initiatives.new", "/en/initiatives/new", ACTING, refused=(403, 422)),
    get("initiatives.edit", INITIATIVE + "/edit", OURS, NOBODY),
    post("initiatives.edit", INITIATIVE + "/edit", OURS, NOBODY),
    post("initiatives.state", INITIATIVE + "/state", OURS, NOBODY, data={"move": "run"}, once=True),
    post("initiatives.close", INITIATIVE + "/close", OURS | {"manager"}, frozenset({"manager"})),
    post("initiatives.delete", "/en/initiatives/{draft}/delete", OURS, NOBODY, refused=(403, 404), once=True),
    post(
        "initiatives.apply",
        INITIATIVE + "/roles/{free_role}/apply",
        ACTING,
        ACTING,
        data={"message": "We would like to."},
    ),
    post(
        "initiatives.accept",
        INITIATIVE + "/applications/{application}/accept",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
    post(
        "initiatives.decline",
        INITIATIVE + "/applications/{application}/decline",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
    post(
        "initiatives.withdraw",
        INITIATIVE + "/applications/{application}/withdraw",
        NOBODY,
        NOBODY,
        refused=(403, 404),
    ),
    post("initiatives.remove", INITIATIVE + "/partners/{partner}/remove", OURS, NOBODY, refused=(403, 404)),
    post(
        "initiatives.leave",
        INITIATIVE + "/leave",
        OURS | {"partner"},
        frozenset({"partner"}),
        refused=(403, 404),
    ),
)
OFFERS = (
    post(
        "initiatives.accept_offer",
        INITIATIVE + "/offers/{offer}/accept",
        frozenset({"outsider"}),
        frozenset({"outsider"}),
        refused=(403, 404),
    ),
    post(
        "initiatives.decline_offer",
        INITIATIVE + "/offers/{offer}/decline",
        frozenset({"outsider"}),
        frozenset({"outsider"}),
        refused=(403, 404),
    ),
    post(
        "initiatives.withdraw_offer",
        INITIATIVE + "/offers/{offer}/withdraw",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
    get("consortia.show", INITIATIVE + "/consortia", OURS, NOBODY),
    post(
        "consortia.show",
        INITIATIVE + "/consortia",
        OURS,
        NOBODY,
        data={"seats": "{free_role}:{organisation}", "lang": "en"},
    ),
)
SUGGESTIONS = (
    get("suggestions.index", "/en/suggestions", SIGNED_IN),
    post(
        "suggestions.set_aside",
        "/en/suggestions/{organisation}/not-now",
        ACTING,
        ACTING,
        data={"reason": "not_now"},
    ),
    post("suggestions.take_back", "/en/suggestions/{organisation}/back", ACTING, ACTING),
    get("introductions.index", "/en/introductions", SIGNED_IN),
    get("introductions.ask", "/en/introductions/ask/{organisation}", ACTING - OURS, ACTING),
    post("introductions.ask", "/en/introductions/ask/{organisation}", ACTING - OURS, ACTING),
    post("introductions.accept", INTRODUCTION + "/accept", OURS, NOBODY, refused=(403, 404)),
    post("introductions.decline", INTRODUCTION + "/decline", OURS, NOBODY, refused=(403, 404)),
    post("introductions.withdraw", INTRODUCTION + "/withdraw", NOBODY, NOBODY, refused=(403, 404)),
    get("introductions.tasks", "/en/introductions/tasks", frozenset({"facilitator", "manager"})),
    post(
        "introductions.finish",
        "/en/introductions/tasks/{task}/done",
        frozenset({"facilitator", "manager"}),
        refused=(403, 404),
    ),
    post(
        "introductions.reopen",
        "/en/introductions/tasks/{task}/reopen",
        frozenset({"facilitator", "manager"}),
        refused=(403, 404),
    ),
)
CLUSTER = frozenset({"facilitator", "manager"})
NETWORK = (
    get("exposure.index", "/en/exposure", frozenset({"manager"})),
    post("exposure.index", "/en/exposure", frozenset({"manager"}), data={"toll": "0.1"}),
    get("network.index", "/en/network", SIGNED_IN),
    get("network.picture", "/en/network/picture", SIGNED_IN),
    get(
        "network.introductions",
        "/en/network/introductions/{organisation}",
        CLUSTER,
        CLUSTER,
        refused=(403, 404),
    ),
    post(
        "network.recommend",
        "/en/network/introductions/{organisation}/{lonely}",
        CLUSTER,
        CLUSTER,
        refused=(403, 404),
    ),
    post(
        "introductions.dismiss",
        "/en/introductions/recommended/{recommendation}/dismiss",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
)
SAID = "/en/rooms/{room}/messages/{message}"
WORDS = {"cid": "edit-{message}-once", "body": "Hello again", "lang": "en"}
ROOMS = (
    get("rooms.index", "/en/rooms", SIGNED_IN),
    get("rooms.waiting", "/en/rooms/waiting", SIGNED_IN),
    get(
        "rooms.show", "/en/rooms/{room}", OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)
    ),
    post(
        "rooms.show", "/en/rooms/{room}", OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)
    ),
    get("rooms.show", "/en/rooms/{meeting}", OURS, NOBODY, refused=(404,)),
    post(
        "rooms.read",
        "/en/rooms/{room}/read",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        data={"seq": "1"},
        refused=(404,),
    ),
    get("rooms.edit", f"{SAID}/edit", frozenset({"editor"}), NOBODY, refused=(403, 404)),
    post("rooms.edit", f"{SAID}/edit", frozenset({"editor"}), NOBODY, data=WORDS, refused=(403, 404)),
    get("rooms.remove", f"{SAID}/remove", {"editor"} | CLUSTER, CLUSTER, refused=(403, 404)),
    post(
        "rooms.remove",
        f"{SAID}/remove",
        {"editor"} | CLUSTER,
        CLUSTER,
        data={"cid": "remove-{message}-once"},
        refused=(403, 404),
    ),
    get(
        "streams.events",
        "/api/v1/streams/{stream}/events",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
)
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
HOME = (
    get("home.root", "/", EVERYONE),
    get("home.index", "/en/", EVERYONE),
    get("about.help", "/en/help", EVERYONE),
    get("about.privacy", "/en/privacy", EVERYONE),
    post("about.theme", "/en/theme", EVERYONE, data={"theme": "dark"}),
    get("about.favicon", "/favicon.ico", EVERYONE),
    get("engines.robots", "/robots.txt", EVERYONE),
    get("engines.sitemap", "/sitemap.xml", EVERYONE),
    get("engines.general", "/sitemaps/general.xml", EVERYONE),
    get("engines.organisations", "/sitemaps/organisations-0.xml", EVERYONE),
    get("engines.initiatives", "/sitemaps/initiatives-0.xml", EVERYONE),
    get("health.health", "/health", EVERYONE),
    get("metrics.metrics", "/metrics", EVERYONE),
)
ROWS = (
    *ACCOUNTS,
    *ORGANISATIONS,
    *INITIATIVES,
    *OFFERS,
    *SUGGESTIONS,
    *NETWORK,
    *ROOMS,
    *DESIGN,
    *DESIGN_PAGES,
    *HOME,
)


@dataclass(frozen=True)
class Said:
    """One command of the socket: its content, and who may send it on what Il Filo Verde has and on what Zielona has.

    `own_seen` and `other_seen` are those who know of the object but may not do this to it. With `may_come_too_early`
    whoever may is sometimes told that it is not the moment, or not any more.
    """

    content: dict[str, Any]
    own: frozenset[str]
    other: frozenset[str]
    own_seen: frozenset[str] = NOBODY
    other_seen: frozenset[str] = NOBODY
    may_come_too_early: bool = False


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
    "design_go": at_the_desk(to="repeat"),
    "design_start": at_the_desk(),
    "design_reveal": at_the_desk(),
    "design_timer": at_the_desk(act="pause"),
    "design_freeze": at_the_desk(on=True),
    "design_lock": at_the_desk(what="board", on=True),
    "design_clusters_merge": at_the_desk(**{"into": "{cluster}", "from": "{cluster}"}),
    "design_cluster_split": at_the_desk(cluster="{cluster}"),
    "design_undo": at_the_desk(),
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
COMMANDS = {
    "room_post": Said(
        {"room": "{room}", "body": "Hello", "lang": "en"},
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
    ),
    "room_edit": Said(
        {"room": "{room}", "seq": "{message}", "body": "Hello again", "lang": "en"},
        frozenset({"editor"}),
        NOBODY,
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
    ),
    "room_remove": Said(
        {"room": "{room}", "seq": "{message}"},
        {"editor"} | CLUSTER,
        CLUSTER,
        OURS | {"partner"},
        frozenset({"partner"}),
        may_come_too_early=True,
    ),
    "room_read": Said({"room": "{room}", "seq": 0}, OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}),
    **DESIGN_COMMANDS,
}
"""For each event of the socket: its content, and who may send it on one's own and on the other's."""

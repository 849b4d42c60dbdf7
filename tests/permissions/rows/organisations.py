"""Who may read, write and act for an organisation."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, NOBODY, OURS, SIGNED_IN, get, post

ORGANISATION = "/en/organisations/{organisation}"
ORGANISATIONS = (
    get("taxonomy.concepts", "/en/concepts?kind=skill&q=a", EVERYONE),
    get("guide.guide", "/en/are-we-a-social-enterprise", EVERYONE),
    post("guide.guide", "/en/are-we-a-social-enterprise", EVERYONE),
    get("taxonomy.places", "/en/places?country=IT&q=to", EVERYONE),
    get("organisations.directory", "/en/organisations", EVERYONE),
    get("organisations.map_of_europe", "/en/organisations/map.json?bbox=-10,35,30,60&zoom=5", EVERYONE),
    get("organisations.show", ORGANISATION, EVERYONE, EVERYONE),
    get("organisations.show", "/en/organisations/{pending}", frozenset({"manager"}), refused=(404,)),
    get("organisations.new", "/en/organisations/new", SIGNED_IN),
    post("organisations.new", "/en/organisations/new", SIGNED_IN),
    get(
        "organisations.edit", ORGANISATION + "/edit", frozenset({"editor", "manager"}), frozenset({"manager"})
    ),
    get(
        "profiles.part", ORGANISATION + "/edit/who", frozenset({"editor", "manager"}), frozenset({"manager"})
    ),
    post(
        "profiles.part",
        ORGANISATION + "/edit/numbers",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get(
        "profiles.confirm",
        ORGANISATION + "/still-right",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post(
        "profiles.confirm",
        ORGANISATION + "/still-right",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get(
        "profiles.changes",
        ORGANISATION + "/history",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get(
        "profiles.new_story",
        ORGANISATION + "/stories/new",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post(
        "profiles.new_story",
        ORGANISATION + "/stories/new",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get("profiles.edit_story", ORGANISATION + "/stories/999999", NOBODY, NOBODY, refused=(403, 404)),
    post("profiles.edit_story", ORGANISATION + "/stories/999999", NOBODY, NOBODY, refused=(403, 404)),
    post(
        "profiles.delete_story", ORGANISATION + "/stories/999999/delete", NOBODY, NOBODY, refused=(403, 404)
    ),
    get("profiles.logo", ORGANISATION + "/logo", frozenset({"editor", "manager"}), frozenset({"manager"})),
    post("profiles.logo", ORGANISATION + "/logo", frozenset({"editor", "manager"}), frozenset({"manager"})),
    post(
        "profiles.remove_logo",
        ORGANISATION + "/logo/remove",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    get("pictures.show", "/pictures/no-such-picture.webp", NOBODY, refused=(404,)),
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
    get("organisations.join", ORGANISATION + "/join", SIGNED_IN, SIGNED_IN),
    post("organisations.join", ORGANISATION + "/join", SIGNED_IN, SIGNED_IN),
    post(
        "organisations.let_in",
        ORGANISATION + "/requests/{request}/let-in",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
    post(
        "organisations.refuse",
        ORGANISATION + "/requests/{request}/refuse",
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
    post(
        "organisations.ask_by_invitation",
        "/en/organisations/invitations/no-such-secret/ask",
        NOBODY,
        refused=(404,),
    ),
)

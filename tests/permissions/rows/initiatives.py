"""Who may read, write, fill and leave an initiative."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, EVERYONE, NOBODY, OURS, get, post

INITIATIVE = "/en/initiatives/{initiative}"
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
)

"""Who may open decisions, read and answer them, and take away what is needed to count again."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, CLUSTER, EVERYONE, NOBODY, OURS, SIGNED_IN, get, post

ONE = "/en/decisions/{proposal}"
SEES = OURS | {"partner"} | CLUSTER
DECISIONS = (
    get("decisions.index", "/en/decisions", SIGNED_IN),
    get("decisions.new", "/en/decisions/new", ACTING | CLUSTER),
    post("decisions.new", "/en/decisions/new?method=consent", ACTING | CLUSTER),
    get("decisions.show", ONE, SEES, CLUSTER | {"partner"}, refused=(403, 404)),
    post(
        "decisions.show",
        ONE,
        OURS | {"partner"},
        frozenset({"partner"}),
        data={"answer": "yes", "lang": "en"},
        refused=(403, 404),
    ),
    post("decisions.withdraw", ONE + "/withdraw", OURS, NOBODY, refused=(403, 404), once=True),
    get(
        "decision_checks.bundle",
        "/decisions/{decided}/bundle.json",
        SEES,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get("decision_checks.verify", "/verify.py", EVERYONE),
    get("decision_checks.ledger", "/en/ledger", EVERYONE),
    get("decision_checks.checkpoint", "/ledger/checkpoint", EVERYONE),
)

"""Who may claim an organisation, say that a listing is not right, decide about both, and merge two."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, SIGNED_IN, get, post

MANAGERS = frozenset({"manager"})
EDITS = frozenset({"editor", "manager"})
ORGANISATION = "/en/organisations/{organisation}"
PAIR = "/en/manage/duplicates/{organisation}/{lonely}"
PROOF = "/en/claims/prove/{claiming}"
ANSWER = "/en/claims/{claim}/answer"

CLAIMS = (
    get("claims.ask", ORGANISATION + "/claim", SIGNED_IN, SIGNED_IN),
    post("claims.ask", ORGANISATION + "/claim", SIGNED_IN, SIGNED_IN),
    post("claims.withdraw", ORGANISATION + "/claim/withdraw", SIGNED_IN, SIGNED_IN),
    get("claims.prove", PROOF, EVERYONE, EVERYONE),
    post("claims.confirm", PROOF, SIGNED_IN, SIGNED_IN, refused=(404,)),
    post("claims.deny", PROOF + "/deny", EVERYONE, EVERYONE, once=True),
    get("claims.answer", ANSWER, EDITS, MANAGERS, refused=(404,)),
    post("claims.answer", ANSWER, EDITS, MANAGERS, refused=(404,)),
    get("claims.report", "/en/organisations/{listing}/not-right", EVERYONE, EVERYONE),
    post("claims.report", "/en/organisations/{listing}/not-right", EVERYONE, EVERYONE),
    get("claims.take_down", "/en/listings/take-down/{taking_down}", EVERYONE, EVERYONE),
    post("claims.take_down", "/en/listings/take-down/{taking_down}", EVERYONE, EVERYONE, once=True),
    get("claims.queue", "/en/manage/claims", MANAGERS),
    get("claims.decide", "/en/manage/claims/{claim}", MANAGERS, MANAGERS),
    post("claims.decide", "/en/manage/claims/{claim}", MANAGERS, MANAGERS),
    post(
        "claims.close_report", "/en/manage/reports/{listing_report}", MANAGERS, MANAGERS, refused=(403, 404)
    ),
    get("claims.reassign", ORGANISATION + "/reassign", MANAGERS, MANAGERS),
    post("claims.reassign", ORGANISATION + "/reassign", MANAGERS, MANAGERS),
    get("duplicates.index", "/en/manage/duplicates", MANAGERS),
    get("duplicates.merge", PAIR, MANAGERS, MANAGERS),
    post("duplicates.merge", PAIR, MANAGERS, MANAGERS),
    post("duplicates.keep_apart", PAIR + "/apart", MANAGERS, MANAGERS, refused=(403, 404)),
)

"""Who may see the network and recommend introductions in it."""

from __future__ import annotations

from tests.permissions.rows.row import CLUSTER, SIGNED_IN, get, post

NETWORK = (
    get("network.index", "/en/network", SIGNED_IN),
    get("network.picture", "/en/network/picture", SIGNED_IN),
    get("network.partners", "/en/network/partners/{organisation}", SIGNED_IN, SIGNED_IN),
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
)

"""Who may join, sign in and see to an account."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, NOBODY, SIGNED_IN, get, post

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
    post("accounts.sign_in_by_link", "/en/reset/no-such-secret/sign-in", EVERYONE, refused=(404,)),
    post("accounts.send_verification", "/en/verify", SIGNED_IN),
    get("accounts.account", "/en/account", SIGNED_IN),
    post("accounts.account", "/en/account", SIGNED_IN),
    get("accounts.change_password", "/en/account/password", SIGNED_IN),
    post("accounts.change_password", "/en/account/password", SIGNED_IN),
    post("accounts.sign_out_elsewhere", "/en/account/sign-ins", SIGNED_IN),
    post("accounts.own_device", "/en/account/own-device", SIGNED_IN),
    post("accounts.sign_out", "/en/sign-out", EVERYONE),
)

"""What people do with their accounts, one verb per function."""

from __future__ import annotations

from app.features.accounts.services.joining import join, send_verification, verify
from app.features.accounts.services.known_devices import known_device, remember_person
from app.features.accounts.services.passwords import (
    Checked,
    ask_reset,
    change_password,
    check_password,
    hash_password,
    reset_password,
    sign_in_by_link,
    sign_in_by_password,
    waste_time,
)
from app.features.accounts.services.profile import edit
from app.features.accounts.services.sign_ins import sign_in, sign_in_as, sign_out, sign_out_elsewhere
from app.features.accounts.services.standing import appoint, forget, give_role, shut_out, suspend_person

__all__ = [
    "Checked",
    "appoint",
    "ask_reset",
    "change_password",
    "check_password",
    "edit",
    "forget",
    "give_role",
    "hash_password",
    "join",
    "known_device",
    "remember_person",
    "reset_password",
    "send_verification",
    "shut_out",
    "sign_in",
    "sign_in_as",
    "sign_in_by_link",
    "sign_in_by_password",
    "sign_out",
    "sign_out_elsewhere",
    "suspend_person",
    "verify",
    "waste_time",
]

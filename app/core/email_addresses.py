"""Email addresses: one form to keep and compare, one to send to, and what is wrong with others."""

from __future__ import annotations

from typing import Any

import idna
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms.validators import ValidationError

MAX_EMAIL_LENGTH = 254
"""Characters, of either form: RFC 5321 allows no more."""


def normalise_email(address: str) -> str:
    """The address as it is kept, compared and shown: lower case, its domain as people read it (UTS 46, IDNA 2008).

    "INFO@xn--mller-kva.de" and "info@müller.de" are one. An address with a domain that cannot exist only loses case.
    Never `casefold`, which turns straße.example into another domain.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = idna.decode(idna.encode(domain, uts46=True))
    except UnicodeError:
        domain = domain.lower()
    return f"{local.lower()}{at}{domain}"


def wire_domain(domain: str) -> str:
    """A domain as servers call it: each international label as xn--; one that cannot exist stays as it is."""
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:
        return domain


def ascii_email(address: str) -> str:
    """An address as mail servers take it."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{wire_domain(domain)}"


def email_fault(address: str) -> LazyString | None:
    """Why mail cannot be sent to an address, as a sentence; None where it can."""
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        local, _, domain = address.rpartition("@")
        if local and not local.isascii():
            return _l("Before the @ only the letters a to z, digits and a few signs can be used.")
        if not domain.isascii() or "xn--" in domain.lower():
            return _l("The part after the @ is not a domain that exists in this form. Check the spelling.")
        return _l("This does not look like an email address. It has the form name@example.org.")
    return None


def deliverable(form: Any, field: Any) -> None:
    """Refuse, at a form's field, an address to which no mail can be sent."""
    if fault := email_fault(field.data or ""):
        raise ValidationError(str(fault))

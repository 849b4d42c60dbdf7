"""What can go wrong between people and Trama, each with a status, a code and words for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

Text = str | LazyString


class AppError(Exception):
    """A refusal that a person can understand; the entry points answer with a page, a problem document or an ack.

    `message` is a translatable sentence, `fields` maps a field's name to the sentences about it, `details` holds
    JSON values for a program that asked.
    """

    status = 400
    code = "bad_request"
    default: Text = _l("We could not understand that request.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        fields: Mapping[str, list[Text]] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.message: Text = self.default if message is None else message
        self.fields = dict(fields or {})
        self.details = dict(details or {})
        super().__init__(self.code)


class BadRequest(AppError):
    """What arrived cannot be read at all."""


class SignInNeeded(AppError):
    """Only a person who is signed in may do this."""

    status = 401
    code = "sign_in_needed"
    default = _l("Sign in to go on.")


class Forbidden(AppError):
    """One may see it but not do this to it."""

    status = 403
    code = "forbidden"
    default = _l("Your role here does not allow you to do this.")


class NotFound(AppError):
    """It does not exist, or one may not know that it does."""

    status = 404
    code = "not_found"
    default = _l("We could not find that. It may have been removed, or the address is mistyped.")


class Conflict(AppError):
    """Somebody or something was faster, or the state does not allow it."""

    status = 409
    code = "conflict"
    default = _l("Somebody was faster: look at it as it is now and try again.")


class ActorChanged(AppError):
    """The page was made for another person or organisation than the one that acts now; nothing was done.

    `details["now"]` and `details["before"]` name the two organisations as {key, name, slug}; `before` is None where
    the person is another or may no longer act for it.
    """

    status = 409
    code = "actor_changed"
    default = _l("Somebody else is signed in in this browser now.")


SHOWN_ALONE = (SignInNeeded, Forbidden, NotFound, ActorChanged)
"""Refusals that are a page of their own, never a sentence on the page of the form that was refused."""


class Invalid(AppError):
    """What was written cannot be taken; `fields` says where and why."""

    status = 422
    code = "invalid"
    default = _l("Something needs mending before we can save it.")


class TooMany(AppError):
    """Too many attempts in too short a time."""

    status = 429
    code = "too_many"
    default = _l("That was a lot at once. Wait a moment and try again.")


class Expired(AppError):
    """The page was open for too long; what was written in it is still there."""

    status = 400
    code = "expired"
    default = _l("This page was open for a long time. Nothing is lost: check it and send it again.")


class TooLarge(AppError):
    """More was sent than a page of Trama takes."""

    status = 413
    code = "too_large"
    default = _l("That is more than we can take at once. Make it shorter and try again.")

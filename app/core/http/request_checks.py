"""What an address or a form may hold at all: a host that is ours, so many fields, and nothing that a database chokes on."""

from __future__ import annotations

from flask import Flask, current_app, request, session
from flask_babel import lazy_gettext as _l

from app.core.errors import AppError, BadRequest, TooLarge
from app.core.numbers import NumberConverter
from config import Settings

ANY_HOST_ENDPOINTS = frozenset({"health.health", "metrics.metrics"})
"""Balancers and collectors ask by a number or by a name of their own; these answers hold no address."""

MAX_FORM_FIELDS = 1_000
"""Of one form; the largest of ours has a few hundred. Reading half a megabyte of empty ones takes a second."""
MAX_FORM_FILES = 10
MAX_FORM_BYTES = 1024 * 1024
"""What a form with files may have beside them."""
ALLOW_BODY = "trama.allow_body"
"""The key in a request's environment of what lets the web server read more: it is called with a number of bytes."""
URL_ENCODED = "application/x-www-form-urlencoded"


class MisdirectedRequest(AppError):
    """The request names a host that is not this installation's: what it is answered might be shown as another's."""

    status = 421
    code = "misdirected"
    default = _l("Trama is not at this address. Use the address that you were given.")


def init_request_checks(app: Flask, settings: Settings) -> None:
    """Refuse requests for another host and texts with a NUL; bound the numbers in addresses."""
    app.url_map.converters["int"] = NumberConverter

    @app.before_request
    def refuse_other_hosts() -> None:
        if request.endpoint not in ANY_HOST_ENDPOINTS and not settings.has_host(
            request.environ.get("HTTP_HOST", "")
        ):
            raise MisdirectedRequest

    @app.before_request
    def allow_files() -> None:
        # Before anything reads the form. A visitor's body stays small.
        view = current_app.view_functions.get(request.endpoint or "")
        if request.method == "POST" and getattr(view, "takes_files", False) and session.get("_user_id"):
            limit = MAX_FORM_FILES * settings.file_megabytes * 1024 * 1024 + MAX_FORM_BYTES
            request.max_content_length = limit
            if ALLOW_BODY in request.environ:
                request.environ[ALLOW_BODY](limit)

    @app.before_request
    def refuse_many_fields() -> None:
        # Werkzeug bounds the parts of a multipart form only; the bytes that are counted here are parsed later.
        if request.mimetype == URL_ENCODED and request.get_data().count(b"&") >= MAX_FORM_FIELDS:
            raise TooLarge

    @app.before_request
    def refuse_nul() -> None:
        texts = [request.path, *request.args, *request.form]
        texts += [value for values in (request.args, request.form) for _, value in values.items(multi=True)]
        # A part of a multipart form may come without a name; nothing here can read it.
        if any(text is None or "\x00" in text for text in texts):
            raise BadRequest

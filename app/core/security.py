"""The headers that tell a browser what pages of Trama may never do."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from config import Settings

REVALIDATED_ENDPOINTS = frozenset({"files.show"})
"""Browsers may keep these answers, and ask each time whether the person may still see them."""
ASSET_TYPES = ("text/css", "text/javascript", "font/woff2")
ASSET_HEADERS = {"X-Content-Type-Options", "Strict-Transport-Security"}
"""What else is set says what a document may do. Six fonts, scripts and styles would carry 4 KB of it to a first page."""


def init_security(app: Flask, settings: Settings) -> None:
    """Set the security headers of every answer; there is no inline script or style, so none is allowed."""
    parts = urlsplit(settings.public_url)
    # Named because older browsers do not count sockets as 'self'.
    socket = f"{'wss' if settings.secure else 'ws'}://{parts.netloc}"
    headers = {
        "Content-Security-Policy": "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data:",
                "font-src 'self'",
                f"connect-src 'self' {socket}",
                "manifest-src 'self'",
                "worker-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ]
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def protect(response: Response) -> Response:
        is_asset = request.endpoint == "static" and response.mimetype in ASSET_TYPES
        for name, value in headers.items():
            if not is_asset or name in ASSET_HEADERS:
                response.headers.setdefault(name, value)
        if is_asset:
            response.headers.pop("Content-Disposition", None)
        if _is_private():
            response.headers["Cache-Control"] = "private, no-store"
        elif response.mimetype in ("text/html", "application/json", "application/problem+json"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _is_private() -> bool:
    """Whether no browser and no proxy may store this answer, so that nobody finds it by Back after a sign-out.

    True for every answer to a signed-in person, to a form, and behind a mailed secret; never for static files and for
    what is asked for again each time.
    """
    if request.endpoint == "static" or request.endpoint in REVALIDATED_ENDPOINTS:
        return False
    is_signed_in = g.get("token") is not None
    return is_signed_in or request.method == "POST" or "token" in (request.view_args or {})

"""The extensions of Flask that Trama stands on, and how a request's person is recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, request
from flask_compress import Compress
from flask_login import LoginManager, UserMixin, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app.core.actors import VISITOR, Actor, identify

compress = Compress()
csrf = CSRFProtect()
migrate = Migrate()


class SignedIn(UserMixin):
    """What Flask-Login keeps of a person: the secret of her sign-in, never her id."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """The secret that goes into the signed cookie."""
        return self.token


def session_token(app: Flask, environ: Mapping[str, Any]) -> str | None:
    """The secret of the sign-in in a request's cookie if its signature is ours; it may have ended since."""
    cookie = app.session_interface.open_session(app, app.request_class(dict(environ)))
    return cookie.get("_user_id") if cookie else None


def init_sign_in(app: Flask) -> None:
    """Recognise the person of every request before anything else looks at it."""
    manager = LoginManager()
    manager.session_protection = None  # type: ignore[assignment]  # a phone changes its address all day
    manager.init_app(app, add_context_processor=False)

    def load(token: str) -> SignedIn | None:
        actor = identify(token)
        return SignedIn(token, actor) if actor.person is not None else None

    manager.user_loader(load)

    @app.before_request
    def recognise() -> None:
        if request.endpoint == "static":
            g.actor = VISITOR
            return
        user: Any = current_user
        g.token, g.actor = (user.token, user.actor) if user.is_authenticated else (None, VISITOR)

"""The JSON door: the same services, answered with data or with a problem (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, json, request

from app.core.errors import AppError, SignInNeeded
from app.core.permissions import PUBLIC

API_PREFIX = "/api/"


def api(
    blueprint: APIBlueprint, rule: str, *, permission: str, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an API view under an address, with the permission it needs (PUBLIC where it needs none)."""

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def door(*args: Any, **values: Any) -> Any:
            if permission != PUBLIC and g.actor.person is None:
                raise SignInNeeded
            return view(*args, **values)

        door.permission = permission  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=door, methods=list(methods))
        return door

    return register


def wants_json() -> bool:
    """Whether this request came through the API's door."""
    return request.path.startswith(API_PREFIX)


def problem(error: AppError) -> Response:
    """A refusal as application/problem+json."""
    body = {
        "status": error.status,
        "code": error.code,
        "title": str(error.message),
        "fields": {name: [str(sentence) for sentence in texts] for name, texts in error.fields.items()},
    }
    return Response(json.dumps(body), error.status, content_type="application/problem+json")

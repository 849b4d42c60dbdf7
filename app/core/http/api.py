"""The JSON API: the same services, answered with data or with a problem (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from apiflask import APIBlueprint
from flask import Response, g, json, request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, ValidationError

from app.core.errors import AppError, BadRequest, Forbidden, NotFound, SignInNeeded, Text
from app.core.permissions import PUBLIC, SIGNED_IN
from app.core.source_names import PermissionName

API_PREFIX = "/api/"
View = TypeVar("View", bound=Callable[..., Any])


class Query(BaseModel):
    """The base of the parameters of API addresses: strict where they are known, others are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


@dataclass(frozen=True)
class Operation:
    """What the description of the API says of a view: its answer, other answers by status, parameters, refusals."""

    answer: Any
    others: dict[int, Any]
    query: type[Query] | None
    errors: tuple[type[AppError], ...]
    needs_sign_in: bool


def api(
    blueprint: APIBlueprint,
    rule: str,
    *,
    permission: PermissionName,
    answer: Any = None,
    query: type[Query] | None = None,
    errors: tuple[type[AppError], ...] = (),
    method: str = "GET",
    takes_files: bool = False,
) -> Callable[[View], View]:
    """Register an API view under an address, with the permission it needs (PUBLIC where it needs none).

    `answer` is the type of what the view returns; a view without one is described elsewhere (`openapi.describe`). The view
    gets its `query` parameters, checked, as its argument `query`; what is wrong with them is refused with a sentence at
    each. `errors` are refusals beside those that follow from the
    permission, the parameters and the address. `takes_files` is for a view whose body is a file.
    """

    def register(view: View) -> View:
        @wraps(view)
        def guarded_view(*args: Any, **values: Any) -> Any:
            if permission != PUBLIC and g.actor.person is None:
                raise SignInNeeded
            if query is not None:
                values["query"] = _read(query)
            return view(*args, **values)

        refusals = (
            BadRequest,  # a NUL in any address (request_checks.py), or parameters beyond bounds
            *((SignInNeeded,) if permission != PUBLIC else ()),
            *((Forbidden,) if permission not in (PUBLIC, SIGNED_IN) else ()),
            *((NotFound,) if "<" in rule else ()),
            *errors,
        )
        guarded_view.permission = permission  # type: ignore[attr-defined]
        guarded_view.takes_files = takes_files  # type: ignore[attr-defined]
        if answer is not None:
            guarded_view.operation = Operation(answer, {}, query, refusals, permission != PUBLIC)  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=guarded_view, methods=[method])
        return guarded_view  # type: ignore[return-value]

    return register


def answers(answer: Any, **others: Any) -> Callable[[View], View]:
    """Describe a view outside the API that answers with JSON: `answers(State, status_503=State)`."""

    def describe(view: View) -> View:
        by_status = {int(name.removeprefix("status_")): kind for name, kind in others.items()}
        view.operation = Operation(answer, by_status, None, (), False)  # type: ignore[attr-defined]
        return view

    return describe


def _read(query: type[Query]) -> Query:
    """The parameters of the address, an empty one being none. Raises BadRequest with a sentence at each wrong one."""
    try:
        return query.model_validate({name: text for name, text in request.args.items() if text})
    except ValidationError as error:
        fields: dict[str, list[Text]] = {}
        for detail in error.errors(include_url=False, include_input=False):
            fields.setdefault(str(detail["loc"][0]), []).append(_sentence(detail.get("ctx", {})))
        raise BadRequest(fields=fields) from error


def _sentence(limits: dict[str, Any]) -> Text:
    if "le" in limits:
        return _l("At most %(max)s.", max=limits["le"])
    if "ge" in limits:
        return _l("At least %(min)s.", min=limits["ge"])
    return _l("We do not understand this.")


def wants_json() -> bool:
    """Whether this request is for the API."""
    return request.path.startswith(API_PREFIX)


def problem(error: AppError) -> Response:
    """A refusal as application/problem+json."""
    body = {
        "status": error.status,
        "code": error.code,
        "title": str(error.message),
        "fields": {name: [str(sentence) for sentence in texts] for name, texts in error.fields.items()},
        **error.details,
    }
    return Response(json.dumps(body), error.status, content_type="application/problem+json")

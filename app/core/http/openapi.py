"""The description of the API (OpenAPI 3.1), made from the types that its views, streams and commands declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import Flask
from werkzeug.routing import Rule

from app.core.errors import (
    ActorChanged,
    AppError,
    BadRequest,
    Conflict,
    Expired,
    Forbidden,
    Invalid,
    NotFound,
    SignInNeeded,
    TooLarge,
    TooMany,
)
from app.core.http.api import Operation, Query
from app.core.http.error_handlers import InternalError
from app.core.live.api import LanguageQuery
from app.core.live.api import blueprint as commands_blueprint
from app.core.live.commands import OutdatedClient, SocketCommand, commands_of
from app.core.numbers import MAX_INTEGER
from app.core.payloads import Problem, schemas_of
from app.core.streams.kinds import kinds_of

PROBLEM = "application/problem+json"
SIGN_IN = "sign_in"
COMMAND_ERRORS = (
    BadRequest,
    Expired,
    SignInNeeded,
    Forbidden,
    NotFound,
    Conflict,
    ActorChanged,
    TooLarge,
    Invalid,
    OutdatedClient,
    TooMany,
)
"""What a command may be refused with."""
_ARGUMENT = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
Schema = dict[str, Any]


def init_openapi(app: APIFlask) -> None:
    """Have the application describe its API as it answers; APIFlask serves the description."""
    info = {"title": app.title, "version": app.version}
    app.spec_processor(lambda spec: describe(app, info))


def describe(app: Flask, info: Schema) -> Schema:
    """The whole document."""
    described: list[tuple[Rule, Operation]] = [
        (rule, operation)
        for rule in app.url_map.iter_rules()
        if (operation := getattr(app.view_functions[rule.endpoint], "operation", None)) is not None
    ]
    wanted = [kind for _rule, each in described for kind in (each.answer, *each.others.values())]
    commands = commands_of(app)
    wanted += [Problem, *event_types(app), *(each.answer for each in commands.values())]
    references, schemas = schemas_of(wanted)
    schemas["StreamEvent"] = {"anyOf": [references[kind] for kind in event_types(app)]}
    paths: Schema = {}
    for rule, operation in described:
        path = _ARGUMENT.sub(r"{\g<name>}", rule.rule)
        method = "post" if "POST" in (rule.methods or ()) else "get"
        paths[path] = {method: _operation(app, rule, operation, references)}
    for event, command in sorted(commands.items()):
        form = command.form.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= {**form.pop("$defs", {}), command.form.__name__: form}
        paths[f"{commands_blueprint.url_prefix}/{event}"] = {"post": _command(command, references)}
    cookie = {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {SIGN_IN: cookie}},
    }


def event_types(app: Flask) -> list[Any]:
    """The types of all events of all kinds of streams."""
    return list(dict.fromkeys(kind for stream in kinds_of(app).values() for kind in stream.events.values()))


def _operation(app: Flask, rule: Rule, operation: Operation, references: dict[Any, Schema]) -> Schema:
    summary, _, description = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")
    responses = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": references[kind]}},
        }
        for status, kind in {200: operation.answer, **operation.others}.items()
    }
    responses |= _refusals(operation.errors, references)
    described: Schema = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": summary,
        "parameters": [*_of_address(rule), *_of_query(operation.query)],
        "responses": responses,
        "security": [{SIGN_IN: []}] if operation.needs_sign_in else [],
    }
    if getattr(app.view_functions[rule.endpoint], "takes_files", False):
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return described | ({"description": description.strip()} if description.strip() else {})


def _command(command: SocketCommand, references: dict[Any, Schema]) -> Schema:
    """The request that runs a command: what it carries is its form, and its answer that of the socket without `ok`."""
    answer = {"application/json": {"schema": references[command.answer]}}
    form = {"$ref": f"#/components/schemas/{command.form.__name__}"}
    return {
        "operationId": f"commands_{command.event}",
        "summary": (command.form.__doc__ or "").partition("\n")[0],
        "parameters": list(_of_query(LanguageQuery)),
        "requestBody": {"required": True, "content": {"application/json": {"schema": form}}},
        "responses": {
            "200": {"description": "OK", "content": answer},
            **_refusals(COMMAND_ERRORS, references),
        },
        "security": [{SIGN_IN: []}],
    }


def _refusals(errors: tuple[type[AppError], ...], references: dict[Any, Schema]) -> Schema:
    """The answers that are refusals, by their status; a mistake of ours is one wherever there is any."""
    codes: dict[int, list[str]] = {}
    for error in (*errors, *((InternalError,) if errors else ())):
        codes.setdefault(error.status, []).append(error.code)
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {
                PROBLEM: {
                    "schema": {
                        "allOf": [
                            references[Problem],
                            {"properties": {"code": {"enum": known}, "status": {"const": status}}},
                        ]
                    }
                }
            },
        }
        for status, known in codes.items()
    }


def _of_address(rule: Rule) -> Iterator[Schema]:
    for found in _ARGUMENT.finditer(rule.rule):
        number = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
        schema = number if found["converter"] == "int" else {"type": "string", "minLength": 1}
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema}


def _of_query(query: type[Query] | None) -> Iterator[Schema]:
    if query is None:
        return
    for name, schema in query.model_json_schema()["properties"].items():
        described = {key: value for key, value in schema.items() if key not in ("title", "description")}
        if "anyOf" in described:  # optional: a parameter that is left out is no null
            (described,) = (each for each in described["anyOf"] if each != {"type": "null"})
        shown = {"name": name, "in": "query", "required": False, "schema": described}
        yield shown | ({"description": schema["description"]} if "description" in schema else {})

"""The description of the API (OpenAPI 3.1), made from the types that its views, streams and commands declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import Flask
from werkzeug.routing import Rule

from app.core.http.api import Operation
from app.core.http.error_handlers import InternalError
from app.core.numbers import MAX_INTEGER
from app.core.payloads import Problem, schemas_of
from app.core.streams.kinds import kinds_of

PROBLEM = "application/problem+json"
SIGN_IN = "sign_in"
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
    wanted += [Problem, *event_types(app)]
    references, schemas = schemas_of(wanted)
    schemas["StreamEvent"] = {"anyOf": [references[kind] for kind in event_types(app)]}
    paths: Schema = {}
    for rule, operation in described:
        path = _ARGUMENT.sub(r"{\g<name>}", rule.rule)
        paths[path] = {"get": _operation(app, rule, operation, references)}
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
    for error in (*operation.errors, *((InternalError,) if operation.errors else ())):
        problem = {"properties": {"code": {"const": error.code}, "status": {"const": error.status}}}
        responses[str(error.status)] = {
            "description": HTTPStatus(error.status).phrase,
            "content": {PROBLEM: {"schema": {"allOf": [references[Problem], problem]}}},
        }
    described: Schema = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": summary,
        "parameters": [*_of_address(rule), *_of_query(operation)],
        "responses": responses,
        "security": [{SIGN_IN: []}] if operation.needs_sign_in else [],
    }
    return described | ({"description": description.strip()} if description.strip() else {})


def _of_address(rule: Rule) -> Iterator[Schema]:
    for found in _ARGUMENT.finditer(rule.rule):
        number = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
        schema = number if found["converter"] == "int" else {"type": "string", "minLength": 1}
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema}


def _of_query(operation: Operation) -> Iterator[Schema]:
    if operation.query is None:
        return
    for name, schema in operation.query.model_json_schema()["properties"].items():
        described = {key: value for key, value in schema.items() if key not in ("title", "description")}
        if "anyOf" in described:  # optional: a parameter that is left out is no null
            (described,) = (each for each in described["anyOf"] if each != {"type": "null"})
        shown = {"name": name, "in": "query", "required": False, "schema": described}
        yield shown | ({"description": schema["description"]} if "description" in schema else {})

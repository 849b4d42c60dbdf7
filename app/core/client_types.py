"""The types of payloads for the client: TypeScript declarations, made from the same models as the schemas.

`./dev types` writes them to `app/static/src/js/live/payloads.d.ts`.
"""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.core.http.openapi import event_types
from app.core.live.commands import LiveCommand, commands_of
from app.core.live.payloads import ANSWERS, PUSHES
from app.core.payloads import Problem, Refusal, schemas_of
from config import ROOT

PATH = ROOT / "app" / "static" / "src" / "js" / "live" / "payloads.d.ts"
HEAD = "// Made by ./dev types from the payload types of the server. Change those, not this file.\n"
PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
Schema = dict[str, Any]


def declarations(app: Flask) -> str:
    """All payloads as interfaces, the acknowledgements by command, what the server sends unasked by event."""
    answers = {**{event: each.answer for event, each in commands_of(app).items()}, **ANSWERS}
    described = [getattr(view, "operation", None) for view in app.view_functions.values()]
    api = [operation.answer for operation in described if operation is not None]
    events = event_types(app)
    references, schemas = schemas_of([*answers.values(), *PUSHES.values(), *api, *events, Problem, Refusal])
    schemas["StreamEvent"] = {"anyOf": [references[kind] for kind in events]}
    commands: dict[str, Schema] = {
        event: {"$ref": each.form.__name__} for event, each in commands_of(app).items()
    }
    for form in {each.form for each in commands_of(app).values()}:
        schema = form.model_json_schema(ref_template="{model}", mode="validation")
        schemas |= schema.pop("$defs", {})
        # Beside the fields that all commands have.
        asked = {
            name: kind for name, kind in schema["properties"].items() if name not in LiveCommand.model_fields
        }
        needed = [name for name in schema.get("required", []) if name in asked]
        schemas[form.__name__] = {**schema, "properties": asked, "required": needed}
    parts = [_declaration(name, schema) for name, schema in sorted(schemas.items())]
    tables: dict[str, dict[str, Schema]] = {
        "Commands": commands,
        "Answers": {event: references[kind] for event, kind in answers.items()},
        "Pushes": {event: references[kind] for event, kind in PUSHES.items()},
    }
    for name, table in tables.items():
        keys = dict(sorted(table.items()))
        parts.append(_declaration(name, {"type": "object", "properties": keys, "required": list(keys)}))
    ack = "/** The acknowledgement of a socket's event. */\nexport type Acknowledgement<Event extends keyof Answers> = "
    parts.append(f"{ack}({{ ok: true }} & Answers[Event]) | (Refusal & {{ ok: false }});\n")
    return "\n".join((HEAD, *parts))


def _declaration(name: str, schema: Schema) -> str:
    description = " ".join(schema.get("description", "").split())
    comment = f"/** {description} */\n" if description else ""
    if "properties" in schema and "allOf" not in schema:
        return f"{comment}export interface {name} {_type(schema)}\n"
    return f"{comment}export type {name} = {_type(schema)};\n"


def _type(schema: Schema) -> str:
    """The TypeScript type of a JSON schema, of the kinds that payloads use."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"Array<{_type(schema['items'])}>"
    if schema.get("type") == "object":
        return _object(schema)
    return PRIMITIVES.get(schema.get("type", ""), "unknown")


def _object(schema: Schema) -> str:
    if "properties" not in schema:
        rest = schema.get("additionalProperties", True)
        return f"Record<string, {_type(rest)}>" if isinstance(rest, dict) else "Record<string, never>"
    needed = schema.get("required", [])
    lines = [
        f"  {name}{'' if name in needed else '?'}: {_type(each)};"
        for name, each in schema["properties"].items()
    ]
    if schema.get("additionalProperties") is True:
        lines.append("  [key: string]: unknown;")
    return "\n".join(("{", *lines, "}"))


@click.command()
@click.option("--check", is_flag=True, help="Only say whether the file is what it would be.")
@with_appcontext
def types(check: bool) -> None:
    """Write the types of payloads for the client."""
    made = declarations(current_app)
    if check:
        if not PATH.is_file() or PATH.read_text(encoding="utf-8") != made:
            raise click.ClickException(f"{PATH.relative_to(ROOT)} is out of date: run ./dev types")
        return
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(made, encoding="utf-8")

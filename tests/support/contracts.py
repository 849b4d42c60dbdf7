"""Every answer, event and acknowledgement that a test causes is compared with its declared type or published schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Flask, Response, request
from jsonschema import Draft202012Validator

from app.core.http.openapi import describe
from app.core.live.commands import SocketCommand, commands_of, register_commands
from app.core.live.payloads import ANSWERS, PUSHES, Done
from app.core.live.protocol import dumps
from app.core.payloads import Refusal, check
from app.core.streams.kinds import StreamKind, kinds_of, register_kind

Document = dict[str, Any]
_documents: dict[tuple[str, ...], Document] = {}


class Undocumented(AssertionError):
    """An answer that the description of the API does not have."""


def check_contracts(app: Flask) -> None:
    """Have this application raise where a payload of its streams, commands or API breaks its contract."""
    for kind in list(kinds_of(app).values()):
        register_kind(app, replace(kind, present=_checked_events(kind)))
    register_commands(
        app, [replace(each, handle=_checked_answer(each)) for each in commands_of(app).values()]
    )
    app.after_request(lambda response: _checked_response(app, response))


def _checked_events(kind: StreamKind) -> Callable[[Sequence[Any]], list[dict[str, Any]]]:
    def present(events: Sequence[Any]) -> list[dict[str, Any]]:
        payloads = kind.present(events)
        for payload in payloads:
            check(kind.events[payload["kind"]], dumps(payload))
        return payloads

    return present


def _checked_answer(command: SocketCommand) -> Callable[[Any, Any], dict[str, Any]]:
    def handle(actor: Any, form: Any) -> dict[str, Any]:
        answer = command.handle(actor, form)
        check(command.answer, dumps(answer))
        return answer

    return handle


def _checked_response(app: Flask, response: Response) -> Response:
    rule = request.url_rule
    if rule is not None and rule.endpoint == "commands.run" and request.path in document(app)["paths"]:
        compare(document(app), request.path, response.status_code, response.mimetype, response.get_json())
    elif rule is not None and hasattr(app.view_functions[rule.endpoint], "operation"):
        compare(document(app), rule.rule, response.status_code, response.mimetype, response.get_json())
    return response


def document(app: Flask) -> Document:
    """The description of the API, made once for all applications of the same addresses and streams."""
    key = (*kinds_of(app), *commands_of(app))
    if key not in _documents:
        _documents[key] = describe(app, {"title": "Trama", "version": "1"})
    return _documents[key]


def compare(document: Document, rule: str, status: int, mimetype: str, content: Any) -> None:
    """Raise where an answer of an address is not the one that the document has for its status."""
    path = rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
    (operation,) = document["paths"][path].values()
    responses = operation["responses"]
    if mimetype not in responses.get(str(status), {}).get("content", {}):
        raise Undocumented(f"{path} answers {status} {mimetype}")
    schema = responses[str(status)]["content"][mimetype]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(content)


def check_push(event: str, told: Mapping[str, Any]) -> None:
    """Compare what a server sent unasked with its type."""
    check(PUSHES[event], dumps(told))


def check_acknowledgement(event: str, told: Mapping[str, Any]) -> None:
    """Compare the answer to an event of a socket with its type; those of commands are checked where they are made."""
    if not told["ok"]:
        check(Refusal, dumps(told))
    elif event in ANSWERS:
        kind = ANSWERS[event]
        check(kind, dumps({name: value for name, value in told.items() if name != "ok" or kind is not Done}))

"""Names of permissions and events that source code and templates write, read from their syntax without running them.

A parameter that takes such a name says so by its type, `PermissionName` or `EventKind`; each call that gives one as a
literal is found by the function's name and the parameter's place or keyword. So does a constant that holds such names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, nodes

PermissionName: TypeAlias = str
"""The name of a rule of a policy."""
EventKind: TypeAlias = str
"""The name of a kind of event of a stream."""

NAME_TYPES = ("PermissionName", "EventKind")
MAX_BRACKETS_OF_CALL = 40
"""How many closing brackets are tried as the end of a call."""


@dataclass(frozen=True)
class SourceName:
    """A name, the type of the parameter that it is given for, and the file and line where it stands.

    `pattern` is a regular expression that the name fulfils: the name itself, or what an f-string can give.
    """

    where: str
    type: str
    text: str
    pattern: str


@dataclass(frozen=True)
class _Parameter:
    type: str
    name: str
    place: int


def python_names(folder: Path) -> Iterator[SourceName]:
    """The literal names in all Python files of a folder; only the calls in question are parsed, which is quick."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}
    parameters: dict[str, _Parameter] = {}
    for path, source in sources.items():
        if not any(name in source for name in NAME_TYPES):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                parameters.update((node.name, parameter) for parameter in _parameters(node))
            elif isinstance(node, ast.AnnAssign):
                yield from _constant_names(node, path.relative_to(folder.parent).as_posix())
    beginning = re.compile(rf"(?<!def )(?<![\w.])({'|'.join(parameters)})\(") if parameters else None
    for path, source in sources.items():
        for found in beginning.finditer(source) if beginning else ():
            parameter = parameters[found[1]]
            line = source.count("\n", 0, found.start()) + 1
            for text, pattern in _texts(_argument(_parse_call(source, found.start()), parameter)):
                where = f"{path.relative_to(folder.parent).as_posix()}:{line}"
                yield SourceName(where, parameter.type, text, pattern)


def _parameters(function: ast.FunctionDef) -> Iterator[_Parameter]:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    for place, argument in enumerate(arguments):
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in NAME_TYPES:
            yield _Parameter(argument.annotation.id, argument.arg, place)


def _constant_names(node: ast.AnnAssign, path: str) -> Iterator[SourceName]:
    """The names that a constant holds: itself, or the items of a tuple or the values of a dictionary."""
    types = [
        part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name) and part.id in NAME_TYPES
    ]
    value = node.value
    held = (
        value.values
        if isinstance(value, ast.Dict)
        else value.elts
        if isinstance(value, ast.Tuple)
        else [value]
    )
    for item in held if types else ():
        for text, pattern in _texts(item):
            yield SourceName(f"{path}:{node.lineno}", types[-1], text, pattern)


def _parse_call(source: str, start: int) -> ast.Call | None:
    """The call that begins at a place of a source; None where that is no call."""
    end = start
    for _ in range(MAX_BRACKETS_OF_CALL):
        end = source.find(")", end) + 1
        if not end:
            return None
        with suppress(SyntaxError):
            parsed = ast.parse(source[start:end], mode="eval").body
            return parsed if isinstance(parsed, ast.Call) else None
    return None


def _argument(call: ast.Call | None, parameter: _Parameter) -> ast.expr | None:
    if call is None:
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    place = call.args[parameter.place] if parameter.place < len(call.args) else None
    return keywords.get(parameter.name, place)


def _texts(node: ast.expr | None) -> Iterator[tuple[str, str]]:
    """The texts that an expression can give, as they are shown and as regular expressions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        yield (
            "".join("{…}" if part is None else str(part) for part in parts),
            "".join(".+" if part is None else re.escape(str(part)) for part in parts),
        )


def template_names(environment: Environment, folder: Path) -> Iterator[SourceName]:
    """The literal permissions that the templates of a folder ask for by `can(…)`."""
    for path in sorted(folder.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        if "can(" not in source:
            continue
        for call in environment.parse(source).find_all(nodes.Call):
            permission = call.args[0] if call.args else None
            is_question = isinstance(call.node, nodes.Name) and call.node.name == "can"
            if is_question and isinstance(permission, nodes.Const):
                where = f"{path.relative_to(folder.parent.parent).as_posix()}:{call.lineno}"
                text = str(permission.value)
                yield SourceName(where, "PermissionName", text, re.escape(text))

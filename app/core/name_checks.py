"""Names that one module writes and another declares, compared when the application starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app.core.live.commands import commands_of
from app.core.permissions import PUBLIC, SIGNED_IN, rules
from app.core.source_names import python_names, template_names
from app.core.streams.kinds import kinds_of

BARS = frozenset({"foot", "account"})
"""The bars of a page that show navigation items beside its groups."""


class UnknownName(LookupError):
    """A name that nothing declares, with the sentence that says where it stands."""


def check_names(app: Flask) -> None:
    """Raise UnknownName with a sentence for each permission, endpoint and bar that is named and not declared."""
    if wrong := list(unknown_names(app)):
        raise UnknownName(" ".join(wrong))


def unknown_names(app: Flask) -> Iterator[str]:
    """A sentence for each name that nothing declares."""
    permissions = {PUBLIC, SIGNED_IN, *rules()}
    endpoints = set(app.view_functions)
    for endpoint, view in app.view_functions.items():
        if (permission := getattr(view, "permission", PUBLIC)) not in permissions:
            yield f"The view {endpoint} names the permission {permission!r}, which no policy declares."
    for command in commands_of(app).values():
        if command.permission not in permissions:
            yield f"The command {command.event} names the permission {command.permission!r}, which no policy declares."
    yield from _unknown_in_navigation(app, permissions, endpoints)


def _unknown_in_navigation(app: Flask, permissions: set[str], endpoints: set[str]) -> Iterator[str]:
    """A sentence for each name in the navigation that nothing declares."""
    groups = {group.name for group in app.extensions.get("trama.navigation_groups", ())}
    for group in app.extensions.get("trama.navigation_groups", ()):
        if group.endpoint not in endpoints:
            yield f"The navigation group {group.name!r} names the endpoint {group.endpoint!r}, which no view has."
    for item in app.extensions.get("trama.navigation", ()):
        where = f"The navigation item {item.endpoint}"
        if item.permission not in permissions:
            yield f"{where} names the permission {item.permission!r}, which no policy declares."
        if item.endpoint not in endpoints:
            yield f"{where} names the endpoint {item.endpoint!r}, which no view has."
        if item.group and item.group not in groups:
            yield f"{where} names the group {item.group!r}, which no manifest has."
        for bar in sorted(set(item.bars) - BARS):
            yield f"{where} names the bar {bar!r}, which no page has."


def check_source_names(app: Flask) -> None:
    """Raise UnknownName with a sentence for each permission or event that code or a template names and nothing declares."""
    if wrong := list(unknown_source_names(app, Path(app.root_path))):
        raise UnknownName(" ".join(wrong))


def unknown_source_names(app: Flask, folder: Path) -> Iterator[str]:
    """A sentence for each permission or event in a folder's files that nothing declares."""
    permissions = {PUBLIC, SIGNED_IN, *rules()}
    events = {event for kind in kinds_of(app).values() for event in kind.events}
    declared = {"PermissionName": permissions, "EventKind": events}
    says = {
        "PermissionName": "permission {}, which no policy declares",
        "EventKind": "event {}, which no stream has",
    }
    for name in (*python_names(folder), *template_names(app.jinja_env, folder / "templates")):
        if not any(re.fullmatch(name.pattern, known) for known in declared[name.type]):
            yield f"{name.where} names the {says[name.type].format(repr(name.text))}."

"""The manifest of a feature: what it adds to the application, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint, Flask
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.core import permissions
from app.core.actors import Actor, Identify, set_identify
from app.core.announcements import Listener, listen
from app.core.jobs import Work, register_jobs
from app.core.live.commands import SocketCommand, register_commands
from app.core.notices import NoticeKind, register_notices
from app.core.streams.kinds import StreamKind, register_kind

Fragment = Callable[..., Markup | str]
Badge = Callable[[Actor], int]
Chore = Callable[[], None]
StartCheck = Callable[[], str | None]


@dataclass(frozen=True)
class NavigationGroup:
    """A group of the navigation, shown where the reader may open one of its items, or where it has none at all.

    Its heading leads to `endpoint`, a page of its own; `title` is what that page says while nothing waits there.
    """

    name: str
    label: LazyString
    endpoint: str
    icon: str
    title: LazyString | str = ""


@dataclass(frozen=True)
class NavigationItem:
    """An item of the navigation, in a group of it or in one of the bars "account" (who I am) and "foot".

    `permission` says who sees it, `says` what is there in one line. `badge` counts what waits there for an actor. Items
    are sorted by `order`, then by the registry.
    """

    label: LazyString
    endpoint: str
    permission: str = permissions.PUBLIC
    group: str = ""
    bars: tuple[str, ...] = ()
    badge: Badge | None = None
    icon: str = ""
    order: int = 10
    says: LazyString | str = ""

    @property
    def blueprint(self) -> str:
        """The blueprint in which this item is the current one."""
        return self.endpoint.split(".")[0]


@dataclass(frozen=True)
class Feature:
    """What a feature registers with the application.

    `listens` maps announcements to their subscribers, `fragments` puts something into the slot of an earlier
    feature's page, `notices` are the kinds of what concerns people, `filters` and `globals` serve the templates. `chores`
    run once a minute for as long as a server runs. `start_checks` return a sentence for the operator where something is
    wrong when a server starts.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    policy: permissions.Policy = field(default_factory=dict)
    listens: tuple[tuple[type, Listener], ...] = ()
    streams: tuple[StreamKind, ...] = ()
    commands: tuple[SocketCommand, ...] = ()
    groups: tuple[NavigationGroup, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    fragments: Mapping[str, Fragment] = field(default_factory=dict)
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    globals: Mapping[str, Any] = field(default_factory=dict)
    jobs: Mapping[str, Work] = field(default_factory=dict)
    chores: tuple[Chore, ...] = ()
    start_checks: tuple[StartCheck, ...] = ()
    cli: tuple[click.Command, ...] = ()
    identify: Identify | None = None
    prepare: Callable[[Flask], None] | None = None

    def install(self, app: Flask) -> None:
        """Add the feature to an application."""
        for blueprint in self.blueprints:
            app.register_blueprint(blueprint)
        permissions.declare(self.policy)
        for kind, listener in self.listens:
            listen(app, kind, listener)
        for stream_kind in self.streams:
            register_kind(app, stream_kind)
        register_commands(app, self.commands)
        register_jobs(app, self.jobs)
        register_notices(app, self.notices)
        app.extensions.setdefault("trama.chores", []).extend(self.chores)
        app.extensions.setdefault("trama.start_checks", []).extend(self.start_checks)
        for command in self.cli:
            app.cli.add_command(command)
        if self.identify is not None:
            set_identify(app, self.identify)
        app.extensions.setdefault("trama.navigation_groups", []).extend(self.groups)
        app.extensions.setdefault("trama.navigation", []).extend(self.navigation)
        for slot, fragment in self.fragments.items():
            app.extensions.setdefault("trama.fragments", {}).setdefault(slot, []).append(fragment)
        app.jinja_env.filters.update(self.filters)
        app.jinja_env.globals.update(self.globals)
        if self.prepare is not None:
            self.prepare(app)

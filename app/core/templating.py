"""What every template can call: the actor, the cluster, the navigation, moments and names in the reader's language."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from flask import Flask, current_app, g, request, url_for
from flask_babel import (
    format_date,
    format_datetime,
    format_time,
    format_timedelta,
    to_user_timezone,
)
from jinja2 import Template
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app.core import i18n, permissions
from app.core.actors import VISITOR, Actor
from app.core.clock import now
from app.core.email_addresses import ascii_email
from app.core.fair_scheduler import checkpoint
from app.core.forms import hidden_fields
from app.core.markdown import cut
from app.core.reading import easy, reads_easy
from app.core.weave import threads
from config import Settings

THEMES = ("auto", "light", "dark")
MAX_CONTENTS_CHARS = 30
"""A closed group of the navigation names as many of its items as fit in so many characters."""
CAPITALISED_NOUNS = ("de",)
"""Languages in which a noun keeps its capital within a sentence."""


class ScheduledTemplate(Template):
    """A template that lets other requests run between the parts of a long page."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The page as text, as `jinja2.Template.render` returns it."""
        context = self.new_context(dict(*args, **kwargs))
        try:
            return self.environment.concat(self._parts(context))
        except Exception:
            self.environment.handle_exception()

    def _parts(self, context: Context) -> Iterator[str]:
        for part in self.root_render_func(context):
            checkpoint()
            yield part


def init_templating(app: Flask, settings: Settings) -> None:
    """Furnish the templates; features add their own filters by their manifests."""
    app.jinja_env.template_class = ScheduledTemplate
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.filters.update(
        ascii_email=ascii_email,
        day=day,
        month=month,
        when=when,
        cut=cut,
        number=number,
        country=i18n.country_name,
        language=i18n.language_name,
    )
    app.jinja_env.globals.update(public_url_for=i18n.public_url_for, hidden_fields=hidden_fields)
    app.jinja_env.globals.update(
        threads=_threads,
        easy=easy,
        reads_easy=reads_easy,
        can=lambda permission, subject=None: permissions.can(_actor(), permission, subject),
        slot=slot,
        cluster={"name": settings.cluster_name},
    )

    # Part of the keys under which browsers keep drafts: another installation at the same address has other keys.
    secret = str(app.config["SECRET_KEY"]).encode()
    app.jinja_env.globals.update(installation=hmac.new(secret, b"installation", "sha256").hexdigest()[:12])

    @app.context_processor
    def furnish() -> dict[str, Any]:
        chosen = request.cookies.get("theme", "auto") if request else "auto"
        return {
            "actor": _actor(),
            "locale": i18n.current_language(),
            "customs": i18n.with_customs(i18n.current_language()).replace("_", "-"),
            "theme": chosen if chosen in THEMES else "auto",
            "languages": _languages(),
            "navigation": Navigation(),
        }


def _threads(*args: Any, **kwargs: Any) -> Any:
    """`core.weave.threads`, and a checkpoint: each row of a list has a weave, and a whole macro is one part of a page."""
    checkpoint()
    return threads(*args, **kwargs)


def _actor() -> Actor:
    actor: Actor = g.get("actor", VISITOR)
    return actor


def _languages() -> list[dict[str, Any]]:
    """This page in each language."""
    if not request:
        return []
    found = []
    for code in i18n.languages():
        if request.endpoint and current_app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
            url = url_for(request.endpoint, **{**(request.view_args or {}), "lang": code})
            # Never through url_for: a question may bear the name of one of its own arguments.
            asked = urlencode(list(request.args.items(multi=True)))
            url = f"{url}?{asked}" if asked else url
        else:
            url = f"/{code}/"
        current = code == i18n.current_language()
        found.append({"code": code, "name": i18n.language_name(code, code), "url": url, "current": current})
    return found


@dataclass(frozen=True)
class ShownItem:
    """An item of the navigation as a page shows it; `key` names its badge for the page's script."""

    key: str
    label: str
    says: str
    url: str
    icon: str
    bars: tuple[str, ...]
    has_badge: bool
    badge: int
    current: bool


@dataclass(frozen=True)
class ShownGroup:
    """A group of the navigation with its items; `current` is whether its own page is shown."""

    name: str
    label: str
    title: str
    url: str
    icon: str
    items: tuple[ShownItem, ...]
    current: bool

    @property
    def key(self) -> str:
        """The name of its badge for the page's script."""
        return f"group-{self.name}"

    @property
    def badge(self) -> int:
        """How much waits in all its items."""
        return sum(item.badge for item in self.items)

    @property
    def is_open(self) -> bool:
        """Whether it shows its items: on its own page, and where one of them is the current one."""
        return bool(self.items) and (self.current or any(item.current for item in self.items))

    @property
    def contents(self) -> str:
        """As many of its items as fit in one line."""
        names = [item.label for item in self.items]
        if i18n.current_language() not in CAPITALISED_NOUNS:
            names[1:] = [f"{name[:1].lower()}{name[1:]}" for name in names[1:]]
        fitting = [", ".join(names[:count]) for count in range(1, len(names) + 1)]
        return max((line for line in fitting if len(line) <= MAX_CONTENTS_CHARS), key=len, default=names[0])


class Navigation:
    """The navigation, computed when a page shows it: mails and parts of pages never do."""

    def __iter__(self) -> Iterator[ShownItem]:
        """The items that this actor may open."""
        return (shown for _, shown in self._items)

    @cached_property
    def _items(self) -> list[tuple[str, ShownItem]]:
        """Each item with the name of its group."""
        if not request:
            return []
        actor = _actor()
        return [
            (
                item.group,
                ShownItem(
                    item.endpoint,
                    str(item.label),
                    str(item.says),
                    url_for(item.endpoint),
                    item.icon,
                    item.bars,
                    item.badge is not None,
                    item.badge(actor) if item.badge else 0,
                    request.blueprint == item.blueprint,
                ),
            )
            for item in sorted(
                current_app.extensions.get("trama.navigation", ()), key=lambda item: item.order
            )
            if permissions.can(actor, item.permission)
        ]

    @cached_property
    def groups(self) -> list[ShownGroup]:
        """The groups in the order of the registry; one that has items for nobody but others is left out."""
        if not request:
            return []
        filled = {item.group for item in current_app.extensions.get("trama.navigation", ())}
        shown = []
        for group in current_app.extensions.get("trama.navigation_groups", ()):
            items = tuple(item for name, item in self._items if name == group.name)
            if items or group.name not in filled:
                shown.append(
                    ShownGroup(
                        group.name,
                        str(group.label),
                        str(group.title),
                        url_for(group.endpoint),
                        group.icon,
                        items,
                        request.endpoint == group.endpoint,
                    )
                )
        return shown


def slot(name: str, **values: Any) -> Markup:
    """What later features show in a slot of this page, in the order of the registry."""
    fragments = current_app.extensions.get("trama.fragments", {}).get(name, ())
    return Markup("").join(Markup(fragment(_actor(), **values)) for fragment in fragments)


def number(value: int) -> str:
    """A count as the reader writes large numbers."""
    return _number_in(int(value), i18n.current_language())


@lru_cache(maxsize=4096)
def _number_in(value: int, lang: str) -> str:
    return format_decimal(value, locale=lang)


def day(value: date | datetime | None) -> Markup:
    """A day as the reader writes it."""
    if value is None:
        return Markup("")
    shown = format_date(value, "long") if isinstance(value, date) else ""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), escape(shown))


def month(value: date) -> Markup:
    """A month with its year as the reader writes it, alone: "March 2026"."""
    shown = format_date(value, "LLLL y")
    return Markup('<time datetime="{}">{}</time>').format(f"{value:%Y-%m}", escape(shown))


def when(value: datetime | None) -> Markup:
    """A moment as the reader would say it: an hour today, else a day; the whole of it as a title."""
    if value is None:
        return Markup("")
    local, present = to_user_timezone(value), to_user_timezone(now())
    if local.date() == present.date():
        shown = format_time(value, "short")
    elif 0 < (days := (present.date() - local.date()).days) < 7:
        shown = format_timedelta(timedelta(days=-days), granularity="day", threshold=1, add_direction=True)
    else:
        shown = format_date(value, "medium")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), format_datetime(value, "full"), shown
    )

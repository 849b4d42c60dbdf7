"""Markdown is rendered when it is written: what a reader's page shows of a text stands beside it in its row.

A model names the column that keeps it with `rendered_column`; it is filled wherever the text is set or inserted. A
stream keeps it in its events (`StreamKind.has_markdown`). What has not been rendered by this version of the renderer is
shown as it was written until `renew_job` or `flask texts render` has come to it: no reader waits for a renderer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from markupsafe import Markup
from sqlalchemy import JSON, Table, event, select, update
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.core.database import Base, db, table_of
from app.core.jobs import Job, enqueue
from app.core.markdown import RENDERER_VERSION, cut, escaped, render, words
from app.core.streams.models import Event, Stream
from app.core.streams.services import lock_stream
from app.core.transactions import write_transaction

MAX_EXCERPT_CHARS = 300
BATCH_SIZE = 100
"""How many rows or events are rendered again in one transaction."""
BATCHES_PER_JOB = 20
_SOURCE = "renders"


_PLACEHOLDER = re.compile(r"@\[([a-z]:[0-9]{1,10})\]")


def placeholders_in(text: str) -> set[str]:
    """The keys of the names that a text has placeholders for: "p:12" where it says `@[p:12]`."""
    return set(_PLACEHOLDER.findall(text)) if "@[" in text else set()


def without_placeholders(text: str) -> str:
    """A text without placeholders: what somebody typed like one is changed so that it is none."""
    return _PLACEHOLDER.sub(r"@ [\1]", text)


@dataclass(frozen=True)
class RenderedText:
    """A Markdown text, and what `rendered` made of it when it was written, or None.

    `names` are those that are put in the place of placeholders when the text is read, by their keys: a name is never kept
    with a text, so that it can change and be forgotten.
    """

    body: str
    rendered: Mapping[str, Any] | None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def _known(self) -> Mapping[str, Any]:
        known = self.rendered or {}
        return known if known.get("renderer") == RENDERER_VERSION else {}

    @property
    def html(self) -> Markup:
        """The text as safe HTML."""
        markup = self._known.get("html") or escaped(self.body)
        return Markup(_PLACEHOLDER.sub(self._mention, markup) if "@[" in markup else markup)

    @property
    def text(self) -> str:
        """The text as it was written, with names."""
        return _PLACEHOLDER.sub(self._name, self.body) if "@[" in self.body else self.body

    def _name(self, found: re.Match[str]) -> str:
        return "@" + self.names.get(found[1], "…")

    def _mention(self, found: re.Match[str]) -> str:
        mention = Markup('<span class="mention" data-mention="{}">{}</span>')
        return str(mention.format(found[1], self._name(found)))

    def excerpt(self, length: int = MAX_EXCERPT_CHARS) -> str:
        """The first words of the text, at most `length` characters (and never more than 300), cut between words."""
        words = self._known.get("excerpt") or _first_words(self.body)
        return cut(_PLACEHOLDER.sub(self._name, words) if "@[" in words else words, length)

    def __bool__(self) -> bool:
        return bool(self.body)


def rendered(text: str, instead: str = "") -> dict[str, Any]:
    """What is kept beside a Markdown text: `renderer`, the version, and `html` and `excerpt` where it has marks.

    `instead` is the excerpt of an empty text: what is said of it in lists.
    """
    kept: dict[str, Any] = {"renderer": RENDERER_VERSION}
    if not text and instead:
        kept["excerpt"] = cut(instead, MAX_EXCERPT_CHARS)
    markup = render(text)
    if markup != escaped(text):
        kept["html"] = str(markup)
        excerpt = cut(words(markup), MAX_EXCERPT_CHARS)
        if excerpt != _first_words(text):
            kept["excerpt"] = excerpt
    return kept


def _first_words(text: str) -> str:
    return cut(" ".join(text.split()), MAX_EXCERPT_CHARS)


def rendered_column(source: str) -> Mapped[dict[str, Any] | None]:
    """A column that keeps what is rendered of the text in the column `source` of the same table."""
    return mapped_column(
        JSON(none_as_null=True),
        default=lambda context: rendered(context.get_current_parameters()[source]),
        info={_SOURCE: source},
    )


@event.listens_for(Mapper, "mapper_configured")
def _render_what_is_set(mapper: Mapper[Any], model: type[Any]) -> None:
    """Fill the column beside a text whenever the text of an object is set."""
    for column in mapper.local_table.columns:
        if _SOURCE in column.info:
            _listen(getattr(model, column.info[_SOURCE]), column.key)


def _listen(text: Any, key: str) -> None:
    @event.listens_for(text, "set")
    def on_set(target: Any, value: str, before: object, initiator: object) -> None:
        setattr(target, key, rendered(value))


# Rendering again, after the renderer has changed.


def start_renewal() -> None:
    """Have everything rendered again by jobs, once for each version of the renderer; done once a minute at no cost."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.extensions.get("trama.renewal") == RENDERER_VERSION:
        return
    if db.session.scalar(select(Job.id).where(Job.kind == RENEWAL).limit(1)) is None:
        with write_transaction():
            enqueue(RENEWAL)
    app.extensions["trama.renewal"] = RENDERER_VERSION


RENEWAL = f"render_texts_{RENDERER_VERSION}"


def renew_job(place: int = 0, key: list[Any] | None = None) -> None:
    """Render what an older version of the renderer made, from a place on, and leave the rest to a job that follows."""
    renewal = Renewal(place, key)
    for _ in range(BATCHES_PER_JOB):
        if not renewal.renew_batch():
            return
    with write_transaction():
        enqueue(RENEWAL, place=renewal.place, key=renewal.key)


class Renewal:
    """A walk over all that is rendered: first the tables, by their ids, then the streams with Markdown, by theirs.

    `place` counts the tables and `key` is that of the last row that was looked at; of streams, the id and the
    number of the event.
    """

    def __init__(self, place: int = 0, key: list[Any] | None = None) -> None:
        self.place = place
        self.key = key
        self.renewed = 0
        tables = {table_of(mapper.class_) for mapper in Base.registry.mappers}
        found = [table for table in tables if any(_SOURCE in column.info for column in table.columns)]
        self._tables = sorted(found, key=lambda table: table.name)

    def renew_batch(self) -> bool:
        """Look at the next rows in a transaction of its own; returns whether anything may be left."""
        with write_transaction():
            if self.place < len(self._tables):
                self._renew_rows(self._tables[self.place])
                return True
            return self._renew_events()

    def _renew_rows(self, table: Table) -> None:
        columns = [column for column in table.columns if _SOURCE in column.info]
        last = self.key[0] if self.key else 0
        query = select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH_SIZE)
        rows = db.session.execute(query.with_for_update()).all()
        for row in rows:
            stale = [column for column in columns if _is_stale(row._mapping[column.name])]
            if stale:
                self.renewed += len(stale)
                values = {column.name: rendered(row._mapping[column.info[_SOURCE]]) for column in stale}
                db.session.execute(update(table).where(table.c.id == row.id).values(values))
        self.place, self.key = (self.place, [rows[-1].id]) if rows else (self.place + 1, None)

    def _renew_events(self) -> bool:
        """Render the next events of one stream, which is locked as it is by those who write in it."""
        stream_id, last = self.key or ["", 0]
        kinds = [
            kind.name
            for kind in current_app.extensions.get("trama.stream_kinds", {}).values()
            if kind.has_markdown
        ]
        if not last:
            following = select(Stream.id).where(Stream.id > stream_id, Stream.kind.in_(kinds))
            stream_id = db.session.scalar(following.order_by(Stream.id).limit(1))
            if stream_id is None:
                return False
        lock_stream(stream_id)
        query = select(Event).where(Event.stream_id == stream_id, Event.seq > last)
        events = db.session.scalars(
            query.order_by(Event.seq).limit(BATCH_SIZE).execution_options(populate_existing=True)
        ).all()
        for found in events:
            if "body" in found.payload and _is_stale(found.payload.get("rendered")):
                instead = (found.payload.get("rendered") or {}).get("excerpt", "")
                found.payload = {**found.payload, "rendered": rendered(found.payload["body"], instead)}
                self.renewed += 1
        self.key = [stream_id, events[-1].seq if len(events) == BATCH_SIZE else 0]
        return True


def _is_stale(kept: Mapping[str, Any] | None) -> bool:
    return kept is None or kept.get("renderer") != RENDERER_VERSION


texts = AppGroup("texts", help="What members wrote, as HTML.")


@texts.command("render")
def render_texts() -> None:
    """Render again what was not rendered by this version of the renderer."""
    renewal = Renewal()
    while renewal.renew_batch():
        pass
    click.echo(f"{renewal.renewed} texts were rendered.")

"""Texts are rendered when they are written: what is shown of them stands in their rows, and no reader waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.core import markdown, rendered
from app.core.database import db, table_of
from app.core.jobs import run_due_jobs
from app.core.markdown import RENDERER_VERSION, escaped, render
from app.core.rendered import MAX_EXCERPT_CHARS, RenderedText, start_renewal
from app.core.rendered import rendered as rendered_of
from app.core.streams.models import Event
from app.core.transactions import write_transaction
from app.features.initiatives.models import Application, InitiativeText
from app.features.organisations.models import OrganisationText
from tests.features.rooms.conftest import Enter, Place, Send
from tests.features.rooms.conftest import place as place
from tests.features.rooms.conftest import send as send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make

STORY = "We grow **seeds**.\n\n- beans\n- peas"
HTML = render(STORY)
PLAIN = escaped(STORY)


def forget_what_is_rendered(app: Flask, version: int | None) -> None:
    """Leave every text as an older version of Trama would have: rendered by none or by an older renderer."""
    old = None if version is None else {"renderer": version, "html": "<p>old</p>", "excerpt": "old"}
    with app.app_context(), write_transaction():
        for model, name in ((OrganisationText, "body"), (InitiativeText, "challenge")):
            db.session.execute(update(table_of(model)).values({f"{name}_rendered": old}))
        for event in db.session.scalars(select(Event).where(Event.kind == "message")):
            event.payload = {**event.payload, "rendered": old}


@pytest.fixture
def written(app: Flask, make: Make, cast: Cast, place: Place, send: Send) -> tuple[str, str]:
    """A story and a message with marks; returns the paths of the pages that show them."""
    with app.app_context(), write_transaction():
        db.session.add(OrganisationText(organisation_id=cast.other_organisation.id, lang="en", body=STORY))
    send(cast.member, "room_post", room=place.room.id, body=STORY, lang="en")
    return f"/en/organisations/{cast.other_organisation.slug}", place.path


def shown(browser: Any, paths: tuple[str, str]) -> list[str]:
    """The inner HTML of the story and of the message."""
    story, room = (browser.get(path).soup for path in paths)
    return [
        story.select_one(".story").decode_contents().strip() + "\n",
        room.select_one(".messages .message-text").decode_contents().strip() + "\n",
    ]


@both_databases
def test_readers_get_what_was_rendered_when_it_was_written(
    written: tuple[str, str],
    cast: Cast,
    door: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(text: str) -> str:
        raise AssertionError("a reader's page renders")

    monkeypatch.setattr(rendered, "render", refuse)
    monkeypatch.setattr(markdown, "_blocks", refuse)
    browser = door(cast.member)
    assert [" ".join(each.split()) for each in shown(browser, written)] == [" ".join(HTML.split())] * 2
    for path in ("/en/organisations", "/en/rooms", "/en/initiatives", "/en/"):
        assert browser.get(path).status == 200
    assert "We grow seeds. beans peas" in browser.get("/en/organisations").text


@both_databases
@pytest.mark.parametrize("version", [None, RENDERER_VERSION - 1])
@pytest.mark.parametrize("by_command", [True, False])
def test_what_an_older_renderer_made_is_shown_as_written_until_it_is_rendered_again(
    app: Flask,
    written: tuple[str, str],
    cast: Cast,
    door: Enter,
    monkeypatch: pytest.MonkeyPatch,
    version: int | None,
    by_command: bool,
) -> None:
    monkeypatch.setattr(rendered, "BATCHES_PER_JOB", 1)  # so that every job leaves the rest to another
    forget_what_is_rendered(app, version)
    browser = door(cast.member)
    assert [" ".join(each.split()).replace("<br/>", "<br>") for each in shown(browser, written)] == [
        " ".join(PLAIN.split())
    ] * 2
    if by_command:
        printed = app.test_cli_runner().invoke(args=["texts", "render"]).output
        assert "texts were rendered." in printed
        assert app.test_cli_runner().invoke(args=["texts", "render"]).output == "0 texts were rendered.\n"
    else:
        with app.app_context():
            start_renewal()
            start_renewal()
            while run_due_jobs():
                pass
    assert [" ".join(each.split()) for each in shown(browser, written)] == [" ".join(HTML.split())] * 2


@both_databases
def test_rendered_words_go_when_the_words_go(
    app: Flask,
    place: Place,
    cast: Cast,
    door: Enter,
    send: Send,
) -> None:
    """Of an edited or a removed message no rendered word is left in any event, and rendering again brings none back."""
    room = place.room.id
    for _ in range(2):
        send(cast.member, "room_post", room=room, body="The **canary** sings", lang="en")
    send(cast.member, "room_edit", room=room, seq=1, body="plain words", lang="en")
    send(cast.member, "room_edit", room=room, seq=2, body="another **canary**", lang="en")
    send(cast.member, "room_remove", room=room, seq=2)
    assert app.test_cli_runner().invoke(args=["texts", "render"]).output == "0 texts were rendered.\n"
    with app.app_context():
        kept = db.session.scalars(select(Event.payload).order_by(Event.seq)).all()
    assert "canary" not in str(kept)
    events = door(cast.member).get(place.catch_up).json["events"]
    assert [event["html"] for event in events][:2] == ["<p>plain words</p>\n", ""]


@both_databases
def test_no_way_of_writing_a_row_forgets_to_render(app: Flask, cast: Cast) -> None:
    """By an object, by a change of one, and by an INSERT without objects."""
    organisation = {"organisation_id": cast.organisation.id, "kind": "story"}
    with app.app_context(), write_transaction():
        text = OrganisationText(organisation_id=cast.other_organisation.id, lang="fr", body="*a*")
        db.session.add(text)
        db.session.flush()
        assert text.body_rendered == rendered_of("*a*")
        text.body = "**b**"
        db.session.flush()
        db.session.refresh(text)
        assert text.body_rendered == rendered_of("**b**")
        db.session.execute(insert(OrganisationText).values(**organisation, lang="pl", body="*c*"))
        row = db.session.scalar(select(OrganisationText).where(OrganisationText.lang == "pl"))
        assert row is not None and row.body_rendered == rendered_of("*c*")


def test_every_text_that_is_shown_as_markdown_has_its_column() -> None:
    """Stories, summaries, challenges and what is written to those who lead."""
    for model, name in (
        (OrganisationText, "body"),
        (InitiativeText, "summary"),
        (InitiativeText, "challenge"),
    ):
        assert table_of(model).columns[f"{name}_rendered"].info["renders"] == name
    assert table_of(Application).columns["message_rendered"].info["renders"] == "message"


@pytest.mark.parametrize("text", ["", "plain", "a\nb\n\nc", "**a** b", "- a\n- b", "x " * 400, "*x* " * 100])
def test_what_is_kept_is_enough_to_show_a_text(text: str) -> None:
    """And of a text without marks nothing is kept twice."""
    kept = RenderedText(text, rendered_of(text))
    assert kept.html == render(text)
    for length in (40, 160, MAX_EXCERPT_CHARS):
        assert len(kept.excerpt(length)) <= length
        assert "*" not in kept.excerpt(length)
    assert ("html" in rendered_of(text)) == (render(text) != escaped(text))

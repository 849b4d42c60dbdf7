"""Stories and initiatives in another language, for those who are signed in; and an installation without a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.features.initiatives.models import InitiativeText
from app.features.organisations.models import OrganisationText
from app.features.rooms.models import Room
from config import Settings
from tests.features.translation.conftest import Enter, Kept, address, translate
from tests.support.app import both_databases, sign_in
from tests.support.door import Door
from tests.support.factories import Cast, Make


@both_databases
def test_a_story_is_translated_corrected_by_its_editors_and_stale_once_it_is_told_anew(
    app: Flask, cast: Cast, door: Enter, kept: Kept
) -> None:
    slug = cast.organisation.slug
    editor, reader, page = door(cast.member), door(cast.other), f"/it/organisations/{slug}"
    told = {"story_lang": "en", "body": "We weave **linen**"}
    assert editor.post(f"/en/organisations/{slug}/story?in=en", told).status == 303
    assert reader.fill(page, "form[action*='translations/story']").location == f"{page}#story"
    shown = reader.get(page)
    assert "WE WEAVE LINEN" in shown.text
    assert shown.soup.select_one(".translation strong").get_text() == "LINEN"
    assert shown.soup.select_one(".translation a[href$=correct]") is None, "it is not her organisation's"
    assert "WE WEAVE" not in door().get(page).text, "what search engines read is what people wrote"
    assert "Traduci" not in door().get(page).text
    correction = editor.get(page).soup.select_one(".translation a[href$=correct]")["href"]
    assert reader.get(correction).status == 404
    editor.fill(correction, "main form.form", body="Tessiamo il **lino**")
    assert "Tessiamo il lino" in reader.get(page).text
    editor.post(f"/en/organisations/{slug}/story?in=en", {**told, "body": "We weave hemp"})
    assert kept() == []
    with app.app_context():
        story = db.session.scalars(select(OrganisationText.id)).one()
    assert "WE WEAVE HEMP" in translate(reader, f"/it/translations/story/{story}").text


def test_an_initiative_is_translated_with_its_title_and_summary(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, "Seeds across borders")
    reader, page = door(cast.other), f"/it/initiatives/{initiative.slug}"
    sent = reader.fill(page, "form[action*='translations/initiative']")
    assert sent.location == f"{page}#challenge"
    assert "SEEDS ACROSS BORDERS" in reader.get(page).text
    with app.app_context():
        text = db.session.scalars(select(InitiativeText.id)).one()
    assert translate(reader, f"/en/translations/initiative/{text}").status == 400, "it is in English already"
    assert translate(door(), f"/it/translations/initiative/{text}").status in (302, 401)


@pytest.fixture
def without(settings: Settings, app: Flask) -> Iterator[Flask]:
    """The same installation without a translation service."""
    app = create_app(replace(settings, translate_url="", translate_key=""))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_without_a_service_no_page_mentions_translation(
    without: Flask, room: Room, cast: Cast, make: Make
) -> None:
    seq = make.message(room, cast.member, cast.organisation)
    make.translation(room, seq)
    reader = Door(without)
    reader.carry(sign_in(without, cast.other))
    for page in (f"rooms/{room.id}", f"rooms/{room.id}/messages/{seq}", "privacy"):
        html = reader.get(f"/it/{page}").html
        assert "translat" not in html.lower().replace("translate=", "")
        assert "Traduci" not in html
    for path in (address(room, seq), f"{address(room, seq)}/correct"):
        assert translate(reader, path).status == 404

"""Cards of a design session in another language: as far as all its readers see them."""

from __future__ import annotations

from flask import Flask

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.design.models.board import Card
from tests.features.translation.conftest import Enter, Kept, translate
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@both_databases
def test_a_card_is_translated_for_those_of_the_session_until_it_changes_or_goes(
    app: Flask, cast: Cast, make: Make, door: Enter, kept: Kept
) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    design = make.design_session(cast.facilitator, initiative)
    card = make.card(design, "Share the **lorry**", person_id=cast.member.id)
    reader, path = door(cast.other), f"/it/translations/card/{card.key}"
    board = f"/it/design-sessions/{design.id}/board"
    assert "data-translates" in door(cast.facilitator).get(board).html
    shown = translate(reader, path)
    assert "SHARE THE LORRY" in shown.text
    assert shown.soup.select_one("a[href$=correct]") is None
    outsider = make.person("Camille Durand")
    make.member(outsider, make.organisation("Atelier du Lin", country="FR"))
    assert translate(door(outsider), path).status == 404
    author = door(cast.member)
    author.fill(f"{path}/correct", "main form.form", body="Dividere il camion")
    assert "Dividere il camion" in translate(reader, path).text

    def change(**values: object) -> None:
        with app.app_context(), write_transaction():
            found = db.session.get_one(Card, card.id)
            for name, value in values.items():
                setattr(found, name, value)

    change(text="Share the van")
    assert kept() == []
    assert "SHARE THE VAN" in translate(reader, path).text
    change(veiled=True)
    assert kept() == []
    assert translate(reader, path).status == 404
    change(veiled=False, anonymous=True, person_id=None, organisation_id=None)
    assert translate(author, path).soup.select_one("a[href$=correct]") is None, "it would show who wrote it"
    with app.app_context(), write_transaction():
        db.session.delete(db.session.get_one(Card, card.id))
    assert kept() == []
    hidden = make.card(design, "Not yet", unrevealed=True, person_id=cast.member.id)
    for key in (hidden.key, hidden.own_key, "a" * 300, "-", "ü"):
        assert translate(author, f"/it/translations/card/{key}").status == 404

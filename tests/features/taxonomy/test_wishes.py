"""A word that is missing: somebody asks for it once, a manager adds or declines it, and whoever asked hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.features.taxonomy.models import ConceptWish, ConceptWishPerson, WishState
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast

ASK = "/it/concepts/ask?kind=skill"
WISHES = "/en/manage/taxonomy/wishes"


def wishes(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        query = select(ConceptWish.text, ConceptWish.lang, ConceptWish.state).order_by(ConceptWish.id)
        return [tuple(row) for row in db.session.execute(query)]


@both_databases
def test_a_word_is_kept_once_for_all_who_ask_and_becomes_a_synonym(
    app: Flask, cast: Cast, door: Callable[..., Door]
) -> None:
    for person, word in (
        (cast.member, "Falconeria"),
        (cast.other, "FALCONERÍA"),
        (cast.member, "falconeria "),
    ):
        assert door(person).post(ASK, {"text": word}).status == 303
    assert wishes(app) == [("Falconeria", "it", WishState.OPEN)]
    manager = door(cast.manager)
    listed = manager.get(WISHES)
    assert "Falconeria" in listed.text and "2 people asked" in listed.text
    with app.app_context():
        number = db.session.scalars(select(ConceptWish.id)).one()
    assert manager.post(f"{WISHES}/{number}", {"concept": ["skill:animal-husbandry"]}).status == 303
    found = door().get("/it/concepts?kind=skill&q=falconeria").json["items"]
    assert [each["code"] for each in found] == ["skill:animal-husbandry"]
    told = door(cast.other).get("/en/notifications")
    assert "Your word Falconeria can be chosen now" in told.text
    assert manager.get(f"{WISHES}/{number}").status == 404
    assert door(cast.member).post(ASK, {"text": "Falconeria"}).status == 422


def test_a_word_is_declined_with_a_sentence_that_those_who_asked_read(
    app: Flask, cast: Cast, door: Callable[..., Door]
) -> None:
    door(cast.member).post(ASK, {"text": "Falconeria"})
    with app.app_context():
        number = db.session.scalars(select(ConceptWish.id)).one()
    manager = door(cast.manager)
    empty = manager.post(f"{WISHES}/{number}", {"answer": ""})
    assert empty.status == 422
    assert manager.post(f"{WISHES}/{number}", {"answer": "Choose animals."}).status == 303
    told = door(cast.member).get("/en/notifications").text
    assert "Your word Falconeria was not added" in told and "Choose animals." in told
    assert wishes(app) == [("Falconeria", "it", WishState.DECLINED)]
    assert "Falconeria" not in door(cast.other).get("/en/notifications").text


def test_a_word_is_added_as_a_concept_from_the_list(
    app: Flask, cast: Cast, door: Callable[..., Door]
) -> None:
    door(cast.member).post(ASK, {"text": "Falconeria"})
    with app.app_context():
        number = db.session.scalars(select(ConceptWish.id)).one()
    manager = door(cast.manager)
    address = f"/en/manage/taxonomy/new?kind=skill&wish={number}"
    form = manager.get(address)
    assert form.soup.select_one("#label_it")["value"] == "Falconeria"
    names = {f"label_{lang}": f"Falconry {lang}" for lang in ("en", "fr", "nl", "de", "pl", "hr", "sl")}
    sent = {**names, "label_el": "Ιερακοτροφία", "label_it": "Falconeria", "broader": "skill:land"}
    assert manager.post(address, sent).status == 303
    assert wishes(app)[0][2] is WishState.ADDED
    assert "can be chosen now" in door(cast.member).get("/en/notifications").text


@pytest.mark.parametrize("word", ["x" * 41, "", " … ", "giardinaggio", "9" * 400])
def test_what_is_no_missing_word_is_refused_at_its_field(
    app: Flask, cast: Cast, door: Callable[..., Door], word: str
) -> None:
    assert door(cast.member).post(ASK, {"text": word}).status == 422
    assert wishes(app) == []


def test_one_person_asks_for_ten_words_a_day(app: Flask, cast: Cast, door: Callable[..., Door]) -> None:
    member = door(cast.member)
    assert [member.post(ASK, {"text": f"Parola {n}"}).status for n in range(11)] == [303] * 10 + [429]
    assert member.get("/it/concepts/ask?kind=country").status == 404
    with app.app_context():
        assert db.session.scalar(select(func.count(ConceptWishPerson.id))) == 10

"""The managers' pages of the taxonomy: browse, add, name, hide; the loading leaves what they decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.core.audit import Audit
from app.core.database import db
from app.core.i18n import ALL_LANGUAGES
from app.core.transactions import write_transaction
from app.features.taxonomy.models import Concept, ConceptLabel
from app.features.taxonomy.queries import forget_stale_labels, label_of
from app.features.taxonomy.services import load_taxonomy
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make
from tests.support.factories.rows import concept_id

MANAGE = "/en/manage/taxonomy"
BEES = {
    "en": "Beekeeping school",
    "it": "Scuola di apicoltura",
    "fr": "École d’apiculture",
    "nl": "Bijenschool",
    "de": "Imkerschule",
    "el": "Σχολή μελισσοκομίας",
    "pl": "Szkoła pszczelarska",
    "hr": "Pčelarska škola",
    "sl": "Čebelarska šola",
}
FORM = {f"label_{lang}": text for lang, text in BEES.items()}


@pytest.fixture
def manager(door: Callable[..., Door], cast: Cast) -> Door:
    """The manager's manager."""
    return door(cast.manager)


def number_of(app: Flask, code: str) -> int:
    with app.app_context():
        return concept_id(code)


def form_of(seen: Seen) -> dict[str, Any]:
    """What the form of a page would send."""
    fields = {
        str(box["name"]): str(box.get("value", "")) for box in seen.soup.select("form.form input[name]")
    }
    for choice in seen.soup.select("form.form select"):
        chosen = choice.select_one("option[selected]")
        fields[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "acting_as")}


def load(app: Flask) -> int:
    with app.app_context(), write_transaction():
        return load_taxonomy().changes


def test_the_tree_shows_each_kind_and_is_searched_in_any_language(manager: Door) -> None:
    seen = manager.get(MANAGE)
    assert len(seen.soup.select("details.concept-branch")) == 15
    found = manager.get(f"{MANAGE}?kind=skill&q=κήπος")
    assert "Gardening" in [link.get_text() for link in found.soup.select(".concept-narrower a")]
    assert "Marketing" not in found.text
    assert "Nothing is called so" in manager.get(f"{MANAGE}?kind=skill&q=%25zzz").text
    assert manager.get(f"{MANAGE}?kind=colour").status == 404
    assert manager.get(f"{MANAGE}?kind=country").status == 404


@both_databases
def test_a_concept_that_is_added_can_be_chosen_in_every_language_and_survives_loading(
    app: Flask, manager: Door, make: Make
) -> None:
    assert "Hive" not in manager.get("/en/organisations?q=apiary+class").text
    seen = manager.post(
        f"{MANAGE}/new?kind=skill",
        {**FORM, "broader": "skill:land", "synonyms_en": "apiary class, Bee class ; bee  class"},
    )
    assert seen.status == 303
    assert load(app) == 0
    make.organisation("Hive", offers=["skill:beekeeping-school"])
    for asked in ("apiary cl", "Σχολή μελισσοκομίας"):
        assert "Hive" in manager.get(f"/en/organisations?q={asked}").text, "the directory finds it at once"
    for lang, text in BEES.items():
        page = "it" if lang == "it" else "en"
        found = manager.get(f"/{page}/concepts?kind=skill&q={text}").json["items"]
        assert found[0]["code"] == "skill:beekeeping-school", lang
    edited = form_of(manager.get(seen.location))
    assert edited["synonyms_en"] == "apiary class, Bee class"
    assert edited["broader"] == "skill:land"
    with app.app_context():
        actions = db.session.scalars(select(Audit.action)).all()
    assert "taxonomy.add" in actions


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"label_en": "Gardening"}, "label_en", "leads to “Gardening” already."),
        ({"label_en": "GÀRDENING"}, "label_en", "leads to “Gardening” already."),
        ({"synonyms_it": "giardinaggio"}, "synonyms_it", "leads to “Gardening” already."),
        ({"label_pl": ""}, "label_pl", "It needs a name in this language."),
        ({"label_fr": "x" * 41}, "label_fr", "Characters over: 1"),
        ({"label_el": "Beekeeping"}, "label_el", "not the letters of this language"),
        ({"label_de": "Μέλισσα"}, "label_de", "not the letters of this language"),
        ({"label_de": "…"}, "label_de", "A name has letters."),
        ({"synonyms_de": "y" * 81}, "synonyms_de", "at most 80 characters"),
        ({"synonyms_de": ",".join(f"w{n}" for n in range(41))}, "synonyms_de", "at most 40 synonyms"),
        ({"broader": ""}, "broader", "Choose the group that it belongs to."),
        ({"broader": "skill:gardening"}, "broader", "Not a valid choice"),
    ],
)
def test_what_cannot_be_a_word_is_refused_at_its_field_and_nothing_is_lost(
    app: Flask, manager: Door, changed: dict[str, str], field: str, sentence: str
) -> None:
    sent = {**FORM, "broader": "skill:land", **changed}
    seen = manager.post(f"{MANAGE}/new?kind=skill", sent)
    assert seen.status == 422
    error = seen.soup.select_one(f"#{field}-error").get_text()
    assert sentence in error or field == "broader"
    assert seen.soup.select_one("#label_hr")["value"] == BEES["hr"]


@pytest.mark.parametrize(("evil", "status"), [("\x00", 400), ("\u2028", 422), ("9" * 400, 422)])
def test_evil_names_are_refused(manager: Door, evil: str, status: int) -> None:
    form = {**FORM, "broader": "skill:land", "label_en": evil}
    assert manager.post(f"{MANAGE}/new?kind=skill", form).status == status


@both_databases
def test_what_a_manager_named_hid_and_moved_stays_so_when_the_vocabulary_is_loaded_again(
    app: Flask, manager: Door
) -> None:
    number = number_of(app, "skill:gardening")
    page = f"{MANAGE}/{number}"
    form = form_of(manager.get(page))
    kept = form["synonyms_it"].split(", ")[1:]
    form |= {
        "label_it": "Cura del verde",
        "synonyms_it": ", ".join(kept),
        "broader": "skill:food-and-kitchen",
    }
    if "skill:food-and-kitchen" not in manager.get(page).html:
        form["broader"] = manager.get(page).soup.select("#broader option")[1]["value"]
    assert manager.post(page, form).status == 303
    assert manager.post(f"{page}/hide").status == 303

    def state() -> tuple[Any, ...]:
        with app.app_context():
            concept = db.session.get(Concept, number)
            words = select(ConceptLabel.lang, ConceptLabel.text, ConceptLabel.synonym).where(
                ConceptLabel.concept_id == number
            )
            return concept.hidden, concept.broader_id, set(db.session.execute(words).all())

    decided = state()
    assert decided[0] and ("it", "Cura del verde", False) in decided[2]
    assert load(app) == 0
    assert state() == decided
    with app.app_context(), write_transaction():
        db.session.execute(
            update(ConceptLabel)
            .where(ConceptLabel.concept_id == number, ConceptLabel.lang == "fr", ~ConceptLabel.synonym)
            .values(text="Autre", folded="autre")
        )
    assert load(app) == 2, "what she did not touch is brought up to the vocabulary"
    assert state() == decided
    assert manager.get("/it/concepts?kind=skill&q=cura del verde").json["items"] == []
    manager.post(f"{page}/show")
    assert (
        manager.get("/it/concepts?kind=skill&q=cura del verde").json["items"][0]["label"] == "Cura del verde"
    )
    listed = manager.get(f"{MANAGE}/changes").text
    assert "it: + Cura del verde" in listed and "was hidden" in listed


def test_editing_without_a_change_writes_nothing_and_keeps_the_order(app: Flask, manager: Door) -> None:
    page = f"{MANAGE}/{number_of(app, 'sector:food')}"
    assert manager.post(page, form_of(manager.get(page))).status == 303
    assert "Nothing was changed yet" in manager.get(f"{MANAGE}/changes").text


def test_another_process_hears_of_a_name_within_a_minute(app: Flask) -> None:
    with app.test_request_context("/"):
        assert label_of("skill:gardening", "en") == "Gardening"
        forget_stale_labels()
        assert label_of("skill:gardening", "en") == "Gardening"
        with write_transaction():
            values = {"concept_id": concept_id("skill:gardening"), "lang": "en", "synonym": False}
            db.session.execute(delete(ConceptLabel).filter_by(**values))
            db.session.add(ConceptLabel(**values, text="Green", folded="green"))
        assert label_of("skill:gardening", "en") == "Gardening"
        forget_stale_labels()
        assert label_of("skill:gardening", "en") == "Green"


def test_all_nine_languages_stand_in_the_form_with_their_own_letters(manager: Door, app: Flask) -> None:
    seen = manager.get(f"{MANAGE}/{number_of(app, 'goal:01-no-poverty')}")
    for lang in ALL_LANGUAGES:
        assert seen.soup.select_one(f"#label_{lang}")["lang"] == lang
        assert seen.soup.select_one(f"#label_{lang}")["value"]
    assert manager.get(f"{MANAGE}/new?kind=goal").status == 404
    assert manager.get(f"{MANAGE}/999999").status == 404
    assert manager.get(f"{MANAGE}/{number_of(app, 'country:IT')}").status == 404

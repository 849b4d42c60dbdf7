"""The concept list: people's own words, in any language, lead to one concept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.core.database import db
from app.core.lemmas import lemma_folder, save_dictionary
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import label_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(door: Callable[..., Door]) -> Ask:
    """What the list under a picker shows a visitor."""

    def question(kind: str, text: str, lang: str = "en") -> list[dict[str, Any]]:
        return door().get(f"/{lang}/concepts?{urlencode({'kind': kind, 'q': text})}").json["items"]

    return question


@both_databases
def test_ristorazione_and_catering_reach_the_same_concept(ask: Ask) -> None:
    italian, english = ask("skill", "ristorazione"), ask("skill", "catering")
    assert italian[0]["code"] == english[0]["code"] == "skill:catering"
    assert italian[0]["label"] == "Catering"
    assert italian[0]["match"] == "Ristorazione"
    assert english[0]["match"] is None
    assert english[0]["broader"] == "Food and kitchen"


@both_databases
@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("sector", "disabilita", "sector:care-disability"),
        ("country", "ΓΕΡΜΑΝΊΑ", "country:DE"),
        ("country", "osterreich", "country:AT"),
        ("language", "deutsch", "language:de"),
        ("language", "polski", "language:pl"),
        ("region", "lodzkie", "region:pl-lodzkie"),
        ("goal", "poverta", "goal:01-no-poverty"),
    ],
)
def test_diacritics_case_and_language_do_not_matter(ask: Ask, kind: str, text: str, code: str) -> None:
    assert ask(kind, text)[0]["code"] == code


def test_what_begins_with_the_word_stands_before_what_has_a_word_that_does(ask: Ask) -> None:
    found = [item["match"] or item["label"] for item in ask("skill", "care")]
    begins = [name.lower().startswith("care") for name in found]
    assert begins == sorted(begins, reverse=True)
    assert True in begins and False in begins


@both_databases
@pytest.mark.parametrize(("kind", "typed"), [("skill", "orto"), ("sector", "orto"), ("skill", "formazione")])
def test_a_word_is_not_offered_for_letters_in_its_middle(ask: Ask, kind: str, typed: str) -> None:
    for item in ask(kind, typed, "it"):
        assert f" {typed}" in f" {fold(item['match'] or item['label'])}"


@pytest.mark.parametrize("typed", ["lavorativo inserimento", "inserimento lavor", "LAVORATIVO, inser"])
def test_words_are_found_in_any_order(ask: Ask, typed: str) -> None:
    assert any(
        "nserimento lavorativo" in (item["match"] or item["label"]) for item in ask("skill", typed, "it")
    )


def test_groups_of_skills_can_not_be_chosen(ask: Ask, app: Flask) -> None:
    everything = {item["code"] for item in ask("skill", "")}
    assert "skill:land" not in everything
    assert len(everything) == 169


def test_hidden_concepts_are_never_offered_but_have_a_name(ask: Ask, app: Flask) -> None:
    with app.app_context(), write_transaction():
        db.session.add(
            Concept(
                code="topic:lasers",
                kind=ConceptKind.TOPIC,
                hidden=True,
                labels=[ConceptLabel(lang="en", text="Lasers", folded="lasers")],
            )
        )
    assert ask("topic", "lasers") == []
    with app.test_request_context("/"):
        assert label_of("topic:lasers", "it") == "Lasers"


@both_databases
@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "[", "–"])
def test_a_sign_alone_finds_nothing(ask: Ask, sign: str) -> None:
    assert ask("goal", sign) == []


def test_a_kind_that_does_not_exist_is_refused(door: Callable[..., Door]) -> None:
    seen = door().get("/en/concepts?kind=colour&q=red")
    assert seen.status == 400
    assert "no such kind" in seen.text


def test_languages_with_addresses_here_come_first_when_nothing_is_typed(ask: Ask) -> None:
    labels = [item["label"] for item in ask("language", "")]
    assert labels[:3] == ["Croatian", "Dutch", "English"]
    assert labels.index("Slovenian") < labels.index("Albanian")


@pytest.mark.parametrize(
    "typed", ["pollice verde", "verde pubblico", "orto terapia", "insermento lavorativo"]
)
def test_the_list_is_no_dead_end_where_the_form_knows_what_may_be_meant(
    door: Callable[..., Door], typed: str
) -> None:
    told = door().get(f"/it/concepts?{urlencode({'kind': 'skill', 'q': typed})}").json
    assert told["items"] or told["suggestions"]


def test_the_name_of_another_kind_is_said_to_be_so(door: Callable[..., Door]) -> None:
    told = door().get(f"/en/concepts?{urlencode({'kind': 'skill', 'q': 'agricoltura sociale'})}").json
    assert told["items"] == []
    assert told["note"].startswith("“agricoltura sociale” is a field of work")
    assert door().get("/en/concepts?kind=skill&q=catering").json["suggestions"] == []


@both_databases
def test_inflected_forms_lead_to_what_the_word_means(ask: Ask, app: Flask) -> None:
    assert ask("skill", "ogrodami") == []
    with app.app_context():
        folder = lemma_folder()
    folder.mkdir(parents=True)
    save_dictionary(folder, "pl", {"ogrodami": "ogród"})
    assert "skill:gardening" in {each["code"] for each in ask("skill", "ogrodami")}
    assert ask("skill", "stara ogrodami") == [], "all words must be found"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("gardning", "skill:gardening"),
        ("girdening", "skill:gardening"),
        ("woodwrking", "skill:woodworking"),
        ("ristorazone", "skill:catering"),
        ("Gartenpflge", "skill:gardening"),
    ],
)
def test_what_is_written_nearly_right_is_asked_about(
    door: Callable[..., Door], typed: str, code: str
) -> None:
    answer = door().get(f"/en/concepts?{urlencode({'kind': 'skill', 'q': typed})}").json
    assert answer["items"] == []
    assert code in [each["code"] for each in answer["suggestions"]]


def test_a_word_like_no_other_is_asked_about_nothing(door: Callable[..., Door]) -> None:
    answer = door().get(f"/en/concepts?{urlencode({'kind': 'skill', 'q': 'qqxzwv' * 16})}").json
    assert (answer["items"], answer["suggestions"]) == ([], [])


GARDEN = ("ogród", "orto", "garden", "κήπος", "vrt", "jardin", "tuin", "Garten")


@both_databases
def test_a_garden_finds_the_same_organisations_in_every_language(
    make: Make, door: Callable[..., Door]
) -> None:
    make.organisation("Verde", offers=["skill:gardening"])
    make.organisation("Zelenjava", offers=["skill:vegetable-growing"])
    make.organisation("Parki", sectors=["sector:green-gardening"])
    make.organisation("Serra", sectors=["sector:agriculture-vegetables"])
    make.organisation("Vrtić", sectors=["sector:care-children"])
    make.organisation("Bimbi", offers=["skill:childcare"])
    make.organisation("Ortopedia", sectors=["sector:food"])
    for word in GARDEN:
        seen = door().get(f"/en/organisations?{urlencode({'q': word})}")
        found = {title.get_text(strip=True) for title in seen.soup.select(".rows .row-title")}
        assert found - {"Vrtić", "Ortopedia"} == {"Verde", "Zelenjava", "Parki", "Serra"}, word
        # What is called so is found by its name, whatever it does.
        assert found & {"Vrtić", "Ortopedia"} == {"vrt": {"Vrtić"}, "orto": {"Ortopedia"}}.get(word, set())


def test_what_can_be_browsed_stands_in_groups(ask: Ask) -> None:
    skills, sectors, regions = ask("skill", ""), ask("sector", ""), ask("region", "")
    assert len({each["group"] for each in skills}) == 11
    tops = {each["label"]: each["group"] for each in sectors if each["broader"] is None}
    assert tops and all(label == group for label, group in tops.items())
    croatian = [each["code"] for each in regions if each["group"] == "Croatia"]
    assert len(croatian) == 24, "21 counties and the three regions above twenty of them"
    assert {each["group"] for each in ask("skill", "gard")} == {None}
    assert {each["group"] for each in ask("goal", "")} == {None}

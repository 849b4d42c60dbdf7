"""The vocabulary that ships: complete, unambiguous and reachable by people's own words."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.i18n import ALL_LANGUAGES
from app.core.text import fold
from app.features.taxonomy.checks import count_labelled, find_faults
from app.features.taxonomy.vocabulary import DATA, read_entries, read_labels

KINDS = {
    "sectors": "sector",
    "skills": "skill",
    "regions": "region",
    "goals": "goal",
    "cooperations": "cooperation",
}
LABELS = read_labels()
DYES = {"indigo", "madder", "weld", "lichen", "woad"}

Concept = dict[str, Any]


def load(name: str) -> list[Concept]:
    return read_entries(name)


def words_of(concept: Concept, lang: str | None = None) -> list[str]:
    return [word for each in ([lang] if lang else ALL_LANGUAGES) for word in LABELS[each][concept["code"]]]


def reached_by(name: str, word: str) -> set[str]:
    return {
        concept["code"]
        for concept in load(name)
        if not concept.get("group") and fold(word) in map(fold, words_of(concept))
    }


@pytest.mark.parametrize("name", KINDS)
def test_codes_are_unique_stable_words_of_their_kind(name: str) -> None:
    codes = [concept["code"] for concept in load(name)]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    shape = re.compile(KINDS[name] + r":[a-z0-9]+(-[a-z0-9]+)*")
    assert [code for code in codes if not shape.fullmatch(code)] == []


@pytest.mark.parametrize("name", KINDS)
def test_broader_concepts_exist_come_first_and_are_at_the_top(name: str) -> None:
    tops: set[str] = set()
    for concept in load(name):
        if concept["broader"] is None:
            tops.add(concept["code"])
        else:
            assert concept["broader"] in tops, concept["code"]


def test_every_language_has_every_concept_and_no_word_leads_to_two_of_a_kind() -> None:
    assert find_faults() == []
    assert {labelled for labelled, _ in count_labelled().values()} == {len(LABELS["en"])}
    assert tuple(sorted(LABELS)) == tuple(sorted(ALL_LANGUAGES))


def spoil(folder: Path, lang: str, code: str, words: list[str] | None) -> None:
    path = folder / "labels" / f"{lang}.json"
    labels = json.loads(path.read_text(encoding="utf-8"))
    labels[code] = words
    if words is None:
        del labels[code]
    path.write_text(json.dumps(labels), encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "code", "words", "said"),
    [
        ("pl", "skill:gardening", None, "pl: skill:gardening has no label"),
        (
            "it",
            "skill:baking",
            ["Giardinaggio", "pane", "fornaio", "torte"],
            "“giardinaggio” leads to skill:baking",
        ),
        ("de", "skill:baking", ["Backen", "Brot"], "de: skill:baking: there are fewer than 3 synonyms"),
        (
            "nl",
            "skill:baking",
            ["Baking and pastry", "a", "b", "c"],
            "nl: skill:baking: the label is the English one",
        ),
        (
            "el",
            "skill:baking",
            ["Baking", "α", "β", "γ"],
            "el: skill:baking: the label is in another alphabet",
        ),
        ("fr", "skill:baking", ["Boulangerie", "pain ", "b", "c"], "a word is empty or has spaces too many"),
        (
            "hr",
            "skill:baking",
            ["Pekarstvo", "kruh", "Kruh", "pekar"],
            "hr: skill:baking: one word stands twice",
        ),
        ("sl", "skill:baking", ["Peka " * 9, "a", "b", "c"], "the label is longer than 40 characters"),
        ("en", "skill:flying", ["Flying"], "en: skill:flying is no concept"),
    ],
)
def test_a_planted_fault_is_named(
    tmp_path: Path, lang: str, code: str, words: list[str] | None, said: str
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    spoil(tmp_path / "data", lang, code, words)
    assert any(said in fault for fault in find_faults(tmp_path / "data"))


def test_a_code_that_no_scheme_has_is_named(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "goals.json"
    path.write_text(path.read_text(encoding="utf-8").replace('["17"]', '["170"]'), encoding="utf-8")
    assert find_faults(tmp_path / "data") == ["170 is no code of sdg"]


def test_there_are_fifteen_sectors_each_with_two_to_five_narrower_ones() -> None:
    sectors = load("sectors")
    narrower = Counter(concept["broader"] for concept in sectors if concept["broader"])
    tops = [concept["code"] for concept in sectors if concept["broader"] is None]
    assert len(tops) == 15
    assert all(2 <= narrower[code] <= 5 for code in tops), narrower


def test_there_are_skills_for_what_social_enterprises_do_and_every_group_holds_some() -> None:
    skills = load("skills")
    groups = {concept["code"] for concept in skills if concept.get("group")}
    pickable = [concept for concept in skills if not concept.get("group")]
    assert len(pickable) >= 150
    assert len(groups) == 11
    assert {concept["broader"] for concept in pickable} == groups
    assert all(concept["broader"] is None for concept in skills if concept.get("group"))


@pytest.mark.parametrize("name", ["sectors", "skills"])
def test_dyes_belong_to_the_top_alone_and_all_five_are_used(name: str) -> None:
    concepts = load(name)
    assert {concept["dye"] for concept in concepts if concept["broader"] is None} == DYES
    assert [concept["code"] for concept in concepts if concept["broader"] and "dye" in concept] == []


def test_the_seventeen_goals_are_in_their_order() -> None:
    goals = load("goals")
    assert [concept["codes"]["sdg"] for concept in goals] == [[str(number)] for number in range(1, 18)]


def test_regions_cover_the_countries_of_the_cluster() -> None:
    regions = load("regions")
    tops = Counter(concept["country"] for concept in regions if concept["broader"] is None)
    assert (tops["IT"], tops["FR"], tops["BE"], tops["CY"], tops["PL"]) == (20, 18, 3, 1, 16)
    by_code = {concept["code"]: concept for concept in regions}
    for concept in regions:
        assert concept["code"].startswith(f"region:{concept['country'].lower()}-")
        if concept["broader"]:
            assert by_code[concept["broader"]]["country"] == concept["country"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("sectors", "sector:food-catering", ["ristorazione", "mensa", "catering", "Canteen"]),
        ("sectors", "sector:waste-collection", ["raccolta differenziata", "waste collection"]),
        ("sectors", "sector:waste-recycling", ["riciclo", "recycling"]),
        ("sectors", "sector:waste", ["waste", "rifiuti"]),
        ("sectors", "sector:cleaning-buildings", ["pulizie", "cleaning"]),
        ("sectors", "sector:agriculture-vegetables", ["orto", "vegetables"]),
        ("sectors", "sector:social-economy-work-integration", ["inserimento lavorativo", "job coaching"]),
        ("sectors", "sector:care-disability", ["disabilita", "disability"]),
        ("skills", "skill:agriculture", ["agricoltura", "farming"]),
        ("skills", "skill:sustainable-tourism", ["turismo sostenibile", "sustainable tourism"]),
        ("skills", "skill:waste-collection", ["raccolta differenziata", "waste", "rifiuti"]),
        ("skills", "skill:recycling", ["riciclo", "recycling"]),
        ("skills", "skill:gardening", ["giardinaggio", "gardening"]),
        ("skills", "skill:vegetable-growing", ["orto"]),
        ("skills", "skill:catering", ["ristorazione", "mensa", "catering"]),
        ("skills", "skill:cleaning", ["pulizie", "cleaning"]),
        ("skills", "skill:ecological-products", ["prodotti ecologici", "ecological products"]),
        ("skills", "skill:local-food", ["cibo locale", "local food"]),
        ("skills", "skill:marketing", ["marketing"]),
        ("skills", "skill:digital-tools", ["digital", "digitale"]),
        ("skills", "skill:e-commerce", ["e-commerce", "commercio elettronico"]),
        ("skills", "skill:human-resources", ["HR", "risorse umane", "human resources"]),
        ("skills", "skill:job-coaching", ["inserimento lavorativo", "job coaching"]),
        ("regions", "region:it-piemonte", ["Piedmont", "Torino"]),
        ("regions", "region:pl-malopolskie", ["malopolska", "Kraków"]),
        ("regions", "region:cy-lemesos", ["Λεμεσος", "Limassol"]),
    ],
)
def test_peoples_own_words_reach_one_concept(name: str, code: str, words: list[str]) -> None:
    for word in words:
        assert reached_by(name, word) == {code}, word


@pytest.mark.parametrize("word", ["ogród", "orto", "garden", "κήπος", "vrt", "jardin", "tuin", "Garten"])
def test_a_garden_is_found_in_every_language(word: str) -> None:
    """In Italian and French a garden is an "orto" or a "jardin": both lead to what grows there."""
    assert reached_by("skills", word) & {"skill:gardening", "skill:vegetable-growing"}


COUNTIES = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21"
"""Of Croatia in ISO 3166-2, the twenty counties and the city of Zagreb."""


def test_croatia_has_its_twenty_one_counties() -> None:
    codes = [code for concept in load("regions") for code in concept.get("codes", {}).get("iso", ())]
    assert sorted(codes) == [f"HR-{number}" for number in COUNTIES.split()]


def test_the_check_prints_a_hundred_per_cent_for_each_language(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["taxonomy", "check"])
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[-1] == "0 faults"
    assert [line[:2] for line in lines if line.endswith("(100 %)")] == list(ALL_LANGUAGES)
    assert len(load("sectors")) >= 30

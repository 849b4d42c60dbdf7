"""The vocabulary that ships: complete, unambiguous and reachable by people's own words."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from app.core.text import fold

DATA = Path(__file__).parents[3] / "app" / "features" / "taxonomy" / "data"
KINDS = {"sectors": "sector", "skills": "skill", "regions": "region", "goals": "goal"}
LANGUAGES = ("en", "it")
DYES = {"indigo", "madder", "weld", "lichen", "woad"}
SCHEMES = {"sectors": "nace", "regions": "nuts", "goals": "sdg"}
# A Belgian and a Dutch province truly share their name; the picker shows both.
SHARED_WORDS = {"region": {"limburg", "limburgo"}}

Concept = dict[str, Any]


def load(name: str) -> list[Concept]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def words_of(concept: Concept) -> list[str]:
    return [
        word
        for language in LANGUAGES
        for word in (concept["labels"][language], *concept["synonyms"][language])
    ]


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


@pytest.mark.parametrize("name", KINDS)
def test_every_concept_speaks_both_languages(name: str) -> None:
    for concept in load(name):
        assert set(concept["labels"]) == set(concept["synonyms"]) == set(LANGUAGES), concept["code"]
        for word in words_of(concept):
            assert word and word == word.strip() and "  " not in word, concept["code"]


@pytest.mark.parametrize("name", KINDS)
def test_no_concept_says_the_same_word_twice_in_a_language(name: str) -> None:
    for concept in load(name):
        for language in LANGUAGES:
            words = [fold(w) for w in (concept["labels"][language], *concept["synonyms"][language])]
            assert len(words) == len(set(words)), (concept["code"], language)


@pytest.mark.parametrize("name", KINDS)
def test_no_word_leads_to_two_concepts_of_a_kind(name: str) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in load(name):
        for word in words_of(concept):
            owners[fold(word)].add(concept["code"])
    allowed = SHARED_WORDS.get(KINDS[name], set())
    assert {word: codes for word, codes in owners.items() if len(codes) > 1 and word not in allowed} == {}


def test_there_are_fifteen_sectors_each_with_two_to_five_narrower_ones() -> None:
    sectors = load("sectors")
    narrower = Counter(concept["broader"] for concept in sectors if concept["broader"])
    tops = [concept["code"] for concept in sectors if concept["broader"] is None]
    assert len(tops) == 15
    assert all(2 <= narrower[code] <= 5 for code in tops), narrower


def test_there_are_sixty_skills_and_every_group_holds_some() -> None:
    skills = load("skills")
    groups = {concept["code"] for concept in skills if concept.get("group")}
    pickable = [concept for concept in skills if not concept.get("group")]
    assert len(pickable) == 60
    assert len(groups) == 10
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


@pytest.mark.parametrize("name", KINDS)
def test_codes_of_other_schemes_are_well_formed_and_not_given_twice(name: str) -> None:
    shapes = {"nace": r"\d\d(\.\d\d?)?", "nuts": r"[A-Z]{2}[0-9A-Z]{1,3}", "sdg": r"[1-9]\d?"}
    for concept in load(name):
        for scheme, values in concept.get("codes", {}).items():
            assert scheme == SCHEMES[name], concept["code"]
            assert values and all(re.fullmatch(shapes[scheme], value) for value in values), concept["code"]
    if name == "regions":
        given = [value for concept in load(name) for value in concept.get("codes", {}).get("nuts", [])]
        assert len(given) == len(set(given))


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

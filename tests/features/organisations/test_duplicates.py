"""Whether two descriptions are of one organisation, measured on invented pairs, and who is found for comparison."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.features.organisations.duplicates.likeness import (
    SENTENCES,
    Described,
    ReasonKind,
    Verdict,
    likeness,
    website_host,
)
from app.features.organisations.duplicates.names import strip_name
from app.features.organisations.queries.candidates import find_candidates_of_many
from tests.support.app import both_databases
from tests.support.factories import Make

COUNTRIES = ("IT", "FR", "BE", "NL", "DE", "PL", "HR", "SI", "CY", "GR")
MIN_PAIRS = 300
MIN_PAIRS_OF_COUNTRY = 25
PARTS = ("tune", "held")
"""The weights were chosen with the pairs of the first part in sight; those of the second were only measured."""


def _pairs() -> list[dict[str, str]]:
    with Path(__file__).with_name("duplicates.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _described(pair: Mapping[str, str], prefix: str) -> Described:
    number = pair[f"{prefix}number"]
    return Described(
        pair[f"{prefix}name"],
        pair["country"],
        pair[f"{prefix}city"],
        website=pair[f"{prefix}website"],
        email=pair[f"{prefix}email"],
        registry_scheme=f"{pair['country'].lower()}.vat" if number else "",
        registry_number=number,
    )


def _verdict(pair: Mapping[str, str]) -> Verdict:
    return likeness(_described(pair, ""), _described(pair, "other_")).verdict


def test_the_pairs_are_of_all_countries_and_both_kinds() -> None:
    pairs = _pairs()
    counted = Counter(pair["country"] for pair in pairs)
    assert len(pairs) >= MIN_PAIRS
    assert all(counted[country] >= MIN_PAIRS_OF_COUNTRY for country in COUNTRIES)
    for country in COUNTRIES:
        labels = Counter(pair["label"] for pair in pairs if pair["country"] == country)
        assert min(labels["same"], labels["different"]) >= 10


@pytest.mark.parametrize("part", PARTS)
def test_nearly_all_duplicates_are_found_and_few_others(part: str) -> None:
    verdicts = [(pair["label"] == "same", _verdict(pair)) for pair in _pairs() if pair["part"] == part]
    found = [same for same, verdict in verdicts if verdict is not Verdict.NEW]
    precision, recall = sum(found) / len(found), sum(found) / sum(same for same, _ in verdicts)
    sys.stdout.write(f"\n{part}: {len(verdicts)} pairs, precision {precision:.3f}, recall {recall:.3f}\n")
    assert recall >= 0.95
    assert precision >= 0.90


def test_no_two_organisations_are_called_the_same_that_are_not() -> None:
    wrong = [pair for pair in _pairs() if pair["label"] == "different" and _verdict(pair) is Verdict.SAME]
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("name", "country", "words"),
    [
        ("Arcobaleno Società Cooperativa Sociale a r.l. Onlus", "IT", ("arcobaleno",)),
        ("Lavori in Corso s.c.s.", "IT", ("lavori", "in", "corso")),
        ("ETS", "IT", ("ets",)),
        ("Przędza sp. z o.o. non profit", "PL", ("przedza",)),
        ("Zadruga Konopko, z.o.o., so.p.", "SI", ("konopko",)),
        ("Κοιν.Σ.Επ. Πράσινη Γειτονιά", "GR", ("prasini", "gitonia")),
        ("Grüne Werkstatt gGmbH", "DE", ("grune", "werkstatt")),
        ("Gruene Werkstatt e. V.", "DE", ("grune", "werkstatt")),
        ("AB", "FR", ("ab",)),
        ("", "IT", ()),
        ("日本", "XX", ("日本",)),
    ],
)
def test_a_name_is_stripped_of_form_and_articles_but_never_of_itself(
    name: str, country: str, words: tuple[str, ...]
) -> None:
    assert strip_name(name, country).words == words


def test_the_same_number_is_enough_and_another_one_is_too_much() -> None:
    one = Described("Alfa", "IT", registry_scheme="it.iva", registry_number="01234567897")
    assert (
        likeness(one, Described("Beta", "FR", registry_scheme="it.iva", registry_number="01234567897")).score
        == 100
    )
    twin = Described("Alfa", "IT", "Roma", website="alfa.example")
    numbered = Described(
        "Alfa", "IT", "Roma", website="alfa.example", registry_scheme="it.iva", registry_number="1"
    )
    other = Described(
        "Alfa", "IT", "Roma", website="alfa.example", registry_scheme="it.iva", registry_number="2"
    )
    assert likeness(twin, numbered).verdict is Verdict.SAME
    assert likeness(numbered, other).score == 40


def test_another_legal_form_or_alphabet_is_never_the_same_without_asking() -> None:
    one = Described("Cooperativa Aurora", "IT", "Bari", website="aurora.example", email="a@aurora.example")
    other = Described("Associazione Aurora", "IT", "Bari", website="aurora.example", email="b@aurora.example")
    disguised = Described(
        "Cooperativa Аurora", "IT", "Bari", website="aurora.example", email="a@aurora.example"
    )
    assert likeness(one, other).verdict is Verdict.PERHAPS
    assert likeness(one, disguised).verdict is Verdict.PERHAPS
    assert ReasonKind.LOOK_ALIKE in {reason.kind for reason in likeness(one, disguised).reasons}


def test_towns_within_fifteen_kilometres_are_one() -> None:
    torino = Described("Orto", "IT", "Torino", 45.07, 7.69)
    moncalieri = Described("Orto", "IT", "Moncalieri", 45.0, 7.68)
    asti = Described("Orto", "IT", "Asti", 44.9, 8.2)
    assert likeness(torino, moncalieri).verdict is Verdict.PERHAPS
    assert likeness(torino, asti).verdict is Verdict.NEW


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Example.org/it", "example.org"),
        ("müller.example", "xn--mller-kva.example"),
        ("https://facebook.com/orto", ""),
        ("https://orto.wixsite.com", ""),
        ("http://[broken", ""),
        ("nothing", ""),
        ("https://user:secret@example.org:8080", "example.org"),
        ("\x00\ud800", ""),
    ],
)
def test_a_website_is_compared_by_a_host_of_its_own(website: str, host: str) -> None:
    assert website_host(website) == host


def test_each_reason_is_a_sentence(app: Flask) -> None:
    one = Described("Centro Aiuto Famiglie 3", "IT", "Bari", website="caf.example", email="a@caf.example")
    other = Described("CAF", "IT", "Bari", website="www.caf.example", email="b@caf.example")
    assert set(SENTENCES) == set(ReasonKind)
    with app.test_request_context():
        sentences = [reason.sentence for reason in likeness(one, other).reasons]
    assert "Both have the website caf.example." in sentences
    assert not any("%(" in sentence for sentence in sentences)


@pytest.fixture
def cluster(make: Make) -> dict[str, int]:
    """Some organisations that others may be."""
    listed: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("Il Filo Verde", "IT", {"city": "Torino", "website": "https://ilfiloverde.example"}),
        ("L'Orto di Tutti", "IT", {"city": "Cuneo"}),
        ("Πράσινη Γειτονιά", "GR", {"city": "Αθήνα"}),
        ("Jugendwerkstätten Nord e.V.", "DE", {"city": "Hamburg"}),
        ("Lipa", "HR", {"registry_scheme": "hr.oib", "registry_number": "69435151530"}),
        ("Something Else", "IT", {"city": "Torino"}),
    )
    return {name: make.organisation(name, country=country, **given).id for name, country, given in listed}


LOOKED_FOR = (
    (Described("Filo Verde s.c.s.", "IT", "Torino"), "Il Filo Verde"),
    (
        Described(
            "Green Thread", "IT", "Torino", website="ilfiloverde.example", email="a@ilfiloverde.example"
        ),
        "Il Filo Verde",
    ),
    (Described("LOrto di Tutti coop. soc.", "IT", "Cuneo"), "L'Orto di Tutti"),
    (Described("Οrto di Tutti", "IT", "Cuneo"), "L'Orto di Tutti"),
    (Described("Prasini Geitonia KoinSEp", "GR", "Athens"), "Πράσινη Γειτονιά"),
    (Described("Jugendwerkstaetten Nord", "DE", "Hamburg"), "Jugendwerkstätten Nord e.V."),
    (Described("Lime", "HR", registry_scheme="hr.oib", registry_number="69435151530"), "Lipa"),
    (Described("100% _new_", "IT", "Torino", website="100%_.example"), None),
    (Described("", "IT"), None),
)


@both_databases
def test_candidates_are_found_one_by_one_and_many_at_once(app: Flask, cluster: dict[str, int]) -> None:
    wanted = [[cluster[name]] if name else [] for _, name in LOOKED_FOR]
    with app.app_context():
        singly = [find_candidates_of_many([described], 5)[0] for described, _ in LOOKED_FOR]
        together = find_candidates_of_many([described for described, _ in LOOKED_FOR], 5)
    assert [[each.organisation_id for each in found] for found in singly] == wanted
    assert together == singly

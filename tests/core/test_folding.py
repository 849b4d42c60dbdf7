"""One fold for search, sorting, addresses and duplicates, whatever keyboard and device a name was written with."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import fold, name_key, slugify

LATIN_EXTENDED = [chr(number) for number in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
DIGEST = "bb014c33c33555677256cb6fdcff85ebfea0441cd85792b05250de4176fb522e"
"""Of all that `fold` makes of the letters of Europe, as migration 0010 wrote it into existing databases.

Where this test fails, `fold` was changed: write a migration that folds organisation.folded_name and folded_city,
initiative_text.folded_title and concept_label.folded again, then take the new digest over.
"""


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zielona Spółdzielnia", "zielona spoldzielnia"),
        ("Łódź", "lodz"),
        ("Πράσινη  Γειτονιά", "πρασινη γειτονια"),
        ("ΟΔΟΣ, οδός", "οδοσ οδοσ"),
        ("Đakovo", "dakovo"),
        ("Straße", "strasse"),
        ("Caffè\u00a0è", "caffe e"),
        ("ŒUVRE", "oeuvre"),
        ("L’Orto d’Aosta – co‑operativa", "l-orto d-aosta co-operativa"),
        ("L'Orto d`Aosta - co-operativa", "l-orto d-aosta co-operativa"),
        ("LʼOrto dʹAosta — co‐operativa", "l-orto d-aosta co-operativa"),
        ("L´Orto d′Aosta − co−operativa", "l-orto d-aosta co-operativa"),
        ("co\u00adope\u200brativa", "cooperativa"),
        ("Işık İstanbul", "isik istanbul"),
        ("ƀ ħ ŧ ø ł đ æ œ þ ŋ ǿ ə", "b h t o l d ae oe th ng o e"),
        ("’t Groene Hart", "t groene hart"),
        ("«Orto» (Torino)…", "orto torino"),
        ("ﬁne\u2003ｆｕｌｌ\u3000width\u202fx", "fine full width x"),
        ("S.p.A. R&D Orto™", "s-p-a r-d orto"),
        ("col·lectiu", "col-lectiu"),
        ("١٢ ½", "12 1-2"),
        ("% – _", ""),
    ],
)
def test_names_are_compared_without_marks_and_by_their_letters(written: str, folded: str) -> None:
    """Nobody needs the right keyboard to find a name."""
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """Both sides of a comparison may be folded, however often."""
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_composed_and_decomposed_texts_fold_alike(text: str) -> None:
    """Macs send letters in two parts."""
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text())
def test_a_folded_text_has_no_sign_that_a_pattern_reads(text: str) -> None:
    assert not set(fold(text)) & set("%_\\*?[]\n\"'")


def test_every_latin_letter_becomes_ascii() -> None:
    assert [letter for letter in LATIN_EXTENDED if not fold(f"a{letter}b").isascii()] == []


def test_greek_stays_greek_in_search_and_becomes_latin_in_addresses() -> None:
    assert fold("Πράσινη Γειτονιά") == "πρασινη γειτονια"
    assert slugify("Πράσινη Γειτονιά", "organisation") == "prasini-geitonia"


def test_names_sort_by_their_first_letter_whatever_stands_before_it() -> None:
    names = ["Ελιά", "’t Groene Hart", "Zielona", "«Atelier»", "Łąka", "Tafel", "Øst"]
    assert sorted(names, key=fold) == [
        "«Atelier»",
        "Łąka",
        "Øst",
        "’t Groene Hart",
        "Tafel",
        "Zielona",
        "Ελιά",
    ]


def test_spellings_of_one_name_share_their_key() -> None:
    spellings = [
        "Il Filo Verde",
        "IL FILO\u00a0VERDE",
        "Il-Filo-Verde",
        "«Il Filo  Verde»",
        "Il Fi\u00adlo Verdé",
    ]
    assert {name_key(spelling) for spelling in spellings} == {"ilfiloverde"}
    assert name_key("L’Orto d’Aosta") == name_key("L'Orto d'Aosta")
    assert name_key("🌱") == ""


def test_the_fold_is_the_one_that_stored_columns_hold() -> None:
    letters = "\n".join(fold(f"a{chr(number)}b") for number in range(0x2E80))
    assert hashlib.sha256(letters.encode()).hexdigest() == DIGEST

"""Inflected forms: a word that is typed in one form finds the texts that have it in another."""

from __future__ import annotations

from pathlib import Path

import pytest
from simplemma.strategies.dictionaries import StreamDictionaryFactory

from app.core.lemmas import Lemmas, TrieDictionaries, lacks_dictionaries, lemmas_in, main
from app.features.search.terms import has_all, index_words, read_search

LANGUAGES = ("pl", "hr", "sl", "el", "de")
QUESTIONS = (
    *(
        "pl ogród ogrodach",
        "pl ogrodach ogrodu",
        "pl spółdzielnia spółdzielni",
        "pl spółdzielni Spółdzielnią",
    ),
    *(
        "pl kobieta kobietom",
        "pl szkoła szkołach",
        "pl miasto miast",
        "pl dziecko dzieci",
        "pl książka książek",
    ),
    *("pl warzywo warzywami", "pl człowiek ludzie", "pl dzień dni"),
    *("hr vrt vrtovima", "hr vrtovima vrta", "hr zadruga zadrugama", "hr žena ženama", "hr grad gradovi"),
    *("hr škola školi", "hr dijete djeca", "hr knjiga knjigama"),
    *("sl vrt vrtovih", "sl zadruga zadrugami", "sl mesto mest", "sl otrok otroci", "sl knjiga knjigah"),
    *("sl človek ljudje", "sl šola šolah"),
    *("el κήπος κήπους", "el κήπων κήπο", "el σχολείο σχολεία", "el γυναίκα γυναικών", "el παιδί παιδιά"),
    *("el πόλη πόλεις", "el βιβλίο βιβλίων"),
    *("de Garten Gärten", "de Haus Häuser", "de Genossenschaft Genossenschaften", "de Buch Bücher"),
    *("de Kind Kindern", "de Stadt Städte"),
)
"""Language, what is typed, and the form in the text."""


class AllInMemory(TrieDictionaries):
    """The same dictionaries without files: they are read in a few seconds instead of being written in thirty."""

    def __init__(self) -> None:
        super().__init__(Path())
        self._streams = StreamDictionaryFactory(cache_max_size=len(LANGUAGES))

    def has(self, code: str) -> bool:
        """Every language that is asked for."""
        return True

    def get_dictionary(self, lang: str) -> object:  # type: ignore[override]
        """As simplemma reads it."""
        return self._streams.get_dictionary(lang)


@pytest.fixture(scope="module")
def lemmas() -> Lemmas:
    """Lemmas of the languages that are asked about."""
    return Lemmas(AllInMemory())


def test_nine_of_ten_inflected_forms_are_found_in_five_languages(lemmas: Lemmas) -> None:
    assert len(QUESTIONS) == 40
    missed = []
    for question in QUESTIONS:
        lang, typed, written = question.split()
        words = index_words([(f"W {written}, abc", lang)], ["#message"], lemmas)
        if not has_all(read_search(typed, lemmas, LANGUAGES), words):
            missed.append(question)
    assert len(missed) <= len(QUESTIONS) // 10, missed


def test_forms_of_other_words_are_not_found(lemmas: Lemmas) -> None:
    words = index_words([("Im Gartenhaus treffen wir die Nachbarn", "de")], ["#message"], lemmas)
    assert has_all(read_search("Nachbar gart", lemmas, LANGUAGES), words)
    for typed in ("haus", "treffpunkt", "#message", "nachbarn garten stadt"):
        assert not has_all(read_search(typed, lemmas, LANGUAGES), words), typed


def test_dictionaries_are_written_once_and_read_by_all(tmp_path: Path) -> None:
    folder = tmp_path / "lemmas"
    assert lacks_dictionaries(folder, ["sl"])
    assert lemmas_in(folder).lemma("vrtovih", "sl") == "vrtovih"
    main(folder, ["sl"])
    main(folder, ["sl"])
    assert not lacks_dictionaries(folder, ["sl"])
    assert lemmas_in(folder).lemma("vrtovih", "sl") == "vrt"
    assert lemmas_in(folder).lemma("κήπους", "el") == "κήπους"

"""The language of what is being written: said where it is plain, and not a word where it is not."""

from __future__ import annotations

import pytest

from app.core.language_guess import guess_language

PLAIN = {
    "en": "We would like to meet you next week",
    "it": "Ci vediamo domani alle dieci in piazza",
    "fr": "Bonjour à tous, nous cherchons des partenaires",
    "nl": "Goedemorgen, hoe gaat het met jullie vandaag",
    "de": "Guten Morgen zusammen, wie geht es euch heute",
    "el": "Καλημέρα σας, θα θέλαμε να σας γνωρίσουμε",
    "pl": "Dzień dobry, chcielibyśmy was poznać",
    "hr": "Dobar dan, htjeli bismo razgovarati o zajedničkom projektu",
    "sl": "Naša zadruga išče partnerje, ki bi šivali vrečke iz odpadnega blaga",
}


@pytest.mark.parametrize(("lang", "text"), PLAIN.items())
def test_a_plain_line_of_each_language_is_known(lang: str, text: str) -> None:
    assert guess_language(text) == lang


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dobro hvala",
        "ok bedankt",
        "https://example.org/dzien/dobry/chcielibysmy/was/poznac a@b.example",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "\x00" * 1000,
        "xq zzkw vbnt qwrtp lkjhg mnbvc zxcvb",
    ],
)
def test_nothing_is_said_of_what_is_short_or_not_plain(text: str) -> None:
    assert guess_language(text) is None

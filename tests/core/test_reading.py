"""Easy words: short sentences in each language, for those who chose them and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from app import create_app
from app.core.catalogues import gather, plain_variants, read
from app.core.reading import EASY_CONTEXT
from config import Settings
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast

Doors = Callable[..., Door]
MAX_WORDS = 12
"""Of a sentence in easy words, by the rules of Inclusion Europe."""
SENTENCE_END = re.compile(r"(?<=[.?!:;])\s+")
USUAL, EASY = "We keep what the work needs", "Nobody can read your password. We cannot read it, either."
USUAL_LINE = "Your password only as a hash"


def too_long(text: str) -> list[str]:
    """The sentences of a text with more words than easy ones have."""
    return [each for each in SENTENCE_END.split(text) if len(each.split()) > MAX_WORDS]


@pytest.mark.parametrize("code", ["en", "it"])
def test_each_easy_sentence_is_short(code: str) -> None:
    easy = [message for message in read(code) if message.id and message.context == EASY_CONTEXT]
    assert len(easy) == len(plain_variants(gather())) > 50
    found = {str(message.id): too_long(str(message.string)) for message in easy}
    assert {text: long for text, long in found.items() if long} == {}
    assert too_long("One two three four five six seven eight nine ten eleven twelve thirteen. One.")


@both_databases
def test_person_reads_easy_words_on_all_her_devices_until_she_chooses_the_usual_ones(
    door: Doors, cast: Cast
) -> None:
    one, other = door(cast.member), door(cast.member)
    assert USUAL_LINE in other.get("/en/privacy").text
    seen = one.post("/en/reading?next=/en/privacy", {"reading": "easy"}, follow=True)
    assert EASY in seen.text and seen.soup.select_one("[data-read-aloud]")
    assert EASY in other.get("/en/privacy").text
    other.post("/en/reading", {"reading": "usual"})
    for browser in (one, other):
        assert USUAL_LINE in browser.get("/en/privacy").text
    assert one.post("/en/reading", {"reading": "shorter"}).status == 400


def test_visitors_choose_in_their_browser_and_no_answer_reaches_another(door: Doors) -> None:
    easy, usual = door(), door()
    switch = easy.get("/en/privacy?x=1").soup.select_one("#appearance form[action*='/reading']")
    assert switch is not None
    assert easy.post(str(switch["action"]), {"reading": "easy"}).location == "/en/privacy?x=1"
    for _ in range(2):
        for browser, line in ((easy, EASY), (usual, USUAL_LINE)):
            seen = browser.get("/en/privacy")
            assert line in seen.text
            assert "private" in seen.response.headers["Cache-Control"]
            assert "Cookie" in seen.response.headers["Vary"] and "ETag" not in seen.response.headers
    pressed = easy.get("/en/privacy").soup.select("#appearance [name=reading][aria-pressed=true]")
    assert [button["value"] for button in pressed] == ["easy"]


def test_sentence_without_easy_variant_is_the_usual_one(settings: Settings) -> None:
    client = create_app(replace(settings, languages=("en", "fr"))).test_client()
    client.set_cookie("reading", "easy")
    assert EASY in client.get("/en/privacy").text
    assert USUAL_LINE in client.get("/fr/privacy").text and USUAL in client.get("/fr/privacy").text

"""The law of translations: what a catalogue says fits its source, and what it lacks is seen and shown in English."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

from app import create_app
from app.core.catalogues import gather, lacking, path_of, read
from config import Settings

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
COMPLETE = ("it",)
SENTENCE = "Forgot your password?"


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    """Every text of the sources."""
    return gather()


@pytest.mark.parametrize("code", COMPLETE)
def test_placeholders_survive_translation(code: str) -> None:
    """A translation names the same values as its source, or a page would break only in that language."""
    found = []
    for message in read(code):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else [message.id]
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = set(PLACEHOLDER.findall(" ".join(sources)))
        needed = set(PLACEHOLDER.findall(sources[-1]))
        for text in texts[-1:]:
            if not needed <= set(PLACEHOLDER.findall(text)) or not set(PLACEHOLDER.findall(text)) <= wanted:
                found.append(f"{sources[0]} → {text}")
    assert not found, "\n".join(found)


def test_placeholders_are_named(gathered: Catalog) -> None:
    """A translator must be able to change their order."""
    unnamed = [message.id for message in gathered if re.search(r"%[sd]|\{\w*\}", str(message.id))]
    assert not unnamed, unnamed


def test_a_planted_text_is_seen_as_lacking(gathered: Catalog) -> None:
    """The law is not blind."""
    planted = Catalog()
    planted.add("A sentence that nobody has translated yet.")
    assert list(lacking(read("it"), planted)) == ["A sentence that nobody has translated yet."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the translations that lacks one Italian sentence."""
    folder = tmp_path / "translations"
    catalogue = read("it")
    catalogue.delete(SENTENCE)
    path = path_of("it", folder)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
    return folder


def test_untranslated_sentence_is_shown_in_english_and_the_language_stays(
    settings: Settings, folder: Path
) -> None:
    app = create_app(replace(settings, translations=folder))
    answer = app.test_cli_runner().invoke(args=["translations", "compile"])
    assert answer.exit_code == 0
    page = app.test_client().get("/it/sign-in")
    assert page.status_code == 200
    assert f"{SENTENCE}</a>" in page.text and 'lang="it"' in page.text
    assert "Accedi" in page.text


def test_check_names_the_sentence_that_a_language_lacks(settings: Settings, folder: Path) -> None:
    runner = create_app(replace(settings, translations=folder)).test_cli_runner()
    lacking = runner.invoke(args=["translations", "check"])
    assert lacking.exit_code == 1
    assert f"it: not translated: {SENTENCE}" in lacking.output


def test_language_that_is_not_named_has_no_addresses(settings: Settings) -> None:
    client = create_app(replace(settings, languages=("en",))).test_client()
    assert client.get("/it/sign-in").status_code == 404
    assert client.get("/en/sign-in").status_code == 200


def test_visitor_without_a_preference_gets_the_first_language(settings: Settings) -> None:
    client = create_app(replace(settings, languages=("it", "en"))).test_client()
    assert client.get("/").headers["Location"].endswith("/it/")

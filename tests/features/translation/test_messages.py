"""Messages in another language: asked for once, under the words, and gone with them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.transactions import write_transaction
from app.features.accounts.services.account_status import forget
from app.features.rooms.models import Room
from app.features.translation import service_client
from tests.features.translation.conftest import Enter, Kept, address, translate
from tests.support.app import both_databases
from tests.support.factories import Cast, Make
from tests.support.translator import Translator

SAID = "Hello @Marek Wójcik, look at **https://example.org/a**"
WORDS = {"cid": "another-wording", "body": "Goodbye", "lang": "en"}


@both_databases
def test_a_message_is_translated_once_for_all_and_goes_with_its_words(
    room: Room, cast: Cast, make: Make, door: Enter, translator: Translator, kept: Kept
) -> None:
    seq = make.message(room, cast.member, cast.organisation, SAID)
    reader, path = door(cast.other), address(room, seq)
    message = f"/it/rooms/{room.id}/messages/{seq}"
    assert "Traduci in italiano" in reader.get(message).text
    assert "Translate" not in reader.get(message.replace("/it/", "/en/")).text, "it is in her language"
    shown = translate(reader, path)
    assert shown.status == 200
    assert shown.soup.select_one("details[open] > [lang=it] a")["href"] == "https://example.org/a"
    assert shown.soup.select_one("details strong .mention, details .mention").get_text() == "@Marek Wójcik"
    assert "HELLO @Marek Wójcik , LOOK AT https://example.org/a" in shown.text
    assert translate(door(cast.member), path).text == shown.text
    assert [(each["source"], each["target"], each["path"]) for each in translator.asked] == [
        ("en", "it", "/api/translate")
    ]
    assert translator.asked[0]["api_key"] == "secret-key"
    assert "Marek" not in str(translator.asked)
    page = reader.get(message)
    assert "LOOK AT" in page.text
    assert "Traduzione automatica" in page.text
    author = door(cast.member)
    author.post(f"/en/rooms/{room.id}/messages/{seq}/edit", WORDS)
    assert kept() == []
    assert "Traduci in italiano" in reader.get(message).text
    assert "GOODBYE" in translate(reader, path).text
    author.post(f"/en/rooms/{room.id}/messages/{seq}/remove", {"cid": "remove-it-now"})
    assert kept() == []
    assert translate(reader, path).status == 409
    assert "Traduci" not in reader.get(message).text


def test_without_a_script_the_button_leads_back_to_the_message(
    room: Room, cast: Cast, make: Make, door: Enter
) -> None:
    seq = make.message(room, cast.member, cast.organisation)
    message = f"/it/rooms/{room.id}/messages/{seq}"
    sent = door(cast.other).fill(message, "form[action*=translations]")
    assert (sent.status, sent.location) == (303, message)
    assert "HELLO" in door(cast.other).get(message).text


def test_an_outsider_has_nothing_translated(
    room: Room, cast: Cast, make: Make, door: Enter, translator: Translator
) -> None:
    seq = make.message(room, cast.member, cast.organisation)
    make.translation(room, seq)
    outsider = make.person("Camille Durand")
    make.member(outsider, make.organisation("Atelier du Lin", country="FR"))
    for place in (f"{room.id}-{seq}", f"{room.id}-999", f"{room.id}", "x-1", f"{room.id}-{seq}-1", "9" * 30):
        assert translate(door(outsider), f"/it/translations/message/{place}").status == 404
    assert translate(door(cast.other), f"/it/translations/card/{seq}").status == 404
    assert translator.asked == []


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, b'{"translatedText": "one"}'),
        (200, b'{"translatedText": [""]}'),
        (200, b'{"translatedText": [7]}'),
        (200, b'{"translatedText": []}'),
        (200, b'{"translatedText": ["' + b"a" * 10_000 + b'"]}'),
        (200, b" " * 3_000_000),
    ],
)
def test_a_service_that_answers_anything_else_is_one_sentence(
    status: int,
    content: bytes,
    room: Room,
    cast: Cast,
    make: Make,
    door: Enter,
    translator: Translator,
    kept: Kept,
) -> None:
    translator.headers = {"Location": f"{translator.url}/translate"}
    translator.answer = lambda question: (status, content)
    seq = make.message(room, cast.member, cast.organisation)
    answer = translate(door(cast.other), address(room, seq, "it"))
    assert answer.status == 409
    assert answer.text == "Il servizio di traduzione non ha risposto. Riprova più tardi."
    assert len(translator.asked) == 1, "no redirect is followed"
    assert kept() == []


def test_a_service_that_is_slow_or_down_is_the_same_sentence(
    room: Room,
    cast: Cast,
    make: Make,
    door: Enter,
    translator: Translator,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_client, "MAX_SECONDS", 0.5)
    translator.drip_seconds = 0.2
    seq = make.message(room, cast.member, cast.organisation)
    reader = door(cast.other)
    assert "non ha risposto" in translate(reader, address(room, seq)).text
    translator.stop()
    assert "non ha risposto" in translate(reader, address(room, seq)).text
    form = reader.fill(f"/it/rooms/{room.id}/messages/{seq}", "form[action*=translations]", follow=True)
    assert form.status == 200
    assert "non ha risposto" in form.text
    assert kept() == []


def test_a_message_that_changes_while_the_service_works_keeps_no_translation(
    room: Room, cast: Cast, make: Make, door: Enter, translator: Translator, kept: Kept
) -> None:
    seq = make.message(room, cast.member, cast.organisation)
    author = door(cast.member)

    def slowly(question: dict[str, object]) -> tuple[int, bytes]:
        author.post(f"/en/rooms/{room.id}/messages/{seq}/edit", WORDS)
        return translator.translated(question)

    translator.answer = slowly
    assert translate(door(cast.other), address(room, seq)).status == 409
    assert kept() == []


def test_one_person_has_no_more_than_thirty_texts_translated_in_a_minute(
    room: Room, cast: Cast, make: Make, door: Enter, translator: Translator
) -> None:
    seqs = [make.message(room, cast.member, cast.organisation, f"Number {n}") for n in range(31)]
    reader = door(cast.other)
    statuses = [translate(reader, address(room, seq)).status for seq in seqs]
    assert statuses == [200] * 30 + [429]
    assert len(translator.asked) == 30
    assert translate(reader, address(room, seqs[0])).status == 200, "what is kept is not asked for again"


@both_databases
def test_people_of_the_room_correct_a_translation_and_their_name_goes_with_them(
    app: Flask, room: Room, cast: Cast, make: Make, door: Enter, kept: Kept
) -> None:
    seq = make.message(room, cast.member, cast.organisation, SAID)
    reader, path = door(cast.other), address(room, seq)
    correction = translate(reader, path).soup.select_one("a[href$=correct]")["href"]
    form = reader.get(correction).soup.select_one("textarea")
    assert form.get_text().strip() == "HELLO @Marek Wójcik, LOOK AT **https://example.org/a**"
    assert reader.fill(correction, "main form.form", body=" ").status == 422
    sent = reader.fill(correction, "main form.form", body="Ciao @Marek Wójcik e @[p:1]")
    assert sent.location == f"/it/rooms/{room.id}/messages/{seq}"
    assert kept() == [f"Ciao @[p:{cast.other.id}] e @ [p:1]"]
    assert "corretta da Marek Wójcik" in reader.get(sent.location).text
    stale = reader.get(correction).soup.select_one("[name=version]")["value"]
    door(cast.member).post(f"/en/rooms/{room.id}/messages/{seq}/edit", WORDS)
    translate(reader, path)
    assert reader.post(correction, {"body": "Ciao", "version": stale}).status == 409
    reader.fill(correction, "main form.form", body="Arrivederci")
    with app.app_context(), write_transaction():
        forget(cast.other.email)
    page = door(cast.member).get(f"/it/rooms/{room.id}/messages/{seq}")
    assert "Arrivederci" in page.text
    assert "Marek" not in page.soup.select_one("details").get_text()

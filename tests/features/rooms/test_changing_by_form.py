"""Changing what one said on pages alone, without a script."""

from __future__ import annotations

from tests.features.rooms.conftest import NEW, OLD, Enter, Place, Send
from tests.support.factories import Cast


def test_without_a_script_one_edits_on_a_page(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    browser = door(cast.member)
    page = browser.get(place.path).soup
    path = page.select_one("#message-1 [data-edit]")["href"]
    assert (
        door(cast.other).get(place.path).soup.select_one(".messages :is([data-edit], [data-remove])") is None
    )
    assert browser.get(path).soup.select_one("main textarea").get_text().strip() == OLD
    sent = browser.fill(path, "main form.form", body=NEW, lang="it")
    assert (sent.status, sent.location) == (303, f"{place.path}#message-1")
    message = browser.get(place.path).soup.select_one("#message-1")
    assert NEW in message.select_one(".message-text").get_text()
    assert message.select_one(".message-edited time").get_text(strip=True).startswith("edited ")


def test_without_a_script_one_is_asked_before_a_message_goes(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    browser = door(cast.facilitator)
    path = browser.get(place.path).soup.select_one("#message-1 [data-remove]")["href"]
    assert browser.get(place.path).soup.select_one(".messages [data-edit]") is None
    page = browser.get(path)
    assert OLD in page.text
    assert "Remove the message of Giulia Rossi for everybody?" in page.text
    assert browser.fill(path, "main form.form").location == f"{place.path}#message-1"
    assert "This message was removed by a facilitator." in browser.get(place.path).text
    assert "Nothing is left to remove" in browser.get(path).text


def test_what_one_typed_stays_when_the_message_was_removed_meanwhile(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    browser = door(cast.member)
    path = f"{place.path}/messages/1/edit"
    browser.get(path)
    send(cast.facilitator, "room_remove", room=place.room.id, seq=1)
    refused = browser.post(path, {"cid": "a-late-change", "body": NEW, "lang": "en"})
    assert refused.status == 409
    assert "removed meanwhile" in refused.text
    assert refused.soup.select_one("main textarea").get_text().strip() == NEW
    assert "There is nothing left of it to edit" in browser.get(path).text
    assert browser.get(f"{place.path}/messages/2/edit").status == 404


def test_a_change_of_long_ago_leads_back_to_the_page_that_has_it(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    for number in range(1, 53):
        send(cast.member, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    browser = door(cast.member)
    for seq, query in ((2, "?before=3"), (3, "")):
        sent = browser.fill(
            f"{place.path}/messages/{seq}/edit", "main form.form", body=f"Better {seq}", lang="en"
        )
        assert sent.location == f"{place.path}{query}#message-{seq}"
    assert "Better 2" in browser.get(f"{place.path}?before=3").text
    shown = browser.get(place.path).soup.select(".messages .message")
    assert len(shown) == 50, "changes take no message's place on a page"

"""Words that are gone: nowhere to be found, on no record, and waiting for nobody."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from app.core.audit import Audit
from app.core.database import db
from tests.features.rooms.conftest import NEW, OLD, Enter, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast


def everything_kept(app: Flask) -> str:
    """All rows of all tables."""
    with app.app_context():
        rows = [
            str(row)
            for table in db.metadata.sorted_tables
            for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    return "\n".join(rows)


@both_databases
def test_old_and_removed_words_are_nowhere_any_more(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    room = place.room.id
    words = ["Pomodoro", "Cetriolo", "Melanzana", "Zucchino"]
    send(cast.member, "room_post", room=room, body=words[0], lang="en")
    send(cast.other, "room_post", room=room, body="Yes", lang="en", reply_to=1)
    for word in words[1:]:
        send(cast.member, "room_edit", room=room, seq=1, body=word, lang="it")
    for browser in (door(cast.other), door(cast.facilitator)):
        pages = "".join(browser.get(path).html for path in (place.path, place.catch_up, "/en/rooms"))
        assert [word for word in words if word in pages] == ["Zucchino"]
    kept = everything_kept(app)
    assert [word for word in words if word in kept] == ["Zucchino"]
    send(cast.member, "room_remove", room=room, seq=1)
    assert "Zucchino" not in everything_kept(app)
    caught_up, page = (door(cast.other).get(path) for path in (place.catch_up, place.path))
    assert caught_up.json["events"][0]["redacted"] is True
    assert "Zucchino" not in caught_up.html + page.html
    assert "This message was removed." in page.text
    assert "a message that was removed" in page.soup.select_one("#message-2 .message-quote").get_text()


def test_the_record_says_who_changed_what_and_no_word_of_it(
    app: Flask, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    send(cast.member, "room_edit", room=place.room.id, seq=1, body=NEW, lang="en")
    send(cast.facilitator, "room_remove", room=place.room.id, seq=1)
    with app.app_context():
        lines = db.session.scalars(
            select(Audit).where(Audit.action.startswith("room.")).order_by(Audit.id)
        ).all()
        told = [(line.action, line.subject, line.actor_id, line.before, line.after) for line in lines]
    subject = f"message:{place.room.id}/1"
    assert told == [
        ("room.edit", subject, cast.member.id, {}, {}),
        ("room.remove", subject, cast.facilitator.id, {}, {"by": "facilitator"}),
    ]


def test_what_was_removed_waits_for_nobody_and_stands_last_in_no_list(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    for body in ("One", "Two"):
        send(cast.other, "room_post", room=place.room.id, body=body, lang="en")
    assert send(cast.member, "room_read", room=place.room.id, seq=0)["unread"] == 2
    send(cast.other, "room_edit", room=place.room.id, seq=1, body="One, edited", lang="en")
    assert send(cast.member, "room_read", room=place.room.id, seq=0)["unread"] == 2, "a change is no news"
    send(cast.other, "room_remove", room=place.room.id, seq=2)
    assert send(cast.member, "room_read", room=place.room.id, seq=0)["unread"] == 1
    assert "One, edited" in door(cast.member).get("/en/rooms").soup.select_one(".room-row-last").get_text()
    send(cast.other, "room_remove", room=place.room.id, seq=1)
    assert "Nobody has said anything yet" in door(cast.member).get("/en/rooms").text

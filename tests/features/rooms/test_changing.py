"""Words that change: edited and removed by every door, and gone wherever they stood."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core.audit import Audit
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.features.initiatives.models import Partner
from app.features.organisations.models import Membership
from app.features.rooms.models import LONGEST_BODY, Message
from app.features.suggestions.models import IntroductionState
from tests.features.rooms.conftest import Place, Send
from tests.features.rooms.folding import Talk, fold
from tests.support.app import both_databases, sign_in
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
OLD, NEW = "Old and wrong", "New and right"


@pytest.fixture
def events(place: Place, cast: Cast, door: Enter) -> Callable[..., list[dict[str, Any]]]:
    """The room's events past a number, as every reader gets them now."""
    browser = door(cast.member)
    return lambda after=0: browser.get(f"{place.catch_up}?after={after}").json["events"]


def everything_kept(app: Flask) -> str:
    """All rows of all tables."""
    with app.app_context():
        rows = [
            str(row)
            for table in db.metadata.sorted_tables
            for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    return "\n".join(rows)


# --- Snapshot and events ----------------------------------------------------------------------------------------

STORY: list[tuple[str, str, dict[str, Any]]] = [
    ("member", "room_post", {"body": "First, with a misstake", "lang": "en"}),
    ("other", "room_post", {"body": "I answer it", "lang": "en", "reply_to": 1}),
    ("member", "room_edit", {"seq": 1, "body": "First, **mended**", "lang": "en"}),
    ("other", "room_post", {"body": "I answer it once more", "lang": "pl", "reply_to": 1}),
    ("member", "room_edit", {"seq": 1, "body": "Prima, mended twice", "lang": "it"}),
    ("other", "room_edit", {"seq": 2, "body": "I answer it, edited", "lang": "en"}),
    ("other", "room_post", {"body": "Nobody should read this", "lang": "en", "reply_to": 2}),
    ("member", "room_remove", {"seq": 1}),
    ("facilitator", "room_remove", {"seq": 7}),
    ("other", "room_remove", {"seq": 2}),
    ("member", "room_post", {"body": "An end", "lang": "en", "reply_to": 4}),
]


@both_databases
def test_whoever_was_there_at_any_moment_ends_with_what_whoever_comes_now_sees(
    place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    """Snapshot + events = fresh snapshot: from each moment on, read at once, in portions, or live as it happened."""
    snapshots: list[Talk] = [{}]
    live: Talk = {}
    for number, (who, command, values) in enumerate(STORY, 1):
        assert send(getattr(cast, who), command, room=place.room.id, **values)["seq"] == number
        live = fold(live, events(number - 1))
        snapshots.append({event["seq"]: event for event in events() if event["kind"] == "message"})
    history, fresh = events(), snapshots[-1]
    assert live == fresh
    for after, snapshot in enumerate(snapshots):
        assert fold(snapshot, history[after:]) == fresh, f"from {after} on"
        assert fold(fold(snapshot, history[after : after + 2]), history[after + 2 :]) == fresh
    shown = [(seq, message["body"], message["removed_by"]) for seq, message in fresh.items()]
    assert shown == [
        (1, "", "author"),
        (2, "", "author"),
        (4, "I answer it once more", None),
        (7, "", "facilitator"),
        (11, "An end", None),
    ]
    assert fresh[4]["quote"]["text"] == "", "the quote of a message that was removed holds no word"
    assert fold(fresh, [{**history[2], "kind": "invented later", "seq": 12}]) == fresh


def test_a_fold_that_forgets_the_quotes_is_seen(
    place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    """The test above is not blind: without a step of the fold the talk differs."""
    for who, command, values in STORY[:2]:
        send(getattr(cast, who), command, room=place.room.id, **values)
    snapshot = {event["seq"]: event for event in events()}
    send(cast.member, "room_edit", room=place.room.id, seq=1, body="First, mended", lang="en")
    without = [{**events(2)[0], "quote": snapshot[2]["quote"]}]
    fresh = {event["seq"]: event for event in events() if event["kind"] == "message"}
    assert fold(snapshot, without) != fresh
    assert fold(snapshot, events(2)) == fresh


# --- Gone means gone --------------------------------------------------------------------------------------------


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
    page = door(cast.other).get(place.path)
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


# --- Who may ----------------------------------------------------------------------------------------------------


@both_databases
def test_only_the_author_edits_and_a_facilitator_may_remove(
    place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    words = {"room": place.room.id, "seq": 1, "body": NEW, "lang": "en"}
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    for person in (cast.other, cast.representative, cast.facilitator, cast.manager):
        with pytest.raises(Forbidden):
            send(person, "room_edit", **words)
    for person in (cast.other, cast.representative):
        with pytest.raises(Forbidden):
            send(person, "room_remove", room=place.room.id, seq=1)
    with pytest.raises(NotFound):
        send(cast.newcomer, "room_remove", room=place.room.id, seq=1)
    assert send(cast.member, "room_edit", **words) == {"seq": 2, "room": place.room.id, "target": 1}
    assert send(cast.manager, "room_remove", room=place.room.id, seq=1)["seq"] == 3
    assert events()[0]["removed_by"] == "facilitator"


def test_in_the_room_of_an_introduction_nobody_removes_what_others_wrote(
    cast: Cast, make: Make, send: Send
) -> None:
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, state=IntroductionState.ACCEPTED
    )
    room = make.room(met).id
    send(cast.member, "room_post", room=room, body="Between us", lang="en")
    for person in (cast.facilitator, cast.manager):
        with pytest.raises(NotFound):
            send(person, "room_remove", room=room, seq=1)
    with pytest.raises(Forbidden):
        send(cast.other, "room_remove", room=room, seq=1)


def test_whoever_left_the_organisation_no_longer_changes_what_she_said_for_it(
    app: Flask, make: Make, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    make.member(cast.member, cast.other_organisation)
    with app.app_context():
        db.session.query(Membership).filter_by(
            person_id=cast.member.id, organisation_id=cast.organisation.id
        ).delete()
        db.session.commit()
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(Forbidden):
            send(cast.member, command, room=place.room.id, seq=1, **words)


def test_whoever_may_no_longer_enter_changes_nothing_there(
    app: Flask, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body=OLD, lang="en")
    with app.app_context():
        db.session.execute(
            update(Partner)
            .values(left_at=Partner.created_at)
            .where(Partner.organisation_id == cast.other_organisation.id)
        )
        db.session.commit()
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(NotFound):
            send(cast.other, command, room=place.room.id, seq=1, **words)


def test_nothing_is_changed_in_the_name_of_who_signed_in_after_it_was_written(
    place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(SignInNeeded):
            send(cast.member, command, room=place.room.id, seq=1, person=cast.other.id, **words)


# --- What can go wrong ------------------------------------------------------------------------------------------


def test_what_cannot_be_taken_is_refused_with_a_reason_and_changes_nothing(
    place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    room = place.room.id
    send(cast.member, "room_post", room=room, body=OLD, lang="en")
    for field, words in (
        ("body", {"body": " \u200b", "lang": "en"}),
        ("body", {"body": "x" * (LONGEST_BODY + 1), "lang": "en"}),
        ("lang", {"body": NEW, "lang": "tlh"}),
    ):
        with pytest.raises(Invalid) as refusal:
            send(cast.member, "room_edit", room=room, seq=1, **words)
        assert list(refusal.value.fields) == [field]
    for seq in (2, 77):
        with pytest.raises(NotFound):
            send(cast.member, "room_edit", room=room, seq=seq, body=NEW, lang="en")
    assert send(cast.member, "room_edit", room=room, seq=1, body=OLD, lang="en")["seq"] == 1
    assert [(event["body"], event["edited"]) for event in events()] == [(OLD, None)], (
        "the same words are no change"
    )


@both_databases
def test_a_change_that_arrives_twice_happens_once_and_after_a_removal_none_does(
    place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    room = place.room.id
    send(cast.member, "room_post", room=room, body=OLD, lang="en")
    edit = {"room": room, "seq": 1, "cid": "the-same-change", "body": NEW, "lang": "en"}
    removal = {"room": room, "seq": 1, "cid": "the-same-removal"}
    assert send(cast.member, "room_edit", **edit) == send(cast.member, "room_edit", **edit)
    with pytest.raises(Conflict):
        send(cast.member, "room_edit", **{**edit, "body": "Something else"})
    assert send(cast.member, "room_remove", **removal) == send(cast.member, "room_remove", **removal)
    assert send(cast.member, "room_edit", **edit)["seq"] == 2, "its answer is kept"
    for person, command, more in (
        (cast.member, "room_edit", {"body": "Too late", "lang": "en"}),
        (cast.member, "room_remove", {}),
        (cast.facilitator, "room_remove", {}),
    ):
        with pytest.raises(Conflict):
            send(person, command, room=room, seq=1, **more)
    with pytest.raises(Invalid):
        send(cast.other, "room_post", room=room, body="I answer", lang="en", reply_to=1)
    assert [event["seq"] for event in events()] == [1, 2, 3]


@both_databases
def test_changes_at_the_same_time_stand_in_one_order_and_the_last_one_holds(
    app: Flask, place: Place, cast: Cast, send: Send, events: Callable[..., list[dict[str, Any]]]
) -> None:
    """Eight pages of one person edit a message while a facilitator removes another one."""
    room = place.room.id
    for body in (OLD, "Another"):
        send(cast.member, "room_post", room=room, body=body, lang="en")

    author, facilitator = sign_in(app, cast.member), sign_in(app, cast.facilitator)

    def act(number: int) -> int:
        if number == 4:
            return int(send(facilitator, "room_remove", room=room, seq=2)["seq"])
        return int(send(author, "room_edit", room=room, seq=1, body=f"Words {number}", lang="en")["seq"])

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(act, range(8)))
    assert sorted(numbers) == list(range(3, 11))
    told = events()
    changes = [event for event in told if event["kind"] == "edited"]
    assert [bool(change["body"]) for change in changes] == [False] * 6 + [True]
    assert told[0]["body"] == changes[-1]["body"] == f"Words {numbers.index(changes[-1]['seq'])}"
    with app.app_context():
        bodies = db.session.scalars(select(Message.body).order_by(Message.event_seq)).all()
    assert bodies == [told[0]["body"], ""]


# --- Without a script -------------------------------------------------------------------------------------------


def test_without_a_script_one_edits_on_a_page(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    browser = door(cast.member)
    page = browser.get(place.path).soup
    path = page.select_one("#message-1 [data-edit]")["href"]
    assert door(cast.other).get(place.path).soup.select_one("[data-edit], [data-remove]") is None
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
    assert browser.get(place.path).soup.select_one("[data-edit]") is None
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

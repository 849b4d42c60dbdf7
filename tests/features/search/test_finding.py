"""What search finds, for whom, and for how long: asked at its page, with messages that are in the index and that are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from app.core.database import db, has_one_writer
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.announcements import PersonForgotten
from app.features.accounts.models import Person
from app.features.files.services import forget_files
from app.features.initiatives.models import Initiative, InitiativeState
from app.features.introductions.models import IntroductionState
from app.features.organisations.models import Organisation, OrganisationState, OrganisationText
from app.features.rooms.models import Message
from app.features.search import services
from app.features.search.models import SearchText
from app.features.search.queries import count_rows, is_filled, rooms_to_index
from app.features.search.services import (
    DICTIONARIES_AT_MINUTE,
    FILL_JOB,
    begin_anew,
    index_room,
    rebuild,
    refresh_once,
    start_filling,
)
from tests.features.rooms.conftest import Place, Send, place, send
from tests.features.rooms.files import say, send_file
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.evil_files import PDF
from tests.support.factories import Cast, Make

__all__ = ["place", "send"]
Find = Callable[..., list[str]]


@pytest.fixture
def find(door: Callable[..., Door]) -> Find:
    """What a person finds: the titles and words of all hits on the page for `words`, and where they lead."""

    def search(person: Person | None, words: str, more: str = "") -> list[str]:
        browser = door(person) if person else door()
        page = browser.get(f"/en/search?q={quote(words)}{more}")
        assert page.status == 200
        return [
            " ".join([*hit.get_text(" ").split(), hit.select_one("a")["href"]])
            for hit in page.soup.select(".found .row")
        ]

    return search


def index_all(app: Flask) -> None:
    """Bring all new messages into the index, as the server does once a minute."""
    with app.app_context():
        for room_id, stream_id in rooms_to_index(1000):
            db.session.rollback()
            assert index_room(room_id, stream_id)


def with_and_without_index(app: Flask) -> Sequence[Callable[[], None]]:
    """What to do before each look: nothing, so that messages are looked through, then index them."""
    return (lambda: None, lambda: index_all(app))


@both_databases
def test_words_are_found_in_any_order_by_their_beginnings_and_as_phrases(
    app: Flask, cast: Cast, place: Place, make: Make, find: Find
) -> None:
    make.message(
        place.room, cast.member, cast.organisation, "The delivery van of the co-operative is **blue**"
    )
    make.message(place.room, cast.member, cast.organisation, "Ο κήπος του σχολείου, 100% Łódź")
    for prepare in with_and_without_index(app):
        prepare()
        for words in (
            "blue deliv",
            "DELIVERY blue",
            '"delivery van"',
            "cooperative van",
            "co-operative",
            "„van of the“ blue",
            "of",
        ):
            assert [hit for hit in find(cast.other, words) if "blue" in hit], words
        for words in ("van of it", '"van delivery"', "elivery", "o", "de", '"delivery va"', "van κηπος"):
            assert not [hit for hit in find(cast.other, words) if "blue" in hit], words
        for words in ("κηπ", "ΚΉΠΟΣ", "lodz", "łódź σχολ", "100"):
            assert len(find(cast.other, words)) == 1, words


@both_databases
def test_everybody_finds_what_she_may_read_now_and_nobody_more(
    app: Flask, make: Make, cast: Cast, find: Find
) -> None:
    third = make.organisation("Πράσινη Γειτονιά", country="CY", editor=(eleni := make.person("Eleni")))
    ours = make.initiative(cast.organisation, "Zanzibar garden")
    make.initiative(cast.organisation, "Zanzibar draft", state=InitiativeState.DRAFT)
    make.organisation("Zanzibar pending", state=OrganisationState.PENDING)
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    make.message(make.room(ours), cast.member, cast.organisation, "Zanzibar partners")
    make.message(make.room(met), cast.member, cast.organisation, "Zanzibar introduction")
    design = make.design_session(cast.facilitator, ours)
    make.card(design, "Zanzibar card")
    for hidden in ({"unrevealed": True}, {"veiled": True}):
        make.card(design, "Zanzibar hidden", **hidden)
    everywhere = {"garden", "partners", "introduction", "card", "draft", "pending", "hidden"}
    expected = {
        None: {"garden"},
        cast.newcomer: {"garden"},
        eleni: {"garden"},
        cast.member: {"garden", "partners", "introduction", "card", "draft"},
        cast.representative: {"garden", "partners", "introduction", "card", "draft"},
        cast.other: {"garden", "introduction"},
        cast.facilitator: {"garden", "partners", "card"},
        cast.manager: {"garden", "partners", "draft", "pending"},
    }
    assert third.id
    for prepare in with_and_without_index(app):
        prepare()
        for person, words in expected.items():
            hits = " ".join(find(person, "zanzibar"))
            assert {word for word in everywhere if f"Zanzibar {word}" in hits} == words, person
    with app.app_context(), write_transaction():
        state = {"state": OrganisationState.SUSPENDED}
        db.session.execute(
            update(Organisation).where(Organisation.id == cast.organisation.id).values(**state)
        )
    assert find(cast.representative, "partners zanzibar") == []
    assert find(cast.other, "Filo Verde") == []


@both_databases
def test_changed_and_removed_words_leave_the_index_at_once(
    app: Flask, place: Place, cast: Cast, find: Find, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body="Melanzana", lang="it")
    index_all(app)
    assert len(find(cast.other, "melanz")) == 1
    send(cast.member, "room_edit", room=place.room.id, seq=1, body="Zucchino", lang="it")
    assert find(cast.other, "melanzana") == []
    assert len(find(cast.other, "zucchino")) == 1
    send(cast.member, "room_remove", room=place.room.id, seq=1)
    assert find(cast.other, "zucchino") == []
    index_all(app)
    assert kept_words(app, "zucchino") == kept_words(app, "melanzana") == 0


def kept_words(app: Flask, word: str) -> int:
    """How many rows the index for words still has for one."""
    with app.app_context():
        if has_one_writer():
            query = text("SELECT count(*) FROM search_words WHERE search_words MATCH :word")
            return int(db.session.execute(query, {"word": word}).scalar_one())
        return len(db.session.scalars(select(SearchText.id).where(SearchText.words.contains(word))).all())


@both_databases
def test_what_goes_takes_its_words_along(
    app: Flask, place: Place, cast: Cast, make: Make, find: Find
) -> None:
    make.message(place.room, cast.member, cast.organisation, "Quince")
    index_all(app)
    draft = make.initiative(cast.organisation, "Quince draft", state=InitiativeState.DRAFT)
    lonely = make.organisation("Quince alone", story="Quinces, mostly")
    design = make.design_session(cast.facilitator, place.initiative)
    card = make.card(design, "Quince card")
    assert kept_words(app, "quince") == 4
    with app.app_context(), write_transaction():
        db.session.delete(db.session.get_one(Initiative, draft.id))
        db.session.delete(db.session.get_one(type(card), card.id))
        db.session.delete(db.session.get_one(Organisation, lonely.id))
        db.session.execute(delete(Message).where(Message.room_id == place.room.id))
    assert kept_words(app, "quince") == 0


@both_databases
def test_a_card_is_found_from_its_reveal_on_and_not_while_it_is_veiled(
    app: Flask, cast: Cast, make: Make, find: Find
) -> None:
    design = make.design_session(cast.facilitator, make.initiative(cast.organisation))
    card = make.card(design, "Persimmon", unrevealed=True, anonymous=True)
    for unrevealed, veiled, count in (
        (True, False, 0),
        (False, False, 1),
        (False, True, 0),
        (False, False, 1),
    ):
        with app.app_context(), write_transaction():
            found = db.session.get_one(type(card), card.id)
            found.unrevealed, found.veiled = unrevealed, veiled
        assert len(find(cast.member, "persimmon")) == kept_words(app, "persimmon") == count
    assert "#p" not in words_about(app, card.id)
    assert find(cast.member, "persimmon")[0].endswith(
        f"/en/design-sessions/{design.id}/report#card-{card.key}"
    )


def words_about(app: Flask, card_id: int) -> str:
    """The words of the index for a card."""
    with app.app_context():
        return db.session.scalars(select(SearchText.words).where(SearchText.card_id == card_id)).one()


@both_databases
def test_a_search_is_narrowed_by_kind_room_person_and_day(
    app: Flask, place: Place, cast: Cast, make: Make, find: Find
) -> None:
    other = make.room(make.initiative(cast.organisation, "Another"))
    make.message(place.room, cast.member, cast.organisation, "Fig one")
    make.message(place.room, cast.other, cast.other_organisation, "Fig two")
    make.message(other, cast.member, cast.organisation, "Fig three")
    make.organisation("Fig and Co")
    for prepare in with_and_without_index(app):
        prepare()
        for more, count in (
            ("", 4),
            ("&kind=message", 3),
            ("&kind=organisation", 1),
            (f"&room={place.room.id}", 2),
            (f"&person={cast.member.id}", 2),
            (f"&room={place.room.id}&person={cast.member.id}", 1),
            ("&since=2020-01-01", 4),
            ("&until=2020-01-01", 0),
            ("&since=9999-12-31", 4),
            (f"&room={2**31}", 4),
        ):
            assert len(find(cast.member, "fig", more)) == count, more
        assert find(cast.newcomer, "fig", f"&room={place.room.id}") == []


@both_databases
def test_many_hits_come_a_page_at_a_time_and_open_at_their_place(
    app: Flask, place: Place, cast: Cast, make: Make, door: Callable[..., Door]
) -> None:
    for number in range(60):
        make.message(place.room, cast.member, cast.organisation, f"Plum {number}")
    index_all(app)
    browser, seen = door(cast.other), list[str]()
    page = browser.get("/en/search?q=plum")
    assert len(page.soup.select(".found .row")) == 4
    address = page.soup.select_one(".found-head a")["href"]
    while address:
        page = browser.get(address)
        seen += [hit["href"] for hit in page.soup.select(".found .row-title a")]
        onward = page.soup.select_one(".pager a[rel=next]")
        address = onward["href"] if onward else None
    assert len(seen) == len(set(seen)) == 60
    first = seen[-1]
    assert first.endswith("?before=2#message-1")
    assert browser.get(first.split("#")[0]).soup.select_one("#message-1")
    assert seen[0].endswith(f"/rooms/{place.room.id}#message-60")


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "\0",
        '"',
        '""',
        "'; DROP TABLE search_text; --",
        "a" * 300,
        "9" * 400,
        "% _ \\",
        "AND OR NOT NEAR(",
        "* : & | ! <-> #r1",
        "x " * 400,
        "\ud800",
        "漢字 かな",
        "İ ß ﷺ",
        "κήπος'",
    ],
)
@both_databases
def test_no_text_breaks_search(
    app: Flask, place: Place, cast: Cast, make: Make, door: Callable[..., Door], words: str
) -> None:
    make.message(place.room, cast.member, cast.organisation, f"{words.replace(chr(0), '')[:200]} end")
    index_all(app)
    address = quote(words.encode("utf-8", "surrogatepass"))
    for more in (
        "",
        "&kind=message&after=99999999999999999999",
        "&kind=nothing&room=x&person=-1&since=yesterday",
    ):
        assert door(cast.member).get(f"/en/search?q={address}{more}").status in (200, 400)


@both_databases
def test_the_index_is_made_anew_out_of_what_is_there(
    app: Flask, place: Place, cast: Cast, make: Make, find: Find
) -> None:
    make.message(place.room, cast.member, cast.organisation, "Medlar in a room")
    make.card(make.design_session(cast.facilitator, place.initiative), "Medlar card")
    make.organisation("Medlar and Co")
    with app.app_context():
        for _ in range(2):
            rows = rebuild()
            assert rows == count_rows() > 0
    assert len(find(cast.member, "medlar")) == 3
    with app.app_context(), write_transaction():
        lang = OrganisationText(organisation_id=cast.organisation.id, lang="it", body="Nespole")
        db.session.add(lang)
    assert len(find(None, "nespole")) == 1


@both_databases
def test_a_message_that_is_indexed_again_is_found_once(
    app: Flask, place: Place, cast: Cast, make: Make, find: Find
) -> None:
    make.message(place.room, cast.member, cast.organisation, "Loquat")
    index_all(app)
    with app.app_context():
        begin_anew()
    assert len(find(cast.member, "loquat")) == 1
    index_all(app)
    assert len(find(cast.member, "loquat")) == kept_words(app, "loquat") == 1


def test_marks_stand_around_what_was_found_and_words_are_escaped(
    app: Flask, place: Place, cast: Cast, make: Make, door: Callable[..., Door]
) -> None:
    make.message(place.room, cast.member, cast.organisation, "Before <b>Mulberry</b> jam & " + "more " * 80)
    page = door(cast.member).get("/en/search?q=mulb")
    marks = page.soup.select(".found mark")
    assert [each.get_text() for each in marks] == ["Mulberry"]
    assert "&lt;b&gt;" in page.html and "<b>" not in page.html.split("found-text", 1)[1].split("</p>")[0]
    assert len(page.soup.select_one(".found-text").get_text()) < 240


def test_an_actor_of_many_rooms_finds_no_words_of_others(
    app: Flask, place: Place, cast: Cast, make: Make, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rooms are too many to be named in the question, each hit is looked at: none is shown, none hides the rest."""
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    secret = make.room(met)
    make.message(place.room, cast.member, cast.organisation, "Sorb open")
    for number in range(30):
        make.message(secret, cast.member, cast.organisation, f"Sorb secret {number}")
    index_all(app)
    monkeypatch.setattr("app.features.search.queries.MAX_SCOPES", 0)
    monkeypatch.setattr("app.features.search.queries.ROUND_SIZE", 7)
    hits = find(cast.facilitator, "sorb")
    assert len(hits) == 1 and "Sorb open" in hits[0]


@both_databases
def test_a_file_is_found_by_its_name_and_by_its_description_until_it_is_gone(
    app: Flask, cast: Cast, find: Find, door: Callable[..., Door], place: Place, send: Send
) -> None:
    browser = door(cast.member)
    say(browser, place, send_file(browser, place), alt="Tomatoes under glass")
    say(browser, place, send_file(browser, place, PDF, "budget-of-the-market.pdf"), body="See there")
    for prepare in with_and_without_index(app):
        prepare()
        assert len(find(cast.other, "glass tomatoes")) == 1
        assert "Tomatoes under glass" in find(cast.other, "glass")[0]
        assert len(find(cast.other, "budget market")) == 1
        assert find(cast.newcomer, "tomatoes") == []
    send(cast.member, "room_remove", room=place.room.id, seq=1)
    assert find(cast.other, "tomatoes") == []
    with app.app_context(), write_transaction():
        forget_files(PersonForgotten(cast.member.id, cast.member.email))
    assert find(cast.other, "budget") == [] and len(find(cast.other, "there")) == 1


def test_dictionaries_are_written_beside_the_jobs_once_a_server_has_run_for_a_while(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, code = [], None
    writer = SimpleNamespace(poll=lambda: code)
    monkeypatch.setattr(services, "start_writing_dictionaries", lambda *_: begun.append(minute) or writer)
    monkeypatch.setitem(app.config, "TESTING", False)

    def fillings_after(minutes: int) -> int:
        nonlocal minute
        with app.app_context():
            for _ in range(minutes):
                minute += 1
                start_filling()
            return db.session.scalar(select(func.count()).where(Job.kind == FILL_JOB)) or 0

    minute = 0
    assert fillings_after(DICTIONARIES_AT_MINUTE + 2) == 1 and begun == [DICTIONARIES_AT_MINUTE]
    with app.app_context():
        services.fill_job()
        assert is_filled()
        db.session.rollback()
    code = 0
    assert fillings_after(3) == 2 and begun == [DICTIONARIES_AT_MINUTE]
    with app.app_context():
        assert not is_filled(), "the index is filled again, with the forms of the dictionaries"


def test_dictionaries_that_cannot_be_written_are_named_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(services, "start_writing_dictionaries", lambda *_: SimpleNamespace(poll=lambda: 137))
    monkeypatch.setitem(app.config, "TESTING", False)
    with app.app_context():
        for _minute in range(DICTIONARIES_AT_MINUTE + 2):
            start_filling()
        fillings = db.session.scalar(select(func.count()).where(Job.kind == FILL_JOB))
    assert fillings == 1 and caplog.text.count("could not be written: code 137") == 1


def test_what_is_written_in_one_block_comes_into_the_index_at_its_end(app: Flask, cast: Cast) -> None:
    def words() -> str:
        row = select(SearchText.words).where(SearchText.organisation_id == cast.organisation.id)
        return db.session.scalars(row).one()

    with app.app_context(), write_transaction():
        kept = db.session.get_one(Organisation, cast.organisation.id)
        with refresh_once():
            kept.name = "Lantern Yard"
            db.session.flush()
            assert "lantern" not in words()
        assert "lantern" in words()
        kept.name = "Copper Yard"
        db.session.flush()
        assert "copper" in words()

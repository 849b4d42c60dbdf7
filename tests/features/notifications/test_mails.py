"""What somebody does not read is mailed to her: one mail, then peace until she was here; and one press ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.services.account_status import forget
from app.features.introductions.services import introductions
from app.features.notifications.models import MailChoice, MailPause
from app.features.organisations.queries import actor_of
from tests.features.introductions.introducing import ASK, PLACE, place_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import Outbox, text_of

CHOICES = "/en/account/notifications"


@pytest.fixture
def outbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """What is handed to the mail server."""
    return Outbox(app, monkeypatch.setattr)


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast) -> Door:
    """Giulia, of Il Filo Verde."""
    return door(cast.member)


def stop_path(mail: object) -> str:
    """The path of the address that ends mails like this one."""
    return urlsplit(str(mail["List-Unsubscribe"]).strip("<>")).path  # type: ignore[index]


@both_databases
def test_what_is_unread_for_ten_minutes_becomes_one_mail(
    app: Flask, make: Make, cast: Cast, giulia: Door, outbox: Outbox
) -> None:
    second = make.organisation("Semina", country="IT", editor=cast.other)
    for organisation in (cast.other_organisation, second):
        giulia.fill(place_of(organisation), ASK, message="Buongiorno, <b>parliamone</b>!", lang="it")
    assert outbox.after(minutes=5) == []
    [mail] = outbox.after(minutes=11)
    assert mail["To"] == cast.other.email
    assert mail["Subject"] == "Il Filo Verde would like to meet you, and 1 more"
    text, html = text_of(mail), text_of(mail, "html")
    assert "> Buongiorno, <b>parliamone</b>!" in text and "http://127.0.0.1:5000/en/introductions" in text
    assert "&lt;b&gt;parliamone&lt;/b&gt;" in html and "<b>" not in html
    assert "<img" not in html and "src=" not in html and "style" not in html
    assert mail["References"] == mail["In-Reply-To"] and "<introduction." in mail["References"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert outbox.after(minutes=12) == []


@both_databases
def test_after_a_mail_there_is_peace_until_she_was_here(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    others = [make.organisation(f"Nr {number}", country="FR") for number in range(3)]
    people = [make.person(f"Person {number}") for number in range(3)]
    for person, organisation in zip(people, others, strict=True):
        make.member(person, organisation)

    def ask(number: int) -> None:
        with app.app_context(), write_transaction():
            introductions.ask(actor_of(people[number]), cast.other_organisation.slug, "Hello", "en")

    ask(0)
    assert len(outbox.after(minutes=11)) == 1
    ask(1)
    assert outbox.after(minutes=60) == []
    with standing_at(now() + timedelta(minutes=70)):
        door(cast.other).get("/en/")
    assert outbox.after(minutes=71) != []
    ask(2)
    assert outbox.after(minutes=75) == []


def test_a_mail_holds_nothing_that_was_read_or_taken_back_meanwhile(
    app: Flask, cast: Cast, giulia: Door, outbox: Outbox
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    outbox.refuses = True
    assert outbox.after(minutes=11) == []
    giulia.fill(PLACE, "form[action$='/withdraw']")
    outbox.refuses = False
    assert outbox.after(minutes=30) == []
    with app.app_context():
        assert db.session.scalars(select(Job.failed_at).where(Job.failed_at.is_not(None))).all() == []


def test_a_mail_server_that_is_away_for_an_hour_loses_nothing_and_doubles_nothing(
    app: Flask, cast: Cast, giulia: Door, outbox: Outbox
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    outbox.refuses = True
    for minute in range(11, 71, 3):
        outbox.after(minutes=minute)
    outbox.refuses = False
    sent = [mail for minute in range(71, 120, 10) for mail in outbox.after(minutes=minute)]
    assert [mail["To"] for mail in sent] == [cast.other.email]


def test_what_was_new_long_ago_is_not_mailed_after_a_restore(
    app: Flask, make: Make, cast: Cast, outbox: Outbox
) -> None:
    introduction = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", introduction.id, cast.other_organisation)
    assert outbox.after(minutes=25 * 60) == []


def test_a_mail_speaks_the_readers_language(make: Make, cast: Cast, giulia: Door, outbox: Outbox) -> None:
    reader = make.person("Enrico", locale="it")
    organisation = make.organisation("Orto Piccolo", editor=reader)
    giulia.fill(place_of(organisation), ASK, message="Ciao")
    [mail] = outbox.after(minutes=11)
    assert mail["Subject"] == "Il Filo Verde vorrebbe conoscerti" and mail["Content-Language"] == "it"
    assert "/it/introductions" in text_of(mail) and "Il Filo Verde would" not in text_of(mail)


@both_databases
def test_looking_at_the_way_out_changes_nothing_and_one_press_without_a_sign_in_ends_it(
    app: Flask, make: Make, cast: Cast, giulia: Door, door: Callable[..., Door], outbox: Outbox
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    [mail] = outbox.after(minutes=11)
    visitor, path = door(), stop_path(mail)
    for method in (visitor.client.get, visitor.client.head):
        assert method(path).status_code == 200
    with app.app_context():
        assert db.session.scalars(select(MailChoice)).all() == []
    for _ in range(2):
        answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    with app.app_context():
        [kept] = db.session.scalars(select(MailChoice)).all()
        assert (kept.person_id, kept.kind) == (cast.other.id, "introduction.asked")
    with standing_at(now() + timedelta(minutes=45)):
        door(cast.other).get("/en/")
    nina = make.person("Nina")
    make.organisation("Nuova", country="FR", editor=nina)
    with app.app_context(), write_transaction():
        introductions.ask(actor_of(nina), cast.other_organisation.slug, "Hello", "en")
    assert outbox.after(minutes=60) == []


def test_a_forged_way_out_is_not_found(door: Callable[..., Door]) -> None:
    for token in ("x", "WzEsWyJpbnRyb2R1Y3Rpb24uYXNrZWQiXV0.AAAA"):
        assert door().client.get(f"/unsubscribe/{token}").status_code == 404
        assert door().client.post(f"/unsubscribe/{token}").status_code == 404


def test_choices_are_kept_and_taken_back(app: Flask, cast: Cast, giulia: Door, outbox: Outbox) -> None:
    seen = giulia.fill(CHOICES, "main form.form", introduction_accepted="never", follow=True)
    assert "Kept." in seen.text
    checked = seen.soup.select_one("select[name=introduction_accepted] option[selected]")
    assert checked is not None and checked["value"] == "never"
    giulia.fill(CHOICES, "main form.form", introduction_accepted="now")
    with app.app_context():
        assert db.session.scalars(select(MailChoice)).all() == []


def test_a_choice_that_is_none_is_refused(giulia: Door) -> None:
    assert giulia.post(CHOICES, {"introduction_accepted": "hourly"}).status == 422


@both_databases
def test_a_forgotten_person_leaves_no_choice_and_no_pause(
    app: Flask, cast: Cast, giulia: Door, outbox: Outbox, door: Callable[..., Door]
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    outbox.after(minutes=11)
    door(cast.other).fill(CHOICES, "main form.form", introduction_accepted="never")
    with app.app_context(), write_transaction():
        forget(cast.other.email)
    with app.app_context():
        assert db.session.scalars(select(MailPause)).all() == []
        assert db.session.scalars(select(MailChoice)).all() == []


def test_a_name_with_line_breaks_adds_no_header(app: Flask, make: Make, cast: Cast, outbox: Outbox) -> None:
    asking = make.organisation("Evil\r\nBcc: all@example.org", country="FR")
    introduction = make.introduction(asking, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", introduction.id, cast.other_organisation)
    [mail] = outbox.after(minutes=11)
    assert mail["Bcc"] is None and "\n" not in str(mail["Subject"])

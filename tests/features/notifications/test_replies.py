"""An answer by mail becomes a message, once; what cannot become one is told to its writer; mails that came back stop."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from random import Random

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.errors import TooMany
from app.core.jobs import Job, run_due_jobs
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.introductions.models import IntroductionState
from app.features.notifications.cli import LmtpDoor
from app.features.notifications.inbound_addresses import VALID_FOR, Purpose, digest_of, make_address
from app.features.notifications.inbound_mail import Unreadable, says_mailbox_is_gone
from app.features.notifications.models import MailReturn
from app.features.notifications.services.inbound import take_mail
from app.features.rooms.models import Message, Room
from config import ROOT
from deploy.local_deployment import free_port
from tests.support.app import both_databases
from tests.support.commands import SECRET
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import Outbox, text_of

REPLIES = "reply@in.example.org"


@pytest.fixture
def outbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """What is handed to the mail server, with answers taken."""
    outbox = Outbox(app, monkeypatch.setattr)
    settings = app.extensions["trama.settings"]
    app.extensions["trama.settings"] = replace(settings, mail_replies=REPLIES)
    return outbox


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """The room of an accepted introduction between Il Filo Verde and Zielona Spółdzielnia."""
    accepted = IntroductionState.ACCEPTED
    return make.room(make.introduction(cast.organisation, cast.other_organisation, cast.member, accepted))


class _Lmtp(Controller):
    """The door for mails, in a thread of this test."""

    def factory(self) -> LMTP:
        return LMTP(self.handler)


@pytest.fixture
def relay(app: Flask, outbox: Outbox) -> Iterator[Callable[[], smtplib.LMTP]]:
    """Connects to the door as a mail server does."""
    door = _Lmtp(LmtpDoor(app), hostname="127.0.0.1", port=free_port())
    door.start()
    try:
        yield lambda: smtplib.LMTP("127.0.0.1", door.port)
    finally:
        door.stop()


def to(person: Person, mails: list[EmailMessage]) -> list[EmailMessage]:
    """Those of some mails that go to a person."""
    return [mail for mail in mails if mail["To"] == person.email]


def mail_of(app: Flask, outbox: Outbox, cast: Cast, marek: Door, room: Room) -> EmailMessage:
    """The mail to Giulia that comes of a message which nobody reads."""
    marek.fill(f"/en/rooms/{room.id}", "form.composer", body="Dzień dobry!")
    with app.app_context(), write_transaction():
        db.session.execute(update(Job).where(Job.kind == "room.notify").values(run_after=now()))
    with app.app_context():
        while run_due_jobs():
            pass
    [mail] = to(cast.member, outbox.after(minutes=11))
    return mail


def answer(
    mail: EmailMessage, sender: str, words: str, *, identity: str = "<1@phone.example>"
) -> EmailMessage:
    """What a mail program makes of an answer."""
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["To"], reply["Message-ID"] = sender, str(mail["Reply-To"]), identity
    reply["Subject"], reply["In-Reply-To"] = f"Re: {mail['Subject']}", str(mail["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in text_of(mail).splitlines())
    head = "Il giorno lun 30 nov 2026 alle ore 10:15 Trama <\nreply@in.example.org> ha scritto:"
    reply.set_content(f"{words}\n\n{head}\n\n{quoted}\n")
    return reply


def messages(app: Flask, room: Room) -> list[tuple[str | None, int | None]]:
    """What stands in a room, and who wrote it."""
    with app.app_context():
        rows = db.session.execute(
            select(Message.body, Message.person_id)
            .where(Message.room_id == room.id)
            .order_by(Message.event_seq)
        )
        return [(body, person) for body, person in rows]


@both_databases
def test_she_answers_from_her_mail_and_he_sees_it_in_the_room_once(
    app: Flask,
    cast: Cast,
    door: Callable[..., Door],
    room: Room,
    outbox: Outbox,
    relay: Callable[[], smtplib.LMTP],
) -> None:
    mail = mail_of(app, outbox, cast, door(cast.other), room)
    assert "Dzień dobry!" in text_of(mail) and "##- Write your answer above this line ##-" in text_of(mail)
    reply = answer(mail, f"Giulia <{cast.member.email.upper()}>", "Buongiorno, Marek!\n\nVolentieri.")
    for _ in range(2):
        with relay() as server:
            server.sendmail("giulia@example.org", [str(mail["Reply-To"]).upper()], reply.as_bytes())
    assert messages(app, room)[1:] == [("Buongiorno, Marek!\n\nVolentieri.", cast.member.id)]
    assert "Volentieri." in door(cast.other).get(f"/en/rooms/{room.id}").text


def test_an_address_that_was_not_made_here_is_refused_at_the_door(
    app: Flask, cast: Cast, relay: Callable[[], smtplib.LMTP]
) -> None:
    with app.app_context():
        good = make_address(Purpose.REPLY, cast.member.id, 1)
    forged = good.replace("@", "a@") if good[good.index("@") - 1] != "a" else good.replace("a@", "b@")
    for address in (forged, "reply@in.example.org", "x@example.org", "reply+x@in.example.org", "+@"):
        with relay() as server, pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail("giulia@example.org", [address], b"Subject: x\r\n\r\nHello\r\n")
    assert len(good.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda reply: reply.replace_header("From", "somebody@else.example"), "It came from another address"),
        (lambda reply: reply.set_content("> only what was quoted"), "We found no words of yours"),
        (lambda reply: reply.set_content("x" * 4001), "Too long"),
    ],
)
def test_what_cannot_be_posted_is_told_politely_and_nothing_is_lost(
    app: Flask,
    cast: Cast,
    door: Callable[..., Door],
    room: Room,
    outbox: Outbox,
    change: Callable[[EmailMessage], None],
    refusal: str,
) -> None:
    mail = mail_of(app, outbox, cast, door(cast.other), room)
    reply = answer(mail, cast.member.email, "Volentieri.")
    change(reply)
    with app.app_context():
        take_mail(str(mail["Reply-To"]), reply.as_bytes())
    assert len(messages(app, room)) == 1
    [told] = outbox.after()
    assert told["To"] == cast.member.email and refusal in text_of(told)
    assert "/en/rooms/" in text_of(told) and told["Reply-To"] is None


def test_an_old_address_takes_nothing_more(
    app: Flask, cast: Cast, door: Callable[..., Door], room: Room, outbox: Outbox
) -> None:
    mail = mail_of(app, outbox, cast, door(cast.other), room)
    reply = answer(mail, cast.member.email, "Volentieri.")
    with app.app_context(), standing_at(now() + VALID_FOR * 1.1):
        take_mail(str(mail["Reply-To"]), reply.as_bytes())
    assert len(messages(app, room)) == 1
    assert "for 30 days" in text_of(outbox.at(now() + VALID_FOR * 1.2)[-1])


@pytest.mark.parametrize(
    ("name", "value"), [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Autoreply", "yes")]
)
def test_a_program_that_answers_is_not_answered(
    app: Flask, cast: Cast, door: Callable[..., Door], room: Room, outbox: Outbox, name: str, value: str
) -> None:
    mail = mail_of(app, outbox, cast, door(cast.other), room)
    reply = answer(mail, cast.member.email, "I am on holiday.")
    reply[name] = value
    with app.app_context():
        take_mail(str(mail["Reply-To"]), reply.as_bytes())
    assert len(messages(app, room)) == 1 and outbox.after() == []


def test_whoever_left_the_organisation_cannot_answer_for_it(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], room: Room, outbox: Outbox
) -> None:
    nina = make.person("Nina")
    make.member(nina, cast.organisation)
    with app.app_context():
        address = make_address(Purpose.REPLY, cast.other.id, room.id, cast.organisation.id)
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["Message-ID"] = cast.other.email, "<9@phone.example>"
    reply.set_content("I answer for another one")
    with app.app_context():
        take_mail(address, reply.as_bytes())
    assert messages(app, room) == []
    assert len(outbox.after()) == 1


def test_without_an_address_for_answers_no_mail_offers_one(
    app: Flask, cast: Cast, door: Callable[..., Door], room: Room, outbox: Outbox
) -> None:
    app.extensions["trama.settings"] = replace(app.extensions["trama.settings"], mail_replies="")
    mail = mail_of(app, outbox, cast, door(cast.other), room)
    assert mail["Reply-To"] is None and "above this line" not in text_of(mail)


def report(status: str, action: str = "failed") -> bytes:
    """What a mail server says about a mail that it could not deliver."""
    return (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; x@example.org\r\nAction: {action}\r\nStatus: {status}\r\n--b--\r\n"
    ).encode()


@both_databases
def test_after_three_mails_that_came_back_none_is_sent_and_she_reads_why(
    app: Flask, cast: Cast, door: Callable[..., Door], room: Room, outbox: Outbox
) -> None:
    giulia, marek = door(cast.member), door(cast.other)
    mail_of(app, outbox, cast, marek, room)
    address = next(
        path
        for mail, path in zip(outbox.mails, outbox.return_paths, strict=True)
        if mail["To"] == cast.member.email
    )
    assert address.startswith("reply+") and address.endswith("@in.example.org")
    for content in (report("4.2.2", "delayed"), *[report("5.1.1")] * 2):
        with app.app_context():
            take_mail(address, content)
    assert "come back" not in giulia.get("/en/").text
    with app.app_context():
        take_mail(address, report("5.2.1"))
    assert f"Emails to {cast.member.email} come back" in giulia.get("/en/").text
    giulia.post(f"/en/rooms/{room.id}/read", {"seq": "1"})
    marek.fill(f"/en/rooms/{room.id}", "form.composer", body="Are you there?")
    with app.app_context(), write_transaction():
        db.session.execute(update(Job).values(run_after=now()))
    with standing_at(now() + timedelta(minutes=40)):
        giulia.get("/en/")
    assert to(cast.member, outbox.after(minutes=60)) == []
    assert to(cast.member, outbox.after(minutes=72)) == []
    seen = giulia.fill("/en/account/notifications", "form[action$='/again']", follow=True)
    assert "Emails are sent to you again." in seen.text and "come back" not in giulia.get("/en/").text
    with app.app_context():
        assert db.session.scalars(select(MailReturn)).all() == []
    assert len(to(cast.member, outbox.after(minutes=75))) == 1


def test_a_server_that_refuses_an_address_for_good_counts_as_a_mail_that_came_back(
    app: Flask,
    cast: Cast,
    door: Callable[..., Door],
    room: Room,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise smtplib.SMTPRecipientsRefused({cast.member.email: (550, b"no such user")})

    monkeypatch.setattr("app.core.mail._send", refuse)
    door(cast.other).fill(f"/en/rooms/{room.id}", "form.composer", body="Hello")
    with app.app_context(), write_transaction():
        db.session.execute(update(Job).values(run_after=now()))
    with app.app_context():
        while run_due_jobs():
            pass
    outbox.after(minutes=11)
    with app.app_context():
        kept = db.session.execute(select(MailReturn.person_id, MailReturn.count)).all()
        assert (cast.member.id, 1) in kept
        assert db.session.scalars(select(Job.failed_at).where(Job.done_at.is_(None))).all() == []


def test_one_mail_can_come_on_standard_input(app: Flask, cast: Cast, room: Room, outbox: Outbox) -> None:
    settings = app.extensions["trama.settings"]
    environment = {
        "TRAMA_ENV": "development",
        "TRAMA_SECRET_KEY": SECRET,
        "TRAMA_DATABASE_URL": settings.database_url,
        "TRAMA_INSTANCE": str(settings.instance),
        "TRAMA_MAIL_REPLIES": REPLIES,
    }
    with app.app_context():
        address = make_address(Purpose.REPLY, cast.member.id, room.id, cast.organisation.id)

    def hand_over(recipient: str) -> int:
        command = (sys.executable, "-m", "flask", "mail", "receive", "--to", recipient)
        mail = f"From: {cast.member.email}\r\nMessage-ID: <7@x.example>\r\n\r\nBy hand\r\n".encode()
        return subprocess.run(command, input=mail, cwd=ROOT, env=environment, check=False).returncode

    assert hand_over(address) == 0
    assert messages(app, room) == [("By hand", cast.member.id)]
    assert hand_over("reply+nothing@in.example.org") == 67


HOSTILE = (
    b"Message-ID: <>\r\n\r\nx",
    b"Message-ID: <[1]@x>\r\n\r\nx",
    b"Content-Type: text/plain; charset=idna\r\n\r\n\xff",
    b'Content-Type: text/plain; charset="a\0b"\r\n\r\n\xff',
    b"Content-Type: " + b"(" * 1500 + b"\r\n\r\nx",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/related\r\n\r\n--b--",
)
"""Mails on which Python's parser of mails stumbles."""


@pytest.mark.parametrize("content", HOSTILE)
def test_a_mail_that_no_parser_reads_is_refused_for_good_and_does_not_come_again(
    app: Flask, cast: Cast, room: Room, relay: Callable[[], smtplib.LMTP], content: bytes
) -> None:
    with app.app_context():
        address = make_address(Purpose.REPLY, cast.member.id, room.id, cast.organisation.id)
    mail = b"From: %s\r\n" % cast.member.email.encode() + content
    with relay() as server:
        server.ehlo_or_helo_if_needed()
        assert server.mail("giulia@example.org")[0] == server.rcpt(address)[0] == 250
        try:
            code, _words = server.data(mail)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
    assert code in (250, 500, 554), "never 451, after which it would come again"


@pytest.mark.parametrize("line", [b"-" * 1200 + b"a" * 1200 + b"!", b"> " * 20_000])
@pytest.mark.parametrize("subtype", [b"plain", b"html"])
def test_a_mail_that_is_built_to_be_slow_ends(
    app: Flask, cast: Cast, outbox: Outbox, line: bytes, subtype: bytes
) -> None:
    """The limit of a test is far above that of a mail; before, such a line took half a minute."""
    html = b"<a " * 10_000 + b"<!--" * 20_000
    content = b"Content-Type: text/%s\r\n\r\n%s\r\n%s" % (subtype, line, html if subtype == b"html" else b"")
    with app.app_context(), suppress(Unreadable):
        take_mail(make_address(Purpose.REPLY, cast.member.id, 1), content)


@pytest.mark.parametrize(
    "sender",
    [
        "{victim} <attacker@else.example>",
        "{victim}(<attacker@else.example>",
        "{victim}, attacker@else.example",
        "{victim}\r\nFrom: a@b.example",
    ],
)
def test_a_sender_that_can_be_read_in_two_ways_is_nobody(
    app: Flask, cast: Cast, room: Room, outbox: Outbox, sender: str
) -> None:
    with app.app_context():
        address = make_address(Purpose.REPLY, cast.member.id, room.id, cast.organisation.id)
        take_mail(address, f"From: {sender.format(victim=cast.member.email)}\r\n\r\nForged\r\n".encode())
    assert messages(app, room) == []


def test_reports_about_an_address_that_she_left_stop_nothing(app: Flask, cast: Cast, outbox: Outbox) -> None:
    with app.app_context():
        address = make_address(Purpose.RETURN, cast.member.id, digest_of("old@example.org"))
        for _ in range(3):
            take_mail(address, report("5.1.1"))
        assert db.session.scalars(select(MailReturn)).all() == []


def test_a_server_of_bad_repute_says_nothing_of_a_mailbox(app: Flask, cast: Cast, outbox: Outbox) -> None:
    with app.app_context():
        address = make_address(Purpose.RETURN, cast.member.id, digest_of(cast.member.email))
        take_mail(address, report("5.7.1"))
        assert db.session.scalars(select(MailReturn)).all() == []
    assert not says_mailbox_is_gone(550, b"5.7.1 blocked") and not says_mailbox_is_gone(450, b"5.1.1 later")
    assert says_mailbox_is_gone(550, b"5.1.1 no such user") and says_mailbox_is_gone(550, b"no such user")


def test_whatever_bytes_come_the_door_stands(app: Flask, cast: Cast, room: Room, outbox: Outbox) -> None:
    """Mails cut, spliced and garbled at random are taken or refused, and never raise."""
    random = Random(2033)
    seeds = [
        report("5.1.1"),
        b"From: %s\r\n\r\nCiao\r\n\r\nOn 30 Nov 2026:\r\n> x" % cast.member.email.encode(),
    ]
    head = b"From: %s\r\n" % cast.member.email.encode()
    seeds += [head + each for each in HOSTILE]
    seeds.append(b"From: x\r\nContent-Type: text/html; charset=x-nothing\r\n\r\n<p>\xff<blockquote>")
    seeds.append(b"From: =?utf-8?b?//8=?= <@>\r\nContent-Transfer-Encoding: base64\r\n\r\n####")
    with app.app_context():
        addresses = [make_address(purpose, cast.member.id, room.id) for purpose in Purpose]
        for _ in range(400):
            content = bytearray(random.choice(seeds))
            for _ in range(random.randrange(6)):
                at = random.randrange(len(content) + 1)
                content[at : at + random.randrange(9)] = random.choice(
                    (
                        b"\0",
                        b"\r\n",
                        b"=?",
                        b"\xff\xfe",
                        b": ",
                        b'"',
                        b"<" * 50,
                        bytes(random.choice(seeds)[:40]),
                    )
                )
            with suppress(Unreadable, TooMany):
                take_mail(random.choice(addresses), bytes(content))

"""What people were promised is forgotten is in no table, in no byte of the database's file and in no backup."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.core.backup.services import back_up, restore
from app.core.database import db
from app.core.jobs import MAX_ATTEMPTS, Job, enqueue, run_due_jobs
from app.core.streams.models import Command
from app.core.streams.services import digest_of
from app.core.transactions import write_transaction
from app.features.design.models.board import SealedAuthor, Vote
from app.features.design.models.outcomes import Stance
from app.features.design.models.sessions import UndoStep
from app.features.design.services.command_runner import UNLINKED_COMMANDS, command_identity
from config import Settings
from tests.features.design.conftest import COMMITMENTS, LAST, REVEAL, WRITING, Refused, Table
from tests.features.design.searching import places_of, tables
from tests.support.app import SECRET, both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

VOTING = {"kind": "how_might_we", "title": "Ideas", "minutes": 5, "policy": {"vote": 3, "group": True}}
CONSENT = {"kind": "consent", "title": "Consent", "minutes": 20}
KEPT, FIRST, SECOND = "kept quokka 1101", "first axolotl 2202", "second ocelot 3303"
DRAFT, MAILED, TAKEN_BACK = "draft pangolin 4404", "mailed tapir 5505", "withdrawn numbat 6606"
GONE = (FIRST, SECOND, DRAFT, MAILED, TAKEN_BACK)


def change(door: Door, place: str, **words: str) -> None:
    """Send the form of a page as it stands there."""
    assert door.fill(place, 'main form[method="post"]', **words).status == 303, place


@pytest.fixture
def plant(app: Flask, cast: Cast, make: Make, door: Any) -> None:
    """Words that come and go by the doors: a message edited and removed, a draft deleted, a mail sent."""
    room = make.room(make.initiative(cast.organisation))
    browser, path = door(cast.member), f"/en/rooms/{room.id}"
    for body in (KEPT, FIRST):
        sent = {"body": body, "lang": "en", "cid": f"cid-{body[:4]}-000"}
        assert browser.post(path, sent).status == 303
    change(browser, f"{path}/messages/2/edit", body=SECOND)
    change(browser, f"{path}/messages/2/remove")
    draft = {"title": DRAFT, "summary": DRAFT, "lang": "en", "roles-0-title": DRAFT, "roles-0-seats": "1"}
    made = browser.post("/en/initiatives/new", draft)
    assert made.status == 303
    assert browser.post(f"{made.location}/delete").status == 303
    with app.app_context():
        with write_transaction():
            enqueue("mail", address="a@example.org", subject=MAILED, body=MAILED, lang="en")
        assert run_due_jobs() >= 1


def in_tables(app: Flask) -> dict[str, list[str]]:
    """In which tables each of the words that went stands."""
    return {words: places_of(words, tables(app)) for words in GONE}


@both_databases
@pytest.mark.usefixtures("plant")
def test_words_that_were_taken_away_are_in_no_table(app: Flask) -> None:
    assert places_of(KEPT, tables(app))
    assert {words: places for words, places in in_tables(app).items() if places} == {}


@both_databases
@pytest.mark.usefixtures("plant")
def test_no_digest_of_removed_words_is_left_and_a_repeat_is_answered(
    app: Flask, cast: Cast, door: Any
) -> None:
    with app.app_context():
        digests = set(db.session.scalars(select(Command.digest)))
        rooms = {row["room"] for row in db.session.scalars(select(Command.answer)) if "room" in row}
    (room,) = rooms
    for body in (FIRST, SECOND):
        said = {"room": room, "body": body, "lang": "en"}
        for content in (
            {"command": "room_post", **said, "reply_to": None},
            {"command": "room_edit", "target": 2, **said},
        ):
            with app.app_context():
                assert digest_of(content) not in digests
    again = {"body": FIRST, "lang": "en", "cid": "cid-firs-000"}
    repeated = door(cast.member).post(f"/en/rooms/{room}", again)
    assert repeated.location.endswith("#message-2")
    assert in_tables(app)[FIRST] == []


@both_databases
def test_the_digest_of_words_that_stand_needs_the_secret_to_be_recognised(
    app: Flask, cast: Cast, make: Make, door: Any
) -> None:
    room = make.room(make.initiative(cast.organisation))
    door(cast.member).post(f"/en/rooms/{room.id}", {"body": KEPT, "lang": "en", "cid": "cid-kept-000"})
    content = {"command": "room_post", "room": room.id, "body": KEPT, "lang": "en", "reply_to": None}
    with app.app_context():
        (digest,) = db.session.scalars(select(Command.digest))
        assert digest == digest_of(content)
        app.config["SECRET_KEY"] = "another installation's secret, which is as long"
        assert digest != digest_of(content)


@pytest.mark.usefixtures("plant")
def test_words_that_were_taken_away_are_in_no_byte_of_the_file(app: Flask, settings: Settings) -> None:
    with app.app_context():
        path = Path(str(db.engine.url.database))
        db.session.remove()
        db.engine.dispose()
    stored = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert KEPT.encode() in stored
    assert [words for words in GONE if words.encode() in stored] == []


@both_databases
def test_a_mail_that_was_given_up_is_not_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**mail: str) -> None:
        raise OSError("no server")

    monkeypatch.setitem(app.extensions["trama.jobs"], "mail", refuse)
    with app.app_context():
        with write_transaction():
            enqueue("mail", address="a@example.org", subject=MAILED, body=MAILED, lang="en")
            db.session.scalars(select(Job)).one().attempts = MAX_ATTEMPTS - 1
        run_due_jobs()
        assert db.session.scalars(select(Job.failed_at)).one() is not None
    assert places_of(MAILED, tables(app)) == []


def meet(table: Table) -> str:
    """A session in which an anonymous card is written, one taken back, points given and a stance taken; its own key."""
    table.start(WRITING, REVEAL, VOTING, CONSENT, COMMITMENTS, LAST)
    giulia, marek, eleni = table.people
    own = table.write(giulia, KEPT)
    table.do(marek, "card_remove", card=table.write(marek, TAKEN_BACK))
    for _ in range(2):
        table.desk("go", to="next")
    for person, points in ((giulia, 3), (marek, 1), (eleni, 1)):
        table.do(person, "vote", target=table.key(KEPT), points=points)
    table.desk("go", to="next")
    number = table.desk("proposal", act="new", text="We share", lang="en")["proposal"]
    table.desk("proposal", act="stage", proposal=number, stage="react")
    for person in (giulia, marek):
        table.do(person, "stance", proposal=number, stance="consent")
    return own


def linked(app: Flask, design_id: int) -> dict[str, int]:
    """How many rows still say who wrote, voted and consented."""
    with app.app_context():
        digests = [digest_of(command_identity(command, design_id)) for command in UNLINKED_COMMANDS]
        counts = {
            "authors": select(func.count(SealedAuthor.card_id)),
            "voters": select(func.count(Vote.person_id)),
            "stances": select(func.count(Stance.person_id)),
            "commands": select(func.count(Command.id)).where(Command.digest.in_(digests)),
            "steps": select(func.count(UndoStep.id)),
        }
        return {name: db.session.scalar(query) or 0 for name, query in counts.items()}


@both_databases
def test_a_closed_session_knows_the_votes_and_not_the_voters(app: Flask, make: Make) -> None:
    table = Table(app, make)
    meet(table)
    assert all(linked(app, table.id)[name] for name in ("authors", "voters", "stances", "commands"))
    (proposal,) = table.state()["proposals"].values()
    table.desk("close")
    assert set(linked(app, table.id).values()) == {0}
    state = table.state()
    assert state["votes"]["voters"] == 3
    assert state["votes"]["totals"] == {table.key(KEPT): 5}
    assert [each["stances"] for each in state["proposals"].values()] == [proposal["stances"]]
    door = Door(app)
    door.carry(table.tokens[table.people[0].id])
    report = door.get(f"/en/design-sessions/{table.id}/report").text
    assert "3 people voted." in report and "5 points" in report
    assert places_of(TAKEN_BACK, tables(app)) == []


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """The parts of an archive as text."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            yield name, archive.read(name).decode(errors="replace")


def rows(path: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table in an archive."""
    found = dict(parts(path))
    (columns,) = (
        each["columns"] for each in json.loads(found["manifest.json"])["tables"] if each["name"] == name
    )
    lines = found[f"tables/{name}.jsonl"].splitlines()
    return [dict(zip(columns, json.loads(line), strict=True)) for line in lines]


@both_databases
@pytest.mark.usefixtures("plant")
def test_the_backup_of_an_open_session_names_no_author_and_no_voter(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    table = Table(app, make)
    meet(table)
    archive = tmp_path / "open.zip"
    with app.app_context():
        back_up(archive)
        db.session.remove()
    assert rows(archive, "sealed_author") == []
    assert {row["person_id"] for row in rows(archive, "design_vote")} == {None}
    assert {row["person_id"] for row in rows(archive, "design_stance")} == {None}
    assert all(row["answer"] != "{}" for row in rows(archive, "command"))
    assert sum(row["points"] for row in rows(archive, "design_vote")) == 5
    assert {words: found for words in GONE if (found := places_of(words, parts(archive)))} == {}
    assert places_of(KEPT, parts(archive))


def test_a_restored_session_goes_on_with_nobody_known_as_author(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    table = Table(app, make)
    table.start(WRITING, REVEAL, VOTING, LAST)
    giulia = table.people[0]
    own = table.write(giulia, KEPT)
    archive, place = tmp_path / "open.zip", tmp_path / "again"
    place.mkdir()
    with app.app_context():
        back_up(archive)
        db.session.remove()
    url = f"sqlite:///{place / 'trama.db'}"
    table.app = create_app(Settings(secret_key=SECRET, database_url=url, instance=place, testing=True))
    table.tokens.clear()
    with table.app.app_context():
        restore(archive)
        db.session.remove()
    with pytest.raises(Refused) as refused:
        table.do(giulia, "card_edit", card=own, text="Better", lang="en")
    assert refused.value.code == "not_found" and refused.value.message
    assert "cards" not in table.mine(giulia) or table.mine(giulia)["cards"] == {}
    table.write(giulia, "Written after the restore")
    table.desk("go", to="next")
    assert {KEPT, "Written after the restore"} <= {each["text"] for each in table.state()["cards"].values()}
    table.desk("go", to="next")
    table.do(giulia, "vote", target=table.key(KEPT), points=2)
    table.desk("close")
    with table.app.app_context():
        assert db.session.scalar(select(func.sum(Vote.points))) == 2
        db.session.remove()
        db.engine.dispose()

"""Files that go: with their message, with their sender, unposted after a day; and those that a backup brings back."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app import create_app
from app.core.backup import folder
from app.core.backup.services import back_up, restore
from app.core.clock import now
from app.core.database import db
from app.core.jobs import run_due_jobs
from app.core.transactions import write_transaction
from app.core.uploads.storage import path_of
from app.features.accounts.services import account_status
from app.features.files.models import Attachment
from app.features.files.services import sweep_files
from config import Settings
from tests.features.rooms.conftest import Enter, Events, Place, Send, Stored
from tests.features.rooms.files import say, send_file
from tests.features.rooms.folding import fold
from tests.support.app import SECRET, both_databases
from tests.support.evil_files import PDF
from tests.support.factories import Cast


@both_databases
def test_a_removed_message_takes_its_files_with_it(
    app: Flask, door: Enter, cast: Cast, place: Place, send: Send, stored: Stored, events: Events
) -> None:
    browser = door(cast.member)
    assert say(browser, place, send_file(browser, place), alt="A garden in May").json["seq"] == 1
    assert say(browser, place, send_file(browser, place, PDF, "plan.pdf"), body="See").json["seq"] == 2
    before = {event["seq"]: event for event in events()}
    url = before[1]["files"][0]["url"]
    assert door(cast.other).get(url).status == 200
    assert door(cast.newcomer).get(url).status == 404
    assert door().get(url).status == 303, "a visitor is asked to sign in"
    send(cast.member, "room_remove", room=place.room.id, seq=1)
    assert door(cast.other).get(url).status == 404
    with app.app_context():
        run_due_jobs()
    assert len(stored()) == 1
    after = {event["seq"]: event for event in events() if event["kind"] == "message"}
    assert after[1]["files"] == [] and after[2]["files"] == before[2]["files"]
    assert fold(before, events(2)) == after, "snapshot + events = fresh snapshot"
    assert "A garden in May" not in door(cast.other).get(place.path).html


@both_databases
def test_a_message_of_files_alone_is_told_by_their_descriptions(
    door: Enter, cast: Cast, place: Place, send: Send
) -> None:
    browser = door(cast.member)
    say(browser, place, send_file(browser, place), alt="A garden in May")
    send(cast.other, "room_post", room=place.room.id, body="Nice", lang="en", reply_to=1)
    assert (
        door(cast.member).get(f"{place.catch_up}?after=1").json["events"][0]["quote"]["text"]
        == "A garden in May"
    )
    send(cast.other, "room_remove", room=place.room.id, seq=2)
    assert "A garden in May" in door(cast.other).get("/en/rooms").text
    send(cast.member, "room_edit", room=place.room.id, seq=1, body="Words after all", lang="en")
    (edited,) = [each for each in door(cast.other).get(place.catch_up).json["events"] if each["seq"] == 1]
    assert edited["body"] == "Words after all" and len(edited["files"]) == 1


@both_databases
def test_a_person_who_is_forgotten_takes_her_files_with_her(
    app: Flask, door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    browser = door(cast.member)
    say(browser, place, send_file(browser, place), alt="My own face", body="That is me")
    say(browser, place, send_file(browser, place), alt="My own garden")
    send_file(browser, place, PDF, "draft.pdf")
    kept = door(cast.other)
    say(kept, place, send_file(kept, place, PDF, "theirs.pdf"))
    with app.app_context():
        with write_transaction():
            account_status.forget(cast.member.email)
        run_due_jobs()
    assert len(stored()) == 1
    page = kept.get(place.path)
    assert "My own" not in page.html and "That is me" in page.text and "theirs.pdf" in page.text
    assert "What was sent here is gone." in page.soup.select_one("#message-2").get_text()


def test_what_is_not_posted_in_a_day_is_deleted_and_so_is_what_belongs_to_no_row(
    app: Flask, door: Enter, cast: Cast, place: Place, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = door(cast.member)
    old, posted = send_file(browser, place, PDF, "old.pdf"), send_file(browser, place, PDF, "posted.pdf")
    say(browser, place, posted)
    send_file(browser, place, PDF, "new.pdf")
    with app.app_context():
        with write_transaction():
            yesterday = now() - timedelta(hours=25)
            ids = (old.json["id"], posted.json["id"])
            db.session.execute(update(Attachment).where(Attachment.id.in_(ids)).values(created_at=yesterday))
        sweep_files()
        run_due_jobs()
        assert not path_of(old.json["id"]).exists() and len(stored()) == 2
        orphan = path_of("belongs-to-nobody")
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"left by a crash")
        monkeypatch.setattr("app.features.files.services.UNPOSTED_AGE", timedelta(seconds=-5))
        monkeypatch.setattr("app.features.files.services.unposted_before", lambda *_args: [])
        for minute in range(256):
            monkeypatch.setattr(
                "app.features.files.services.now", lambda at=minute: datetime.fromtimestamp(at * 60, UTC)
            )
            sweep_files()
    assert len(stored()) == 2 and not orphan.exists()


def test_a_backup_has_the_files_and_brings_them_back(
    app: Flask,
    door: Enter,
    cast: Cast,
    place: Place,
    stored: Stored,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = door(cast.member)
    say(browser, place, send_file(browser, place), alt="A garden in May")
    say(browser, place, send_file(browser, place, PDF, "plan.pdf"))
    found = [each["files"][0] for each in browser.get(place.catch_up).json["events"]]
    shown = browser.get(found[0]["url"]).response.data
    place_of = tmp_path / "again"
    place_of.mkdir()
    with app.app_context():
        gone = path_of(send_file(browser, place, PDF, "gone.pdf").json["id"])
        whole = folder.kept_files

        def list_then_delete(*args: Path) -> list[Path]:
            listed = whole(*args)
            gone.unlink()
            return listed

        monkeypatch.setattr(folder, "kept_files", list_then_delete)
        back_up(tmp_path / "backup.zip")
        monkeypatch.setattr(folder, "kept_files", whole)
        db.session.remove()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert sum(name.startswith("files/files/") for name in archive.namelist()) == len(stored()) == 3
    url = f"sqlite:///{place_of / 'trama.db'}"
    again = create_app(Settings(secret_key=SECRET, database_url=url, instance=place_of, testing=True))
    with again.app_context():
        restore(tmp_path / "backup.zip")
        assert path_of(found[0]["id"]).read_bytes() == shown
        assert path_of(found[1]["id"]).read_bytes() == PDF
        sweep_files()
        assert path_of(found[1]["id"]).exists()
        db.session.remove()
        db.engine.dispose()


def test_a_file_is_asked_for_again_in_parts_and_only_where_it_changed(
    door: Enter, cast: Cast, place: Place
) -> None:
    browser = door(cast.member)
    sent = send_file(browser, place, PDF, "plan.pdf")
    url = f"/files/{sent.json['id']}/plan.pdf"
    whole = browser.get(url).response
    part = browser.get(url, headers={"Range": "bytes=0-4"}).response
    assert (part.status_code, part.data) == (206, b"%PDF-")
    beyond = browser.get(url, headers={"Range": f"bytes={len(PDF)}-"}).response
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(PDF)}")
    assert browser.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status == 304

"""Sending files: what is taken, what is refused, and what is made of a picture."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from random import Random

import pytest
from flask import Flask
from PIL import Image

from app.core.database import db
from app.core.uploads.formats import Format
from app.core.uploads.names import tidy_file_name
from app.features.files.models import Attachment
from tests.features.rooms.conftest import Enter, Place, Stored
from tests.features.rooms.files import PHOTO, say, send_file
from tests.support.app import both_databases
from tests.support.evil_files import EVIL, GOOD, NAMES, PDF, photo
from tests.support.factories import Cast


def test_each_kind_of_file_that_may_be_sent_is_taken_and_served_as_it_is(
    door: Enter, cast: Cast, place: Place
) -> None:
    browser = door(cast.member)
    for name, (content, kind) in GOOD.items():
        sent = send_file(browser, place, content, name)
        assert sent.status == 200, (name, sent.html)
        assert say(browser, place, sent).status == 200, name
        (file,) = door(cast.other).get(f"{place.catch_up}?before=9999&limit=1").json["events"][0]["files"]
        assert file["kind"] == kind, name
        served = door(cast.other).get(file["url"]).response
        assert served.status_code == 200
        is_picture = kind == "picture"
        assert served.headers["Content-Disposition"].startswith("inline" if is_picture else "attachment"), (
            name
        )
        assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert served.headers["Cache-Control"] == "private, no-cache"
        assert (served.mimetype == "image/webp") if is_picture else served.data == content, name


@pytest.mark.parametrize("name", EVIL)
def test_an_evil_file_is_refused_with_a_sentence_and_leaves_nothing(
    door: Enter, cast: Cast, place: Place, stored: Stored, name: str
) -> None:
    refused = send_file(door(cast.member), place, EVIL[name], name)
    assert (refused.status, refused.json["code"]) == (422, "invalid"), refused.html
    assert refused.json["title"].endswith(".") and refused.json["fields"]["files"]
    assert stored() == []


def test_a_name_is_kept_without_what_deceives() -> None:
    assert {name: tidy_file_name(name, Format.TXT) for name in NAMES} == NAMES


def test_the_tidied_name_is_the_one_that_is_served(door: Enter, cast: Cast, place: Place) -> None:
    browser = door(cast.member)
    sent = send_file(browser, place, b"text", "../../evil\u202egnp.exe.txt")
    assert sent.json["name"] == "evilgnp.exe.txt"
    served = browser.get(f"/files/{sent.json['id']}/evilgnp.exe.txt")
    assert served.response.headers["Content-Disposition"] == "attachment; filename=evilgnp.exe.txt"
    assert browser.get(f"/files/{sent.json['id']}/other.txt").status == 404
    assert door(cast.other).get(f"/files/{sent.json['id']}/evilgnp.exe.txt").status == 404, "it is not posted"


def test_a_picture_is_served_upright_and_small_without_its_place(
    door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    browser = door(cast.member)
    large = photo((3000, 1500))
    assert Image.open(io.BytesIO(large)).getexif().get_ifd(0x8825)
    sent = send_file(browser, place, large)
    url = f"/files/{sent.json['id']}/garden.webp"
    for address, size in ((url, (1024, 2048)), (f"{url}?small=1", (240, 480))):
        served = browser.get(address).response.data
        picture = Image.open(io.BytesIO(served))
        assert (picture.format, picture.size) == ("WEBP", size)
        assert not picture.getexif() and not {"exif", "xmp", "icc_profile"} & set(picture.info)
        assert b"Spy Camera" not in served and b"Exif" not in served
    assert len(stored()) == 2, "what came is thrown away"
    assert not any(b"Spy Camera" in path.read_bytes() for path in stored())
    assert all(path.stat().st_mode & 0o077 == 0 for path in stored())


def test_a_picture_with_something_behind_it_is_served_without_that(
    door: Enter, cast: Cast, place: Place
) -> None:
    sent = send_file(door(cast.member), place, PHOTO + b"<script>alert(1)</script>" + b"PK\x05\x06")
    served = door(cast.member).get(f"/files/{sent.json['id']}/garden.webp").response.data
    assert b"<script" not in served and b"PK\x05\x06" not in served


def test_a_file_that_is_too_large_is_cut_off_while_it_comes(
    app: Flask, door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    app.extensions["trama.settings"] = replace(app.extensions["trama.settings"], file_megabytes=1)
    browser = door(cast.member)
    fits = b"a" * (1024 * 1024)
    assert send_file(browser, place, fits, "fits.txt").status == 200
    refused = send_file(browser, place, fits + b"a", "long.txt")
    assert refused.json["title"] == "This file is too large: at most 1 MB."
    assert len(stored()) == 1


def test_more_than_a_person_may_send_in_a_day_or_a_room_may_hold_is_refused(
    app: Flask, door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    settings = app.extensions["trama.settings"]
    browser, almost = door(cast.member), b"a" * 700_000
    app.extensions["trama.settings"] = replace(settings, person_megabytes=1)
    assert send_file(browser, place, almost, "one.txt").status == 200
    refused = send_file(browser, place, almost, "two.txt")
    assert refused.status == 422 and "1 MB in one day" in refused.html
    app.extensions["trama.settings"] = replace(settings, room_megabytes=1)
    refused = send_file(door(cast.other), place, almost, "three.txt")
    assert refused.status == 422 and "This room is full" in refused.html
    assert len(stored()) == 1


@both_databases
def test_a_file_that_is_sent_twice_is_kept_once(
    app: Flask, door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    browser = door(cast.member)
    one, other = (send_file(browser, place, PDF, "a.pdf", cid="the-same-file") for _ in range(2))
    assert one.json == other.json
    assert len(stored()) == 1
    with app.app_context():
        assert db.session.query(Attachment).count() == 1
    again = {"cid": "the-same-words"}
    assert say(browser, place, one, **again).json == say(browser, place, one, **again).json
    assert say(browser, place, one, body="Other", **again).status == 409
    refused = say(browser, place, one)
    assert refused.status == 422 and "not here any more" in refused.html, "it was posted"


def test_a_file_of_somebody_else_or_of_another_room_cannot_be_posted(
    door: Enter, cast: Cast, place: Place
) -> None:
    theirs = send_file(door(cast.other), place, PDF, "a.pdf")
    assert say(door(cast.member), place, theirs).status == 422
    assert (
        door(cast.member)
        .command("room_post", cid="no-such-file", room=place.room.id, lang="en", body="", files=[{"id": "x"}])
        .json["fields"]["files"]
    )
    many = [{"id": str(number)} for number in range(11)]
    refused = door(cast.member).command(
        "room_post", cid="many-files", room=place.room.id, lang="en", body="", files=many
    )
    assert refused.status == 422


def test_neither_an_outsider_nor_a_visitor_sends_a_file(
    door: Enter, cast: Cast, place: Place, stored: Stored
) -> None:
    assert send_file(door(cast.newcomer), place).status in (403, 404)
    assert send_file(door(), place).status in (400, 401)
    assert stored() == []


def test_random_bytes_break_nothing(door: Enter, cast: Cast, place: Place, app: Flask) -> None:
    app.extensions["trama.settings"] = replace(app.extensions["trama.settings"], person_megabytes=2000)
    random, browser = Random(7), door(cast.member)
    starts = [
        content[: random.randrange(1, 80)] for content, _kind in GOOD.values() if b"\xff\xd8" not in content
    ]
    for number in range(60):
        start = random.choice(starts)
        if start.startswith((b"\x89PNG", b"RIFF")):
            start = start[:3]
        name = random.choice(list(NAMES) + list(GOOD))
        app.extensions["trama.limits"].reset()
        seen = send_file(browser, place, start + random.randbytes(random.randrange(200)), name)
        assert seen.status in (200, 400, 422), (number, seen.html)


# --- By a form, without a script -----------------------------------------------------------------------------


def form_of(place: Place, *files: tuple[bytes, str], **values: object) -> dict[str, object]:
    """What a browser without a script sends."""
    attached = [(io.BytesIO(content), name) for content, name in files]
    return {"body": "", "lang": "en", "cid": secrets.token_urlsafe(12), "attached": attached, **values}


@both_databases
def test_without_a_script_files_go_with_the_form(door: Enter, cast: Cast, place: Place) -> None:
    browser = door(cast.member)
    cid = secrets.token_urlsafe(12)
    values = {"cid": cid, "alt": "Beans on poles", "body": "Look"}
    for _ in range(2):
        sent = browser.post(place.path, form_of(place, (PHOTO, "beans.jpg"), (PDF, "plan.pdf"), **values))
        assert (sent.status, sent.location) == (303, f"{place.path}#message-1"), sent.html
    page = door(cast.other).get(place.path)
    assert len(page.soup.select(".message[data-seq]")) == 1 + 1, "one message, and the pattern"
    picture = page.soup.select_one("#message-1 .message-picture img")
    assert picture is not None and picture["alt"] == "Beans on poles" and picture["loading"] == "lazy"
    assert (picture["width"], picture["height"]) == ("320", "480")
    assert "plan.pdf" in page.text and "PDF, 1 kB" in page.text


def test_a_form_with_a_file_that_is_refused_keeps_the_words_and_the_other_files(
    door: Enter, cast: Cast, place: Place
) -> None:
    browser = door(cast.member)
    refused = browser.post(
        place.path,
        form_of(place, (PDF, "plan.pdf"), (EVIL["drawing.svg"], "drawing.svg"), body="Look at both"),
    )
    assert refused.status == 422
    assert "drawing.svg: This kind of file cannot be sent." in refused.text and "Look at both" in refused.html
    kept = [str(each["value"]) for each in refused.soup.select("input[name=files]")]
    assert len(kept) == 1 and "These files wait: plan.pdf" in refused.text
    assert browser.post(place.path, form_of(place, files=kept)).status == 303
    assert "plan.pdf" in browser.get(place.path).text


def test_a_form_without_words_and_files_says_that_something_is_missing(
    door: Enter, cast: Cast, place: Place
) -> None:
    refused = door(cast.member).post(place.path, form_of(place))
    problem = refused.soup.select_one("#composer-problem .field-error")
    assert refused.status == 422 and problem is not None and "Write something" in problem.get_text()


def test_a_multipart_form_that_is_broken_is_no_mistake_of_ours(door: Enter, cast: Cast, place: Place) -> None:
    browser, random = door(cast.member), Random(3)
    whole = (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + browser.page_token().encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="acting_as"\r\n\r\n'
        + browser.acting_as().encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="attached"; filename="a.txt"\r\n\r\nHello\r\n--b--\r\n'
    )
    for number in range(150):
        body = bytearray(whole)
        for _ in range(random.randrange(1, 6)):
            place_of = random.randrange(len(body))
            body[place_of : place_of + random.randrange(4)] = random.randbytes(random.randrange(4))
        app_limits = browser.app.extensions["trama.limits"]
        app_limits.reset()
        seen = browser.client.post(
            place.path, data=bytes(body), content_type="multipart/form-data; boundary=b"
        )
        assert seen.status_code < 500, (number, bytes(body))

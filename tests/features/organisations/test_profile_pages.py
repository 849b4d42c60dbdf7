"""The pages beside a profile: logo, stories, the yearly question, the history, and the guide."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image

from app.core.clock import now
from app.core.database import db
from app.core.jobs import run_due_jobs
from app.core.transactions import write_transaction
from app.core.uploads.storage import path_of
from app.features.organisations.guide import EXAMPLES, QUESTIONS, outcome_of
from app.features.organisations.models import MAX_TRACK_ENTRIES, Organisation
from app.features.organisations.services.freshness import ask_editors
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
STORY = {
    "lang": "it",
    "title": "Un orto",
    "problem": "Niente lavoro",
    "tool": "Un orto",
    "effect": "Sei posti",
}
GUIDE = "/en/are-we-a-social-enterprise"


def picture(size: tuple[int, int] = (900, 300), kind: str = "PNG") -> bytes:
    """A picture with a place in its metadata."""
    exif = Image.Exif()
    exif[0x010E] = "our door"
    held = io.BytesIO()
    Image.new("RGB", size, "teal").save(held, kind, exif=exif)
    return held.getvalue()


def send_logo(door: Door, path: str, content: bytes, name: str) -> int:
    """Send a file as the logo; returns the status."""
    return door.post(f"{path}/logo", {"logo": (io.BytesIO(content), name)}).status


def test_a_logo_is_shown_small_and_clean_and_its_bytes_go_with_it(
    app: Flask, cast: Cast, door: Enter
) -> None:
    path, editor = f"/en/organisations/{cast.organisation.slug}", door(cast.member)
    assert send_logo(editor, path, picture(), "logo.png") == 303
    shown = door().get(path).soup.select_one("img.logo")
    assert shown["alt"] == cast.organisation.name
    described = json.loads(door().get(path).soup.select_one("script[type='application/ld+json']").get_text())
    assert described["logo"].endswith(str(shown["src"])) and described["logo"].startswith("http")
    seen = app.test_client().get(str(shown["src"]))
    assert "immutable" in seen.headers["Cache-Control"]
    with Image.open(io.BytesIO(seen.data)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (512, 171), {})
    assert "?small" in str(door().get("/en/organisations").soup.select_one(".row img.logo")["src"])
    with app.app_context():
        file_id = db.session.get_one(Organisation, cast.organisation.id).logo_file_id
        assert file_id and path_of(file_id).exists()
    assert editor.post(f"{path}/logo/remove", {}).status == 303
    with app.app_context():
        run_due_jobs()
        assert not path_of(file_id).exists()
    assert app.test_client().get(str(shown["src"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.png", "This kind of file cannot be sent."),
        (b"plain words", "logo.txt", "Send a picture in PNG, JPEG or WebP."),
        (picture((12_100, 4)), "wide.png", "too many pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * (8 * 1024 * 1024), "large.png", "at most 8 MB"),
        (b"", "", "Choose a picture."),
    ],
)
def test_what_is_no_good_logo_is_refused_with_a_sentence(
    cast: Cast, door: Enter, content: bytes, name: str, told: str
) -> None:
    path = f"/en/organisations/{cast.organisation.slug}/logo"
    seen = door(cast.member).post(path, {"logo": (io.BytesIO(content), name)})
    assert seen.status == 422
    assert told in seen.text


def test_a_story_is_told_changed_and_taken_away_and_ten_are_enough(
    cast: Cast, door: Enter, make: Make
) -> None:
    path, editor = f"/en/organisations/{cast.organisation.slug}", door(cast.member)
    assert editor.post(f"{path}/stories/new", {**STORY, "problem": " "}).status == 422
    assert editor.post(f"{path}/stories/new", STORY).status == 303
    told = door().get(path).soup.select_one("#stories ~ ul li")
    assert (told["lang"], told.h3.get_text(strip=True)) == ("it", "Un orto")
    address = str(editor.get(f"{path}/edit").soup.find("a", string="Un orto")["href"])
    editor.fill(address, "main form.form", title="Due orti", year="2024")
    assert "Due orti 2024" in door().get(path).text
    assert door(cast.other).post(f"{address}/delete", {}).status == 403
    editor.post(f"{address}/delete", {})
    assert "Due orti" not in door().get(path).text
    for number in range(10):
        make.story_page(cast.organisation, f"Story {number}")
    assert "You have ten stories." in editor.post(f"{path}/stories/new", STORY).text
    other = make.story_page(cast.other_organisation)
    assert editor.get(f"{path}/stories/{other.id}").status == 404


def test_a_project_of_the_past_is_told_with_partners_that_are_linked_and_taken_away(
    cast: Cast, door: Enter, make: Make
) -> None:
    make.organisation("Twins", country="FR")
    make.organisation("Twins", country="BE")
    editor, path = door(cast.member), f"/en/organisations/{cast.organisation.slug}"
    told = {
        "title": "Semi",
        "year": "2019",
        "role": "We sowed",
        "partners": "zielona spółdzielnia, Twins, Comune di Asti",
        "link": "semi.example.org",
    }
    assert (
        editor.fill(
            f"{path}/track-record/new", "main form.form", **{**told, "link": "javascript:alert(1)"}
        ).status
        == 422
    )
    assert (
        editor.fill(f"{path}/track-record/new", "main form.form", **{**told, "year": "9" * 400}).status == 422
    )
    assert editor.fill(f"{path}/track-record/new", "main form.form", **told).status == 303
    seen = door().get(path).soup.select_one("section[aria-labelledby=track]")
    assert seen is not None
    assert [link["href"] for link in seen.select("a")] == [
        "https://semi.example.org",
        f"/en/organisations/{cast.other_organisation.slug}",
    ]
    assert "Twins, Comune di Asti" in seen.text, "which of two is meant nobody knows"
    entry = editor.get(f"{path}/edit").soup.select_one("section[aria-labelledby=track] li a")["href"]
    field = editor.get(entry).soup.select_one("[name=partners]")
    assert field["value"] == "Zielona Spółdzielnia, Twins, Comune di Asti"
    assert editor.fill(entry, "main form.form", partners="").status == 303
    assert "Zielona" not in door().get(path).soup.select_one("section[aria-labelledby=track]").text
    assert "Project of the past" in editor.get(f"{path}/history").text
    assert editor.post(f"{entry}/delete").status == 303
    assert door().get(path).soup.select_one("section[aria-labelledby=track]") is None
    make.track_entry(cast.organisation, "Semi")
    for number in range(MAX_TRACK_ENTRIES - 1):
        make.track_entry(cast.organisation, f"Semi {number}")
    assert editor.fill(f"{path}/track-record/new", "main form.form", **told).status == 409


def test_editors_are_asked_once_a_year_and_answer_on_a_page(app: Flask, cast: Cast, door: Enter) -> None:
    path, editor = f"/en/organisations/{cast.organisation.slug}", door(cast.member)

    def ask(**columns: object) -> bool:
        with app.app_context(), write_transaction():
            organisation = db.session.get_one(Organisation, cast.organisation.id)
            for name, value in columns.items():
                setattr(organisation, name, value)
            db.session.flush()
            before = organisation.asked_at
            ask_editors()
            return organisation.asked_at != before

    assert not ask()
    assert ask(created_at=now() - timedelta(days=400))
    assert not ask()
    assert editor.get(f"{path}/still-right").status == 200
    assert "Confirmed" not in door().get(path).text
    assert editor.post(f"{path}/still-right", {}).status == 303
    assert "Confirmed:" in door().get(path).text
    assert not ask(asked_at=None)
    ask(confirmed_at=now() - timedelta(days=600))
    assert "Not confirmed lately" in door().get(path).text


def test_editors_read_who_changed_what(cast: Cast, door: Enter) -> None:
    path, editor = f"/en/organisations/{cast.organisation.slug}", door(cast.member)
    editor.fill(f"{path}/edit/numbers", "main form.form", founded="2009")
    seen = editor.get(f"{path}/history")
    assert cast.member.name in seen.text
    assert "Founded in: None → 2009" in seen.text
    assert door(cast.other).get(f"{path}/history").status == 403


@pytest.mark.parametrize(
    ("answers", "kind", "missing"),
    [
        (dict.fromkeys(QUESTIONS, "yes"), "wise", 0),
        ({**dict.fromkeys(QUESTIONS, "yes"), "work": "no"}, "cooperative", 0),
        ({**dict.fromkeys(QUESTIONS, "partly"), "work": "no"}, "association", 0),
        ({"economic": "yes", "aim": "yes", "governance": "no"}, "startup", 3),
        ({"aim": "yes", "profit": "yes"}, "association", 3),
        ({}, "other", 5),
        (dict.fromkeys(QUESTIONS, "unknown"), "other", 5),
    ],
)
def test_the_guide_ends_in_a_type_and_says_what_is_missing(
    answers: dict[str, str], kind: str, missing: int
) -> None:
    outcome = outcome_of(answers, "IT")
    assert (outcome.type, len(outcome.missing), outcome.fits) == (kind, missing, not missing)
    assert all(example.keys() == QUESTIONS.keys() for example in EXAMPLES.values())


def test_the_guide_works_without_an_account_and_leads_to_a_type_that_is_chosen(
    cast: Cast, door: Enter
) -> None:
    visitor = door()
    assert "przedsiębiorstwa społecznego" in visitor.get(f"{GUIDE}?country=PL").text
    assert visitor.get(f"{GUIDE}?country=XX").status == 200
    seen = visitor.post(GUIDE, {"country": "IT", "economic": "yes", "aim": "rubbish"})
    assert seen.status == 422
    assert seen.soup.select_one("input[name=economic][value=yes]").has_attr("checked")
    seen = visitor.post(GUIDE, {"country": "IT", **dict.fromkeys(QUESTIONS, "yes")})
    assert "Work-integration social enterprise" in seen.soup.select_one("#outcome").get_text()
    assert "cooperativa sociale di tipo B" in seen.text
    address = str(seen.soup.find("a", string="Create your organisation")["href"])
    chosen = door(cast.newcomer).get(address).soup.select_one("select[name=type] option[selected]")
    assert chosen["value"] == "wise"

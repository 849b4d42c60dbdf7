"""The picture that other sites show with a link: in every script that we read, made once, waited for with a limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from flask import Flask
from PIL import Image

from app.core.weave import DYES
from app.features.visibility import share_pictures
from app.features.visibility.share_pictures import remove_oldest_pictures, set_picture
from config import ALL_LANGUAGES, ROOT, Settings
from tests.support.door import Door
from tests.support.factories import Make

Doors = Callable[..., Door]
TEMPLATE = ROOT / "app/templates/visibility/share.typ"
NAME_AREA = (500, 0, 1200, 630)
WEAVE = {"warp": ["indigo"] * 4, "weft": ["woad-sink", "weld-lift", "linen", "madder"]}
UNASSIGNED = "\u0530\u0557", "\u0558\u058b"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with addresses in every language."""
    return replace(settings, languages=ALL_LANGUAGES)


def pixels(content: bytes) -> npt.NDArray[Any]:
    """The right half of a picture, where its words are."""
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        return np.asarray(picture.convert("L").crop(NAME_AREA))


def words_of(name: str) -> npt.NDArray[Any]:
    """A picture with nothing but a name in that half."""
    data = {"name": name, "place": "", "cluster": "", "lang": "el", **WEAVE}
    return pixels(set_picture(TEMPLATE.read_bytes(), json.dumps(data)))


def test_letters_of_each_script_are_drawn_as_themselves_and_not_as_boxes() -> None:
    box, other_box = (words_of(name) for name in UNASSIGNED)
    assert np.array_equal(box, other_box), "letters that no font has look alike"
    drawn = [words_of(name) for name in ("κή", "πο", "łó", "čš", "Zo")]
    for at, one in enumerate(drawn):
        assert (one < 128).sum() > 200
        assert not any(np.array_equal(one, other) for other in (box, *drawn[:at]))


@pytest.mark.parametrize(
    "name", ["a" * 160, "Wort " * 32, '#panic("no")', '#read("/etc/passwd") $x$ *b*', "\\"]
)
def test_no_name_breaks_the_picture_or_is_read_as_markup(name: str) -> None:
    shown = words_of(name)
    assert (shown < 128).any()
    assert (shown[:, -1] > 200).all(), "no word runs over the edge"


def test_the_dyes_are_those_of_the_pages() -> None:
    tokens = (ROOT / "app/static/src/css/parts/tokens.css").read_text()
    template = TEMPLATE.read_text()
    for dye in DYES:
        light = tokens.split(f"--{dye}: light-dark(oklch(")[1].split(")")[0]
        assert f"{dye}: oklch({', '.join(light.split())})" in template


def test_a_picture_is_made_once_for_what_it_shows(
    app: Flask, make: Make, door: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(
        share_pictures, "set_picture", lambda template, data: made.append(data) or b"\x89PNG of a test"
    )
    make.organisation("Ο Κήπος", slug="kipos", country="GR", city="Θεσσαλονίκη")
    visitor = door()
    for _reader in range(2):
        seen = visitor.get("/el/organisations/kipos/share.png")
        assert seen.status == 200 and seen.response.mimetype == "image/png"
        assert (
            "public" in seen.response.headers["Cache-Control"]
            or "max-age" in seen.response.headers["Cache-Control"]
        )
    assert len(made) == 1 and json.loads(made[0])["place"] == "Θεσσαλονίκη, Ελλάδα"
    visitor.get("/en/organisations/kipos/share.png")
    assert len(made) == 2
    head = visitor.get("/el/organisations/kipos").soup
    assert head.select_one("meta[property='og:image']")["content"].endswith(
        "/el/organisations/kipos/share.png"
    )
    monkeypatch.setattr(share_pictures, "MAX_KEPT_PICTURES", 1)
    with app.app_context():
        remove_oldest_pictures()
    assert len(list((tmp_path / "share").glob("*.png"))) == 1
    assert visitor.get("/en/organisations/nobody/share.png").status == 404


def test_who_comes_when_several_are_being_made_is_asked_to_come_again(
    make: Make, door: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.organisation("Orto", slug="orto")
    monkeypatch.setattr(share_pictures, "MAX_WAITING_PICTURES", 0)
    assert door().get("/en/organisations/orto/share.png").status == 429

"""What a page asks for: its style first, its scripts with all that they import, no tiny files, all of it compressed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable

import pytest
from bs4 import Tag
from flask import Flask

from app.core.assets import DIST, Manifest
from app.features.rooms.models import Room
from tests.support.door import Door
from tests.support.factories import Cast, Make

MIN_CHUNK_BYTES = 2048
IMPORTED = re.compile(r'\b(?:import|from)\s*"(\.{1,2}/[^"]+)"')
Enter = Callable[..., Door]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """What the build says that it made."""
    made: Manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return made


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """A room that the member may enter."""
    return make.room(make.initiative(cast.organisation))


def read_imports(file: str, found: set[str] | None = None) -> set[str]:
    """The built files that a built script imports, and those that they import, as paths in the build's folder."""
    found = set() if found is None else found
    path = DIST / file
    for address in IMPORTED.findall(path.read_text(encoding="utf-8")):
        name = str((path.parent / address).resolve().relative_to(DIST))
        if name not in found:
            found.add(name)
            read_imports(name, found)
    return found


def addresses(tags: list[Tag], attribute: str) -> list[str]:
    """The built files that elements of a page name, as paths in the build's folder."""
    return [str(tag[attribute]).removeprefix("/static/dist/") for tag in tags]


def test_the_style_sheet_stands_before_scripts_and_fonts(door: Enter, cast: Cast, room: Room) -> None:
    for path in ("/en/", "/el/", "/en/organisations", f"/en/rooms/{room.id}"):
        head = door(cast.member).get(path).soup.head
        assert head is not None
        links = head.select("link[rel=stylesheet], link[rel=modulepreload], link[as=font], script")
        kinds = [str(link.get("as") or link.get("rel", ["script"])[0]) for link in links]
        styles = kinds.count("stylesheet")
        assert styles and kinds[:styles] == ["stylesheet"] * styles, path
        assert kinds[-1] == "font" and kinds.count("font") == 1, path
        assert all(link["fetchpriority"] == "low" for link in head.select("link[as=font]"))


def test_what_a_page_script_imports_is_asked_for_by_the_page(door: Enter, cast: Cast, room: Room) -> None:
    for path in ("/en/", "/en/rooms", f"/en/rooms/{room.id}", "/en/network"):
        page = door(cast.member).get(path).soup
        scripts = addresses(page.select("script[type=module]"), "src")
        asked = {*scripts, *addresses(page.select("link[rel=modulepreload]"), "href")}
        needed = {imported for script in scripts for imported in read_imports(script)}
        assert needed <= asked, path
        assert asked - set(scripts) <= needed, f"{path} asks for what it does not need"


def test_every_script_names_all_that_it_imports(manifest: Manifest) -> None:
    everywhere = manifest["files"]["js/app.js"]
    scripts = {name for name in manifest["files"] if name.endswith(".js")}
    # The service worker is one file, since no page loads it.
    assert manifest["imports"].keys() == scripts - {"js/worker/service-worker.js"}
    for name, imports in manifest["imports"].items():
        assert set(imports) == read_imports(manifest["files"][name]) - {
            everywhere,
            manifest["files"][name],
        }, name


def test_no_shared_script_is_smaller_than_a_request_is_worth() -> None:
    crumbs = {path.name: path.stat().st_size for path in (DIST / "js" / "shared").glob("*.js")}
    assert crumbs
    assert {name: size for name, size in crumbs.items() if size < MIN_CHUNK_BYTES} == {}


def test_built_files_are_compressed_for_who_knows_only_gzip(app: Flask, manifest: Manifest) -> None:
    answer = app.test_client().get(
        f"/static/dist/{manifest['files']['css/app.css']}", headers={"Accept-Encoding": "gzip"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == (DIST / manifest["files"]["css/app.css"]).read_bytes()

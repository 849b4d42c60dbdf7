"""What search engines and feed readers get: languages that refer to each other, data that parse, bounded lists."""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.core.clock import now
from app.core.http.public_pages import alternates_of, territory_locale
from app.core.i18n import ALL_LANGUAGES
from app.features.home.queries import ListedPage
from app.features.home.sitemap_files import (
    PROFILES_PER_FILE,
    SLUG,
    rewrite_when_due,
    sitemap_path,
    url_entries,
    write_sitemaps,
)
from app.features.initiatives.models import InitiativeState
from app.features.organisations.models import OrganisationState
from config import Settings
from tests.support.app import sqlite_copy
from tests.support.demo import seeded_sqlite
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make
from tests.support.shared import Shared

Doors = Callable[..., Door]
HOST = "http://127.0.0.1:5000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ATOM = "{http://www.w3.org/2005/Atom}"
MAX_URLS, MAX_BYTES = 50_000, 50 * 1024 * 1024


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with addresses in every language."""
    return replace(settings, languages=ALL_LANGUAGES)


@pytest.fixture
def database(request: pytest.FixtureRequest, shared: Shared, tmp_path: Path) -> str:
    """The address of a test's own database: empty, or that with the demo."""
    if getattr(request, "param", "") == "demo":
        return seeded_sqlite(shared, tmp_path)[0]
    return sqlite_copy(shared, tmp_path)


def paths_in(seen: Seen) -> dict[str, dict[str, str]]:
    """The paths that a sitemap or its index lists, each with its alternates by hreflang."""
    assert seen.status == 200
    content = seen.response.get_data()
    text = gzip.decompress(content) if seen.response.mimetype == "application/gzip" else content
    found = {}
    for entry in ElementTree.fromstring(text):
        links = {str(link.get("hreflang")): str(link.get("href")) for link in entry.iter(LINK)}
        found[str(entry.findtext(f"{MAP}loc")).removeprefix(HOST)] = links
    return found


def listed(door: Door) -> dict[str, dict[str, str]]:
    """Every page that the sitemaps list."""
    found: dict[str, dict[str, str]] = {}
    for path in paths_in(door.get("/sitemap.xml")):
        found |= paths_in(door.get(path))
    return found


def alternates(seen: Seen) -> dict[str, str]:
    """The hreflang links in a page's head."""
    links = seen.soup.select("head link[rel=alternate][hreflang]")
    return {str(link["hreflang"]): str(link["href"]) for link in links}


def structured(seen: Seen) -> Iterator[Any]:
    """The JSON-LD of a page."""
    for block in seen.soup.select("script[type='application/ld+json']"):
        yield json.loads(block.get_text())


def head_of(seen: Seen) -> dict[str, str]:
    """The meta tags of a page, and its canonical address."""
    metas = seen.soup.select("head meta[content]")
    found = {str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in metas}
    canonical = seen.soup.select_one("head link[rel=canonical]")
    return found | ({"canonical": str(canonical["href"])} if canonical else {})


@pytest.mark.parametrize("database", ["demo"], indirect=True)
def test_every_public_page_of_the_demo_refers_to_its_languages_and_they_refer_back(
    app: Flask, door: Doors
) -> None:
    with app.app_context():
        write_sitemaps()
    visitor = door()
    sitemap = listed(visitor)
    assert len([path for path in sitemap if path.startswith("/en/organisations/")]) >= 25
    for path, links in sitemap.items():
        seen = visitor.get(path)
        assert seen.status == 200, path
        head = head_of(seen)
        assert head["canonical"] == HOST + path and "robots" not in head
        assert alternates(seen) == links and HOST + path in links.values(), path
        assert "x-default" in links
        for code, url in links.items():
            if code != "x-default":
                assert sitemap[url.removeprefix(HOST)] == links
        for name in ("og:title", "og:description", "og:url", "og:image", "og:image:alt", "twitter:card"):
            assert head[name].strip(), f"{path} has no {name}"
        for data in structured(seen):
            assert data["@context"] == "https://schema.org" and data["@id"] == HOST + path
        if "/organisations/" in path or "/initiatives/" in path:
            assert len(list(structured(seen))) == 1


def test_a_profile_in_polish_alone_is_one_page_in_polish_and_one_in_english(door: Doors, make: Make) -> None:
    make.organisation("Ogród", slug="ogrod", lang="pl", story="Uprawiamy warzywa.")
    visitor = door()
    page = f"{HOST}/%s/organisations/ogrod"
    own = {"en": page % "en", "pl": page % "pl", "x-default": page % "en"}
    assert alternates(visitor.get("/pl/organisations/ogrod")) == own
    assert alternates(visitor.get("/en/organisations/ogrod")) == own
    italian = visitor.get("/it/organisations/ogrod")
    assert alternates(italian) == {}
    assert head_of(italian)["robots"] == "noindex,follow" and head_of(italian)["canonical"] == page % "pl"


def test_a_filtered_list_is_not_indexed_and_names_the_whole_one(door: Doors) -> None:
    seen = door().get("/it/organisations?country=IT")
    assert alternates(seen) == {}
    assert head_of(seen)["robots"] == "noindex,follow"
    assert head_of(seen)["canonical"] == f"{HOST}/it/organisations"


def test_what_waits_for_a_manager_is_described_to_nobody(door: Doors, make: Make, cast: Cast) -> None:
    make.organisation("Still secret", slug="still-secret", state=OrganisationState.PENDING)
    head = head_of(door(cast.manager).get("/en/organisations/still-secret"))
    assert head["robots"] == "noindex" and "canonical" not in head and "og:title" not in head


def test_the_sitemaps_list_what_is_public_and_nothing_else(
    app: Flask, door: Doors, make: Make, cast: Cast
) -> None:
    make.organisation("Still secret", slug="still-secret", state=OrganisationState.PENDING)
    make.organisation("From a register", slug="from-a-register", unclaimed=True)
    make.initiative(cast.organisation, "Not yet", state=InitiativeState.DRAFT)
    shown = make.initiative(cast.organisation, "Seeds")
    assert set(listed(door())) >= {"/en/", "/it/organisations"}, "before any file is written"
    with app.app_context():
        rewrite_when_due()
        written = sitemap_path("index.xml").stat().st_mtime_ns
        rewrite_when_due()
        assert sitemap_path("index.xml").stat().st_mtime_ns == written, "it is a day until the next time"
    found = listed(door())
    assert f"/en/organisations/{cast.organisation.slug}" in found
    assert f"/en/initiatives/{shown.slug}" in found and "/en/" in found
    assert not [path for path in found if any(word in path for word in ("secret", "not-yet", "register"))]


def test_a_list_that_was_not_written_is_not_there(door: Doors) -> None:
    assert door().get("/sitemaps/organisations-7.xml.gz").status == 404


def test_the_longest_list_stays_within_the_limits_of_the_protocol(app: Flask) -> None:
    page = ListedPage(1, "s" * 80, now(), frozenset(ALL_LANGUAGES))
    with app.app_context():
        addresses = alternates_of("organisations.show", ALL_LANGUAGES, slug=SLUG)
        entries = list(url_entries(page.slug, page.changed, addresses, ALL_LANGUAGES))
    longer_host = len("https://a-cluster-with-a-long-name.example.org") - len(HOST)
    bytes_of_one = sum(len(entry.encode()) + 11 * longer_host for entry in entries)
    assert len(entries) * PROFILES_PER_FILE <= MAX_URLS
    assert bytes_of_one * PROFILES_PER_FILE <= MAX_BYTES
    assert 398_000 / PROFILES_PER_FILE < MAX_URLS


def test_a_feed_is_valid_atom_and_is_sent_once(door: Doors, make: Make) -> None:
    make.organisation("Łąka & <Co>", slug="laka", country="PL", lang="pl", story="Robimy \x0b miód.")
    visitor = door()
    seen = visitor.get("/it/feeds/organisations.atom")
    assert seen.status == 200 and seen.response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(seen.response.get_data())
    for name in ("id", "title", "updated", "author/{http://www.w3.org/2005/Atom}name"):
        assert feed.findtext(f"{ATOM}{name}"), name
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert entries and len(set(ids)) == len(ids)
    first = entries[0]
    assert first.findtext(f"{ATOM}title") == "Łąka & <Co>"
    assert first.get("{http://www.w3.org/XML/1998/namespace}lang") == "pl"
    assert datetime.fromisoformat(str(first.findtext(f"{ATOM}updated")))
    assert seen.response.headers["Cache-Control"] == "public, max-age=900"
    again = visitor.get(
        "/it/feeds/organisations.atom", headers={"If-None-Match": seen.response.headers["ETag"]}
    )
    assert again.status == 304
    make.organisation("Orto", country="IT")
    listed = visitor.get("/en/organisations?country=IT").soup.select_one("a[href*='/feeds/']")
    of_italy = ElementTree.fromstring(visitor.get(str(listed["href"])).response.get_data())
    assert [entry.findtext(f"{ATOM}title") for entry in of_italy.findall(f"{ATOM}entry")] == ["Orto"]
    assert visitor.get("/en/feeds/organisations.atom?country=XX").status == 404
    link = visitor.get("/it/organisations").soup.select_one("link[type='application/atom+xml']")
    assert link is not None and link["href"] == f"{HOST}/it/feeds/organisations.atom"
    assert ElementTree.fromstring(visitor.get("/en/feeds/initiatives.atom").response.get_data()) is not None


def test_a_language_has_the_territory_that_it_is_most_spoken_in() -> None:
    assert {code: territory_locale(code) for code in ALL_LANGUAGES} == {
        "en": "en_GB",
        "it": "it_IT",
        "fr": "fr_FR",
        "nl": "nl_NL",
        "de": "de_DE",
        "el": "el_GR",
        "pl": "pl_PL",
        "hr": "hr_HR",
        "sl": "sl_SI",
    }

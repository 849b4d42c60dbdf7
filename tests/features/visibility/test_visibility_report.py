"""How often a profile is seen: by week and country, never by person, told to its editors in sums of five and more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.core.view_counts import ViewKind, monday_of, profile_views
from app.features.organisations.models import Organisation
from app.features.visibility.models import ProfileViewCount
from app.features.visibility.services import flush_views
from config import ALL_LANGUAGES, Settings
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FEW = "<\N{NO-BREAK SPACE}5"
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1",
    "curl/8.5.0",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "",
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with addresses in every language."""
    return replace(settings, languages=ALL_LANGUAGES)


@both_databases
def test_people_of_others_are_counted_and_programs_and_ones_own_are_not(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    """By the country for which somebody acts; who has gone before the counts are written is left out."""
    garden = make.organisation("Garden", slug="garden", country="IT")
    own = make.person("Ada")
    make.member(own, garden)
    gone = make.organisation("Gone", slug="gone")
    page = "/en/organisations/garden"
    door().get(page, headers=BROWSER)
    for _visit in range(2):
        door(cast.member).get(page, headers=BROWSER)
    door(own).get(page, headers=BROWSER)
    for robot in ROBOTS:
        door().get(page, headers={"User-Agent": robot})
    door().get("/en/organisations/gone", headers=BROWSER)
    with app.app_context():
        with write_transaction():
            db.session.execute(delete(Organisation).where(Organisation.id == gone.id))
        flush_views()
        flush_views()
        db.session.remove()
        kept = select(ProfileViewCount.country, ProfileViewCount.number)
        opened = kept.where(ProfileViewCount.kind == ViewKind.OPENED)
        assert dict(db.session.execute(opened).all()) == {"": 1, cast.organisation.country: 2}
        assert not db.session.execute(kept.where(ProfileViewCount.kind == ViewKind.SHOWN)).all()
    door().get("/en/organisations", headers=BROWSER)
    door().get(page, headers=BROWSER)
    with app.app_context():
        flush_views()
        db.session.remove()
        assert dict(db.session.execute(opened).all()) == {"": 2, cast.organisation.country: 2}
        listed = kept.where(
            ProfileViewCount.kind == ViewKind.SHOWN, ProfileViewCount.organisation_id == garden.id
        )
        assert db.session.execute(listed).all() == [("", 1)]


def test_editors_read_weekly_sums_of_five_and_more_of_weeks_that_are_over(
    app: Flask, make: Make, door: Enter
) -> None:
    editor = make.person("Ada")
    garden = make.organisation("Garden", slug="garden", editor=editor)
    monday = monday_of(now().date())
    last = monday - timedelta(weeks=1)
    with app.app_context():
        profile_views().add(
            Counter(
                {
                    (garden.id, last, ViewKind.OPENED, "FR"): 7,
                    (garden.id, last, ViewKind.OPENED, "PL"): 4,
                    (garden.id, last, ViewKind.SHOWN, ""): 1234,
                    (garden.id, monday - timedelta(weeks=2), ViewKind.OPENED, "FR"): 3,
                    (garden.id, monday, ViewKind.OPENED, "FR"): 90,
                    (garden.id, monday - timedelta(weeks=70), ViewKind.OPENED, "FR"): 50,
                }
            )
        )
        flush_views()
        db.session.remove()
        weeks = db.session.scalars(select(ProfileViewCount.week).distinct()).all()
        assert min(weeks) == monday - timedelta(weeks=2), "what no report shows is deleted"
    seen = door(editor).get("/en/organisations/garden/visibility")
    assert "Your page was opened 11 times in 12 weeks" in seen.text
    rows = [[cell.get_text() for cell in row.select("td")] for row in seen.soup.select("tbody tr")]
    assert len(rows) == 12
    assert rows[0] == ["1,234", FEW, "11", FEW]
    assert rows[1] == [FEW] * 4
    countries = {
        each.dt.get_text(): each.dd.get_text() for each in seen.soup.select("#countries ~ .facts > div")
    }
    assert countries == {"France": "7"}
    link = door(editor).get("/en/organisations/garden").soup.select_one("a[href$='/visibility']")
    assert link is not None
    assert door().get("/en/organisations/garden").soup.select_one("a[href$='/visibility']") is None


def test_sharing_is_plain_links_and_loads_nothing_from_elsewhere(make: Make, door: Enter) -> None:
    make.organisation("Łąka & <Co>", slug="laka")
    seen = door().get("/pl/organisations/laka")
    links = [str(link["href"]) for link in seen.soup.select("a[rel~=nofollow]")]
    assert [link.split("?")[0] for link in links] == [
        "mailto:",
        "https://www.linkedin.com/sharing/share-offsite/",
        "https://www.facebook.com/sharer/sharer.php",
        "https://wa.me/",
    ]
    assert all("organisations%2Flaka" in link or "organisations/laka" in link for link in links)
    for tag in seen.soup.select("script[src], img[src], link[rel=stylesheet]"):
        assert not str(tag.get("src") or tag.get("href")).startswith(("http:", "https:", "//"))

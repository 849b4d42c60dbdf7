"""Kinds of cooperation, region, size and answering in the list of suggestions, through the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.introductions.models import Introduction, IntroductionState
from app.features.organisations.models import Organisation, OrganisationType, Relation
from app.features.organisations.services.freshness import mark_ended_searches
from tests.features.suggestions.listing import PLACE, entry, give, names, words
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.factories.rows import concept_id

BID = "cooperation:joint-bid"
TECHNOLOGY = "cooperation:technology"
MEADOW = "Łąka Razem"


@both_databases
def test_who_wants_to_work_together_in_the_same_way_is_suggested_with_that_reason(
    reader: Door, make: Make, cast: Cast
) -> None:
    give(make.app, cast.organisation, Relation.COOPERATION, BID)
    make.organisation(MEADOW, country="PL", cooperation=[BID])
    row = words(entry(reader.get(PLACE), MEADOW))
    assert "You both want to work together like this: bidding or applying together" in row


def test_a_search_that_ended_counts_no_more_and_its_editor_is_asked(
    reader: Door, make: Make, cast: Cast
) -> None:
    give(make.app, cast.organisation, Relation.COOPERATION, BID)
    today = now().date()
    other = make.organisation(MEADOW, country="PL", cooperation=[BID], cooperation_until=today)
    assert MEADOW in names(reader.get(PLACE))
    with make.app.app_context(), write_transaction():
        # Yesterday's row, as the day's end finds it: nobody wrote it since.
        for number in (other.id, cast.organisation.id):
            db.session.get_one(Organisation, number).cooperation_until = today - timedelta(days=1)
        db.session.flush()
        yesterday = now() - timedelta(days=1)
        db.session.query(Organisation).update({"updated_at": yesterday}, synchronize_session=False)
        mark_ended_searches()
    assert MEADOW not in names(reader.get(PLACE))
    assert "Your search for partners has ended" in reader.get("/en/").text
    page = reader.get(f"/en/organisations/{cast.organisation.slug}")
    assert "Your search ended on" in page.text and "How they want to work with others" not in page.text


def test_a_technology_for_a_social_need_brings_technology_providers_and_the_other_way_round(
    reader: Door, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    give(make.app, cast.organisation, Relation.COOPERATION, TECHNOLOGY)
    engineer = make.person("Engineer")
    make.organisation("Klik Pomaga", country="PL", type=OrganisationType.TECHNOLOGY_PROVIDER, editor=engineer)
    assert "they provide technology" in words(entry(reader.get(PLACE), "Klik Pomaga"))
    assert names(reader.get(f"{PLACE}?kind={TECHNOLOGY}")) == ["Klik Pomaga"]
    assert "you provide technology" in words(entry(door(engineer).get(PLACE), cast.organisation.name))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("region=region:pl-mazowieckie", ["Zielona Sieć"]),
        ("kind=cooperation:joint-bid", ["Zielona Sieć"]),
        ("size=size:10-49", ["Zielona Sieć"]),
        ("size=size:250", []),
        (
            "region=region:pl-mazowieckie&kind=cooperation:joint-bid&size=size:10-49&country=PL",
            ["Zielona Sieć"],
        ),
        ("region=region:pl-mazowieckie&country=FR", []),
        ("kind=nonsense%00", []),
        ("region=%CE%91%CE%B8%CE%AE%CE%BD%CE%B1", []),
        ("size=" + "9" * 3000, []),
    ],
)
def test_the_list_is_narrowed_by_region_kind_and_size(
    reader: Door, make: Make, asked: str, found: list[str]
) -> None:
    with make.app.app_context():
        columns: dict[str, Any] = {"employed": 12, "region_id": concept_id("region:pl-mazowieckie")}
    make.organisation(
        "Zielona Sieć", country="PL", sectors=["sector:agriculture"], cooperation=[BID], **columns
    )
    seen = reader.get(f"{PLACE}?{asked}")
    assert names(seen) == found
    if found:
        chosen = {
            field["name"]
            for field in seen.soup.select("form.narrow-by option[selected]")
            for field in [field.find_parent("select")]
            if field
        }
        assert chosen == {part.split("=")[0] for part in asked.split("&")}


def test_who_leaves_three_unanswered_is_told_first_and_others_read_it_until_the_next_answer(
    reader: Door, make: Make, cluster: dict[str, Organisation], door: Callable[..., Door]
) -> None:
    silent, editor = cluster["gardeners"], make.person("Silent")
    make.member(editor, silent)
    warning = "They have not answered lately"
    kept: list[Introduction] = []
    for at in range(3):
        asker = make.organisation(f"Asker {at}", country="FR")
        kept.append(make.introduction(asker, silent, make.person(f"Asker {at}")))
        _age(make, kept[-1], 10 + at)
        assert (warning in reader.get(PLACE).text) is (at == 2)
        assert "Somebody has waited for more than a week" in door(editor).get("/en/").text
    assert "3 have waited for more than a week" in door(editor).get("/en/introductions").text
    answered = door(editor).post(f"/en/introductions/{kept[0].id}/decline", follow=True)
    assert answered.status == 200
    assert warning not in reader.get(PLACE).text


def test_introductions_of_this_week_and_those_long_past_make_nobody_slow(
    reader: Door, make: Make, cluster: dict[str, Organisation]
) -> None:
    for at in range(6):
        asker = make.organisation(f"Asker {at}", country="FR")
        introduction = make.introduction(
            asker, cluster["gardeners"], make.person(f"Asker {at}"), state=IntroductionState.EXPIRED
        )
        _age(make, introduction, 3 if at % 2 else 70)
    assert "They have not answered lately" not in reader.get(PLACE).text


def _age(make: Make, introduction: Introduction, days: int) -> None:
    with make.app.app_context(), write_transaction():
        row = db.session.get_one(Introduction, introduction.id)
        row.created_at = now() - timedelta(days=days)
        row.answered_at = None

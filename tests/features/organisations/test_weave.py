"""The weave's rule: the same concepts give the same cloth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.weave import UNDYED
from app.features.organisations.models import Organisation
from app.features.organisations.queries import CARD
from app.features.organisations.weave import Weave, weave_of
from tests.support.factories import Make

Woven = Callable[[Sequence[str], Sequence[str]], Weave]


@pytest.fixture
def woven(app: Flask, make: Make) -> Woven:
    """The weave of an organisation with these sectors and skills."""

    def weave(sectors: Sequence[str], offers: Sequence[str]) -> Weave:
        made = make.organisation(sectors=sectors, offers=offers)
        with app.app_context():
            return weave_of(
                db.session.scalars(
                    select(Organisation).where(Organisation.id == made.id).options(*CARD)
                ).one()
            )

    return weave


def test_warp_is_the_dyes_of_the_sectors_and_weft_those_of_the_skills_groups(woven: Woven) -> None:
    weave = woven(["sector:food-catering", "sector:agriculture"], ["skill:gardening"])
    assert [thread.split("-")[0] for thread in weave.warp] == ["lichen", "weld", "lichen", "weld"]
    assert [thread.split("-")[0] for thread in weave.weft] == ["lichen"] * 4


def test_relatives_have_one_dye_in_three_tones(woven: Woven) -> None:
    weave = woven(
        [], ["skill:agriculture", "skill:beekeeping", "skill:ecological-gardening", "skill:gardening"]
    )
    assert len({thread.split("-")[0] for thread in weave.weft}) == 1
    assert len(set(weave.weft)) == 3


def test_the_order_in_which_concepts_were_chosen_does_not_matter(woven: Woven) -> None:
    sectors = ["sector:agriculture", "sector:food", "sector:care", "sector:crafts", "sector:waste"]
    offers = ["skill:catering", "skill:marketing", "skill:gardening"]
    assert woven(sectors, offers) == woven(sectors[::-1], offers[::-1])


def test_only_the_first_four_by_code_are_woven(woven: Woven) -> None:
    sectors = ["sector:agriculture", "sector:building", "sector:care", "sector:cleaning"]
    assert woven(sectors, []).warp == woven([*sectors, "sector:waste"], []).warp


def test_three_threads_begin_again_with_the_first(woven: Woven) -> None:
    warp = woven(["sector:agriculture", "sector:food", "sector:waste"], []).warp
    assert len(set(warp)) > 1
    assert warp[3] == warp[0]


def test_what_is_missing_is_linen(woven: Woven) -> None:
    assert woven([], []) == Weave((UNDYED,) * 4, (UNDYED,) * 4)

"""The concept picker's field without its script: names typed by hand, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.door import Door, Seen
from tests.support.factories import Cast

NEW = "/en/organisations/new"
GOOD = {"name": "La Bottega", "type": "cooperative", "country": "IT", "sectors": ["sector:food"]}


@pytest.fixture
def send(door: Callable[..., Door], cast: Cast) -> Callable[..., Seen]:
    """Send the form of a new organisation, good but for what is given."""
    browser = door(cast.newcomer)
    return lambda **fields: browser.post(NEW, {**GOOD, **fields})


def _chosen(seen: Seen, name: str) -> list[str]:
    return [str(box["value"]) for box in seen.soup.select(f"input[name={name}][checked]")]


def test_names_typed_in_any_language_without_diacritics_are_taken(
    send: Callable[..., Seen], door: Any
) -> None:
    seen = send(
        offers_text="ristorazione, Giardinaggio ; job coaching", languages_text="italiano, POLSKI", name="Uno"
    )
    assert seen.status == 303
    page = door().get("/en/organisations/uno").text
    for word in ("Catering", "Gardening", "Job coaching", "Italian, Polish"):
        assert word in page


def test_an_unknown_name_is_told_with_what_it_may_mean_and_nothing_is_lost(send: Callable[..., Seen]) -> None:
    seen = send(offers=["skill:cooking"], offers_text="catering, gardeners, qwertyuiop")
    assert seen.status == 422
    assert "“gardeners” is not in our list. Do you mean" in seen.text
    assert "We do not know “qwertyuiop”: try another word for it." in seen.text
    assert seen.soup.select_one("#offers")["value"] == "gardeners, qwertyuiop"
    assert _chosen(seen, "offers") == ["skill:cooking", "skill:catering"]
    offered = [str(box["value"]) for box in seen.soup.select("input[name=offers]:not([checked])")]
    assert "skill:gardening" in offered
    assert _chosen(seen, "sectors") == ["sector:food"]
    assert seen.soup.select_one("#name")["value"] == "La Bottega"


@pytest.mark.parametrize("code", ["skill:no-such-thing", "sector:food", "skill:land", "", "7"])
def test_a_code_that_is_not_a_skill_to_choose_is_refused_at_its_field(
    send: Callable[..., Seen], code: str
) -> None:
    seen = send(offers=["skill:catering", code])
    assert seen.status == 422
    assert "not in this list any more" in seen.soup.select_one("#offers-error").get_text()
    assert _chosen(seen, "offers") == ["skill:catering"]


def test_more_than_there_is_room_for_is_refused(send: Callable[..., Seen], door: Any) -> None:
    codes = [item["code"] for item in door().get("/en/concepts?kind=skill&q=").json["items"][:21]]
    seen = send(offers=codes)
    assert seen.status == 422
    assert "Choose at most 20. You have chosen 21: remove some." in seen.text
    assert len(_chosen(seen, "offers")) == 21


def test_what_is_needed_is_asked_for(send: Callable[..., Seen]) -> None:
    seen = send(sectors=[])
    assert seen.status == 422
    assert "Choose at least one" in seen.soup.select_one("#sectors-error").get_text()

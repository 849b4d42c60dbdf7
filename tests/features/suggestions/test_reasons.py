"""Reasons as sentences and numbers: every kind has its words, shown shares add up, nothing is markup."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.features.suggestions.presenters.reason_formatting import ReasonContext
from app.features.suggestions.presenters.reason_sentences import PAIR, SEAT
from app.features.suggestions.presenters.rows import rounded
from app.features.suggestions.queries.proposals import WorkTitle
from app.matching.records import Reason, ReasonKind

CONCEPTS = {
    ReasonKind.COUNTRY_PAIR: ("IT", "PL"),
    ReasonKind.TYPE_PAIR: ("cooperative", "university"),
    ReasonKind.TYPE_WANTED: ("cooperative",),
    ReasonKind.NEW_COUNTRY: ("PL",),
    ReasonKind.KNOWS_COUNTRY: ("PL",),
    ReasonKind.COUNTRY_WANTED: ("PL",),
    ReasonKind.COUNTRY_SET_ASIDE: ("PL",),
    ReasonKind.COUNTRY_REPEATED: ("PL",),
}
WORDS = ReasonContext({1: "Uno & <b>Due</b>", 2: "Tre"}, {7: WorkTitle("Lin <i>et</i> laine", "fr")})


@pytest.mark.parametrize("part", [1.0, -1.0])
@pytest.mark.parametrize("kind", list(ReasonKind))
def test_every_kind_of_reason_has_a_sentence(app: Flask, kind: ReasonKind, part: float) -> None:
    """For a pair and for a seat, for and against; names and titles are text, never markup."""
    codes = CONCEPTS.get(kind, ("sector:agriculture", "skill:gardening"))
    full = Reason(kind, part, concepts=codes, partners=(1, 2), project=7, count=1, total=40)
    bare = Reason(kind, part, concepts=codes)
    with app.test_request_context("/en/"):
        for tellers in (PAIR, SEAT):
            for reasons in ([full], [bare], [full, full]):
                sentence = tellers[kind](WORDS, reasons)
                assert len(sentence) > 10 and "%(" not in sentence
                assert "<b>Due" not in sentence and "<i>" not in sentence


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=12))
def test_shown_shares_add_up_to_the_shown_score(parts: list[float]) -> None:
    """To the last digit, and none is further from its true value than that digit."""
    total = sum(parts)
    shown = rounded(parts, total)
    assert round(sum(round(part * 100) for part in shown)) == round(total * 100)
    assert all(abs(mine - true) < 0.0101 for mine, true in zip(shown, parts, strict=True))

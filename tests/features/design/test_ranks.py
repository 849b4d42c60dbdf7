"""Fractional ranks: always in order, always room in between, never long."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.design.ranks import MAX_RANK_LENGTH, between, ranks_after


def moved(order: list[str], random: Random) -> list[str]:
    """The ranks of a column after one of its cards was moved as the server moves it; written anew where one gets long."""
    card = order.pop(random.randrange(len(order)))
    place = random.choice([0, len(order), random.randrange(len(order) + 1), len(order) // 2])
    rank = between(order[place - 1] if place else None, order[place] if place < len(order) else None)
    order.insert(place, rank)
    assert card is not None
    return list(islice(ranks_after(None), len(order))) if len(rank) > MAX_RANK_LENGTH else order


@pytest.mark.parametrize("size", [2, 3, 40])
def test_ten_thousand_moves_keep_the_order_and_the_ranks_short(size: int) -> None:
    """Wherever cards go, the ranks stand in the order of the cards, differ, and fit their column."""
    random = Random(size)
    order = list(islice(ranks_after(None), size))
    for _ in range(10_000):
        order = moved(order, random)
        assert len(order[0]) <= MAX_RANK_LENGTH + 1
    assert order == sorted(order) and len(set(order)) == size
    assert max(len(rank) for rank in order) <= MAX_RANK_LENGTH


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=80))
def test_there_is_always_room_between_two_ranks(places: list[int]) -> None:
    """Inserting anywhere gives a rank strictly between its neighbours."""
    order: list[str] = []
    for wanted in places:
        place = min(wanted, len(order))
        low = order[place - 1] if place else None
        high = order[place] if place < len(order) else None
        rank = between(low, high)
        assert (low is None or low < rank) and (high is None or rank < high)
        order.insert(place, rank)


def test_ranks_that_are_not_in_order_are_refused() -> None:
    """Nothing lies between a rank and itself, or one before it."""
    for low, high in (("V", "V"), ("W", "V")):
        with pytest.raises(ValueError, match="order"):
            between(low, high)

"""How evenly exposure is shared, by the textbook's formula."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.evaluation.metrics import gini


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_gini_is_half_the_mean_difference_of_all_pairs(counts: list[int]) -> None:
    mean = sum(counts) / len(counts)
    differences = sum(abs(one - other) for one in counts for other in counts) / len(counts) ** 2
    assert gini(Counter(counts)) == pytest.approx(differences / (2 * mean) if mean else 0.0)


def test_even_is_nothing_and_one_who_has_all_is_nearly_one() -> None:
    assert gini({}) == gini({0: 2}) == gini({3: 3}) == 0.0
    assert gini({0: 99, 7: 1}) == pytest.approx(0.99)

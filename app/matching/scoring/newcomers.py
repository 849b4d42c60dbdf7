"""The lift of newcomers who meet a need: newcomer = max(0, 1 − days / NEWCOMER_DAYS), with the days since joining.

It is 0 for an organisation that neither meets a need of the asker exactly nor has one that the asker meets exactly.

Who joined on a day that is not known has no lift; who joined later than `today` has the lift of the first day.
"""

from __future__ import annotations

import numpy as np

from app.matching.index.arrays import Floats, Ints
from app.matching.index.history import DAYS_IN_YEAR
from app.matching.index.index import Index

NEWCOMER_DAYS = 90
"""Days after which nothing is left of the lift."""


def days_since_joined(index: Index, rows: Ints, today: float) -> Floats:
    """Days between joining and `today` (years), at least 0; NaN where the day is not known."""
    return np.maximum(np.round((today - index.joined[rows]) * DAYS_IN_YEAR), 0.0)


def newness(index: Index, rows: Ints, today: float) -> Floats:
    """The term at some rows, as if all of them met a need."""
    lift = 1 - days_since_joined(index, rows, today) / NEWCOMER_DAYS
    return np.nan_to_num(np.maximum(lift, 0.0), nan=0.0)

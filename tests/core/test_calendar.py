"""Moments are said by the reader's calendar: by the difference of dates, not of hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string

from app.core.clock import standing_at


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 5, 6, 0, 10, tzinfo=UTC), "00:10"),
        (datetime(2026, 5, 5, 23, 50, tzinfo=UTC), "1 day ago"),
        (datetime(2026, 5, 5, 0, 10, tzinfo=UTC), "1 day ago"),
        (datetime(2026, 5, 4, 23, 0, tzinfo=UTC), "2 days ago"),
        (datetime(2026, 4, 30, 23, 0, tzinfo=UTC), "6 days ago"),
        (datetime(2026, 4, 29, 23, 0, tzinfo=UTC), "29 Apr 2026"),
    ],
)
def test_a_moment_is_as_many_days_ago_as_the_calendar_says(app: Flask, moment: datetime, said: str) -> None:
    with app.test_request_context("/en/"), standing_at(datetime(2026, 5, 6, 8, 0, tzinfo=UTC)):
        assert f">{said}</time>" in render_template_string("{{ moment|when }}", moment=moment)

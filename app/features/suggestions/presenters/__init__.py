"""Suggestions and introductions as pages show them."""

from __future__ import annotations

from app.features.suggestions.presenters.around import (
    WHY_NOT,
    Aside,
    Between,
    Filters,
    Option,
    answer_to_asking,
    aside,
    filters,
    standing,
    tasks,
)
from app.features.suggestions.presenters.composing import consortia, programme_choices
from app.features.suggestions.presenters.introductions import (
    Meeting,
    Meetings,
    meeting,
    meetings,
    other_side,
    recommended,
)
from app.features.suggestions.presenters.invited import just_invited
from app.features.suggestions.presenters.rows import Chip, Line, Row, points, rows, seat_rows, why

__all__ = [
    "WHY_NOT",
    "Aside",
    "Between",
    "Chip",
    "Filters",
    "Line",
    "Meeting",
    "Meetings",
    "Option",
    "Row",
    "answer_to_asking",
    "aside",
    "consortia",
    "filters",
    "just_invited",
    "meeting",
    "meetings",
    "other_side",
    "points",
    "programme_choices",
    "recommended",
    "rows",
    "seat_rows",
    "standing",
    "tasks",
    "why",
]

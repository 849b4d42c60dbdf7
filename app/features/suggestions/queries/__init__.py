"""Reading suggestions, introductions and what waits for the facilitators."""

from __future__ import annotations

from app.features.suggestions.queries.introductions import (
    between,
    count_open,
    count_waiting,
    get_introduction,
    introductions_of,
    introductions_waiting_for,
    latest_between,
    open_between,
    out_of_reach,
    room_numbers,
    visible_to,
)
from app.features.suggestions.queries.listed import (
    Choices,
    Demand,
    Listed,
    Reach,
    SetAside,
    explanation,
    set_aside,
    suggestions_for,
    top_suggestions,
    who_wants_what_you_do,
)
from app.features.suggestions.queries.proposals import Proposal, Proposals, Work
from app.features.suggestions.queries.seats import proposals_for_seats
from app.features.suggestions.queries.tasks import count_tasks, get_task, open_task, tasks

__all__ = [
    "Choices",
    "Demand",
    "Listed",
    "Proposal",
    "Proposals",
    "Reach",
    "SetAside",
    "Work",
    "between",
    "count_open",
    "count_tasks",
    "count_waiting",
    "explanation",
    "get_introduction",
    "get_task",
    "introductions_of",
    "introductions_waiting_for",
    "latest_between",
    "open_between",
    "open_task",
    "out_of_reach",
    "proposals_for_seats",
    "room_numbers",
    "set_aside",
    "suggestions_for",
    "tasks",
    "top_suggestions",
    "visible_to",
    "who_wants_what_you_do",
]

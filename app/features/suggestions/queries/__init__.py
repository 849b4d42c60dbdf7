"""Reading suggestions, introductions and what waits for the facilitators."""

from __future__ import annotations

from app.features.suggestions.queries.composing import Composed, compose, invited_by, programmes
from app.features.suggestions.queries.introductions import (
    count_open,
    count_waiting,
    get_introduction,
    introductions_of,
    introductions_waiting_for,
    latest_between,
    out_of_reach,
    room_numbers,
)
from app.features.suggestions.queries.listed import (
    Choices,
    Demand,
    Listed,
    Reach,
    SetAside,
    explanation,
    explanations,
    set_aside,
    suggestions_for,
    top_suggestions,
    who_wants_what_you_do,
)
from app.features.suggestions.queries.proposals import Proposal, Proposals, Work
from app.features.suggestions.queries.recommended import (
    count_recommended,
    get_recommendation,
    open_recommendation,
    recommended_for,
    recommended_to,
)
from app.features.suggestions.queries.seats import proposals_for_seats
from app.features.suggestions.queries.standing import Standing, standing
from app.features.suggestions.queries.tasks import Task, count_tasks, get_task, task_about, tasks

__all__ = [
    "Choices",
    "Composed",
    "Demand",
    "Listed",
    "Proposal",
    "Proposals",
    "Reach",
    "SetAside",
    "Standing",
    "Task",
    "Work",
    "compose",
    "count_open",
    "count_recommended",
    "count_tasks",
    "count_waiting",
    "explanation",
    "explanations",
    "get_introduction",
    "get_recommendation",
    "get_task",
    "introductions_of",
    "introductions_waiting_for",
    "invited_by",
    "latest_between",
    "open_recommendation",
    "out_of_reach",
    "programmes",
    "proposals_for_seats",
    "recommended_for",
    "recommended_to",
    "room_numbers",
    "set_aside",
    "standing",
    "suggestions_for",
    "task_about",
    "tasks",
    "top_suggestions",
    "who_wants_what_you_do",
]

"""The guide "Are we a social enterprise?", for everybody; nothing of its answers is kept."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.core.http.public_pages import describe_page
from app.core.permissions import PUBLIC
from app.features.organisations.guide import ANSWERS, EXAMPLE_LANGUAGES, EXAMPLES, QUESTIONS, outcome_of
from app.features.organisations.labels import TYPE_NAMES

blueprint = Blueprint("guide", __name__)


@page(blueprint, "/<lang:lang>/are-we-a-social-enterprise", permission=PUBLIC, methods=("GET", "POST"))
def guide() -> ResponseReturnValue:
    """The seven questions, with examples from `?country=`, and what the sent answers come to."""
    country = request.values.get("country", "")
    country = country if country in EXAMPLES else ""
    answers = {name: request.form.get(name, "") for name in QUESTIONS}
    answered = {name: answer for name, answer in answers.items() if answer in ANSWERS}
    unanswered = [name for name in QUESTIONS if name not in answered] if request.method == "POST" else []
    outcome = outcome_of(answered, country) if len(answered) == len(QUESTIONS) else None
    return render_template(
        "organisations/guide.html",
        described=describe_page("guide.guide"),
        questions=QUESTIONS,
        choices=ANSWERS,
        answers=answered,
        unanswered=unanswered,
        countries=list(EXAMPLES),
        country=country,
        examples=EXAMPLES.get(country, {}),
        examples_lang=EXAMPLE_LANGUAGES.get(country, ""),
        outcome=outcome,
        type_name=TYPE_NAMES[outcome.type] if outcome else "",
    ), 422 if unanswered else 200

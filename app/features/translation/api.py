"""Guessing the language of what somebody writes, for the page on which she writes it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, request

from app.core.errors import TooMany
from app.core.http.api import api
from app.core.language_guess import MAX_CHARS, guess_language
from app.core.limits import count_attempt
from app.core.payloads import Payload
from app.core.permissions import SIGNED_IN
from app.core.transactions import end_read_transaction

blueprint = APIBlueprint("translation_api", __name__, url_prefix="/api/v1/language")
GUESS_RATE = "30 per minute"


class GuessedLanguage(Payload):
    """The language that a text is plainly written in, one of those of Trama; None where none is plain."""

    lang: str | None


@api(
    blueprint,
    "",
    permission=SIGNED_IN,
    answer=GuessedLanguage,
    errors=(TooMany,),
    method="POST",
)
def guess() -> GuessedLanguage:
    """Guess the language of a text, which is the body, in UTF-8. Its beginning is looked at, and nothing of it is kept."""
    count_attempt("language guess", GUESS_RATE, str(g.actor.person_id))
    text = request.get_data(cache=False)[: 4 * MAX_CHARS].decode(errors="ignore")
    end_read_transaction()
    return {"lang": guess_language(text)}

"""Having a text translated, correcting its translation, and allowing translations in a room."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import SHOWN_ALONE, AppError, Conflict, NotFound
from app.core.forms import value_of
from app.core.http.pages import page, process_form, run_action
from app.core.http.request_actor import actor_transaction
from app.core.i18n import current_language
from app.core.permissions import SIGNED_IN
from app.core.rendered import RenderedText
from app.core.transactions import end_read_transaction
from app.features.translation import services
from app.features.translation.forms import MendingForm
from app.features.translation.presenters import present_translation
from app.features.translation.protected_text import translate_text
from app.features.translation.queries import find_translation
from app.features.translation.service_client import is_configured, translate_lines
from app.features.translation.sources import TranslationSource, get_source

blueprint = Blueprint("translation", __name__, url_prefix="/<lang:lang>/translations")
SOURCE = "/<kind>/<place>"


@page(blueprint, SOURCE, permission=SIGNED_IN, methods=("POST",))
def translate(kind: str, place: str) -> ResponseReturnValue:
    """Have a text translated into the language of this page; with `part` the answer is what stands under the text."""
    source = _configured_source(kind, place)
    is_part = "part" in request.form
    try:
        if find_translation(source.kind, source.row_id, current_language()) is None or not source.is_allowed:
            _translate(source)
    except SHOWN_ALONE:
        raise
    except AppError as error:
        if is_part:
            return render_template("translation/_refused.html", sentence=error.message), error.status
        flash(str(error.message), "problem")
    if is_part:
        shown = present_translation(get_source(g.actor, kind, place))
        return render_template("translation/_translation.html", shown=shown)
    return redirect(source.page, 303)


def _translate(source: TranslationSource) -> None:
    """Have the service translate a text and keep what it made, with no transaction open while it works."""
    lang = current_language()
    services.require_translatable(g.actor, source, lang)
    end_read_transaction()
    try:
        body = translate_text(source.text, lambda lines: translate_lines(lines, source.lang, lang))
    except ValueError as error:
        raise Conflict from error
    with actor_transaction() as actor:
        services.keep_translation(actor, source, lang, body)


@page(blueprint, f"{SOURCE}/correct", permission=SIGNED_IN, methods=("GET", "POST"))
def correct(kind: str, place: str) -> ResponseReturnValue:
    """Put better words in the place of a translation."""
    source = _configured_source(kind, place)
    shown = present_translation(source)
    if shown is None or shown.body is None or not shown.may_correct:
        raise NotFound
    form = MendingForm(data={"body": shown.body.text, "version": shown.version})
    return process_form(
        form,
        "translation/correct.html",
        lambda actor: services.correct_translation(
            actor,
            kind,
            place,
            current_language(),
            body=value_of(form.body),
            version=value_of(form.version),
        ),
        lambda corrected: corrected.page,
        shown=shown,
        source=source,
        original=RenderedText(source.text, None, source.names),
    )


@page(blueprint, "/rooms/<int:room_id>/consent", permission="translation.allow", methods=("POST",))
def allow(room_id: int) -> ResponseReturnValue:
    """Allow that messages of an introduction's room are translated; with `off` not any more."""
    if not is_configured():
        raise NotFound
    on = "off" not in request.form
    return run_action(
        lambda actor: services.allow_translation(actor, room_id, on=on),
        url_for("rooms.show", room_id=room_id),
    )


def _configured_source(kind: str, place: str) -> TranslationSource:
    """A text that the actor may read; raises NotFound without a translation service, too."""
    if not is_configured():
        raise NotFound
    return get_source(g.actor, kind, place)

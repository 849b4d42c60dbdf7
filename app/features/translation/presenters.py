"""A translation as pages show it: under the words that it is of, marked as what it is."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.i18n import current_language, language_name
from app.core.rendered import RenderedText
from app.features.translation.models import Translation
from app.features.translation.queries import find_translation
from app.features.translation.sources import TranslationSource


@dataclass(frozen=True)
class ShownTranslation:
    """What is shown under a text: what it says in the reader's language `lang`, or with no `body` that one can ask for it.

    `mark` says by whom it was translated from which language; `kind` and `place` are those of its source.
    """

    kind: str
    place: str
    lang: str
    offer: str
    mark: str = ""
    body: RenderedText | None = None
    version: str = ""
    may_correct: bool = False


def present_translation(source: TranslationSource) -> ShownTranslation | None:
    """What stands under a text for this reader; None where it is in her language or must not be translated."""
    lang = current_language()
    if source.lang == lang or not source.text or not source.is_allowed:
        return None
    offer = offer_to_translate()
    found = find_translation(source.kind, source.row_id, lang)
    if found is None:
        return ShownTranslation(source.kind, source.place, lang, offer)
    return ShownTranslation(
        source.kind,
        source.place,
        lang,
        offer,
        _mark(found, source.lang),
        RenderedText(found.body, found.body_rendered, source.names),
        found.version(source.text),
        source.may_correct,
    )


def offer_to_translate() -> str:
    """What the button says that has a text translated for the reader."""
    return _("Translate into %(language)s", language=language_name(current_language()))


def _mark(translation: Translation, source_lang: str) -> str:
    language = language_name(source_lang)
    if translation.corrected_at is None:
        return _("Translated by machine from %(language)s", language=language)
    name = translation.corrector.name if translation.corrector else _("Somebody")
    return _("Translated by machine from %(language)s, corrected by %(name)s", language=language, name=name)

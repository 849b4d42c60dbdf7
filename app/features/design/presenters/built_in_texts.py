"""The texts of the methods in the reader's language, as long as nobody changed them in a plan."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

from app.core.i18n import available_language, current_language, speaking
from app.features.design.methods import METHODS


def built_in_texts(lang: str) -> dict[str, str]:
    """Each phase's name, question and columns as a method writes them in `lang`, with the same in the reader's language.

    A plan is made in the language of its session; what is in it word for word as Trama wrote it can be read by everybody.
    """
    source = available_language(lang)
    if source == current_language():
        return {}
    texts: list[LazyString] = [
        text
        for method in METHODS.values()
        for phase in method.phases
        for text in (phase.title, phase.prompt, *phase.columns)
    ]
    read = [str(text) for text in texts]
    with speaking(source):
        written = [str(text) for text in texts]
    return {one: other for one, other in zip(written, read, strict=True) if one != other}

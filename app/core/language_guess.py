"""In which of our languages a text seems to be written."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from app.core.i18n import ALL_LANGUAGES
from app.core.threadpool import offload_long

MIN_WORDS, MIN_LETTERS = 4, 20
"""Of a shorter text nothing is said: almost all mistakes are made there."""
MIN_PROBABILITY = 0.9
MAX_CHARS = 600
"""So much of a text is looked at."""
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S*|\S*@\S*|`[^`\n]*`")


def guess_language(text: str) -> str | None:
    """The language of ALL_LANGUAGES that a text is plainly written in; None where it is too short or not plain.

    The first call in a process reads the model (a second of a core, 82 MB that stay), in a thread. Raises TooMany as
    `offload_long` does.
    """
    words = _NO_WORDS.sub(" ", text[:MAX_CHARS]).split()
    if len(words) < MIN_WORDS or sum(map(len, words)) < MIN_LETTERS:
        return None
    lang, probability = offload_long(_classify, " ".join(words))
    return lang if probability >= MIN_PROBABILITY else None


def _classify(text: str) -> tuple[str, float]:
    lang, probability = _identifier().classify(text)
    return str(lang), float(probability)


@cache
def _identifier() -> LanguageIdentifier:
    identifier: LanguageIdentifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(ALL_LANGUAGES))
    return identifier

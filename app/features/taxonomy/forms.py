"""What the managers' pages of the taxonomy accept, and the form that asks for a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import SelectField

from app.core.forms import BaseForm, choices_of, line
from app.core.i18n import ALL_LANGUAGES, SOURCE, current_language, language_name
from app.core.i18n import lazy_text as _l
from app.features.taxonomy.fields import ConceptsField
from app.features.taxonomy.models import (
    MAX_LABEL_CHARS,
    MAX_SENTENCE_CHARS,
    MAX_SYNONYMS_CHARS,
    Concept,
    ConceptKind,
    ConceptLabel,
)
from app.features.taxonomy.queries import country_choices
from app.features.taxonomy.queries.management import has_narrower, top_concepts


class ConceptForm(BaseForm):
    """What a concept is called in each language, and what stands above it.

    It has the fields `label_xx` and `synonyms_xx` of each language beside those that are written here.
    """

    broader = SelectField(_l("Belongs to"))
    country = SelectField(_l("Country"), description=_l("Of a region that belongs to no other."))

    def __init__(self, kind: ConceptKind, concept: Concept | None = None, **values: Any) -> None:
        super().__init__(**values)
        choices = top_concepts(kind)
        self.broader.choices = choices_of([("", "–"), *choices])
        # A concept that stands above others stays at the top.
        if kind is ConceptKind.GOAL or (concept is not None and has_narrower(concept.id)):
            del self.broader
        if kind is ConceptKind.REGION and concept is None:
            self.country.choices = choices_of([("", "–"), *country_choices()])
        else:
            del self.country
        for lang in ALL_LANGUAGES:
            self[f"label_{lang}"].label.text = language_name(lang)

    @property
    def languages(self) -> list[str]:
        """The languages, the reader's own and English first."""
        first = (current_language(), SOURCE)
        return sorted(ALL_LANGUAGES, key=lambda lang: (lang not in first, language_name(lang)))

    def words(self) -> dict[str, dict[str, str]]:
        """The labels and the lines of synonyms, by language."""
        return {
            "labels": {lang: self[f"label_{lang}"].data or "" for lang in ALL_LANGUAGES},
            "synonyms": {lang: self[f"synonyms_{lang}"].data or "" for lang in ALL_LANGUAGES},
        }

    @property
    def above(self) -> str:
        """The code of what stands above; "" for none."""
        return (self.broader.data or "") if "broader" in self else ""


for _lang in ALL_LANGUAGES:
    setattr(
        ConceptForm,
        f"label_{_lang}",
        line("", longest=MAX_LABEL_CHARS, needed=False),
    )
    setattr(
        ConceptForm,
        f"synonyms_{_lang}",
        line(_l("Other words, separated by commas"), longest=MAX_SYNONYMS_CHARS, needed=False),
    )


def words_of_form(words: Mapping[str, Sequence[ConceptLabel]]) -> dict[str, str]:
    """The values of a ConceptForm for the words of a concept, by the names of its fields."""
    values = {}
    for lang, rows in words.items():
        values[f"label_{lang}"] = rows[0].text
        values[f"synonyms_{lang}"] = ", ".join(row.text for row in rows[1:])
    return values


class WishForm(BaseForm):
    """A word that somebody misses."""

    text = line(
        _l("Which word is missing?"),
        longest=MAX_LABEL_CHARS,
        description=_l("As you would type it, in your own language."),
    )


class AnswerForm(BaseForm):
    """What becomes of a word that somebody asked for: a concept that it leads to, or a sentence."""

    concept: ConceptsField
    answer = line(
        _l("Why is it not added?"),
        longest=MAX_SENTENCE_CHARS,
        needed=False,
        description=_l("One sentence, for those who asked. Such as: choose “Catering”, it is the same."),
    )


def answer_form(concept_kind: ConceptKind, **values: Any) -> AnswerForm:
    """The form for a word of a kind."""

    class AnswerFormOfKind(AnswerForm):
        concept = ConceptsField(
            _l("Which one does it mean?"),
            kind=concept_kind,
            most=1,
            description=_l("The word becomes a synonym of it, in the language of those who asked."),
        )

    return AnswerFormOfKind(**values)


class MergeForm(BaseForm):
    """Into which concept another is merged; `merge_form` gives it its field `into`."""

    into: ConceptsField


def merge_form(concept_kind: ConceptKind, **values: Any) -> MergeForm:
    """The form for concepts of a kind."""

    class MergeFormOfKind(MergeForm):
        into = ConceptsField(
            _l("Becomes one with"),
            kind=concept_kind,
            most=1,
            needed=True,
            description=_l("The one that stays. Type what it is called and choose from the list."),
        )

    return MergeFormOfKind(**values)

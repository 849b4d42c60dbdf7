"""The form field behind the concept picker (templates/macros/picker.html has the markup)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from app.core.actors import VISITOR
from app.core.permissions import can
from app.core.text import tidy
from app.features.taxonomy.models import MANAGED_KINDS, Concept, ConceptKind
from app.features.taxonomy.presenters import name_elsewhere
from app.features.taxonomy.queries import concepts_by_code, concepts_named, label_of, nearest_concepts

SUGGESTED_EACH = 4
LONGEST_TYPED = 1000
MOST_CODES = 200
MOST_EXPLAINED = 10
"""Each name that is no concept's costs searches."""


class ConceptsField(Field):
    """Concepts of one kind; its data is the list of their codes, in the order in which they were chosen.

    It takes codes (`<name>`, once for each) and names in any language (`<name>_text`, separated by commas). A
    name that is exactly one concept's is taken; others come back as an error with what they might mean.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: tuple[Any, ...] | list[Any] = (),
        *,
        kind: ConceptKind | str,
        most: int | None = None,
        needed: bool = False,
        **options: Any,
    ) -> None:
        self.kind = ConceptKind(kind)
        self.most = most
        self.needed = needed
        self.chosen: list[Concept] = []
        self.suggested: list[Concept] = []
        self.typed = ""
        self.unclear: list[str] = []
        self.refused: list[str] = []
        self._names = ""
        super().__init__(label, validators, **options)
        if needed:
            self.flags.required = True

    @property
    def takes_wishes(self) -> bool:
        """Whether whom the page is made for can ask for a word that is missing."""
        return self.kind in MANAGED_KINDS and can(g.get("actor", VISITOR), "taxonomy.ask")

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        """Remember the names that were typed beside the codes, then read both."""
        self._names = tidy(formdata.get(f"{self.name}_text"))[:LONGEST_TYPED] if formdata else ""
        super().process(formdata, *args, **options)

    def process_data(self, value: Any) -> None:
        """What the field holds before anybody touched it: codes or concepts."""
        codes = [item if isinstance(item, str) else item.code for item in value or ()]
        self._choose(codes)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The codes that were sent, and the names that mean exactly one concept; the other names are kept."""
        self._choose(valuelist)
        parts = self._names.replace(";", ",").split(",")
        names = [name for name in (" ".join(part.split()) for part in parts) if name]
        meanings = concepts_named(self.kind, names) if names else {}
        for name in names:
            if len(meanings[name]) == 1:
                self._add(meanings[name][0])
            else:
                self.unclear.append(name)
        self.typed = ", ".join(self.unclear)
        self.data = [concept.code for concept in self.chosen]

    def _choose(self, codes: Iterable[str]) -> None:
        wanted = list(dict.fromkeys(codes))
        known = concepts_by_code(wanted[:MOST_CODES], self.kind)
        self.refused = [code for code in wanted if code not in known]
        self.chosen = []
        for code in wanted:
            if code in known:
                self._add(known[code])
        self.data = [concept.code for concept in self.chosen]

    def _add(self, concept: Concept) -> None:
        if concept.code not in {each.code for each in self.chosen}:
            self.chosen.append(concept)

    def pre_validate(self, form: Any) -> None:
        """Say what cannot be taken and what may have been meant."""
        if self.refused:
            raise ValidationError(
                ngettext(
                    "One of the things you chose is not in this list any more. Choose again.",
                    "%(num)d of the things you chose are not in this list any more. Choose again.",
                    len(self.refused),
                )
            )
        if self.unclear:
            raise ValidationError(" ".join(self._explain(name) for name in self.unclear[:MOST_EXPLAINED]))
        if self.needed and not self.chosen:
            raise ValidationError(_("Choose at least one: type a word and pick from the list."))
        if self.most is not None and len(self.chosen) > self.most:
            raise ValidationError(
                _(
                    "Choose at most %(most)s. You have chosen %(chosen)s: remove some.",
                    most=self.most,
                    chosen=len(self.chosen),
                )
            )

    def _explain(self, name: str) -> str:
        """A sentence about a name that is no concept's, and the concepts that it might mean among the choices."""
        near = nearest_concepts(self.kind, name, SUGGESTED_EACH)
        for concept in near:
            taken = {each.code for each in (*self.chosen, *self.suggested)}
            if concept.code not in taken:
                self.suggested.append(concept)
        if elsewhere := name_elsewhere(self.kind, name):
            return elsewhere
        if not near:
            return _("We do not know “%(name)s”: try another word for it.", name=name)
        names = ", ".join(_("“%(text)s”", text=label_of(concept)) for concept in near)
        return _("“%(name)s” is not in our list. Do you mean %(names)s?", name=name, names=names)

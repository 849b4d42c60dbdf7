"""All labels and synonyms of all concepts, kept in memory: a search asks them for each of its words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.core.database import db
from app.core.search import Word, spread
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel

LABEL_INDEX = "taxonomy.label_index"


class IndexedLabel(NamedTuple):
    """A label or synonym, folded and spread, with what it names."""

    folded: str
    spread: str
    concept_id: int
    kind: ConceptKind
    country: str | None
    code: str


@dataclass(frozen=True)
class LabelIndex:
    """The labels and, one after another, their words, each after a space: those of the nth label begin at `begins[n]`."""

    labels: tuple[IndexedLabel, ...]
    words: str
    begins: tuple[int, ...]

    @classmethod
    def of(cls, labels: Iterable[IndexedLabel]) -> LabelIndex:
        """Out of labels."""
        kept = tuple(labels)
        begins = accumulate((len(label.spread) + 1 for label in kept), initial=0)
        return cls(kept, "\n".join(label.spread for label in kept), tuple(begins)[:-1])

    def beginning(self, words: Iterable[Word]) -> list[IndexedLabel]:
        """The labels in which one of some words begins a word."""
        found = {
            at: self.labels[at]
            for word in words
            for way in word.ways
            for at in self._having(f" {way[0]}")
            if word.is_in(self.labels[at].spread)
        }
        return list(found.values())

    def _having(self, text: str) -> Iterator[int]:
        """The numbers of the labels in which a text stands."""
        place = self.words.find(text)
        while place >= 0:
            at = bisect_right(self.begins, place) - 1
            yield at
            place = self.words.find(text, self.begins[at] + len(self.labels[at].spread))


def label_index() -> LabelIndex:
    """The index, read once and kept until a label changes."""
    index: LabelIndex | None = current_app.extensions.get(LABEL_INDEX)
    if index is None:
        query = select(ConceptLabel.folded, Concept.id, Concept.kind, Concept.country, Concept.code).join(
            Concept
        )
        index = LabelIndex.of(
            IndexedLabel(folded, spread(folded), number, kind, country, code)
            for folded, number, kind, country, code in db.session.execute(query)
        )
        current_app.extensions[LABEL_INDEX] = index
    return index

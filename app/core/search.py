"""Search by words: those that are typed, in any order, each at the beginning of a word of what is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, literal, or_

from app.core.text import fold

MAX_WORDS = 10
"""Of a search; each costs a look at every name."""


@dataclass(frozen=True)
class Word:
    """One word to be found.

    `ways` are the alternatives, each a tuple of beginnings that must all be there: "co-operativa" is found as
    "cooperativa" or as "co" and "operativa".
    """

    ways: tuple[tuple[str, ...], ...]

    def begins_in(self, *columns: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """That a word of these columns, which hold folded texts, begins so."""
        text: ColumnElement[str] = literal("")
        for column in columns:
            text = text + " " + func.replace(column, "-", " ") + " " + func.replace(column, "-", "")
        return or_(*(and_(*(text.like(f"% {begin}%") for begin in way)) for way in self.ways))

    def is_in(self, spread: str) -> bool:
        """The same of a text that `spread` made."""
        return any(all(f" {begin}" in spread for begin in way) for way in self.ways)


def words_of(text: str) -> list[Word]:
    """The words that somebody searches for, each once."""
    words = list(dict.fromkeys(fold(text).split()))[:MAX_WORDS]
    return [
        Word(((word,),) if "-" not in word else ((word.replace("-", ""),), tuple(word.split("-"))))
        for word in words
    ]


def spread(folded: str) -> str:
    """A folded text with a space before each word, and with its joined words written as one too."""
    if "-" not in folded:
        return f" {folded}"
    return f" {folded.replace('-', ' ')} {folded.replace('-', '')}"


def all_begin_in(words: Sequence[Word], *columns: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """That each of these words begins a word of these columns; where there are none, nothing fits."""
    return reduce(and_, (word.begins_in(*columns) for word in words)) if words else false()

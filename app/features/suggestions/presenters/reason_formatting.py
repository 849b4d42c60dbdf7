"""What sentences about reasons are made of: concepts, names and counts in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from markupsafe import Markup, escape

from app.core.i18n import country_name
from app.features.suggestions.queries.proposals import WorkTitle
from app.features.taxonomy.queries import term_of
from app.matching.records import Reason

RARE = 4
"""What at most one in so many do is worth counting out."""
NAMED = 4


@dataclass(frozen=True)
class ReasonContext:
    """What sentences need beside the reasons: names of organisations by id, joint work by the engine's number."""

    names: Mapping[int, str]
    works: Mapping[int, WorkTitle]

    def organisations(self, ids: Iterable[int]) -> Markup:
        """Some organisations by name, as a list in the reader's language."""
        return listed(self.names[one] for one in ids if one in self.names)


ReasonFormatter = Callable[[ReasonContext, Sequence[Reason]], Markup]


def strong(text: str) -> Markup:
    """Words that matter in a sentence."""
    return Markup("<b>{}</b>").format(text)


def said(sentence: str) -> Markup:
    """A translated sentence whose values were all escaped before they were put in."""
    return Markup(sentence)


def listed(texts: Iterable[str]) -> Markup:
    """Words that matter, one after the other: "a, b and c"."""
    parts = [str(strong(text)) for text in texts]
    more = len(parts) - NAMED
    if more > 0:
        parts = [*parts[:NAMED], str(escape(ngettext("%(num)d more", "%(num)d more", more)))]
    return Markup(format_list(parts, locale=get_locale()) if parts else "")


def concepts(reasons: Iterable[Reason], at: int = 0) -> Markup:
    """The concepts of some reasons (the first of each, or the second), as a list."""
    codes = dict.fromkeys(reason.concepts[at] for reason in reasons if len(reason.concepts) > at)
    return listed(term_of(code) for code in codes)


def every_concept(reasons: Iterable[Reason]) -> Markup:
    """All the concepts of some reasons, as a list."""
    return listed(term_of(code) for code in dict.fromkeys(code for one in reasons for code in one.concepts))


def with_count(sentence: Callable[[Markup], str], rare: Callable[[Markup, int, int], str]) -> ReasonFormatter:
    """A sentence about concepts; where there is one and few hold it, the one that counts them out."""

    def tell(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
        one = reasons[0]
        if len(reasons) == 1 and one.count and one.total and one.count * RARE <= one.total:
            return said(rare(concepts(reasons), one.count, one.total))
        return said(sentence(concepts(reasons)))

    return tell


def of_concepts(sentence: Callable[[Markup], str]) -> ReasonFormatter:
    """A sentence about all the concepts that the reasons name."""
    return lambda words, reasons: said(sentence(every_concept(reasons)))


def of_firsts(sentence: Callable[[Markup], str]) -> ReasonFormatter:
    """A sentence about the first concept of each reason."""
    return lambda words, reasons: said(sentence(concepts(reasons)))


def of_kin(sentence: Callable[[Markup, Markup], str]) -> ReasonFormatter:
    """A sentence about concepts of ours and those of theirs that are close to them."""
    return lambda words, reasons: said(sentence(concepts(reasons), concepts(reasons, 1)))


def of_count(sentence: Callable[[int], str]) -> ReasonFormatter:
    """A sentence about a count."""
    return lambda words, reasons: said(sentence(reasons[0].count or 0))


def of_country(sentence: Callable[[Markup], str]) -> ReasonFormatter:
    """A sentence about countries."""
    return lambda words, reasons: said(sentence(listed(country_name(one.concepts[-1]) for one in reasons)))

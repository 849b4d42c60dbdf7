"""What of a page is new to somebody who has looked at others: its elements with all they stand in, and its outline.

Two pages with the same elements in the same places differ in their words alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from bs4 import BeautifulSoup, Tag

OUTLINE = {"h1", "h2", "h3", "h4", "h5", "h6", "main", "nav", "header", "footer", "aside", "form"}
REFERENCES = {"for", "form", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"}
SAYING = ("type", "role", "lang", "tabindex", "aria-current", "aria-hidden", "aria-expanded", "aria-live")
"""Attributes whose values make another element of it; of all others only the names count."""


def shapes_of(html: str) -> set[Hashable]:
    """The shapes in a page."""
    body = BeautifulSoup(html, "html.parser").body
    assert body is not None
    elements = body.find_all(True)
    return {*_elements(body, 0), _outline(elements), _broken_references(elements)}


def _elements(parent: Tag, place: int) -> Iterator[int]:
    """Each element with all that it stands in: names, classes, attributes, and whether it holds a word of its own."""
    for child in parent.contents:
        if isinstance(child, Tag):
            here = hash((place, _look(child)))
            yield here
            yield from _elements(child, here)


def _look(element: Tag) -> Hashable:
    words = any(isinstance(text, str) and not text.isspace() for text in element.contents)
    classes = tuple(sorted(element.attrs.get("class", ())))
    values = tuple((name, str(element[name])) for name in SAYING if element.has_attr(name))
    empty = tuple(sorted(name for name, value in element.attrs.items() if value == ""))
    return (element.name, classes, tuple(sorted(element.attrs)), values, empty, words)


def _outline(elements: Sequence[Tag]) -> Hashable:
    """Headings and landmarks in their order, repeated ones once."""
    names = [element.name for element in elements if element.name in OUTLINE]
    return tuple(name for name, before in zip(names, ["", *names], strict=False) if name != before)


def _broken_references(elements: Sequence[Tag]) -> Hashable:
    """Ids that more than one element has, and those that are named and are nobody's."""
    ids = Counter(str(element["id"]) for element in elements if "id" in element.attrs)
    named = {
        each
        for element in elements
        for name in element.attrs.keys() & REFERENCES
        for each in str(element[name]).split()
    }
    return (frozenset(name for name, times in ids.items() if times > 1), frozenset(named - ids.keys()))


class Looks:
    """What was looked at so far: the shapes of the pages of each language, and which of them were looked at closely."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, bool], set[Hashable]] = defaultdict(set)

    def is_new(self, html: str, lang: str, thorough: bool) -> bool:
        """Whether a page has something on it that was not looked at yet; from now on it was."""
        shapes = shapes_of(html)
        if shapes <= self._seen[lang, thorough]:
            return False
        self._seen[lang, False] |= shapes
        if thorough:
            self._seen[lang, True] |= shapes
        return True

"""The Markdown that members write, as safe HTML: emphasis, lists, quotes, code and links, and nothing else.

Every letter and digit of a text is in what is shown or in the address of a link that is shown; what is not a complete
mark of this subset is shown as it was written. Rendering takes time proportional to the length of the text, whatever
it holds (docs/decisions/0016-a-markdown-of-our-own.md). It is done when a text is written, never when it is read:
see `app.core.rendered`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from markupsafe import Markup

from app.core.markdown_inline import BREAK, CLEANER, MARKS, escape, inline

RENDERER_VERSION = 1
"""Raised with every change of what `render` or `plain` returns, so that what was rendered before is rendered again."""
MAX_NESTING = 8
"""How many quotes and lists may stand inside each other; what is deeper is shown as text."""
MAX_MARKS = 300
"""How many marks and addresses are looked at in one text; one that has more is shown as it was written."""
MIN_ITEMS = 2
"""One line that begins with a dash or with "1." is no list."""
_FENCE = re.compile(r"(`{3,})[ \t]*([^`]*)")
_QUOTE = re.compile(r" {0,3}> ?(?![=\d])")
_BULLET = re.compile(r"( {0,3})([-*])( {1,4})(?=\S)")
_NUMBER = re.compile(r"( {0,3})([1-9][0-9]{0,2})([.)])( {1,4})(?=\S)")
_TAG = re.compile(r"<[^>]*>")
_PLAIN_LINE = re.compile(r"[^\W\d_](?:(?:[^\W_]|[ ,.;:?!'\"()/%€–—…-])*(?:[^\W_]|[,.;:?!)…]))?")
_HAS_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)


def render(text: str) -> Markup:
    """A Markdown text as safe HTML.

    A line of words needs no parser. The cleaner changes nothing in what the parser makes: it is there in case the
    parser has a fault.
    """
    if _PLAIN_LINE.fullmatch(text) and not _HAS_ADDRESS.search(text):
        return Markup(f"<p>{text}</p>\n")
    return Markup(CLEANER.clean(unclean(text)))


def unclean(text: str) -> str:
    """What `render` gives to the cleaner; for the tests that compare both."""
    if sum(1 for _ in islice(MARKS.finditer(text), MAX_MARKS + 1)) > MAX_MARKS:
        return escaped(text)
    return "".join(map(str, _blocks([_indented(line) for line in text.split("\n")], MAX_NESTING)))


def _indented(line: str) -> str:
    """A line that is indented by spaces only."""
    rest = line.lstrip(" \t")
    return line[: len(line) - len(rest)].expandtabs(4) + rest


def escaped(text: str) -> str:
    """A text as HTML with its paragraphs and line breaks and without any mark: what needs no parser.

    Of a text without marks it is what `render` gives.
    """
    lines = [line.strip() for line in text.split("\n")]
    return "".join(
        f"<p>{BREAK.join(map(escape, paragraph))}</p>\n"
        for is_filled, paragraph in groupby(lines, bool)
        if is_filled
    )


def words(rendered: str) -> str:
    """The words of a rendered text without its marks, on one line."""
    return " ".join(html.unescape(_TAG.sub("", rendered)).split())


def cut(line: str, length: int) -> str:
    """A line of words shortened to at most `length` characters between two words, with "…" where something is left out."""
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


@dataclass(frozen=True)
class Block:
    """A piece of a text as HTML; that of a paragraph is without its <p>."""

    markup: str
    is_paragraph: bool = False

    def __str__(self) -> str:
        return f"<p>{self.markup}</p>\n" if self.is_paragraph else self.markup


def _blocks(lines: Sequence[str], nesting: int) -> list[Block]:
    """The blocks of the lines of a text, a quote or an item of a list; `nesting` is how deep it may still go."""
    fences = {line.strip(): at for at, line in enumerate(lines) if line.lstrip().startswith("```")}
    blocks: list[Block] = []
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        found = _container_at(lines, at, nesting) if nesting else None
        found = found or _code_at(lines, at, fences)
        if found is None and lines[at].strip():
            paragraph.append(lines[at].strip())
            at += 1
            continue
        if paragraph:
            blocks.append(Block(inline("\n".join(paragraph)), is_paragraph=True))
            paragraph = []
        if found is None:
            at += 1
        else:
            block, at = found
            blocks.append(block)
    if paragraph:
        blocks.append(Block(inline("\n".join(paragraph)), is_paragraph=True))
    return blocks


Found = tuple[Block, int]
"""A block that begins at a line, and the number of the line after it."""


def _code_at(lines: Sequence[str], at: int, fences: Mapping[str, int]) -> Found | None:
    """A block of code between two fences; what stands after the first one is its first line.

    `fences` has the last line of each kind of fence, so that one that is never closed is not looked for.
    """
    opening = _FENCE.fullmatch(lines[at].strip())
    if opening is None or fences.get(opening[1], -1) <= at:
        return None
    end = next(number for number in range(at + 1, len(lines)) if lines[number].strip() == opening[1])
    code = "\n".join([*filter(None, [opening[2]]), *lines[at + 1 : end]])
    return Block(f"<pre><code>{escape(code)}\n</code></pre>\n"), end + 1


def _container_at(lines: Sequence[str], at: int, nesting: int) -> Found | None:
    """A quote or a list."""
    if _QUOTE.match(lines[at]):
        end = next((n for n in range(at, len(lines)) if not _QUOTE.match(lines[n])), len(lines))
        inner = _blocks([_QUOTE.sub("", line, count=1) for line in lines[at:end]], nesting - 1)
        return Block(f"<blockquote>\n{''.join(map(str, inner))}</blockquote>\n"), end
    marker = _BULLET.match(lines[at]) or _NUMBER.match(lines[at])
    if marker is None or marker[2] not in ("-", "*", "1"):
        return None
    items, end = _items(lines, at, marker)
    if len(items) < MIN_ITEMS:
        return None
    tag = "ol" if marker[2] == "1" else "ul"
    shown = "".join(f"<li>{_item(_blocks(item, nesting - 1))}</li>\n" for item in items)
    return Block(f"<{tag}>\n{shown}</{tag}>\n"), end


def _items(lines: Sequence[str], at: int, marker: re.Match[str]) -> tuple[list[list[str]], int]:
    """The lines of each item of the list that begins at a line, and the number of the line after the list.

    An item goes on in lines that are indented, and the next one has the same bullet or the next number.
    """
    depth = len(marker[1]) + 2
    items = [[lines[at][marker.end() :]]]
    blank: list[str] = []
    end = at + 1
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            blank.append("")
            continue
        if len(line) - len(line.lstrip(" ")) >= depth:
            items[-1] += [*blank, line[depth:]]
        elif (following := _following(marker, line)) is not None:
            marker = following
            items.append([line[marker.end() :]])
        else:
            break
        blank = []
        end = number + 1
    return items, end


def _following(marker: re.Match[str], line: str) -> re.Match[str] | None:
    """The marker of the item after the one with `marker`, if the line begins with it."""
    found = marker.re.match(line)
    if found is None:
        return None
    if marker.re is _BULLET:
        return found if found[2] == marker[2] else None
    return found if (int(found[2]), found[3]) == (int(marker[2]) + 1, marker[3]) else None


def _item(blocks: Sequence[Block]) -> str:
    """The HTML of an item: its only paragraph needs no <p>."""
    if sum(block.is_paragraph for block in blocks) > 1:
        return "\n" + "".join(map(str, blocks))
    return "\n".join(block.markup.rstrip("\n") for block in blocks)

"""What stands within a paragraph of Markdown, as safe HTML: emphasis, code, links and bare addresses."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nh3

MAX_ADDRESS_CHARS = 2000
BREAK = "<br>\n"
LINK_REL = "noopener noreferrer nofollow"
TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre"}

CLEANER = nh3.Cleaner(
    tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=LINK_REL
)
_INLINE = re.compile(
    r"(?P<escape>\\[*_`\[\]>-])"
    r"|(?P<code>`+)"
    r"|\[(?P<label>[^\[\]\n]+)\]\("
    r"|(?<![^\W_])(?P<bare>(?:https?://|www\.)[^\W_][^\s<>\"]*)"
    r"|(?<![\w.%+@-])(?P<mail>[^\W_][\w.%+-]{0,63}@[^\W_][\w.-]{0,252})"
    r"|(?P<mark>\*+|_+)",
    re.IGNORECASE,
)
MARKS = re.compile(r"\*+|_+|`+|>|\]\(|//|@|\\|www\.|^ *-", re.IGNORECASE | re.MULTILINE)
_BACKTICKS = re.compile(r"`+|\n")
_BRACKET = re.compile(r"[()\s<>\"\[\]]")
_ANY_BRACKET = re.compile(r"[()\[\]{}]")
_WEB_ADDRESS = re.compile(r"(?:https?://[^\W_]|www\.[^\W_][^\s./]*\.[^\W_])", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(
    r"(mailto:)?[^\W_][\w.%+-]{0,63}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,63}(?![\w@])",
    re.IGNORECASE,
)
_PLAIN_HOST = re.compile(
    r"https?://(?!xn--)(?:[a-z0-9-]{1,63}\.(?!xn--)){1,8}[a-z][a-z0-9-]{0,62}(?=[/?#]|$)", re.IGNORECASE
)
"""The start of an address that needs no further check."""
_CLOSING = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?…'\"*_~`|\\’”»“‘«"
"""What ends a sentence or a quotation rather than an address."""
_EMPHASIS = {
    run * length: tags
    for run in "*_"
    for length, tags in {
        1: ("<em>", "</em>"),
        2: ("<strong>", "</strong>"),
        3: ("<em><strong>", "</strong></em>"),
    }.items()
}


def escape(text: str) -> str:
    """A text for HTML in the form in which the cleaner writes it."""
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")


def inline(text: str, *, links: bool = True) -> str:
    """The lines of a paragraph, or the label of a link, as HTML."""
    if not MARKS.search(text):
        return escape(text).replace("\n", BREAK)
    pieces: list[str] = []
    marks: list[_Mark] = []
    codes = _code_spans(text) if "`" in text else {}
    brackets = _round_brackets(text) if "](" in text else {}
    at = 0
    while found := _INLINE.search(text, at):
        if found.start() > at:
            pieces.append(escape(text[at : found.start()]))
        kind, at = found.lastgroup, found.end()
        if kind == "mark":
            before, after = text[max(found.start() - 1, 0) : found.start()], text[at : at + 1]
            can_open = bool(after.strip()) and not before.isalnum()
            can_close = bool(before.strip()) and not after.isalnum()
            marks.append(_Mark(len(pieces), found[0], can_open, can_close))
            shown = found[0]
        elif kind == "escape":
            shown = escape(found[0][1])
        elif kind == "code" and found.start() in codes:
            closing = codes[found.start()]
            shown, at = f"<code>{escape(_code(text[at : closing.start()]))}</code>", closing.end()
        elif kind == "label":
            shown, at = (links and _labelled(text, found, brackets)) or ("[", found.start() + 1)
        elif kind in ("bare", "mail"):
            address = _trimmed(found[0])
            link = _link(address, escape(address)) if links else ""
            shown, at = (link, found.start() + len(address)) if link else (escape(found[0]), at)
        else:
            shown = escape(found[0])
        pieces.append(shown)
    pieces.append(escape(text[at:]))
    _pair(marks, pieces)
    return "".join(pieces).replace("\n", BREAK)


def _code_spans(text: str) -> dict[int, re.Match[str]]:
    """For every run of backticks that opens code, by its place, the equal run of the same line that closes it."""
    closings: dict[int, re.Match[str]] = {}
    later: dict[str, re.Match[str]] = {}
    for run in reversed(list(_BACKTICKS.finditer(text))):
        if run[0] == "\n":
            later.clear()
            continue
        if run[0] in later:
            closings[run.start()] = later[run[0]]
        later[run[0]] = run
    return closings


def _code(text: str) -> str:
    """What stands between two runs of backticks, without the spaces that part a backtick of its own from them."""
    is_parted = text[0] == text[-1] == " " and text.strip()
    return text[1:-1] if is_parted else text


def _round_brackets(text: str) -> dict[int, int]:
    """For every round bracket, by its place, that of the one that closes it within the same address."""
    closings: dict[int, int] = {}
    open_at: list[int] = []
    for found in _BRACKET.finditer(text):
        if found[0] == "(":
            open_at.append(found.start())
        elif found[0] != ")":
            open_at.clear()
        elif open_at:
            closings[open_at.pop()] = found.start()
    return closings


def _labelled(text: str, found: re.Match[str], brackets: Mapping[int, int]) -> tuple[str, int] | None:
    """A link with a label, and the place after it; None for a picture and where the address is none."""
    opening = found.end() - 1
    if opening not in brackets or text[found.start() - 1 : found.start()] == "!":
        return None
    link = _link(text[opening + 1 : brackets[opening]], inline(found["label"], links=False))
    return (link, brackets[opening] + 1) if link else None


def _trimmed(address: str) -> str:
    """A bare address without what belongs to its sentence: a bracket that it does not open, marks at its end."""
    opened: list[str] = []
    for bracket in _ANY_BRACKET.finditer(address):
        if bracket[0] not in _CLOSING:
            opened.append(bracket[0])
        elif opened and opened[-1] == _CLOSING[bracket[0]]:
            opened.pop()
        else:
            address = address[: bracket.start()]
            break
    return address.rstrip(_TRAILING)


def _link(address: str, label: str) -> str:
    """A link to an address as it was written; "" where it is none that may be linked."""
    if len(address) > MAX_ADDRESS_CHARS:
        return ""
    if _WEB_ADDRESS.match(address):
        target = address if "://" in address else f"http://{address}"
    elif (mail := _MAIL_ADDRESS.match(address)) and (mail[1] or mail.end() == len(address)):
        target = address if mail[1] else f"mailto:{address}"
    else:
        return ""
    link = f'<a href="{html.escape(target)}" rel="{LINK_REL}">'.replace("&#x27;", "'")
    is_kept = _PLAIN_HOST.match(target) or CLEANER.clean(f"{link}</a>") == f"{link}</a>"
    return f"{link}{label}</a>" if is_kept else ""


@dataclass(frozen=True)
class _Mark:
    """A run of asterisks or underscores: its place among the pieces, and what it may do there."""

    place: int
    run: str
    can_open: bool
    can_close: bool


def _pair(marks: Sequence[_Mark], pieces: list[str]) -> None:
    """Put tags in place of each run that closes and the last equal one that is open; those between them stay text."""
    opened: list[_Mark] = []
    waiting: Counter[str] = Counter()
    for mark in marks:
        if mark.run not in _EMPHASIS:
            continue
        if mark.can_close and waiting[mark.run]:
            while (opening := opened.pop()).run != mark.run:
                waiting[opening.run] -= 1
            waiting[mark.run] -= 1
            pieces[opening.place], pieces[mark.place] = _EMPHASIS[mark.run]
        elif mark.can_open:
            opened.append(mark)
            waiting[mark.run] += 1

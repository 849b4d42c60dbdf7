"""What somebody wrote in a mail that answers one of ours: without what her program quoted, and without her signature.

Our mails begin with a line between MARKER signs, so that the quoted mail is recognised in every language. The line by
which programs introduce it ("On … wrote:") is recognised by its form: it has a date or an address and ends with a colon.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from html.parser import HTMLParser

MARKER = "##-"
"""A line with this begins the mail that is answered."""
QUOTE = re.compile(r"^\s*>")
HEADER = re.compile(r"^\s*\*?[^\s:<>@\d]{1,16}( [^\s:<>@\d]{1,16})?\*?\s?:\*? .*\S")
"""A line such as "From: Trama", in whatever language."""
MOMENT = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b")
SIGNATURE = "-- "
MIN_UNDERSCORES = 10
MIN_HEADERS = 3
"""So many lines like headers are those of a mail that is quoted."""
MAX_HEADERS = 8
MAX_INTRODUCTION_LINES = 3
BREAKING = frozenset(
    {"p", "div", "br", "li", "tr", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
"""Elements that begin a line."""
SILENT = frozenset({"style", "script", "title", "blockquote"})
"""Elements whose words nobody wrote, or not for this mail."""
VOID = frozenset(
    {"br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source"}
)


def reply_text(message: EmailMessage) -> str:
    """The words that a mail adds to the one that it answers; "" where there are none."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    charset = part.get_content_charset("utf-8")
    try:
        text = payload.decode(charset, errors="replace")
    except (LookupError, ValueError):
        text = payload.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\N{NO-BREAK SPACE}", " ").replace("\0", "")
    if part.get_content_subtype() == "html":
        return cut_quotes(_html_text(text))
    if part.get_param("format", "") == "flowed":
        text = _unwrapped(text)
    return cut_quotes(text)


def cut_quotes(text: str) -> str:
    """A text without the mail that it quotes, above, below or between its own lines, and without a signature."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line == SIGNATURE:
            lines = lines[:number]
            break
    begin = next((number for number in range(len(lines)) if _begins_quote(lines, number)), None)
    if begin is None:
        return _joined(lines)
    own = _without_introduction(lines[:begin])
    if QUOTE.match(lines[begin]):
        for line in lines[begin:]:
            if _is_marker(line) and not QUOTE.match(line):
                break
            if not QUOTE.match(line):
                own.append(line)
    return _joined(own)


def _begins_quote(lines: list[str], number: int) -> bool:
    """Whether what is quoted begins at a line: our mark, a line that is quoted, or a rule with the head of a mail below."""
    line = lines[number]
    is_headed = _is_rule(line) and _ends_with_headers(lines[number + 1 : number + 1 + MIN_HEADERS])
    return _is_marker(line) or bool(QUOTE.match(line)) or is_headed


def _is_marker(line: str) -> bool:
    line = line.lstrip("> \t").rstrip()
    return line.startswith(MARKER) and line.endswith(MARKER) and len(line) > len(MARKER)


def _is_rule(line: str) -> bool:
    """Whether a line is such as "-----Original message-----", or a long line of underscores."""
    line = line.strip()
    is_named = line.startswith("--") and line.endswith("--") and any(sign.isalnum() for sign in line)
    return is_named or (len(line) >= MIN_UNDERSCORES and not line.strip("_"))


def _without_introduction(lines: list[str]) -> list[str]:
    """Lines without those at their end by which a program introduces what it quotes."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    lines = lines[:end]
    if _ends_with_headers(lines):
        while lines and HEADER.match(lines[-1]):
            lines = lines[:-1]
        return lines
    if not lines or not lines[-1].rstrip().endswith(":"):
        return lines
    for count in range(1, MAX_INTRODUCTION_LINES + 1):
        last = lines[-count:]
        is_whole = len(last) == count and all(line.strip() for line in last) and MOMENT.search(last[0])
        if is_whole and "@" in "".join(last):
            return lines[:-count]
    return lines[:-1] if "@" in lines[-1] else lines


def _ends_with_headers(lines: list[str]) -> bool:
    """Whether the last lines are the head of a quoted mail, which names an address."""
    last = lines[-MIN_HEADERS:]
    is_block = len(last) == MIN_HEADERS and all(HEADER.match(line) for line in last)
    return is_block and any("@" in line for line in lines[-MAX_HEADERS:])


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _unwrapped(text: str) -> str:
    """A text whose long lines were wrapped for sending (RFC 3676): a line that ends with a space goes on in the next."""
    return re.sub(r"(?<!^--) \n(?!>)", " ", text, flags=re.MULTILINE)


class _HtmlText(HTMLParser):
    """Collects the words of HTML by lines, without quoted mails."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []
        """The elements that are open within one that is left out, that one first."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKING and not self._silent:
            self.parts.append("\n")
        if tag in VOID:
            return
        if self._silent or tag in SILENT or "gmail_quote" in (dict(attrs).get("class") or ""):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
            self.parts.append("\n")
        elif tag in BREAKING and tag not in VOID and not self._silent:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def _html_text(html: str) -> str:
    parser = _HtmlText()
    parser.feed(html)
    parser.close()
    text = re.sub(r" *\n *", "\n", "".join(parser.parts))
    return re.sub(r"\n{2,}", "\n\n", text)

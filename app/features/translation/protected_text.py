"""Texts for a machine that translates lines of words: what must come back unchanged is kept from it.

Names of people and organisations (their placeholders), addresses, code and the marks of Markdown are replaced by numbers in
brackets before a line is sent, and put back afterwards. Of a line whose numbers do not come back in their order the words
between them are sent once more, each piece by itself: what was kept is then between them as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.core.rendered import without_placeholders
from app.core.text import one_line, tidy

Translate = Callable[[Sequence[str]], Sequence[str]]
"""Gives each line of words in another language, in the same order."""
MAX_LINES = 300
_KEPT = re.compile(
    r"@\[[a-z]:[0-9]{1,10}\]"
    r"|(?P<ticks>`++)[^`\n]++(?P=ticks)"
    r"|\]\([^()\s]*\)"
    r"|\[(?=[^\[\]\n]+\]\()"
    r"|(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?'*_~`)\]]"
    r"|(?<![\w.%+@-])[\w][\w.%+-]{0,63}@[\w][\w.-]{0,250}\w"
    r"|\\[*_`\[\]>-]"
    r"|[*_`]+"
    r"|[⟦⟧]",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\s*(?:(?:>|[-*]|[0-9]{1,3}[.)])\s+|>)*")
_NUMBER = re.compile(r"⟦\s*([0-9]{1,4})\s*⟧")
_BRACKETS = re.compile(r"[⟦⟧]")
_FENCE = "```"


class ProtectedLine:
    """The words of one line, with numbers in the place of what is kept from the machine."""

    def __init__(self, line: str) -> None:
        lead = _LEAD.match(line)
        start = lead.end() if lead else 0
        self.lead, rest = line[:start], line[start:]
        self.kept: list[str] = []
        self.pieces: list[str] = []
        at = 0
        for found in _KEPT.finditer(rest):
            self.pieces.append(rest[at : found.start()])
            self.kept.append(found[0])
            at = found.end()
        self.pieces.append(rest[at:])

    @property
    def sent(self) -> str:
        """What the machine gets."""
        numbered = "".join(f"{piece}⟦{number}⟧" for number, piece in enumerate(self.pieces[:-1], 1))
        return numbered + self.pieces[-1]

    def restored(self, answer: str) -> str | None:
        """The line out of what the machine made of `sent`; None where a number is missing, changed or at another place."""
        found = _NUMBER.split(_clean(answer))
        words, numbers = found[::2], [int(number) for number in found[1::2]]
        if numbers != list(range(1, len(self.kept) + 1)) or any(map(_BRACKETS.search, words)):
            return None
        return self.lead + self._joined(list(map(_beside, self.pieces, words)))

    def pieced(self, answers: Sequence[str]) -> str:
        """The line out of what the machine made of each of its pieces that has words."""
        given = iter(answers)
        words = [
            _beside(piece, _BRACKETS.sub("", _NUMBER.sub("", _clean(next(given)))))
            if _has_words(piece)
            else piece
            for piece in self.pieces
        ]
        return self.lead + self._joined(words)

    def _joined(self, words: Sequence[str]) -> str:
        return words[0] + "".join(map("".join, zip(self.kept, words[1:], strict=True)))


def translate_text(text: str, translate: Translate) -> str:
    """A Markdown text in another language; `translate` is called once, and again where a line came back damaged.

    Each line stays a line with its marks, names, addresses and code. Raises what `translate` raises, and ValueError for a
    text of more than MAX_LINES lines with words.
    """
    lines = text.split("\n")
    protected = {at: ProtectedLine(lines[at]) for at in _lines_with_words(lines)}
    if len(protected) > MAX_LINES:
        raise ValueError
    answers = translate([line.sent for line in protected.values()]) if protected else []
    damaged: dict[int, ProtectedLine] = {}
    for (at, line), answer in zip(protected.items(), answers, strict=True):
        restored = line.restored(answer)
        if restored is None:
            damaged[at] = line
        else:
            lines[at] = restored
    if damaged:
        pieces = [piece.strip() for line in damaged.values() for piece in line.pieces if _has_words(piece)]
        again = iter(translate(pieces))
        for at, line in damaged.items():
            lines[at] = line.pieced([next(again) for piece in line.pieces if _has_words(piece)])
    return "\n".join(lines)


def _lines_with_words(lines: Sequence[str]) -> list[int]:
    """The places of the lines that are sent: those with letters, outside of code between two fences."""
    fences = [at for at, line in enumerate(lines) if line.strip().startswith(_FENCE)]
    code = {
        at for first, last in zip(fences[::2], fences[1::2], strict=False) for at in range(first, last + 1)
    }
    return [
        at
        for at, line in enumerate(lines)
        if at not in code and any(map(_has_words, ProtectedLine(line).pieces))
    ]


def _has_words(piece: str) -> bool:
    return any(letter.isalpha() for letter in piece)


def _beside(piece: str, answer: str) -> str:
    """What the machine made of a piece, with the spaces that the piece has around it: marks touch their words."""
    if not piece.strip():
        return answer if answer.strip() else piece
    start, end = len(piece) - len(piece.lstrip()), len(piece.rstrip())
    return f"{piece[:start]}{answer.strip()}{piece[end:]}"


def _clean(answer: str) -> str:
    """An answer as one line that holds no placeholder of a name and nothing invisible."""
    return without_placeholders(one_line(tidy(answer)))

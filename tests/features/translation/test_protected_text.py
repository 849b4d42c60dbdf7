"""What must come back unchanged is kept from the machine, and put back where it was."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.features.translation.protected_text import MAX_LINES, translate_text

TEXT = """Ciao @[p:12], **siamo in [sei](https://example.org/a_b?c=d)**:

1. Scrivi a anna.rossi@filo.example o leggi www.filo.example/tessuti.
2. Usa `git push` con @[o:7]

> Il 15. 3. 2026 alle *dieci*
```
non tradurre
```"""
TRANSLATED = """CIAO @[p:12], **SIAMO IN [SEI](https://example.org/a_b?c=d)**:

1. SCRIVI A anna.rossi@filo.example O LEGGI www.filo.example/tessuti.
2. USA `git push` CON @[o:7]

> IL 15. 3. 2026 ALLE *DIECI*
```
non tradurre
```"""


def capitals(lines: Sequence[str]) -> list[str]:
    return [line.upper() for line in lines]


def spaced(lines: Sequence[str]) -> list[str]:
    """A machine that puts spaces around each number."""
    return [re.sub(r"⟦(\d+)⟧", r" ⟦ \1 ⟧ ", line.upper()) for line in lines]


def losing(lines: Sequence[str]) -> list[str]:
    return [re.sub(r"⟦\d+⟧", "", line.upper()) for line in lines]


def swapping(lines: Sequence[str]) -> list[str]:
    return [line.upper().replace("⟦1⟧", "⟦x⟧").replace("⟦2⟧", "⟦1⟧").replace("⟦x⟧", "⟦2⟧") for line in lines]


def doubling(lines: Sequence[str]) -> list[str]:
    return [line.upper() + "⟦1⟧" for line in lines]


@pytest.mark.parametrize("machine", [capitals, spaced, losing, swapping, doubling])
def test_names_links_code_and_marks_come_back_whatever_the_machine_does_to_them(machine: object) -> None:
    assert translate_text(TEXT, machine) == TRANSLATED  # type: ignore[arg-type]


def test_the_machine_sees_no_name_no_address_and_no_code() -> None:
    seen: list[str] = []

    def machine(lines: Sequence[str]) -> Sequence[str]:
        seen.extend(lines)
        return lines

    translate_text(TEXT, machine)
    sent = " ".join(seen)
    assert not re.search(r"@|\*|`|http|www|tradurre|p:12", sent), sent
    assert "⟦1⟧" in sent


def test_a_machine_cannot_mention_anybody() -> None:
    assert "@[p:1]" not in translate_text("Hello", lambda lines: ["Ciao @[p:1]"] * len(lines))


def test_what_has_no_words_is_not_sent() -> None:
    def machine(lines: Sequence[str]) -> Sequence[str]:
        raise AssertionError(lines)

    assert (
        translate_text("https://example.org\n12 : 30\n@[p:3]", machine)
        == "https://example.org\n12 : 30\n@[p:3]"
    )
    with pytest.raises(ValueError):
        translate_text("a\n" * (MAX_LINES + 1), machine)


PIECES = st.sampled_from(
    [  # parts of which texts are made that hardly anybody writes
        "ciao",
        " ",
        "\n",
        "**",
        "*",
        "`",
        "```",
        "@[p:1]",
        " https://a.example/b ",
        "[",
        "](",
        ")",
        "⟦1⟧",
        "⟧",
        "- ",
        "1. ",
        "\\",
        "x@y.example",
        ".",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from([capitals, losing, doubling, swapping]))
def test_no_text_loses_what_is_kept(text: str, machine: object) -> None:
    found = translate_text(text, machine)  # type: ignore[arg-type]
    for kept in ("@[p:1]", "⟦", "⟧", "**", "https://a.example/b"):
        assert found.count(kept) == text.count(kept), (text, found)
    assert len(found.split("\n")) == len(text.split("\n"))

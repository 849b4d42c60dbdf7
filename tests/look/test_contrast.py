"""Every two colours that meet on a page can be told apart, in light and in dark, and no colour hides outside the tokens."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "app" / "static" / "src" / "css"
TOKENS = STYLES / "parts" / "tokens.css"
SCHEMES = ("light", "dark")
TEXT = 4.5
CONTROL = 3.0

TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(oklch\([^)]*\)),\s*(oklch\([^)]*\))\s*\)")
LITERAL = re.compile(
    r"#[0-9a-f]{3,8}\b"
    r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\("
    r"|(?<![\w-])(?:white|black|red|green|blue|yellow|orange|purple|gr[ae]y|silver|brown|pink|navy|teal|gold)(?![\w-])",
    re.IGNORECASE,
)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
PLACES = ("linen", "sheet", "sheet-2", "side")
WASHES = ("indigo-wash", "madder-wash", "weld-wash", "lichen-wash")

# What is written on a ground that another rule laid: (ink, ground). Pairs within one rule are found by themselves.
WRITTEN = [
    *[(ink, ground) for ink in ("ink", "ink-2") for ground in (*PLACES, *WASHES)],
    *[("indigo", ground) for ground in (*PLACES, *WASHES)],
    *[("indigo-deep", ground) for ground in (*PLACES, *WASHES)],
    *[("madder", ground) for ground in (*PLACES, "madder-wash")],
    ("lichen", "lichen-wash"),
    ("lichen", "sheet"),
    ("on-indigo", "indigo"),
    ("on-indigo-2", "indigo"),
    ("on-madder", "madder"),
    ("on-lichen", "lichen"),
    ("on-inverse", "inverse"),
    ("on-inverse", "inverse-2"),
]
# Edges of controls, the ring of the focus, dots that mean something.
DRAWN = [
    *[(line, ground) for line in ("control-line", "indigo", "madder") for ground in (*PLACES, "weld-wash")],
    ("control-line", "indigo-wash"),
    ("indigo", "indigo-wash"),
    ("lichen", "side"),
    ("lichen", "sheet"),
    ("on-indigo", "indigo"),
]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of one scheme by the names of their tokens."""
    group = 2 + SCHEMES.index(scheme)
    return {found[1]: found[group] for found in TOKEN.finditer(TOKENS.read_text(encoding="utf-8"))}


def luminance(colour: str) -> float:
    """The relative luminance (WCAG) of an opaque oklch() colour, as a screen shows it."""
    numbers = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)deg\)", colour)
    assert numbers, f"{colour} is not written as oklch(L% C Hdeg)"
    light, chroma, hue = float(numbers[1]) / 100, float(numbers[2]), math.radians(float(numbers[3]))
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (none) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs_of_rules(css: str) -> set[tuple[str, str]]:
    """The (ink, ground) that one rule sets together."""
    pairs = set()
    for _, body in RULE.findall(css):
        ink = re.search(r"(?:^|[;\s])color:\s*var\(--([\w-]+)\)", body)
        ground = re.search(r"background(?:-color)?:\s*var\(--([\w-]+)\)", body)
        if ink and ground:
            pairs.add((ink[1], ground[1]))
    return pairs


def literals(css: str) -> list[str]:
    """The colours that a style sheet names without a token."""
    values = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    bodies = "\n".join(body for _, body in RULE.findall(values))
    return LITERAL.findall(bodies)


def style_sheets() -> list[Path]:
    """Every style sheet but the one that holds the tokens."""
    return [path for path in sorted(STYLES.rglob("*.css")) if path != TOKENS]


def test_black_on_white_is_twenty_one_and_a_known_grey_is_as_known() -> None:
    assert contrast("oklch(0% 0 0deg)", "oklch(100% 0 0deg)") == pytest.approx(21, abs=0.01)
    # #767676, the lightest grey that may be written on white
    assert contrast("oklch(56.59% 0 0deg)", "oklch(100% 0 0deg)") == pytest.approx(4.54, abs=0.02)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_written_can_be_read(scheme: str) -> None:
    colours = tokens(scheme)
    together = {pair for path in style_sheets() for pair in pairs_of_rules(path.read_text(encoding="utf-8"))}
    assert together, "no rule sets an ink and a ground: the reading of rules is broken"
    faint = {
        f"{ink} on {ground}": round(found, 2)
        for ink, ground in sorted({*WRITTEN, *together})
        if (found := contrast(colours[ink], colours[ground])) < TEXT
    }
    assert not faint


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_edges_of_controls_can_be_seen(scheme: str) -> None:
    colours = tokens(scheme)
    faint = {
        f"{line} on {ground}": round(found, 2)
        for line, ground in DRAWN
        if (found := contrast(colours[line], colours[ground])) < CONTROL
    }
    assert not faint


def test_no_style_sheet_names_a_colour_without_a_token() -> None:
    found = {
        path.name: named for path in style_sheets() if (named := literals(path.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize("value", ["#fff", "rgb(0 0 0)", "oklch(50% 0.1 20deg)", "white", "1px solid Gray"])
def test_a_colour_without_a_token_would_be_found(value: str) -> None:
    assert literals(f".card {{ border: {value}; }}")
    assert not literals(".white-card { border: 1px solid var(--line); white-space: nowrap; }")


def test_every_token_that_a_style_sheet_asks_for_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS.read_text(encoding="utf-8")))
    for path in style_sheets():
        asked = set(re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8")))
        assert not asked - known, path.name

"""A first page is light: the style sheet, the scripts and every font of it, over the wire."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "app" / "static" / "dist"
FIRST_PAGE = 90 * 1024
LONGEST_HTML = 9 * 1024
PACKED_ALREADY = ".woff2"


def test_the_first_page_weighs_no_more_than_ninety_kilobytes_with_all_its_fonts() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    parts = [name for name in manifest if name in ("css/app.css", "js/app.js") or name.startswith("fonts/")]
    assert len(parts) == 5
    files = {DIST / manifest[name] for name in parts}
    files |= {found for path in files if path.suffix == ".js" for found in imported(path)}
    weight = sum(over_the_wire(path) for path in files)
    assert weight + LONGEST_HTML <= FIRST_PAGE


def imported(script: Path) -> set[Path]:
    """The scripts that a script asks for at once."""
    asked = re.findall(r'(?:from|import)"(\./[^"]+|\.\./[^"]+)"', script.read_text(encoding="utf-8"))
    return {(script.parent / name).resolve() for name in asked}


def over_the_wire(path: Path) -> int:
    """The bytes that are sent for a file: fonts are packed already, the rest is compressed."""
    content = path.read_bytes()
    return len(content) if path.suffix == PACKED_ALREADY else len(gzip.compress(content))

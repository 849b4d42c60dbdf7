"""What axe finds in a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from config import ROOT

SCRIPT = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SETTLED = """async () => {
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
}"""
OPTIONS: dict[str, Any] = {"resultTypes": ["violations"], "selectors": False}
"""What to leave out of an answer: axe checks as much, and says only what is wrong."""
FOUND = """([within, options]) => axe.run(within ?? document, options)
  .then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))"""


def bring_axe(page: Page) -> None:
    """Put axe into a page, past its content security policy, unless it is there already."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))


def faults(page: Page, within: str | None = None) -> list[Any]:
    """Every rule that the page breaks once its animations have ended, with the first place where it does.

    within: a CSS selector of the part that is looked at, by default the whole page.
    """
    bring_axe(page)
    page.evaluate(SETTLED)
    found: list[Any] = page.evaluate(FOUND, [within, OPTIONS])
    return found

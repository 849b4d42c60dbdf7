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
FOUND = "axe.run().then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))"


def bring_axe(page: Page) -> None:
    """Put axe into a page, past its content security policy, unless it is there already."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))


def faults(page: Page) -> list[Any]:
    """Every rule that the page breaks once its animations have ended, with the first place where it does."""
    bring_axe(page)
    page.evaluate(SETTLED)
    found: list[Any] = page.evaluate(FOUND)
    return found

"""A person in any browser: she waits until something is true of the page, presses what she sees, and types."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.e2e.engines.drivers import Driver

PATIENCE_SECONDS = 40.0
CENTRE = """(selector => {
  const seen = [...document.querySelectorAll(selector)].find((element) => element.getClientRects().length > 0);
  if (!seen || document.readyState !== "complete") return null;
  seen.scrollIntoView({ block: "nearest", inline: "nearest" });
  const { x, y, width, height } = seen.getBoundingClientRect();
  const centre = [x + width / 2, y + height / 2];
  const hit = document.elementFromPoint(...centre);
  return hit && (seen.contains(hit) || hit.contains(seen)) ? centre : null;
})"""
"""The centre of the first element that fits and is seen, null until it can be pressed there."""
FAULTS_OF_MENU = """(menu => {
  const box = menu.getBoundingClientRect(), faults = [];
  if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
    faults.push(`leaves the window: ${JSON.stringify(box)}`);
  if (menu.id === "desk-more" && [...menu.children].some((each) => each.getBoundingClientRect().height > 80))
    faults.push("is stretched");
  if (getComputedStyle(menu).backgroundColor === "rgba(0, 0, 0, 0)") faults.push("has no ground");
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!menu.contains(top)) faults.push(`lies under ${top?.outerHTML.slice(0, 80)}`);
  return faults;
})"""


class Walker:
    """Her window of a browser, at one server. Pictures of it go to `folder`, if there is one."""

    def __init__(self, driver: Driver, url: str, folder: Path | None = None) -> None:
        self.driver = driver
        self.url = url
        self.folder = folder

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.open(self.url + path)

    def see(self, expression: str) -> Any:
        """Wait until an expression is true of the page; returns its value."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                value, told = self.driver.run(expression), ""
            except RuntimeError as error:  # the page may be on its way to another
                value, told = None, str(error)
            if value:
                return value
            if time.monotonic() > deadline:
                place = self.driver.run("location.href")
                raise AssertionError(f"at {place} this never became true: {expression} {told}")
            time.sleep(0.05)

    def see_element(self, selector: str, text: str = "") -> None:
        """Wait until an element is seen, with a text in it."""
        self.see(
            f"[...document.querySelectorAll({json.dumps(selector)})].some((each) => "
            f"each.getClientRects().length && each.textContent.includes({json.dumps(text)}))"
        )

    def press(self, selector: str) -> None:
        """Press the first element that fits and is seen, once nothing covers it."""
        self.driver.click(*self.see(f"{CENTRE}({json.dumps(selector)})"))

    def write(self, selector: str, text: str) -> None:
        """Press a field and type."""
        self.press(selector)
        self.driver.type(text)

    def open_menu(self, menu: str) -> None:
        """Press the button of a menu: it opens within the window and takes the focus."""
        self.press(f"[popovertarget={menu}]:not([popovertargetaction=hide])")
        self.see(f"document.getElementById({menu!r}).getClientRects().length")
        self.see(f"document.getElementById({menu!r}).contains(document.activeElement)")
        self.see(f"document.getElementById({menu!r}).getAnimations().length === 0")
        faults = self.driver.run(f"{FAULTS_OF_MENU}(document.getElementById({menu!r}))")
        assert not faults, f"the menu {menu}: {faults}"

    def shut_menu(self, menu: str) -> None:
        """Escape shuts a menu."""
        self.driver.type("Escape")
        self.see(f"!document.getElementById({menu!r}).getClientRects().length")

    def look(self, name: str) -> None:
        """Keep a picture."""
        if self.folder:
            self.see("document.getAnimations().length === 0")
            (self.folder / f"{name}.png").write_bytes(self.driver.picture())

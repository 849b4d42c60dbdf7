"""A listener: what a screen reader would say of a page that changes, and where the focus is meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, WebSocket
from playwright.sync_api import TimeoutError as Late

LISTEN = """(() => {
  const LIVE = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive], output";
  window.heard = JSON.parse(sessionStorage.getItem("heard") ?? "[]");
  new MutationObserver((changes) => {
    const touched = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement));
    for (const region of new Set(touched.map((element) => element?.closest(LIVE)))) {
      const text = (region?.textContent ?? "").replace(/\\s+/g, " ").trim();
      if (text && !region.closest("[hidden]")) window.heard.push(text);
    }
    sessionStorage.setItem("heard", JSON.stringify(window.heard));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] });
})();"""
HEARD = "([from, sentence]) => window.heard.slice(from).some((text) => text.includes(sentence))"
FOCUSED = "() => document.activeElement !== null && document.activeElement !== document.body"
COMMAND = re.compile(r"design_[a-z_]+")


class Listener:
    """Listens to one page, from its next load on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: set[str] = set()
        page.add_init_script(LISTEN)
        page.on("websocket", self._follow)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.update(COMMAND.findall(str(frame))))

    def heard(self) -> list[str]:
        """Everything that was said in this tab."""
        return list(self.page.evaluate("window.heard"))

    @contextmanager
    def hears(self, *sentences: str, focused: bool = True) -> Iterator[None]:
        """What happens inside is followed by sentences that hold these words, and leaves the focus somewhere.

        `focused` is False for somebody who only listens, and has not been anywhere yet.
        """
        before = len(self.heard())
        yield
        for sentence in sentences:
            try:
                self.page.wait_for_function(HEARD, arg=[before, sentence])
            except Late:
                said = self.heard()[before:]
                raise AssertionError(f"“{sentence}” was not heard, but {said}") from None
        if focused:
            try:
                self.page.wait_for_function(FOCUSED)
            except Late:
                raise AssertionError(f"after {sentences} the focus is on the body") from None

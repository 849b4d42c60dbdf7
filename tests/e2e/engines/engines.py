"""The browser engines in which Trama is walked, and what of them is installed here."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Playwright

from tests.e2e.engines.drivers import BidiDriver, Driver, PlaywrightDriver, WebKitDriver
from tests.support.browser import OLDEST, PACKED_FOR, launch_options

FIREFOX = ("firefox-esr", "firefox")
WEBKIT = "WebKitWebDriver"
SCREEN = "Xvfb"
INSTALLATION = "apt-get install --no-install-recommends firefox-esr webkit2gtk-driver xvfb"
"""How Firefox and WebKit come to a Debian; `.ci/run` has the same line."""


def _find(*names: str) -> str | None:
    """The path of the first program of these names that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


@dataclass(frozen=True)
class Engine:
    """An engine: the name that people know, whether it is here, and how one of its windows is opened."""

    name: str
    is_installed: bool
    start: Callable[[Playwright], Driver]


ENGINES = {
    "browser": Engine("Chromium", True, lambda playwright: PlaywrightDriver(playwright, launch_options())),
    "oldest_chromium": Engine(
        "Chromium 112",
        platform.machine() in PACKED_FOR,
        lambda playwright: PlaywrightDriver(playwright, launch_options(OLDEST)),
    ),
    "firefox": Engine("Firefox", bool(_find(*FIREFOX)), lambda _: BidiDriver(_find(*FIREFOX) or "")),
    "webkit": Engine(
        "WebKit",
        bool(_find(WEBKIT) and _find(SCREEN)),
        lambda _: WebKitDriver(_find(WEBKIT) or "", _find(SCREEN) or ""),
    ),
}

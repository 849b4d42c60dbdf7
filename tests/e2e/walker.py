"""A person who walks through the pages by what she reads on them, in her own language."""

from __future__ import annotations

import gettext
import re
import time
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Locator, expect

from config import TRANSLATIONS
from tests.support.app import LiveServer


class Walker:
    """Her browser. Names of links, buttons and fields are given in English and looked for in her language."""

    def __init__(self, context: BrowserContext, server: LiveServer, lang: str) -> None:
        self.context = context
        self.server = server
        self.lang = lang
        self.page = context.new_page()
        self.main = self.page.locator("main")
        self.problems: list[str] = []
        self._words = gettext.translation("messages", TRANSLATIONS, [lang], fallback=True)
        self.page.on(
            "console", lambda told: self.problems.append(told.text) if told.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def read(self, sentence: str, **values: object) -> str:
        """A sentence of the interface as she reads it."""
        return self._words.gettext(sentence) % values if values else self._words.gettext(sentence)

    def count(self, one: str, many: str, num: int, **values: object) -> str:
        """A sentence with a number as she reads it."""
        return self._words.ngettext(one, many, num) % {"num": num, **values}

    def open(self, path: str) -> None:
        """Go to a page of her language."""
        self.page.goto(f"{self.server.url}/{self.lang}{path}")

    def link(self, name: str, **values: object) -> Locator:
        """A link of the page's content."""
        return self.main.get_by_role("link", name=self.read(name, **values), exact=True)

    def button(self, name: str, **values: object) -> Locator:
        """A button of the page's content."""
        return self.main.get_by_role("button", name=self.read(name, **values), exact=True)

    def field(self, label: str) -> Locator:
        """A field by its label."""
        return self.main.get_by_label(self.read(label))

    def choose(self, label: str, typed: str, code: str, within: Locator | None = None) -> None:
        """Choose a concept by typing in the picker with this label, and see that it was the one."""
        scope = within or self.main
        line = scope.get_by_role("combobox", name=self.read(label))
        with self.page.expect_response(
            lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [typed]
        ):
            line.press_sequentially(typed)
        expect(scope.locator("[role=option][aria-selected=true]:visible")).to_be_visible()
        line.press("Enter")
        expect(scope.locator(f"input[value='{code}']")).to_be_attached()
        expect(line).to_have_value("")

    def sign_in_as(self, key: str) -> None:
        """Sign in as one of the demo's cast by one press."""
        self.open("/sign-in")
        self.page.locator(f"button[name=demo][value={key}]").click()
        self.page.wait_for_url(f"**/{self.lang}/")

    def link_of_mail(self, address: str, about: str) -> str:
        """The link in the last mail to an address, as the server's console printed it."""
        pattern = re.compile(rf"--- mail to {re.escape(address)}:.*?(http\S+/{about}/\S+)", re.DOTALL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = pattern.findall(self.server.log.read_text(encoding="utf-8"))
            if found:
                return str(found[-1])
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address}: {self.server.log.read_text(encoding='utf-8')}")

    def connected(self) -> None:
        """Wait until the room's page follows the room: she is among those who are here."""
        expect(self.page.locator("[data-here] li").first).to_be_attached()

    def say(self, text: str) -> None:
        """Write something in a room and press Enter."""
        self.field("Your message").fill(text)
        self.field("Your message").press("Enter")

    def said(self) -> list[str]:
        """What the room's list shows, in its order, with what still waits."""
        return [text.strip() for text in self.page.locator(".messages .message-text").all_inner_texts()]

    def numbers(self) -> list[int]:
        """The numbers of the messages that are confirmed."""
        confirmed = self.page.locator(".message[data-seq]")
        return [int(each) for each in confirmed.evaluate_all("all => all.map(each => each.dataset.seq)")]

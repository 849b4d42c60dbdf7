"""A photo in a room, in real browsers: written without a network, seen by the other side, gone with its message."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.features.rooms.models import Room
from tests.e2e.conftest import PHONE
from tests.e2e.talk import Open, go_offline, said, say
from tests.support.app import LiveServer
from tests.support.axe import faults
from tests.support.evil_files import PDF, SVG, photo
from tests.support.factories import Cast

pytestmark = pytest.mark.usefixtures("patience")
ALT = "Beans climbing on poles"
DESCRIBE = "Describe this picture (for those who do not see it)"


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Add files as the button does."""
    chosen = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    page.locator("label.composer-add input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]


def test_a_photo_taken_offline_is_sent_once_when_the_network_returns_and_goes_with_its_message(
    open_room: Open, live_server: LiveServer, room: Room, cast: Cast
) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other, viewport=PHONE)
    say(giulia, "Before the tunnel")
    expect(marek.locator("#message-1")).to_be_visible()
    go_offline(giulia)
    choose(giulia, ("beans.jpg", "image/jpeg", photo()), ("plan.pdf", "application/pdf", PDF))
    expect(giulia.locator(".waiting-file")).to_have_count(2)
    expect(giulia.locator(".waiting-preview").first).to_be_visible()
    expect(giulia.locator("[data-announce]")).to_contain_text("Added: plan.pdf")
    giulia.get_by_label(DESCRIBE).fill(ALT)
    assert faults(giulia) == []
    giulia.get_by_label("Your message").press("Enter")
    say(giulia, "After the photo")
    expect(giulia.locator(".message-waiting")).to_have_count(2)
    expect(giulia.locator(".message-waiting").first).to_contain_text("beans.jpg")
    context, address = giulia.context, giulia.url
    giulia.close()
    context.set_offline(False)
    giulia = context.new_page()
    giulia.goto(address)
    for page in (giulia, marek):
        expect(page.locator("#message-2 img")).to_have_attribute("alt", ALT)
        expect(page.locator("#message-2 a.message-file")).to_contain_text("plan.pdf")
        expect(page.locator("#message-3")).to_contain_text("After the photo")
        expect(page.locator("#message-2 img")).to_have_js_property("complete", True)
    assert marek.locator("#message-2 img").evaluate("image => image.naturalWidth") == 320
    expect(giulia.locator(".message-waiting")).to_have_count(0)
    assert giulia.evaluate(KEPT) == 0, "nothing of it is left in the browser"
    assert said(marek)[0] == "Before the tunnel" and len(said(marek)) == 3
    url = marek.locator("#message-2 .message-picture").get_attribute("href") or ""
    served = marek.request.get(f"{live_server.url}{url}")
    assert not Image.open(io.BytesIO(served.body())).getexif()
    for page in (giulia, marek):
        assert faults(page) == []
    folder = Path(live_server.settings.instance) / "files"
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3
    giulia.locator("#message-2 [data-remove]").click()
    giulia.get_by_role("button", name="Remove it").click()
    expect(marek.locator("#message-2 img")).to_have_count(0)
    expect(marek.locator("#message-2")).to_contain_text("This message was removed.")
    assert marek.request.get(f"{live_server.url}{url}").status == 404
    for _ in range(100):
        if not [path for path in folder.rglob("*") if path.is_file()]:
            break
        marek.wait_for_timeout(100)
    else:
        raise AssertionError("the bytes are still there")


KEPT = """() => new Promise((resolve) => {
  const request = indexedDB.open("trama-files");
  request.onsuccess = () => {
    const count = request.result.transaction("files").objectStore("files").count();
    count.onsuccess = () => { request.result.close(); resolve(count.result); };
  };
})"""


def test_files_come_by_drop_and_by_paste_and_what_cannot_be_sent_is_said(open_room: Open, cast: Cast) -> None:
    giulia = open_room(cast.member)
    for kind, target in (("paste", "textarea"), ("drop", ".room-scroll")):
        giulia.evaluate(BRING, [kind, target, f"{kind}.txt"])
        expect(giulia.locator(".waiting-file").last).to_contain_text(f"{kind}.txt")
    choose(giulia, ("drawing.svg", "image/svg+xml", SVG))
    expect(giulia.locator("[data-problem]")).to_contain_text("drawing.svg cannot be sent.")
    giulia.locator(".waiting-file [data-takes-away]").first.press("Enter")
    expect(giulia.locator(".waiting-file")).to_have_count(1)
    expect(giulia.locator(".waiting-file [data-takes-away]")).to_be_focused()
    giulia.reload()
    expect(giulia.locator(".waiting-file")).to_contain_text("drop.txt")
    choose(giulia, ("fake.jpg", "image/jpeg", SVG))
    expect(giulia.locator(".waiting-file")).to_have_count(2)
    say(giulia, "Two files, one of them is none")
    expect(giulia.locator("[data-problem]")).to_contain_text("Not everybody sees a picture.")
    expect(giulia.get_by_label(DESCRIBE)).to_be_focused()
    giulia.get_by_label("Your message").press("Enter")
    expect(giulia.locator("[data-problem]")).to_contain_text("fake.jpg: This kind of file cannot be sent.")
    expect(giulia.locator(".waiting-file")).to_have_count(2)
    expect(giulia.get_by_label("Your message")).to_have_value("Two files, one of them is none")
    giulia.locator(".waiting-file [data-takes-away]").last.click()
    giulia.get_by_label("Your message").press("Enter")
    expect(giulia.locator("#message-1 a.message-file")).to_contain_text("drop.txt")
    expect(giulia.locator(".message")).to_have_count(1)


BRING = """([kind, target, name]) => {
  const data = new DataTransfer();
  data.items.add(new File(["Twelve chairs"], name, { type: "text/plain" }));
  const event = kind === "paste"
    ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(target).dispatchEvent(event);
}"""

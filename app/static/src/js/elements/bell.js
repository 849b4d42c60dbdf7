/**
 * The bell beside the rail opens what is new without leaving the page. On phones, on the page of notifications and without
 * an answer it is the link that it is.
 */
import { refreshWaiting, read } from "./waiting.js";

const HAS_RAIL = matchMedia("(width >= 56.25rem)");
const sheet = document.getElementById("bell");
/** @type {HTMLAnchorElement | null} */
const bell = document.querySelector("a.bell[data-latest]:not([aria-current])");
let isOpen = false;
/** Whether it was open when the press began that closes it. */
let wasOpen = false;

/** @param {HTMLElement} opening */
async function open(opening) {
  if (!bell) return;
  const answer = await read(bell.dataset.latest ?? "");
  if (!answer) {
    location.assign(bell.href);
    return;
  }
  opening.replaceChildren(...answer.body.childNodes);
  opening.showPopover();
  refreshWaiting();
}

if (sheet && bell) {
  bell.setAttribute("aria-haspopup", "dialog");
  sheet.addEventListener("toggle", (event) => {
    isOpen = event.newState === "open";
    bell.setAttribute("aria-expanded", String(isOpen));
  });
  bell.addEventListener("pointerdown", () => (wasOpen = isOpen));
  bell.addEventListener("click", (event) => {
    if (!HAS_RAIL.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (isOpen) sheet.hidePopover();
    else if (!wasOpen) void open(sheet);
    wasOpen = false;
  });
}

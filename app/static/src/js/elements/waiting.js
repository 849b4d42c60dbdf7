/**
 * What waits at the bell and beside the places of the navigation: requested again when the server says that it changed, when one
 * comes back to a page, and now and then. The title of the page and its parts that show news follow.
 */
import { actingAs } from "../live/actor.js";
import { hearSignals } from "../live/signals.js";

const EVERY = 60_000;
const SOON = 300;
const title = document.title;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Request it again in a moment; several calls make one request. */
export function refreshWaiting() {
  clearTimeout(timer);
  timer = setTimeout(ask, SOON);
}

async function ask() {
  /** @type {HTMLElement | null} */
  const bell = document.querySelector("[data-badges]");
  const address = bell?.dataset.badges;
  if (!address || document.hidden) return;
  const answer = await read(address);
  if (!answer) return;
  let isNew = false;
  for (const fresh of badges(answer))
    for (const place of badges(document, fresh.dataset.badge))
      if (place.innerHTML.trim() !== fresh.innerHTML.trim()) {
        place.innerHTML = fresh.innerHTML;
        place.dataset.count = fresh.dataset.count ?? "";
        isNew = true;
      }
  if (!isNew) return;
  showInTitle();
  await renewParts();
}

/**
 * A page or a part of one; null without the network, or signed out: the page says so itself.
 * @param {string} address
 */
export async function read(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

/**
 * The places of badges, perhaps only those of one name.
 * @param {ParentNode} parent
 * @param {string} [name]
 * @returns {NodeListOf<HTMLElement>}
 */
function badges(parent, name) {
  return parent.querySelectorAll(name ? `[data-badge="${CSS.escape(name)}"]` : "[data-badge]");
}

/** How much is unread, before the title of the page; a room says there what was missed in it. */
function showInTitle() {
  const [bell] = badges(document, "bell");
  if (!bell || document.querySelector("trama-room")) return;
  const unread = Number(bell.dataset.count);
  document.title = unread ? `(${unread < 100 ? unread : "99+"}) ${title}` : title;
}

/** Render the parts of this page that show news again, unless somebody is writing there. */
async function renewParts() {
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("[data-renews]");
  if (!parts.length || [...parts].some(isInUse)) return;
  const answer = await read(location.href);
  for (const part of parts) {
    const fresh = answer?.querySelector(`[data-renews="${CSS.escape(part.dataset.renews ?? "")}"]`);
    if (fresh && !isInUse(part)) part.replaceChildren(...fresh.childNodes);
  }
}

/** @param {HTMLElement} part */
function isInUse(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") !== null;
}

/** Hear from the server when something changes; a page that follows a stream hears it there. */
function listen() {
  if ("live" in document.documentElement.dataset) return;
  hearSignals(document.documentElement.lang, refreshWaiting);
}

if (actingAs()) {
  showInTitle();
  document.addEventListener("trama:waiting", refreshWaiting);
  document.addEventListener("visibilitychange", refreshWaiting);
  setInterval(refreshWaiting, EVERY);
  addEventListener("load", () => setTimeout(listen), { once: true });
}

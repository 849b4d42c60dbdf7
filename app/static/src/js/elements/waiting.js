/** How much waits beside the places of the navigation: asked anew when one comes back to a page, and now and then. */
const EVERY = 60_000;
const SOON = 300;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Ask anew in a moment; several wishes make one question. */
export function refreshWaiting() {
  clearTimeout(timer);
  timer = setTimeout(ask, SOON);
}

async function ask() {
  /** @type {NodeListOf<HTMLElement>} */
  const places = document.querySelectorAll("[data-waiting]");
  const address = places[0]?.dataset.waiting;
  if (!address || document.hidden || !navigator.onLine) return;
  try {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const badge = await answer.text();
    for (const place of places) if (place.innerHTML.trim() !== badge.trim()) place.innerHTML = badge;
  } catch {
    // Without the network, or signed out: the page says so itself.
  }
}

document.addEventListener("visibilitychange", refreshWaiting);
setInterval(refreshWaiting, EVERY);

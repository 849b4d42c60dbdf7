/** How much waits beside the places of the navigation: asked anew when one comes back to a page, and now and then. */
const EVERY = 60_000;
const SOON = 300;
let timer;

/** Ask anew in a moment; several wishes make one question. */
export function refreshWaiting() {
  clearTimeout(timer);
  timer = setTimeout(ask, SOON);
}

async function ask() {
  const places = [...document.querySelectorAll("[data-waiting]")];
  if (!places.length || document.hidden || !navigator.onLine) return;
  try {
    const answer = await fetch(places[0].dataset.waiting, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) return;
    const badge = await answer.text();
    for (const place of places) if (place.innerHTML.trim() !== badge.trim()) place.innerHTML = badge;
  } catch {
    // Without the network, or signed out: the page says so itself.
  }
}

document.addEventListener("visibilitychange", refreshWaiting);
setInterval(refreshWaiting, EVERY);

/** Signing out: nothing that one wrote and did not send stays in this browser for the next person. */
import { PREFIX } from "../room/storage.js";

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !new URL(event.target.action, location.href).pathname.endsWith("/sign-out")) return;
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) localStorage.removeItem(key);
  } catch {
    // Without a storage nothing was kept.
  }
});

// Some browsers keep a whole page in memory although its answer said no-store: Back must not show it after a sign-out.
addEventListener("pageshow", (event) => {
  const wasSignedIn = document.querySelector("form[action$='/sign-out']");
  if (event.persisted && wasSignedIn) location.reload();
});

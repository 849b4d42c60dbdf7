/** The storage of the person of this page. */
import { metaContent } from "../elements/meta.js";
import { actingAs } from "./actor.js";
import { PersonalStorage } from "./storage.js";

const RENEWAL_RETRY_MILLISECONDS = 1000;
/** The database of the files that wait to be sent (blobs.js): it goes when the rest is wiped. */
export const FILES_DATABASE = "trama-files";

export const personal = new PersonalStorage({
  local: allowed(() => localStorage),
  session: allowed(() => sessionStorage),
  locks: navigator.locks,
  installation: metaContent("installation"),
  person: actingAs().split(":")[0],
  wiped: () => {
    allowed(() => indexedDB)?.deleteDatabase(FILES_DATABASE);
    navigator.serviceWorker?.controller?.postMessage({ forget: "" });
  },
});

addEventListener("storage", (event) => personal.hear(event));

// The browser asks whether one really wants to leave what it has no room for.
addEventListener("beforeunload", (event) => personal.isPassing && event.preventDefault());

// Some browsers keep a whole page in memory although its answer said no-store: Back must not show it after a sign-out.
addEventListener("pageshow", ({ persisted }) => persisted && actingAs() && renew());

/** Load this page again, and hide it until then. A second Back in the same moment can take the first try away. */
function renew() {
  document.documentElement.hidden = true;
  location.reload();
  setTimeout(renew, RENEWAL_RETRY_MILLISECONDS);
}

/** Signing out: nothing that one wrote and did not send stays in this browser for the next person. */
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  const isSignOut = new URL(event.target.action, location.href).pathname.endsWith("/sign-out");
  if (isSignOut && !event.defaultPrevented) personal.wipe();
});

/**
 * A storage of the browser, or null where it is forbidden.
 * @template Kind
 * @param {() => Kind} open
 */
function allowed(open) {
  try {
    return open();
  } catch {
    return null;
  }
}

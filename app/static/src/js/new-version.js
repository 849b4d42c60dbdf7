/**
 * A new version of the service worker waits: it takes over by itself where this page is as new as it is, else the reader is
 * offered to load the page again. Pages that are open elsewhere go on as they are. A first visit does without this script.
 */
import { wordsOf } from "./elements/words.js";

const CHECK_MILLISECONDS = 60 * 60 * 1000;

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {string} script the address of the script that every page of this version runs
 * @param {(text: string) => void} say shows a message at the top of the page
 */
export function watch(registration, script, say) {
  const ask = () => registration.waiting?.postMessage({ script: new URL(script).pathname });
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", ask),
  );
  navigator.serviceWorker.addEventListener(
    "message",
    ({ data }) => data === "newer" && offer(say, () => registration.waiting?.postMessage({ takeOver: true })),
  );
  ask();
  setInterval(() => void registration.update().catch(() => {}), CHECK_MILLISECONDS);
}

/**
 * @param {(text: string) => void} say
 * @param {() => void} takeOver
 */
function offer(say, takeOver) {
  const list = document.getElementById("flashes");
  if (!list) return;
  const { newVersion, reload } = wordsOf(list);
  say(newVersion);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = reload;
  button.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    takeOver();
  });
  list.querySelector(".flash")?.append(button);
}

/**
 * Registers the service worker (worker/service-worker.js). A new version of it waits: it takes over by itself where this page
 * is as new as it is, else the reader is offered to load the page again. Pages that are open elsewhere go on as they are.
 */
import { say } from "./flashes.js";
import { wordsOf } from "./words.js";

const CHECK_MILLISECONDS = 60 * 60 * 1000;

if ("serviceWorker" in navigator) addEventListener("load", () => void register().catch(() => {}));

async function register() {
  const container = navigator.serviceWorker;
  const registration = await container.register("/service-worker.js");
  const ask = () => registration.waiting?.postMessage({ script: new URL(import.meta.url).pathname });
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", ask),
  );
  container.addEventListener("message", ({ data }) => data === "newer" && offer(registration));
  ask();
  setInterval(() => void registration.update().catch(() => {}), CHECK_MILLISECONDS);
}

/** @param {ServiceWorkerRegistration} registration */
function offer(registration) {
  const list = document.getElementById("flashes");
  if (!list) return;
  const { newVersion, reload } = wordsOf(list);
  say(newVersion, "", {
    label: reload,
    act: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      registration.waiting?.postMessage({ takeOver: true });
    },
  });
}

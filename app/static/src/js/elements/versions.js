/** Registers the service worker (worker/service-worker.js). Where one was there before, its next version is watched for. */
import { say } from "./flashes.js";

if ("serviceWorker" in navigator) addEventListener("load", () => void register().catch(() => {}));

async function register() {
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("/service-worker.js");
  if (serviceWorker.controller) (await import("../new-version.js")).watch(registration, import.meta.url, say);
}

/**
 * What the service worker keeps of a person's pages on her own device (worker/service-worker.js), as pages see it: the cache
 * of her sign-in, and in it the events that came to a room since its page was kept. They go together.
 */
const PAGES = "pages:";
const MAX_EVENTS = 200;
const PAUSE_MILLISECONDS = 500;

async function keptCaches() {
  // Without TLS a browser has no caches.
  return "caches" in globalThis ? (await caches.keys()).filter((name) => name.startsWith(PAGES)) : [];
}

/** Delete all pages that are kept in this browser. */
export async function forgetPages() {
  for (const name of await keptCaches()) await caches.delete(name);
}

/** Delete the page that is shown. */
export async function forgetThisPage() {
  for (const name of await keptCaches()) await (await caches.open(name)).delete(location.pathname);
}

/** @import { StreamEvent } from "./payloads.js" */

/**
 * The last events of a stream.
 * @template {StreamEvent} Told
 */
export class KeptEvents {
  /** @type {Told[]} */
  #events = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #address;

  /**
   * @param {string} stream
   * @param {string} epoch
   */
  constructor(stream, epoch) {
    this.#address = `/kept-events/${encodeURIComponent(stream)}/${encodeURIComponent(epoch)}`;
  }

  /**
   * Those that follow on what the page shows; none where some between are missing.
   * @param {number} head the number of the last event that the page shows
   */
  async after(head) {
    const [name] = await keptCaches();
    const kept = name && (await (await caches.open(name)).match(this.#address));
    if (!kept) return [];
    /** @type {Told[]} */
    const events = (await kept.json()).filter((/** @type {Told} */ { seq }) => seq > head);
    return events[0]?.seq === head + 1 ? events : [];
  }

  /** @param {Told[]} events that follow on those before */
  add(events) {
    this.#events = [...this.#events, ...events].slice(-MAX_EVENTS);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write().catch(() => {}), PAUSE_MILLISECONDS);
  }

  async #write() {
    const [name] = await keptCaches();
    if (name) await (await caches.open(name)).put(this.#address, new Response(JSON.stringify(this.#events)));
  }
}

/**
 * The last events of a room on a person's own device, in the cache in which the service worker keeps her pages
 * (worker/service-worker.js): what came to a room since its page was kept. Without such a cache nothing is written.
 */
const PAGES = "pages:";
const MAX_EVENTS = 200;
const PAUSE_MILLISECONDS = 500;

/** @import { StreamEvent } from "./live/payloads.js" */

/** @template {StreamEvent} Told */
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
    const kept = await (await keptCache())?.match(this.#address);
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
    await (await keptCache())?.put(this.#address, new Response(JSON.stringify(this.#events)));
  }
}

async function keptCache() {
  const name = (await caches.keys()).find((each) => each.startsWith(PAGES));
  return name === undefined ? null : caches.open(name);
}

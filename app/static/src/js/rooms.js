/** <trama-rooms>: the list of rooms, rendered again by the server when something is said in one of them or read elsewhere. */
import { connect } from "./live/connection.js";
import { isNews } from "./room/event-kinds.js";
import { boxes } from "./elements/part.js";
import { refreshWaiting } from "./elements/waiting.js";

const SOON = 400;
const NOTHING_BEFORE = 2 ** 31 - 1;

class Rooms extends HTMLElement {
  /** @type {import("./live/connection.js").Connection | undefined} */
  connection;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #stale = false;

  connectedCallback() {
    if (this.connection) return;
    this.connection = connect(document.documentElement.lang, {
      connected: () => this.#follow(),
      events: ({ events }) => events.some(isNews) && this.#refresh(),
      signal: ({ kind }) => kind === "read" && this.#refresh(),
      closed: () => this.#refresh(),
    });
    document.addEventListener("visibilitychange", () => this.#stale && this.#refresh());
  }

  /** Follow every room of the list; what was said while nobody listened is in the list that is drawn then. */
  async #follow() {
    for (const row of this.#rows()) await this.#subscribe(row);
  }

  /** @param {HTMLElement} row */
  async #subscribe({ dataset: { stream, head } }) {
    const answer = await this.connection?.ask("subscribe", { stream, after: NOTHING_BEFORE });
    if (answer?.ok && answer.head > Number(head)) this.#refresh();
  }

  /** Render the list again in a moment, or when somebody looks at it again. */
  #refresh() {
    this.#stale = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => !document.hidden && this.#draw(), SOON * (0.5 + Math.random()));
  }

  async #draw() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = page.querySelector("trama-rooms");
      if (list) this.#put(list);
    } catch {
      // Without the network, or signed out: the list stays as it is until one comes back.
    }
  }

  /**
   * Put the fresh list in the place of the old one, with the focus where it was.
   * @param {Element} list
   */
  #put(list) {
    this.#stale = false;
    const known = new Set(this.#rows().map(({ dataset }) => dataset.stream));
    const focused = this.contains(document.activeElement)
      ? document.activeElement?.closest("a")?.getAttribute("href")
      : null;
    this.replaceChildren(...list.childNodes);
    /** @param {string | null} href */
    const path = (href) => href?.split("#")[0];
    if (focused)
      [...this.querySelectorAll("a")]
        .find((link) => path(link.getAttribute("href")) === path(focused))
        ?.focus();
    refreshWaiting();
    for (const row of this.#rows()) if (!known.has(row.dataset.stream)) void this.#subscribe(row);
  }

  #rows() {
    return boxes(this, "[data-stream]");
  }
}

customElements.define("trama-rooms", Rooms);

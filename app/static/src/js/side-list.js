/** The rooms beside a room, on screens that have a place for them; rendered by the server again when something changes. */
import { read } from "./elements/waiting.js";

const SOON = 400;

export class SideList {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} place where the list stands */
  constructor(place) {
    this.place = place;
    document.addEventListener("trama:waiting", () => this.renew());
    document.addEventListener("visibilitychange", () => this.renew());
    void this.#draw();
  }

  /** Render the list again in a moment; several calls make one request. */
  renew() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => !document.hidden && this.#draw(), SOON * (0.5 + Math.random()));
  }

  async #draw() {
    const answer = await read(this.place.dataset.list ?? "");
    if (!answer) return;
    const focused = this.place.contains(document.activeElement)
      ? document.activeElement?.getAttribute("href")?.split("#")[0]
      : undefined;
    const top = this.place.scrollTop;
    this.place.replaceChildren(...answer.body.childNodes);
    this.place.scrollTop = top;
    if (focused)
      [...this.place.querySelectorAll("a")]
        .find((link) => link.getAttribute("href")?.split("#")[0] === focused)
        ?.focus();
  }
}

/** <town-field>: offers towns while one is typed, by the browser's own list; without this script it is a line of text. */
import { make } from "./elements/markup.js";
import { part } from "./elements/part.js";

/** @typedef {{items: {name: string, where: string}[]}} Towns */

const PAUSE = 150;

class TownField extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | undefined} */
  #asking;

  connectedCallback() {
    const input = part(this, "input", HTMLInputElement);
    const list = make("datalist", { id: `${input.id}-towns` });
    input.setAttribute("list", list.id);
    input.setAttribute("autocomplete", "off");
    this.append(list);
    input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#ask(input.value, list), PAUSE);
    });
  }

  /**
   * @param {string} text
   * @param {HTMLElement} list
   */
  async #ask(text, list) {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const country = this.closest("form")?.elements.namedItem(this.dataset.country ?? "");
    const query = new URLSearchParams({
      q: text,
      country: country instanceof HTMLSelectElement ? country.value : "",
    });
    try {
      const answer = await fetch(`${this.dataset.url}?${query}`, { signal: this.#asking.signal });
      const { items } = /** @type {Towns} */ (await answer.json());
      list.replaceChildren(...items.map(({ name, where }) => make("option", { value: name }, [where])));
    } catch {
      // The line is sent as it was typed.
    }
  }
}

customElements.define("town-field", TownField);

/** One quiet line where what is being written looks like another language than the one chosen for it. It holds nothing up. */
import { csrfToken } from "./elements/csrf.js";
import { box } from "./elements/part.js";
import { fill, wordsOf } from "./elements/words.js";

const REST_MILLISECONDS = 1200;
const MAX_MILLISECONDS = 30_000;
const MIN_CHARS = 20;
const MAX_CHARS = 600;

export class LanguageHint {
  /** How long the text was when its language was last guessed; Infinity once somebody has chosen. */
  #asked = 0;
  #guess = "";
  #timer = 0;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLTextAreaElement} input
   * @param {HTMLSelectElement} select
   */
  constructor(form, input, select) {
    this.form = form;
    this.input = input;
    this.select = select;
    this.line = box(form, "[data-language-hint]");
    this.words = wordsOf(this.line);
    box(this.line, "button").addEventListener("click", () => {
      this.select.value = this.#guess;
      this.select.dispatchEvent(new Event("input", { bubbles: true }));
      this.input.focus();
    });
    select.addEventListener("input", () => this.#leave(Infinity));
  }

  /** What is written has changed: it is looked at once the writer rests, and again when it is twice as long. */
  changed() {
    clearTimeout(this.#timer);
    const { length } = this.input.value.trim();
    if (!length) return this.#leave(0);
    if (length < MIN_CHARS || length < 2 * this.#asked) return;
    this.#timer = setTimeout(() => void this.#look(length), REST_MILLISECONDS);
  }

  /** @param {number} length */
  async #look(length) {
    this.#asked = length;
    const guess = await ask(this.input.value.slice(0, MAX_CHARS));
    const option = [...this.select.options].find((each) => each.value === guess);
    if (this.#asked !== length || !option || option.selected) return this.#hide();
    this.#guess = option.value;
    box(this.line, "span").textContent = fill(this.words.looks, { language: option.text });
    this.line.hidden = false;
  }

  /** @param {number} asked */
  #leave(asked) {
    clearTimeout(this.#timer);
    this.#asked = asked;
    this.#hide();
  }

  #hide() {
    this.line.hidden = true;
  }
}

/**
 * The language that a text is plainly written in; null where none is plain or nobody answers.
 * @param {string} text
 * @returns {Promise<string | null>}
 */
async function ask(text) {
  try {
    const answer = await fetch("/api/v1/language", {
      method: "POST",
      headers: { "Content-Type": "text/plain", "X-CSRFToken": csrfToken() },
      body: text,
      signal: AbortSignal.timeout(MAX_MILLISECONDS),
    });
    return answer.ok ? (await answer.json()).lang : null;
  } catch {
    return null;
  }
}

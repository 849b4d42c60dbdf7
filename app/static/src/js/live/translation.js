/** The translation of a message or a card: asked for in its menu, and put under its words as the server draws it. */
import { csrfToken } from "../elements/csrf.js";
import { make } from "../elements/markup.js";
import { wordsOf } from "../elements/words.js";
import { actingAs } from "./actor.js";

const MAX_MILLISECONDS = 30_000;
const SHOWN = "details[data-translation]";

export class Translations {
  /**
   * @param {HTMLElement} page
   * @param {(sentence: string) => void} tell says aloud what became of it
   */
  constructor(page, tell) {
    this.given = page.querySelector("[data-translates]");
    /** @type {Record<"offer" | "waits" | "failed", string> | null} */
    this.words = this.given instanceof HTMLElement ? wordsOf(this.given) : null;
    this.tell = tell;
  }

  /**
   * What the menu offers for a text; "" where it is in the reader's language, translated already or has no words.
   * @param {HTMLElement} text
   */
  offer(text) {
    const { lang, textContent } = text;
    const isForeign = lang !== "" && lang !== document.documentElement.lang && textContent?.trim() !== "";
    return this.words && isForeign && !text.parentElement?.querySelector(SHOWN) ? this.words.offer : "";
  }

  /**
   * Have a text translated. Where its words change meanwhile, what comes is not of these words any more.
   * @param {HTMLElement} text
   * @param {string} place its part of the address
   */
  async translate(text, place) {
    if (!this.words) return;
    const before = text.innerHTML;
    this.leave(text); // why it was refused the last time
    const note = make("p", { class: "message-note", "data-translation": "" }, [this.words.waits]);
    text.after(note);
    this.tell(this.words.waits);
    const answer = await this.#ask(place);
    if (!note.isConnected || text.innerHTML !== before) return note.remove();
    const found = answer?.querySelector(SHOWN);
    if (found) {
      note.replaceWith(found);
      this.tell(found.textContent?.trim().replace(/\s+/g, " ") ?? "");
    } else {
      note.textContent = answer?.querySelector("[data-refused]")?.textContent ?? this.words.failed;
      this.tell(note.textContent);
    }
  }

  /**
   * Take what stands under a text away: its words are others now.
   * @param {HTMLElement} text
   */
  leave(text) {
    text.parentElement?.querySelector("[data-translation]")?.remove();
  }

  /**
   * What the server answers; null where it does not.
   * @param {string} place
   */
  async #ask(place) {
    const address = /** @type {HTMLElement} */ (this.given).dataset.translates;
    const body = new URLSearchParams({ part: "1", csrf_token: csrfToken(), acting_as: actingAs() });
    try {
      const answer = await fetch(`${address}${place}`, {
        method: "POST",
        body,
        redirect: "error",
        signal: AbortSignal.timeout(MAX_MILLISECONDS),
      });
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      return template.content;
    } catch {
      return null;
    }
  }
}

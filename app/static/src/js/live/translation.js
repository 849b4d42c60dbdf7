/** The translation of a message or a card: what its menu offers. */
import { wordsOf } from "../elements/words.js";

const SHOWN = "details[data-translation]";

export class Translations {
  /**
   * @param {HTMLElement} page
   * @param {(sentence: string) => void} tell says aloud what became of it
   */
  constructor(page, tell) {
    /** @type {HTMLElement | null} */
    this.given = page.querySelector("[data-translates]");
    /** @type {Record<"offer" | "waits" | "failed", string> | null} */
    this.words = this.given && wordsOf(this.given);
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
   * Have a text translated; what that takes is loaded now.
   * @param {HTMLElement} text
   * @param {string} place its part of the address
   */
  async translate(text, place) {
    if (!this.words || !this.given) return;
    this.leave(text); // why it was refused the last time
    const { translate } = await import("../translating.js");
    await translate(text, `${this.given.dataset.translates}${place}`, this.words, this.tell);
  }

  /**
   * Take what stands under a text away: its words are others now.
   * @param {HTMLElement} text
   */
  leave(text) {
    text.parentElement?.querySelector("[data-translation]")?.remove();
  }
}

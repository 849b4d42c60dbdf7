/** The translation of a message: asked for in the menu, and put under the message's words as the server draws it. */
import { csrfToken } from "../elements/csrf.js";
import { make } from "../elements/markup.js";
import { box } from "../elements/part.js";
import { wordsOf } from "../elements/words.js";
import { actingAs } from "../live/actor.js";

const MAX_MILLISECONDS = 30_000;
const SHOWN = "details[data-translation]";

export class Translations {
  /**
   * @param {HTMLElement} room
   * @param {(sentence: string) => void} tell says aloud what became of it
   */
  constructor(room, tell) {
    this.given = room.querySelector("[data-translates]");
    /** @type {Record<"offer" | "waits" | "failed", string> | null} */
    this.words = this.given instanceof HTMLElement ? wordsOf(this.given) : null;
    this.tell = tell;
  }

  /**
   * What the menu offers for a message; "" where it is in the reader's language, translated already or has no words.
   * @param {HTMLElement} item
   */
  offer(item) {
    const { lang, textContent } = box(item, "[data-part=text]");
    const isForeign = lang !== "" && lang !== document.documentElement.lang && textContent?.trim() !== "";
    return this.words && isForeign && !item.querySelector(SHOWN) ? this.words.offer : "";
  }

  /**
   * Have a message translated. Where its words change meanwhile, what comes is not of these words any more.
   * @param {HTMLElement} item
   */
  async translate(item) {
    if (!this.words) return;
    const text = box(item, "[data-part=text]");
    const before = text.innerHTML;
    item.querySelector("[data-translation]")?.remove(); // why it was refused the last time
    const note = make("p", { class: "message-note", "data-translation": "" }, [this.words.waits]);
    text.after(note);
    this.tell(this.words.waits);
    const answer = await this.#ask(item.dataset.seq ?? "");
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
   * What the server answers; null where it does not.
   * @param {string} seq
   */
  async #ask(seq) {
    const address = /** @type {HTMLElement} */ (this.given).dataset.translates;
    const body = new URLSearchParams({ part: "1", csrf_token: csrfToken(), acting_as: actingAs() });
    try {
      const answer = await fetch(`${address}${seq}`, {
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

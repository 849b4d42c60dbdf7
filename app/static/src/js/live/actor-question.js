/**
 * The question of a live page whose person acts for another organisation by now (templates/macros/live.html): go back to
 * the one for which the page was made, or send what waits as the other. Either way a fresh page sends it.
 */
import { actingAs } from "./actor.js";
import { part } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

export class ActorQuestion {
  /** @type {string | undefined} The actor for whom the person acts now. */
  now;

  /**
   * @param {HTMLElement} box
   * @param {(key: string) => void} sendAs makes everything that waits that actor's
   */
  constructor(box, sendAs) {
    this.box = box;
    this.words = wordsOf(box);
    this.send = part(box, "[data-send-as]", HTMLButtonElement);
    this.back = part(box, "[data-go-back]", HTMLElement);
    this.send.addEventListener("click", () => {
      if (this.now) sendAs(this.now);
      location.reload();
    });
  }

  /**
   * Ask; without an answer of the server only the way back is known. What another person wrote is never sent on.
   * @param {Partial<import("./payloads.js").Refusal>} [answer]
   */
  ask({ message, now, before } = {}) {
    const isSamePerson = !now || now.key.split(":")[0] === actingAs().split(":")[0];
    this.now = now?.key;
    if (message) part(this.box, "[data-sentence]", HTMLElement).textContent = message;
    this.send.hidden = !now || !isSamePerson;
    this.send.textContent = fill(this.words.sendAs, { name: now?.name });
    if (before) this.#goBackTo(before);
    this.back.hidden = !isSamePerson || !this.#button.value || (now !== undefined && !before);
    this.box.hidden = false;
  }

  get #button() {
    return part(this.back, "button", HTMLButtonElement);
  }

  /** @param {import("./payloads.js").ActingFor} before */
  #goBackTo({ name, slug }) {
    this.#button.value = slug ?? "";
    this.#button.textContent = fill(this.words.goBack, { name });
  }
}

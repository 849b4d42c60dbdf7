/**
 * The question of a live page whose person acts for another organisation by now (templates/macros/live.html): go back to
 * the one for which the page was made, or send what waits as the other. Either way a fresh page sends it.
 */
import { actingAs } from "./actor.js";
import { fill } from "../room/words.js";

export class ActorQuestion {
  /** `sendAs(key)` makes everything that waits that actor's. */
  constructor(box, sendAs) {
    Object.assign(this, {
      box,
      send: box.querySelector("[data-send-as]"),
      back: box.querySelector("[data-go-back]"),
    });
    this.send.addEventListener("click", () => {
      sendAs(this.now);
      location.reload();
    });
  }

  /** Ask; without an answer of the server only the way back is known. What another person wrote is never sent on. */
  ask({ message, now, before } = {}) {
    const isSamePerson = !now || now.key.split(":")[0] === actingAs().split(":")[0];
    this.now = now?.key;
    if (message) this.box.querySelector("[data-sentence]").textContent = message;
    this.send.hidden = !now || !isSamePerson;
    this.send.textContent = fill(this.send.dataset.say, { name: now?.name });
    if (before) this.#goBackTo(before);
    this.back.hidden = !isSamePerson || !this.#button.value || (now !== undefined && !before);
    this.box.hidden = false;
  }

  get #button() {
    return this.back.querySelector("button");
  }

  #goBackTo({ name, slug }) {
    this.#button.value = slug;
    this.#button.textContent = fill(this.#button.dataset.say, { name });
  }
}

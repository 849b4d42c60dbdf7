/** Asks before a message goes: its words cannot be brought back. */
import { box, part } from "../elements/part.js";

export class Removal {
  #seq = 0;

  /**
   * @param {HTMLElement} room
   * @param {(seq: number) => void} remove is called when one is sure
   */
  constructor(room, remove) {
    this.dialog = part(room, "#removal", HTMLDialogElement);
    this.text = box(room, "[data-removed-text]");
    this.ofOther = box(room, "[data-removed-of-other]");
    box(room, "[data-removes]").addEventListener("click", () => {
      this.dialog.close();
      remove(this.#seq);
    });
  }

  /**
   * Ask about a message; the link that was pressed leads to a page that asks the same without a script.
   * @param {Event | null} event
   * @param {HTMLElement | null} item
   */
  ask(event, item) {
    if (!item) return;
    event?.preventDefault();
    const text = box(item, "[data-part=text]");
    this.#seq = Number(item.dataset.seq);
    this.text.replaceChildren(...text.cloneNode(true).childNodes);
    this.text.lang = text.lang;
    this.ofOther.hidden = item.matches(".message-mine");
    this.dialog.showModal();
  }
}

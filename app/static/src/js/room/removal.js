/** Asks before a message goes: its words cannot be brought back. */
export class Removal {
  #seq;

  /** `remove(seq)` is called when one is sure. */
  constructor(room, remove) {
    this.dialog = room.querySelector("#removal");
    this.text = room.querySelector("[data-removed-text]");
    this.ofOther = room.querySelector("[data-removed-of-other]");
    room.querySelector("[data-removes]").addEventListener("click", () => {
      this.dialog.close();
      remove(this.#seq);
    });
  }

  /** Ask about a message; the link that was pressed leads to a page that asks the same without a script. */
  ask(event, item) {
    if (!item) return;
    event?.preventDefault();
    const text = item.querySelector("[data-part=text]");
    this.#seq = Number(item.dataset.seq);
    this.text.replaceChildren(...text.cloneNode(true).childNodes);
    this.text.lang = text.lang;
    this.ofOther.hidden = item.matches(".message-mine");
    this.dialog.showModal();
  }
}

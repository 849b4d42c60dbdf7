/** Keeps the reader's place: at the newest message when she was there, else at the message she was reading. */
const NEAR = 60;

export class Scroll {
  /** Whether the end of what is shown is the end of the talk. */
  hasNewest = true;

  /**
   * `box` scrolls; its content stands on its floor (column-reverse), so that its scrollTop is 0 there and negative above.
   * @param {HTMLElement} box
   */
  constructor(box) {
    this.box = box;
  }

  get isAtNewest() {
    return this.hasNewest && Math.abs(this.box.scrollTop) < NEAR;
  }

  toNewest() {
    this.box.scrollTop = 0;
  }

  /**
   * Change the list without moving what is being read.
   * @param {() => void} change
   */
  keeping(change) {
    if (this.isAtNewest) {
      change();
      this.toNewest();
      return;
    }
    const top = this.box.getBoundingClientRect().top;
    const seen = [...this.box.querySelectorAll(".message")].find(
      (each) => each.getBoundingClientRect().bottom > top,
    );
    const before = seen?.getBoundingClientRect().top;
    change();
    if (seen?.isConnected && before !== undefined)
      this.box.scrollTop += seen.getBoundingClientRect().top - before;
  }
}

/** Keeps the reader's place: at the newest message when she was there, else at the message she was reading. */
const NEAR = 60;

export class Scroll {
  /** Whether the end of what is shown is the end of the talk. */
  hasNewest = true;
  /** How far the reader is above the floor, and how much of the talk she sees, in pixels; asking the box would lay it out. */
  #above = 0;
  #height = 0;

  /**
   * `box` scrolls; its content stands on its floor (column-reverse), so that its scrollTop is 0 there and negative above.
   * @param {HTMLElement} box
   */
  constructor(box) {
    this.box = box;
    this.#look();
    box.addEventListener("scroll", () => this.#look(), { passive: true });
  }

  get isAtNewest() {
    return this.hasNewest && this.#above < NEAR;
  }

  /** Whether the floor is out of sight. */
  get isFarAbove() {
    return this.#above > 0 && this.#above >= this.#height / 2;
  }

  toNewest() {
    this.box.scrollTop = 0;
    this.#above = 0;
  }

  /**
   * Change the list without moving what is being read.
   * @param {() => void} change
   */
  keeping(change) {
    if (this.isAtNewest) {
      change();
      if (this.#above) this.toNewest();
      return;
    }
    const seen = this.#firstInSight();
    const before = seen?.getBoundingClientRect().top;
    change();
    if (!seen?.isConnected || before === undefined) return;
    const moved = seen.getBoundingClientRect().top - before;
    if (moved) this.box.scrollTop += moved;
  }

  #look() {
    this.#above = Math.abs(this.box.scrollTop);
    this.#height = this.box.clientHeight;
  }

  /** The uppermost message of which something is in sight. */
  #firstInSight() {
    const messages = this.box.querySelectorAll(".message");
    const top = this.box.getBoundingClientRect().top;
    let [low, high] = [0, messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (messages[middle].getBoundingClientRect().bottom > top) high = middle;
      else low = middle + 1;
    }
    return messages[low];
  }
}

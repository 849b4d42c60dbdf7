/** How far one has read: told to the server when the newest message was really on the screen. */
import { refreshWaiting } from "../elements/waiting.js";

const SOON = 600;

export class Reading {
  #timer;
  #told;

  /** `tell(seq)` notes it on the server; `told(seq)` is called when it is noted. */
  constructor(scroll, tell, told) {
    Object.assign(this, { scroll, tell, told });
    this.#told = 0;
    this.last = 0;
  }

  get isReading() {
    return !document.hidden && this.scroll.isAtNewest;
  }

  /** The stream goes on to `seq`; what is on the screen counts as read after a moment. */
  reach(seq) {
    this.last = Math.max(this.last, seq);
    clearTimeout(this.#timer);
    if (this.isReading && this.last > this.#told) this.#timer = setTimeout(() => this.#note(), SOON);
  }

  /** After the connection came back, tell again what may not have arrived. */
  again() {
    this.#told = 0;
    this.reach(this.last);
  }

  async #note() {
    if (!this.isReading) return;
    const seq = this.last;
    const answer = await this.tell(seq);
    if (!answer?.ok) return;
    this.#told = Math.max(this.#told, seq);
    this.told(seq);
    refreshWaiting();
  }
}

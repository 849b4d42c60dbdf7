/** How far one has read: told to the server when the newest message was really on the screen. */
import { refreshWaiting } from "../elements/waiting.js";

/** @import { Acknowledgement } from "../live/payloads.js" */

const SOON = 600;

export class Reading {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #told = 0;
  last = 0;

  /**
   * @param {import("./scroll.js").Scroll} scroll
   * @param {(seq: number) => Promise<Acknowledgement<"room_read"> | null>} tell notes it on the server
   * @param {(seq: number) => void} told is called when it is noted
   */
  constructor(scroll, tell, told) {
    this.scroll = scroll;
    this.tell = tell;
    this.told = told;
  }

  get isReading() {
    return !document.hidden && this.scroll.isAtNewest;
  }

  /**
   * The stream goes on to `seq`; what is on the screen counts as read after a moment.
   * @param {number} seq
   */
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

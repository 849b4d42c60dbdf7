/** How far one has read: told to the server when the newest message was really on the screen. */
const SOON = 600;

export class Reading {
  #timer;
  #told;

  /** `tell(seq)` notes it on the server and answers what still waits elsewhere. */
  constructor(scroll, tell) {
    this.scroll = scroll;
    this.tell = tell;
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
    showWaiting(answer.unread);
  }
}

/** The count beside the place where one is, in the rail and in the bar. */
function showWaiting(count) {
  for (const badge of document.querySelectorAll("[aria-current=page] .badge")) {
    if (count) badge.firstElementChild.textContent = count < 100 ? count : "99+";
    else badge.remove();
  }
}

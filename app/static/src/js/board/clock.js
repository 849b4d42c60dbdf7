/** The time of a phase: counted down from what the server said, whatever this machine's clock believes. */
const SECOND = 1000;
const LAST_MINUTE = 60;

export class Clock {
  #offset;
  /** @type {number | null} */
  #left = null;
  /** @type {number | null} */
  #until = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} paused says that the time stands still
   * @param {string} serverNow the server's time when the page was made
   * @param {(left: number) => void} warn is called once a minute before the end and at it
   */
  constructor(element, paused, serverNow, warn) {
    this.element = element;
    this.paused = paused;
    this.warn = warn;
    this.#offset = Date.parse(serverNow) - Date.now() || 0;
    document.addEventListener("visibilitychange", () => this.#show());
  }

  /**
   * Count towards `now.ends_at`, or stand still at `now.left` seconds.
   * @param {Partial<import("../live/payloads.js").Now>} [now]
   */
  follow(now = {}) {
    this.#until = now.ends_at && now.left === undefined ? Date.parse(now.ends_at) : null;
    this.#left = now.left ?? null;
    this.element.classList.toggle("board-time-paused", this.#left !== null);
    this.paused.hidden = this.#left === null;
    this.#show();
  }

  /** Seconds that are left; null where no time runs. */
  get left() {
    if (this.#until === null) return this.#left;
    return Math.max(0, Math.ceil((this.#until - Date.now() - this.#offset) / SECOND));
  }

  #show() {
    const { left } = this;
    this.#wait(left);
    const text = left === null ? "" : `${pad(Math.floor(left / 60))}:${pad(left % 60)}`;
    if (this.element.textContent === text) return;
    this.element.textContent = text;
    this.element.hidden = left === null;
    this.element.classList.toggle("board-time-over", left === 0);
    if (this.#until !== null && (left === LAST_MINUTE || left === 0)) this.warn(left);
  }

  /**
   * Look again when the next second begins; not while nobody looks, and not where no time runs any more.
   * @param {number | null} left
   */
  #wait(left) {
    clearTimeout(this.#timer);
    if (this.#until === null || !left || document.hidden) return;
    const milliseconds = this.#until - Date.now() - this.#offset;
    this.#timer = setTimeout(() => this.#show(), milliseconds % SECOND || SECOND);
  }
}

/** @param {number} number */
function pad(number) {
  return String(number).padStart(2, "0");
}

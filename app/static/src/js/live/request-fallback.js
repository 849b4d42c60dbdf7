/**
 * Follows a stream by ordinary requests while no socket can be had: a proxy that refuses or swallows WebSockets lets
 * those through. It is tried only after sockets failed, and ends as soon as one works.
 */
const INTERVAL_MILLISECONDS = 3000;
const FAILURE_INTERVAL_MILLISECONDS = 6000;
const HIDDEN_INTERVAL_MILLISECONDS = 15_000;

export class RequestFallback {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #run = 0;
  isRunning = false;
  /** Whether the last request was answered. */
  isWorking = false;
  /** Whether the last request was not. */
  hasFailed = false;

  /**
   * @param {object} options
   * @param {() => Promise<unknown>} options.read reads what is new; fails where there is no answer
   * @param {() => void} options.changed is called after each request
   */
  constructor({ read, changed }) {
    this.read = read;
    this.changed = changed;
  }

  start() {
    if (this.isRunning) return;
    this.isRunning = true;
    void this.#poll(++this.#run);
  }

  /** Read now, when somebody comes back to the page. */
  hurry() {
    clearTimeout(this.#timer);
    if (this.isRunning) void this.#poll(++this.#run);
  }

  stop() {
    clearTimeout(this.#timer);
    this.isRunning = this.isWorking = this.hasFailed = false;
    this.#run += 1;
  }

  /** @param {number} run */
  async #poll(run) {
    let works = true;
    try {
      await this.read();
    } catch {
      works = false;
    }
    if (run !== this.#run) return;
    this.isWorking = works;
    this.hasFailed = !works;
    this.changed();
    const visible = works ? INTERVAL_MILLISECONDS : FAILURE_INTERVAL_MILLISECONDS;
    const pause = document.hidden ? HIDDEN_INTERVAL_MILLISECONDS : visible;
    this.#timer = setTimeout(() => this.#poll(run), pause * (0.75 + Math.random() / 2));
  }
}

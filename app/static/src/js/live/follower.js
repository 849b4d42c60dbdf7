/** The order of a stream: every event is applied once and in its turn, whatever the network does. */

/** @import { StreamEvent } from "./payloads.js" */

const RETRY = 2000;
const MOST_EARLY = 400;

/**
 * A stream holds the events of one room or of one design session.
 * @template {StreamEvent} Told
 */
export class Follower {
  /** @type {Map<number, Told>} Events that wait for those before them, by their number. */
  #early = new Map();
  #filling = false;

  /**
   * @param {object} options
   * @param {string} options.epoch the life of the stream to which the numbers belong
   * @param {number} options.last the number of the last event that the page shows
   * @param {(events: Told[]) => void} options.apply shows events that follow one another
   * @param {(seq: number) => Promise<{epoch: string, head: number, events: Told[]}>} options.fetchAfter reads what comes after one; an
   *   error with `final` is not worth another attempt
   * @param {() => void} options.restart is called when the stream has another epoch
   */
  constructor({ epoch, last, apply, fetchAfter, restart }) {
    this.epoch = epoch;
    this.last = last;
    this.apply = apply;
    this.fetchAfter = fetchAfter;
    this.restart = restart;
  }

  /**
   * Take events as they came: the next ones are applied, later ones wait until the gap before them is filled.
   * @param {string} epoch
   * @param {Told[]} events
   */
  take(epoch, events) {
    if (epoch !== this.epoch) return this.restart();
    for (const event of events) {
      if (event.seq > this.last && this.#early.size < MOST_EARLY) this.#early.set(event.seq, event);
    }
    this.#applyNext();
    // What there was no room for is fetched like any gap.
    if ((events.at(-1)?.seq ?? 0) > this.last) void this.#fill();
  }

  /**
   * Hear how far the stream goes: what is missing is fetched.
   * @param {string} epoch
   * @param {number} head
   */
  hear(epoch, head) {
    if (epoch !== this.epoch) return this.restart();
    if (head > this.last) void this.#fill();
  }

  #applyNext() {
    /** @type {Told[]} */
    const events = [];
    for (let next = this.#early.get(this.last + 1); next; next = this.#early.get(this.last + 1)) {
      this.#early.delete(next.seq);
      this.last = next.seq;
      events.push(next);
    }
    if (events.length) this.apply(events);
  }

  async #fill() {
    if (this.#filling) return;
    this.#filling = true;
    try {
      let behind = true;
      while (behind) {
        const before = this.last;
        const { epoch, events, head } = await this.fetchAfter(before);
        if (epoch !== this.epoch) return this.restart();
        for (const event of events) this.#early.set(event.seq, event);
        for (const seq of this.#early.keys()) if (seq <= this.last) this.#early.delete(seq);
        this.#applyNext();
        behind = this.last < head && this.last > before;
      }
    } catch (error) {
      const isFinal = error instanceof Error && "final" in error && error.final;
      if (!isFinal) setTimeout(() => this.#fill(), RETRY * (0.5 + Math.random()));
    } finally {
      this.#filling = false;
    }
  }
}

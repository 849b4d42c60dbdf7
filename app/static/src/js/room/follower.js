/**
 * The order of a stream: every event is applied once and in its turn, whatever the network does.
 * `apply(event)` shows one, `fetchAfter(seq)` reads what is missing, `restart()` is for another epoch.
 */
const RETRY = 2000;
const MOST_EARLY = 400;

export class Follower {
  #early = new Map();
  #filling = false;

  constructor({ epoch, last, apply, fetchAfter, restart }) {
    Object.assign(this, { epoch, last, apply, fetchAfter, restart });
  }

  /** Take events as they came: the next ones are applied, later ones wait until the gap before them is filled. */
  take(epoch, events) {
    if (epoch !== this.epoch) return this.restart();
    for (const event of events) {
      if (event.seq > this.last && this.#early.size < MOST_EARLY) this.#early.set(event.seq, event);
    }
    this.#applyNext();
    // What there was no room for is fetched like any gap.
    if (events.at(-1)?.seq > this.last) void this.#fill();
  }

  /** Hear how far the stream goes: what is missing is fetched. */
  hear(epoch, head) {
    if (epoch !== this.epoch) return this.restart();
    if (head > this.last) void this.#fill();
  }

  #applyNext() {
    for (let next = this.#early.get(this.last + 1); next; next = this.#early.get(this.last + 1)) {
      this.#early.delete(next.seq);
      this.last = next.seq;
      this.apply(next);
    }
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
      if (!error.final) setTimeout(() => this.#fill(), RETRY * (0.5 + Math.random()));
    } finally {
      this.#filling = false;
    }
  }
}

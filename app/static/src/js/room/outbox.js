/**
 * What was written and is not confirmed yet: messages, changes of messages (`kind` "edit" with their `target`) and removals
 * ("remove"). It survives a reload; one is under way at a time, in their order and always under the same id, so that the
 * server does it once however often it arrives.
 *
 * `last()` tells how far one has followed the stream; `send(entry)` gives the server's answer, or null where there was none; `changed()` is called when what waits changed;
 * `refused(entry, answer)` when the server will not take one; `ended(reason, answer)` when nothing can be sent at all.
 * Every entry carries the actor for whom it was written: for another one the server asks, and `sendAs` is the answer.
 */
import { actingAs } from "../live/actor.js";
import { freshId } from "../live/storage.js";

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
const TRY_AGAIN = new Set(["too_many", "broken"]);
const THE_END = { sign_in_needed: "signed_out", outdated: "outdated", actor_changed: "actor_changed" };

export class Outbox {
  #underWay = false;
  #attempts = 0;
  #timer;

  constructor({ storage, place, epoch, last, send, changed, refused, ended }) {
    Object.assign(this, { storage, place: `outbox:${place}`, epoch, last, send, changed, refused, ended });
    storage.onChange(this.place, changed);
  }

  /** Everything that is not in the stream yet, the oldest first. */
  get entries() {
    return this.storage.recall(this.place, []);
  }

  /** How many wait to be sent. */
  get waiting() {
    return this.entries.filter((entry) => this.#isToSend(entry)).length;
  }

  add(entry) {
    this.#keep([
      ...this.entries,
      { acting_as: actingAs(), ...entry, cid: freshId(), at: new Date().toISOString() },
    ]);
    this.changed();
    void this.flush();
  }

  remove(cid) {
    const { entries } = this;
    const left = entries.filter((entry) => entry.cid !== cid);
    if (left.length === entries.length) return;
    this.#keep(left);
    this.changed();
  }

  change(cid, values) {
    this.#keep(this.entries.map((entry) => (entry.cid === cid ? { ...entry, ...values } : entry)));
    this.changed();
  }

  /** Everything that waits is for this actor now. */
  sendAs(key) {
    this.#keep(this.entries.map((entry) => ({ ...entry, acting_as: key })));
  }

  /** Forget those that the page already shows, by their place in the stream. */
  settle(last) {
    for (const { cid, seq, epoch } of this.entries)
      if (seq && seq <= last && epoch === this.epoch) this.remove(cid);
  }

  /** Send what waits, one after the other. */
  async flush() {
    if (this.#underWay) return;
    clearTimeout(this.#timer);
    this.#underWay = true;
    try {
      let entry = this.#next();
      while (entry && (await this.#deliver(entry))) entry = this.#next();
    } finally {
      this.#underWay = false;
    }
  }

  /** Send one; returns whether the next one may go. */
  async #deliver(entry) {
    const answer = await this.send(entry);
    if (answer?.ok) {
      this.#attempts = 0;
      if (this.entries.some(({ cid }) => cid === entry.cid))
        this.change(entry.cid, { seq: answer.seq, epoch: this.epoch });
      this.settle(this.last());
      return true;
    }
    if (answer && THE_END[answer.code]) {
      this.ended(THE_END[answer.code], answer);
      return false;
    }
    if (answer && !TRY_AGAIN.has(answer.code)) {
      this.refused(entry, answer);
      return true;
    }
    const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.flush(), pause * (0.5 + Math.random()));
    return false;
  }

  #keep(entries) {
    this.storage.keep(this.place, entries);
  }

  #next() {
    return this.entries.find((entry) => this.#isToSend(entry));
  }

  #isToSend({ refused, seq, epoch }) {
    return !refused && !(seq && epoch === this.epoch);
  }
}

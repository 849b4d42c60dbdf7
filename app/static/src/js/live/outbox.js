/**
 * What was written and is not confirmed yet: messages, changes of messages (`kind` "edit" with their `target`) and removals
 * ("remove"). It survives a reload; one is under way at a time, in their order and always under the same id, so that the
 * server does it once however often it arrives.
 *
 * Every entry carries the actor for whom it was written: for another one the server asks, and `sendAs` is the answer.
 */
import { actingAs } from "./actor.js";
import { freshId } from "./storage.js";

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
const TRY_AGAIN = new Set(["too_many", "broken"]);
/** @type {Record<string, string>} */
const THE_END = {
  sign_in_needed: "signed_out",
  outdated: "outdated",
  expired: "outdated",
  actor_changed: "actor_changed",
};

/** @import { Refusal } from "./payloads.js" */
/**
 * What waits: what `add` was given, with this; `seq` and `epoch` once it is answered, `refused` once it was not taken.
 * @typedef {{cid: string, acting_as: string, at: string, seq?: number, epoch?: string, refused?: string}} Entry
 */
/** @typedef {{ok: true, seq?: number} | (Refusal & {ok: false})} Answer what the server says to a command */

/**
 * Why something was not taken, in one sentence.
 * @param {Refusal} refusal
 */
export function reasonOf({ message, fields }) {
  return Object.values(fields ?? {}).flat()[0] ?? message;
}

/**
 * Its entries hold what the page writes, such as messages or commands.
 * @template {object} Content
 */
export class Outbox {
  #underWay = false;
  #attempts = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** The kinds of entries that the server takes later. */
  /** @type {Set<string | undefined>} */
  #delayed = new Set();

  /**
   * @param {object} options
   * @param {import("./storage.js").PersonalStorage} options.storage
   * @param {string} options.place what the entries belong to, such as "room:12"
   * @param {string} options.epoch the epoch of the stream that this page follows
   * @param {() => number} options.last how far the page has followed the stream
   * @param {(entry: Entry & Content) => Promise<Answer | null>} options.send gives the answer, or null where there was none
   * @param {() => void} options.changed is called when what waits changed
   * @param {(entry: Entry & Content, answer: Refusal) => void} options.refused is called when the server will not take one
   * @param {(seconds: number) => void} [options.delayed] is called when the server takes one in so many seconds
   * @param {(reason: string, answer: Refusal) => void} options.ended is called when nothing can be sent at all
   */
  constructor({ storage, place, epoch, last, send, changed, refused, delayed, ended }) {
    this.storage = storage;
    this.place = `outbox:${place}`;
    this.epoch = epoch;
    this.last = last;
    this.send = send;
    this.changed = changed;
    this.refused = refused;
    this.delayed = delayed;
    this.ended = ended;
    storage.onChange(this.place, changed);
  }

  /**
   * Everything that is not in the stream yet, the oldest first.
   * @returns {(Entry & Content)[]}
   */
  get entries() {
    return this.storage.recall(this.place) ?? [];
  }

  /** How many wait to be sent. */
  get waiting() {
    return this.entries.filter((entry) => this.#isToSend(entry)).length;
  }

  /** @param {Content} entry what `send` needs of it; `acting_as` where it was written for another actor */
  add(entry) {
    this.#keep([
      ...this.entries,
      { acting_as: actingAs(), ...entry, cid: freshId(), at: new Date().toISOString() },
    ]);
    this.changed();
    void this.flush();
  }

  /** @param {string} cid */
  remove(cid) {
    const { entries } = this;
    const left = entries.filter((entry) => entry.cid !== cid);
    if (left.length === entries.length) return;
    this.#keep(left);
    this.changed();
  }

  /**
   * @param {string} cid
   * @param {Partial<Entry> | Partial<Content>} values
   */
  change(cid, values) {
    this.#keep(this.entries.map((entry) => (entry.cid === cid ? { ...entry, ...values } : entry)));
    this.changed();
  }

  /**
   * Everything that waits is for this actor now.
   * @param {string} key
   */
  sendAs(key) {
    this.#keep(this.entries.map((entry) => ({ ...entry, acting_as: key })));
  }

  /**
   * Forget those that the page already shows, by their place in the stream.
   * @param {number} last
   */
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

  /**
   * Send one; returns whether the next one may go.
   * @param {Entry & Content} entry
   */
  async #deliver(entry) {
    const answer = await this.send(entry);
    if (answer?.ok) {
      this.#attempts = 0;
      if (this.entries.some(({ cid }) => cid === entry.cid))
        this.change(entry.cid, { seq: answer.seq, epoch: this.epoch });
      this.settle(this.last());
      return true;
    }
    const end = THE_END[answer?.code ?? ""];
    if (answer && end) {
      this.ended(end, answer);
      return false;
    }
    if (answer && !TRY_AGAIN.has(answer.code ?? "")) {
      this.refused(entry, answer);
      return true;
    }
    if (answer?.retry_after) {
      this.#delay(entry, answer.retry_after);
      return true;
    }
    const pause = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.flush(), pause * (0.5 + Math.random()));
    return false;
  }

  /**
   * Send those of an entry's kind in a while; the others need not wait for them.
   * @param {Entry & Content} entry
   * @param {number} seconds
   */
  #delay(entry, seconds) {
    const kind = kindOf(entry);
    this.#delayed.add(kind);
    setTimeout(() => {
      this.#delayed.delete(kind);
      void this.flush();
    }, seconds * 1000);
    this.delayed?.(seconds);
    this.changed();
  }

  /** Send what the server wanted later: it may take it now. */
  hurry() {
    this.#delayed.clear();
    void this.flush();
  }

  /**
   * Whether an entry waits because the server takes its kind later.
   * @param {Entry & Content} entry
   */
  isDelayed(entry) {
    return this.#isToSend(entry) && this.#delayed.has(kindOf(entry));
  }

  /** @param {(Entry & Content)[]} entries */
  #keep(entries) {
    this.storage.keep(this.place, entries);
  }

  #next() {
    return this.entries.find((entry) => this.#isToSend(entry) && !this.isDelayed(entry));
  }

  /** @param {Entry} entry */
  #isToSend({ refused, seq, epoch }) {
    return !refused && !(seq && epoch === this.epoch);
  }
}

/**
 * What an entry does.
 * @param {object} entry
 */
function kindOf(entry) {
  return "kind" in entry ? String(entry.kind) : undefined;
}

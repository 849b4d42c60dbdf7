/** Between a board and the server: the stream, the outbox, what only the reader or the desk may know. */
import { box } from "../elements/part.js";
import { freshId } from "../live/storage.js";
import { reasonOf } from "../live/outbox.js";
import { personal } from "../live/personal.js";
import { StreamClient } from "../live/stream-client.js";

const SOON = 250;
/** After so many milliseconds of events one's own view is read although others follow. */
const LATEST = 2000;
const REPORT_DELAY_MILLISECONDS = 3000;
/** @import { DesignEvent, DeskView, Mine, Refusal, SignalPush } from "../live/payloads.js" */
/** @import { Answer } from "../live/outbox.js" */
/** @import { Command, Commands, Written } from "./shapes.js" */
/** @import { BoardWords } from "./words.js" */
/** @typedef {import("./shapes.js").Host & {seen: import("./shapes.js").Seen}} LiveHost a board that knows what it shows */

/**
 * @typedef {object} BoardHandlers
 * @property {(event: DesignEvent) => void} apply lays an event onto the state
 * @property {(mine: Mine) => void} mine takes what only the reader may know
 * @property {(desk: DeskView) => void} desk takes what only the desk may know
 * @property {(signal: SignalPush) => void} signal
 * @property {() => void} changed is called when what waits, or the network, changed
 * @property {(entry: Written) => void} answered is called when the server has done what was asked
 * @property {(entry: Written, reason: string) => void} refused
 */

/** Events after which what the reader may do, and what is hers, is as it was. */
const OFTEN = new Set(["ready", "hand", "card_opened"]);

export class BoardConnection {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #mineTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deskTimer;
  /** When one's own view was first asked for since it was read, in milliseconds. */
  #mineAsked = 0;
  #answers = 0;
  #ended = false;

  /**
   * @param {LiveHost} board
   * @param {BoardHandlers} on
   */
  constructor(board, on) {
    const { stream = "", epoch = "", head } = board.element.dataset;
    this.board = board;
    this.on = on;
    this.words = board.words;
    /** @type {StreamClient<DesignEvent, Command>} */
    this.client = new StreamClient({
      stream,
      epoch,
      head: Number(head),
      notice: box(board.element, "[data-network]"),
      question: box(board.element, "[data-actor-question]"),
      outbox: {
        storage: personal,
        place: `design:${board.design}`,
        send: (entry) => this.#send(/** @type {Written} */ (entry)),
        changed: () => on.changed(),
        refused: (entry, answer) => this.#refuse(entry, answer),
      },
      on: {
        apply: (events) => {
          for (const event of events) this.#apply(event);
        },
        subscribed: () => this.#subscribed(),
        network: () => on.changed(),
        signal: (signal) => signal.stream === stream && on.signal(signal),
        ended: (reason) => this.#end(reason),
      },
    });
  }

  get isOpen() {
    return this.client.isOpen;
  }

  /**
   * What waits to be sent of one event.
   * @template {keyof Commands} Name
   * @param {Name} event
   * @returns {Written<Name>[]}
   */
  pending(event) {
    const entries = this.client.outbox.entries.filter((entry) => entry.event === event && !entry.refused);
    return /** @type {Written<Name>[]} */ (entries);
  }

  open() {
    this.client.open();
    this.#fetchDesk();
  }

  // --- Doing -----------------------------------------------------------------------------------------------

  /**
   * Do something that must not be lost; what is `quiet` is only said if the connection is there.
   * @template {keyof Commands} Name
   * @param {Name} event
   * @param {Commands[Name]} payload
   * @param {{quiet?: boolean}} [how]
   */
  act(event, payload, { quiet = false } = {}) {
    if (quiet) return this.client.mention(event, { cid: freshId(), design: this.board.design, ...payload });
    this.client.outbox.add(/** @type {Command} */ ({ event, payload }));
  }

  /** Tell the others that one is writing. */
  sayTyping() {
    this.client.sayTyping();
  }

  /**
   * @param {Written} entry
   * @returns {Promise<Answer | null>}
   */
  async #send(entry) {
    const { cid, acting_as, event, payload } = entry;
    const answer = await this.client.ask(event, {
      cid,
      ...(acting_as ? { acting_as } : {}),
      design: this.board.design,
      ...payload,
    });
    if (!answer?.ok) return answer;
    this.#answers += 1;
    if ("mine" in answer) this.on.mine(answer.mine);
    else this.#fetchMine();
    this.on.answered(entry);
    this.client.outbox.remove(cid);
    return { ok: true, seq: this.client.follower.last };
  }

  /**
   * @param {Written} entry
   * @param {Refusal} answer
   */
  #refuse(entry, answer) {
    this.client.outbox.remove(entry.cid);
    this.on.refused(entry, reasonOf(answer));
    this.#fetchMine();
  }

  // --- Following -------------------------------------------------------------------------------------------

  #subscribed() {
    this.#fetchMine();
    this.#fetchDesk();
    this.on.changed();
  }

  /** @param {DesignEvent} event */
  #apply(event) {
    this.on.apply(event);
    if (!OFTEN.has(event.kind)) this.#fetchMine();
    this.#fetchDesk();
  }

  #fetchMine() {
    const now = Date.now();
    if (!this.#mineTimer) this.#mineAsked = now;
    else if (now - this.#mineAsked > LATEST) return;
    clearTimeout(this.#mineTimer);
    this.#mineTimer = setTimeout(() => {
      this.#mineTimer = undefined;
      void this.#takeMine();
    }, SOON);
  }

  #fetchDesk() {
    if (!this.board.seen.runs) return;
    // Not put off by the next event: where much happens the desk would never learn of it.
    this.#deskTimer ??= setTimeout(() => {
      this.#deskTimer = undefined;
      void this.#take("desk", this.on.desk);
    }, SOON * 2);
  }

  /**
   * Read something of this design session; null where there is no answer.
   * @template Answer
   * @param {string} what
   * @returns {Promise<Answer | null>}
   */
  async fetch(what) {
    try {
      const answer = await fetch(`/api/v1/design-sessions/${this.board.design}/${what}`, {
        credentials: "same-origin",
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /**
   * What is not read now is read with the next event, or when the connection is back.
   * @template Answer
   * @param {string} what
   * @param {(answer: Answer) => void} take
   */
  async #take(what, take) {
    /** @type {Answer | null} */
    const answer = await this.fetch(what);
    if (answer) take(answer);
  }

  /** One's own view; one that was asked for before a command was answered is older than that answer, and requested again. */
  async #takeMine() {
    const answers = this.#answers;
    /** @type {Mine | null} */
    const mine = await this.fetch("mine");
    if (this.#answers !== answers) this.#fetchMine();
    else if (mine) this.on.mine(mine);
  }

  // --- What it says of itself ------------------------------------------------------------------------------

  /** @param {string} reason */
  #end(reason) {
    this.#ended = true;
    const show = () =>
      this.client.notice.end(reason === "signed_out" ? signedOut(this.words) : this.words.notYours);
    personal.onClose(show);
    show();
  }

  /**
   * The design session is over: on to its report, once nothing waits any more.
   * @param {string} address
   */
  finish(address) {
    if (this.#ended) return;
    this.#ended = true;
    this.client.notice.end();
    setTimeout(() => location.assign(address), REPORT_DELAY_MILLISECONDS);
  }
}

/**
 * What becomes of what was written and not sent: kept for the person, unless this browser was left or is another's now.
 * @param {BoardWords} words
 */
function signedOut(words) {
  return personal.isClosed ? words.signedOutHere : words.signedOut;
}
